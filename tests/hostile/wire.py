"""One connection at its rawest: bytes go out, and what comes back is read strictly by RFC 9112."""

import socket
import struct
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import TracebackType
from typing import Self

# In place of a status: the connection ended, or time did, before there was one.
CLOSED, SILENT = 0, -1
_BLOCK = 65536
# What a stream without end brings beyond this is read and dropped.
MOST_KEPT = 16 * 1024**2
_BODILESS = (204, 304)


@dataclass(frozen=True)
class Reply:
    """An answer; `whole` is false when the connection broke within the body, seen by its framing."""

    status: int
    head: bytes = b""
    body: bytes = b""
    whole: bool = True
    seconds: float = 0.0

    @cached_property
    def fields(self) -> Mapping[str, str]:
        """Return the header fields by name in lower case, the last one of each name."""
        pairs = (line.partition(b":") for line in self.head.split(b"\r\n")[1:])
        return {name.decode("latin-1").lower(): value.strip().decode("latin-1") for name, _, value in pairs}

    def field(self, name: str) -> str:
        """Return a header field, or "" when the answer has none of that name."""
        return self.fields.get(name.lower(), "")

    @property
    def media_type(self) -> str:
        """Return the media type without its parameters."""
        return self.field("Content-Type").partition(";")[0].strip().lower()


class Connection:
    """A connection that gives up `patience` seconds after it was opened."""

    def __init__(self, place: tuple[str, int], patience: float) -> None:
        self._opened = time.monotonic()
        self._until = self._opened + patience
        self._received = bytearray()
        self._reset = False
        self._socket = socket.create_connection(place, timeout=patience)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.close()

    def send(self, data: bytes) -> bool:
        """Send `data`; tell whether the other side took it all. It may answer and close half-way."""
        try:
            self._socket.settimeout(self._remaining())
            self._socket.sendall(data)
        except OSError:
            return False
        return True

    def finish(self) -> None:
        """Close the sending side."""
        try:
            self._socket.shutdown(socket.SHUT_WR)
        except OSError:
            self._reset = True

    def reset(self) -> None:
        """Break the connection when it is left, instead of closing it."""
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def receive(self, method: str = "GET") -> Reply:
        """Return the next final answer to a request of `method`; interim ones are read over."""
        while True:
            head = self._take_through(b"\r\n\r\n")
            if head is None:
                if not self._received:
                    return self._reply(SILENT if self._remaining() <= _LITTLE else CLOSED)
                return self._reply(CLOSED, body=self._rest()[0], whole=False)
            status = _status(head)
            if not 100 <= status < 200:
                return self._with_body(status, head, method)

    def rest(self) -> bytes:
        """Return what comes until the other side closes."""
        return self._rest()[0]

    def _with_body(self, status: int, head: bytes, method: str) -> Reply:
        lines = [line.partition(b":") for line in head.lower().split(b"\r\n")[1:]]
        fields = {name: value.strip() for name, _, value in lines}
        if method == "HEAD" or status in _BODILESS:
            return self._reply(status, head)
        if fields.get(b"transfer-encoding") == b"chunked":
            body, whole = self._chunks()
        elif b"content-length" in fields:
            length = int(fields[b"content-length"])
            body, whole = self._take(length)
        else:
            body, whole = self._rest()
        return self._reply(status, head, body, whole)

    def _reply(self, status: int, head: bytes = b"", body: bytes = b"", whole: bool = True) -> Reply:
        return Reply(status, head, body, whole, time.monotonic() - self._opened)

    def _chunks(self) -> tuple[bytes, bool]:
        body = bytearray()
        while (line := self._take_through(b"\r\n")) is not None:
            size = int(line.partition(b";")[0], 16)
            data, whole = self._take(size)
            body += data if len(body) < MOST_KEPT else b""
            ending, ended = self._take(2)
            if not whole or not ended or ending != b"\r\n":
                break
            if not size:
                return bytes(body), True
        return bytes(body), False

    def _take_through(self, mark: bytes) -> bytes | None:
        """Return what comes before `mark`, and drop both; None when the connection ends before."""
        looked_at = 0
        while (at := self._received.find(mark, looked_at)) < 0:
            looked_at = max(0, len(self._received) - len(mark))
            if not self._fill():
                return None
        found = bytes(self._received[:at])
        del self._received[: at + len(mark)]
        return found

    def _take(self, count: int) -> tuple[bytes, bool]:
        while len(self._received) < count and self._fill():
            pass
        found = bytes(self._received[:count])
        del self._received[:count]
        return found, len(found) == count

    def _rest(self) -> tuple[bytes, bool]:
        """Return all to the end, and whether the other side ended it in order."""
        while self._fill():
            del self._received[MOST_KEPT:]
        found, self._received = bytes(self._received), bytearray()
        return found, not self._reset and self._remaining() > _LITTLE

    def _fill(self) -> bool:
        try:
            self._socket.settimeout(self._remaining())
            data = self._socket.recv(_BLOCK)
        except OSError:
            self._reset = True
            return False
        self._received += data
        return bool(data)

    def _remaining(self) -> float:
        return max(self._until - time.monotonic(), _LITTLE)


_LITTLE = 0.001


def _status(head: bytes) -> int:
    words = head.split(b" ", 2)
    return int(words[1]) if words[0].startswith(b"HTTP/1.") and words[1].isdigit() else CLOSED
