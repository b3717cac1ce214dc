"""What a connection answers to a request that it does not read to its end: a problem, as bytes."""

from collections.abc import Iterable
from dataclasses import replace
from enum import Enum
from http import HTTPStatus

from bionrw.sparql.protocol import refuse_length
from bionrw.web.cache import Reply
from bionrw.web.problems import Problem, of_ours, reply

LONGEST_TARGET = 64 * 1024
LONGEST_FIELDS = 32 * 1024
MOST_FIELDS = 100


class Cause(Enum):
    """Why a request is not read on: the status, and what its client is told."""

    MALFORMED = 400, "The request is no HTTP/1.1; check its first line, its header fields and its length."
    CUT = 400, "The sender closed before the request was whole; send as many bytes as its length says."
    LATE = 408, "The request did not arrive in time; send it in one go."
    BODY = 413, ""
    TARGET = 414, f"The address is longer than {LONGEST_TARGET} bytes; send the query by POST."
    FIELDS = 431, f"The header has more than {MOST_FIELDS} fields or {LONGEST_FIELDS} bytes; send fewer."
    METHOD = 501, "The method is not known here; there are GET, HEAD, OPTIONS and POST, in capital letters."
    CODING = 501, "The body comes in a transfer coding that is not read here; send it plain or chunked."
    CROWD = 503, "Too many connections are open; try again in a moment."
    VERSION = 505, "This server speaks HTTP/1.1 and HTTP/1.0."

    def __init__(self, status: int, detail: str) -> None:
        self.status, self.detail = status, detail


class Refused(Exception):
    """The request cannot be read on; the response says why."""

    def __init__(self, cause: Cause) -> None:
        super().__init__(cause)
        self.cause = cause


_STATUS_LINES = {
    status.value: f"HTTP/1.1 {status.value} {status.phrase}\r\n".encode() for status in HTTPStatus
}


def refusal(cause: Cause, longest_body: int) -> Reply:
    """Return the problem for a request that is not read on; bodies have at most `longest_body` bytes."""
    headers = {"Connection": "close"}
    if cause is Cause.CROWD:
        headers["Retry-After"] = "5"
    if cause is Cause.BODY:
        return reply(replace(of_ours(refuse_length(longest_body)), headers=headers))
    return reply(Problem(cause.status, HTTPStatus(cause.status).phrase, cause.detail, {}, headers))


def write(response: Reply, more: Iterable[tuple[bytes, bytes]] = ()) -> bytes:
    """Return a response as it goes over the wire; `more` fields stand in front of its own."""
    parts = [_STATUS_LINES[response.status]]
    for name, value in (*more, *response.fields):
        parts += (name, b": ", value, b"\r\n")
    parts += (b"\r\n", response.body)
    return b"".join(parts)
