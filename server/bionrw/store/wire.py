"""The frames that the serving process and its readers exchange over a socket pair."""

import struct
from collections.abc import Iterator
from socket import socket

FRAME_BYTES = 64 * 1024

READY, FAULT, MORE, LAST, ASK = b"R", b"F", b"M", b"L", b"A"
# The same as MORE and LAST, for an answer that the reader compressed.
PACKED_MORE, PACKED_LAST = b"m", b"l"
ENDS = frozenset((LAST, PACKED_LAST, FAULT))

_HEADER = struct.Struct("!cI")
# How a reader ended, as `os.waitpid` tells it; sent by the zygote, apart from the frames.
STATUS = struct.Struct("!i")


def pack(kind: bytes, payload: bytes = b"") -> bytes:
    """Return one frame as it is sent."""
    return _HEADER.pack(kind, len(payload)) + payload


def send(channel: socket, kind: bytes, payload: bytes = b"") -> None:
    """Send one frame; raise `OSError` when the other end has gone."""
    header = _HEADER.pack(kind, len(payload))
    # Both in one call, so that nobody is woken for a header, and without a copy of the payload.
    sent = channel.sendmsg((header, payload))
    if sent < len(header) + len(payload):  # a signal came between
        channel.sendall((header + payload)[sent:])


def receive(channel: socket) -> tuple[bytes, bytes]:
    """Wait for the next frame and return its kind and payload.

    Raises `EOFError` when the other end has gone, `TimeoutError` when the channel has a time limit.
    """
    kind, size = _HEADER.unpack(_exactly(channel, _HEADER.size))
    return kind, _exactly(channel, size)


class Splitter:
    """Splits a stream of bytes into frames as they come in."""

    def __init__(self) -> None:
        self._rest = bytearray()

    def feed(self, data: bytes) -> Iterator[tuple[bytes, bytes]]:
        """Take more bytes and yield the frames that they complete."""
        self._rest += data
        while len(self._rest) >= _HEADER.size:
            kind, size = _HEADER.unpack_from(self._rest)
            end = _HEADER.size + size
            if len(self._rest) < end:
                return
            payload = bytes(self._rest[_HEADER.size : end])
            del self._rest[:end]
            yield kind, payload


def _exactly(channel: socket, count: int) -> bytes:
    buffer = bytearray(count)
    view = memoryview(buffer)
    filled = 0
    while filled < count:
        received = channel.recv_into(view[filled:])
        if not received:
            raise EOFError
        filled += received
    return bytes(buffer)
