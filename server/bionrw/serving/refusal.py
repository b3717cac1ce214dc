"""What a connection answers to a request that it does not read to its end: a problem, as bytes."""

from collections.abc import Iterable
from dataclasses import replace
from http import HTTPStatus

from bionrw.sparql.protocol import refuse_length
from bionrw.web.cache import Reply
from bionrw.web.problems import Problem, of_ours, reply

LONGEST_TARGET = 64 * 1024
LONGEST_FIELDS = 32 * 1024
MOST_FIELDS = 100

_DETAILS = {
    400: "The request is no HTTP/1.1; check its first line, its header fields and its length.",
    408: "The request did not arrive in time; send it in one go.",
    414: f"The address is longer than {LONGEST_TARGET} bytes; send the query by POST.",
    431: f"The header has more than {MOST_FIELDS} fields or {LONGEST_FIELDS} bytes; send fewer.",
    501: "The body comes in a transfer coding that is not read here; send it plain or chunked.",
    505: "This server speaks HTTP/1.1 and HTTP/1.0.",
    503: "Too many connections are open; try again in a moment.",
}
_STATUS_LINES = {
    status.value: f"HTTP/1.1 {status.value} {status.phrase}\r\n".encode() for status in HTTPStatus
}


def refusal(status: int, longest_body: int) -> Reply:
    """Return the problem for a request that is not read on; bodies have at most `longest_body` bytes."""
    headers = {"Connection": "close"}
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        headers["Retry-After"] = "5"
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return reply(replace(of_ours(refuse_length(longest_body)), headers=headers))
    return reply(Problem(status, HTTPStatus(status).phrase, _DETAILS[status], {}, headers))


def write(response: Reply, more: Iterable[tuple[bytes, bytes]] = ()) -> bytes:
    """Return a response as it goes over the wire; `more` fields stand in front of its own."""
    parts = [_STATUS_LINES[response.status]]
    for name, value in (*more, *response.fields):
        parts += (name, b": ", value, b"\r\n")
    parts += (b"\r\n", response.body)
    return b"".join(parts)
