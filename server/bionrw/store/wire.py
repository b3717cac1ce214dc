"""The frames that the serving process and its readers exchange over a socket pair."""

import struct
import time
from socket import socket

FRAME_BYTES = 64 * 1024

READY, FAULT, MORE, LAST, ASK = b"R", b"F", b"M", b"L", b"A"

_HEADER = struct.Struct("!cI")


def send(channel: socket, kind: bytes, payload: bytes = b"") -> None:
    """Send one frame; raise `OSError` when the other end has gone."""
    channel.sendall(_HEADER.pack(kind, len(payload)) + payload)


def receive(channel: socket, until: float | None = None) -> tuple[bytes, bytes]:
    """Return kind and payload of the next frame.

    `until` is a time of `time.monotonic`; once it is past, `TimeoutError` is raised.
    Raises `EOFError` when the other end has gone.
    """
    kind, size = _HEADER.unpack(_exactly(channel, _HEADER.size, until))
    return kind, _exactly(channel, size, until)


def _exactly(channel: socket, count: int, until: float | None) -> bytes:
    buffer = bytearray(count)
    view = memoryview(buffer)
    filled = 0
    while filled < count:
        if until is not None:
            # A timeout of zero would mean "do not block", so the time is checked first.
            remaining = until - time.monotonic()
            if remaining <= 0:
                raise TimeoutError
            channel.settimeout(remaining)
        received = channel.recv_into(view[filled:])
        if not received:
            raise EOFError
        filled += received
    return bytes(buffer)
