"""The frames that the serving process and its readers exchange over a socket pair."""

import struct
from socket import MSG_WAITALL, socket

FRAME_BYTES = 64 * 1024

READY, FAULT, MORE, LAST, ASK = b"R", b"F", b"M", b"L", b"A"
# The same as MORE and LAST, for an answer that the reader compressed.
PACKED_MORE, PACKED_LAST = b"m", b"l"
ENDS = frozenset((LAST, PACKED_LAST, FAULT))

_HEADER = struct.Struct("!cI")
# So much is read at once, at most: some frames and their headers.
_ROOM = 4 * FRAME_BYTES + 4096
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
    """Splits a stream of bytes into frames: it is read into a buffer here, and each payload copied once."""

    def __init__(self) -> None:
        self._buffer = memoryview(bytearray(_ROOM))
        # What has come in and is in no frame yet lies between these two.
        self._begin = self._end = 0

    def room(self) -> memoryview:
        """Return where the next bytes of the stream belong; the frame that they begin or go on has room."""
        size = self._next_size()
        if self._begin + size > len(self._buffer):
            rest = bytes(self._buffer[self._begin : self._end])
            if size > len(self._buffer):
                self._buffer = memoryview(bytearray(size))
            self._buffer[: len(rest)] = rest
            self._begin, self._end = 0, len(rest)
        return self._buffer[self._end :]

    def filled(self, count: int) -> list[tuple[bytes, bytes]]:
        """Take the first `count` bytes of the room and return the frames that they complete."""
        frames = []
        self._end += count
        while self._end - self._begin >= (size := self._next_size()):
            frame = self._buffer[self._begin : self._begin + size]
            frames.append((bytes(frame[:1]), bytes(frame[_HEADER.size :])))
            self._begin += size
        if self._begin == self._end:
            self._begin = self._end = 0
        return frames

    def _next_size(self) -> int:
        """Return the size of the frame that has begun, as far as is known."""
        if self._end - self._begin < _HEADER.size:
            return _HEADER.size
        return _HEADER.size + int(_HEADER.unpack_from(self._buffer, self._begin)[1])


def _exactly(channel: socket, count: int) -> bytes:
    # One call is enough, but for a channel with a time limit, a signal or the end.
    data = channel.recv(count, MSG_WAITALL)
    while len(data) < count:
        more = channel.recv(count - len(data))
        if not more:
            raise EOFError
        data += more
    return data
