"""What an endpoint sends back: whether it is an answer with rows, its body within limits, why it is none."""

import time
import zlib
from email.utils import parsedate_to_datetime
from http import HTTPStatus

import aiohttp

ACCEPT = "application/sparql-results+json"
CUT = "its answer was cut off"
_TYPES = (ACCEPT, "application/json")
# A source that is overloaded may be well in a moment (RFC 9110, sections 15.5 and 15.6; RFC 6585, section 4).
_PASSING = (429, 502, 503, 504)
_SERVER_AT_FAULT = 500
_CHUNK = 65536
# Header and window of gzip or zlib, whichever comes (zlib manual, inflateInit2).
_WINDOW = 47


class Failure(Exception):
    """Why an endpoint gave nothing, in one clause."""


class Down(Failure):
    """The endpoint is at fault itself, which the breaker counts."""


class Passing(Down):
    """It may be well in a moment, so it is tried once more, `after` seconds at the earliest."""

    def __init__(self, clause: str, after: float = 0.0) -> None:
        super().__init__(clause)
        self.after = after


def require_rows(response: aiohttp.ClientResponse) -> None:
    """Raise `Failure` when the response is not one with rows."""
    status = response.status
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        message = f"it answers with a redirect ({status}), which is not followed; list where it leads"
        raise Down(message)
    if status in _PASSING:
        message = f"it answers with status {status}"
        raise Passing(message, _seconds(response.headers.get("Retry-After", "")))
    if status != HTTPStatus.OK:
        kind = Down if status >= _SERVER_AT_FAULT else Failure
        message = f"it answers with status {status}"
        raise kind(message)
    if response.content_type not in _TYPES:
        message = f"it answers with {response.content_type[:100]} and not {ACCEPT}"
        raise Failure(message)


async def read(response: aiohttp.ClientResponse, most: int) -> bytes:
    """Return the whole body, unpacked; raise `Failure` as soon as it is longer than `most` bytes."""
    coding = response.headers.get("Content-Encoding", "identity").strip().lower()
    if coding not in ("identity", "gzip", "x-gzip", "deflate"):
        message = "its answer is packed in a way that was not asked for"
        raise Failure(message)
    unpacker = None if coding == "identity" else zlib.decompressobj(_WINDOW)
    parts: list[bytes] = []
    left = most
    async for chunk in response.content.iter_chunked(_CHUNK):
        try:
            part = unpacker.decompress(chunk, left + 1) if unpacker else chunk
        except zlib.error:
            message = "its answer cannot be unpacked"
            raise Failure(message) from None
        left -= len(part)
        if left < 0:
            message = f"its answer has more than the {most} bytes that it may have"
            raise Failure(message)
        if unpacker and unpacker.unused_data:
            # Python keeps all that comes here, so it would grow without any limit.
            message = "its answer goes on behind its packed end"
            raise Failure(message)
        parts.append(part)
    if unpacker is not None and not unpacker.eof:
        raise Passing(CUT)
    return b"".join(parts)


def _seconds(written: str) -> float:
    """Return how long to wait by Retry-After: seconds or a date (RFC 9110, section 10.2.3); 0 for neither."""
    if written.isascii() and written.isdigit():
        return float(written)
    try:
        return max(parsedate_to_datetime(written).timestamp() - time.time(), 0.0)
    except (ValueError, OverflowError):
        return 0.0
