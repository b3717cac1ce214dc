"""The file that the engine writes an answer to: full frames go out at once, packed if the client wants it."""

import re
import time
import zlib
from dataclasses import dataclass
from socket import socket
from typing import Protocol

from bionrw.store import wire
from bionrw.store.rows import RowCounter

GZIP, ZSTD = "gzip", "zstd"
# Below this size an answer is not worth packing.
_WORTH_PACKING = 1024
# Fast levels: an answer is packed once and not always kept.
_GZIP_LEVEL, _ZSTD_LEVEL = 4, 3
_GZIP_WINDOW = 31


class AnswerTooLarge(OSError):
    """The answer has passed the limit on its bytes."""


class NoXml(OSError):
    """The engine writes what no XML parser reads: control characters, or a property without a name."""


# XML 1.0, section 2.2: control characters that no document holds, two code points that are none, ...
_CONTROLS = bytes(byte for byte in range(0x20) if byte not in b"\t\n\r")
_NO_CHARACTERS = (b"\xef\xbf\xbe", b"\xef\xbf\xbf")
# ... all bytes that are in neither, and how the engine begins a property whose IRI ends in no name.
_FINE = bytes(byte for byte in range(0x100) if byte not in _CONTROLS + b"\xef")
_PREFIX, _NAMELESS = b"<oxprefix:", re.compile(rb"<oxprefix:[ />]")
_OVERLAP = 16
# A reader, a server and a client are woken for each frame, so those of an answer that flows are larger;
# one that has taken longer than this goes as it is.
_LARGE_FRAME, _LONG = 2 * wire.FRAME_BYTES, 0.05


class _Packer(Protocol):
    def pack(self, data: bytes) -> bytes: ...

    def end(self) -> bytes: ...


class _Gzip:
    def __init__(self) -> None:
        self._stream = zlib.compressobj(_GZIP_LEVEL, zlib.DEFLATED, _GZIP_WINDOW)

    def pack(self, data: bytes) -> bytes:
        # Each frame can be read as it comes, so a client sees the first rows at once.
        return self._stream.compress(data) + self._stream.flush(zlib.Z_SYNC_FLUSH)

    def end(self) -> bytes:
        return self._stream.flush()


class _Zstd:
    def __init__(self) -> None:
        import zstandard

        self._stream = zstandard.ZstdCompressor(level=_ZSTD_LEVEL).compressobj()
        self._block = zstandard.COMPRESSOBJ_FLUSH_BLOCK

    def pack(self, data: bytes) -> bytes:
        return self._stream.compress(data) + self._stream.flush(self._block)

    def end(self) -> bytes:
        return self._stream.flush()


_PACKERS: dict[str, type[_Packer]] = {GZIP: _Gzip, ZSTD: _Zstd}


@dataclass(frozen=True, slots=True)
class Bounds:
    """What an answer may have: bytes before packing, and rows; 0 means any number."""

    most_bytes: int = 0
    most_rows: int = 0


class Outlet:
    """Sends what is written in frames, first one of 64 KiB, and the remainder when finished.

    `encoding` is "gzip", "zstd" or "" (RFC 9110, section 8.4.1). What passes the bounds raises
    `AnswerTooLarge` into whoever writes, and what no XML parser would read `NoXml`; `fault` then says
    which it was: "bytes", "rows" or "xml".
    """

    def __init__(
        self, channel: socket, media_type: str, encoding: str = "", bounds: Bounds | None = None
    ) -> None:
        self._channel = channel
        self._bounds = bounds or Bounds()
        self._rows: RowCounter | None = None
        self._media_type = media_type
        self._is_xml, self._seen = media_type.endswith("xml"), b""
        self._encoding = encoding
        self._size = 0
        self._parts: list[bytes] = []
        self._held = 0
        # How large the next frame may be, and since when it is written.
        self._wanted, self._since = wire.FRAME_BYTES, 0.0
        self._packer: _Packer | None = None
        self.fault = ""

    def write(self, data: bytes) -> int:
        """Take bytes of the answer."""
        # The engine writes it as it is, and every parser takes that for a line's end (XML 1.0, 2.11).
        part = data.replace(b"\r", b"&#13;") if self._is_xml else data
        begin = 0
        while (end := begin + self._wanted - self._held) <= len(part):
            self._hold(part[begin:end])
            self._send(self._take())
            begin = end
        self._hold(part[begin:])
        if self._held >= wire.FRAME_BYTES and time.monotonic() - self._since > _LONG:
            self._send(self._take())
        return len(data)

    def flush(self) -> None:
        """Keep the bytes: frames go out by size."""

    def finish(self) -> bytes:
        """Return the last frame, with what is left; the answer is complete once it is sent."""
        rest = self._take()
        self._check(rest, whole=not self._size)
        if self._packer is None and len(rest) >= _WORTH_PACKING:
            self._packer = self._new_packer()
        if self._packer is None:
            return wire.pack(wire.LAST, rest)
        return wire.pack(wire.PACKED_LAST, self._packer.pack(rest) + self._packer.end())

    def _hold(self, part: bytes) -> None:
        self._parts.append(part)
        self._held += len(part)

    def _take(self) -> bytes:
        """Return what is held; it is copied once, here."""
        held = b"".join(self._parts)
        self._parts.clear()
        self._held = 0
        return held

    def _send(self, frame: bytes) -> None:
        self._check(frame)
        self._packer = self._packer or self._new_packer()
        if self._packer is None:
            wire.send(self._channel, wire.MORE, frame)
        else:
            wire.send(self._channel, wire.PACKED_MORE, self._packer.pack(frame))
        self._wanted, self._since = _LARGE_FRAME, time.monotonic()

    def _check(self, frame: bytes, *, whole: bool = False) -> None:
        self._size += len(frame)
        if self._bounds.most_bytes and self._size > self._bounds.most_bytes:
            self.fault = "bytes"
            raise AnswerTooLarge
        # A row has a byte at least, so that no row of a small answer is too many.
        few = whole and len(frame) <= self._bounds.most_rows
        if self._bounds.most_rows and not few and self._count(frame) > self._bounds.most_rows:
            self.fault = "rows"
            raise AnswerTooLarge
        if self._is_xml:
            if _is_no_xml(frame) or _is_no_xml(self._seen + frame[:_OVERLAP]):
                self.fault = "xml"
                raise NoXml
            # All frames but the last are longer.
            self._seen = frame[-_OVERLAP:]

    def _count(self, frame: bytes) -> int:
        self._rows = self._rows or RowCounter(self._media_type)
        return self._rows.add(frame)

    def _new_packer(self) -> _Packer | None:
        kind = _PACKERS.get(self._encoding)
        return kind() if kind else None


def _is_no_xml(data: bytes) -> bool:
    odd = data.translate(None, _FINE)
    if odd and (odd.strip(b"\xef") or any(each in data for each in _NO_CHARACTERS)):
        return True
    # From behind it is found in half the time.
    return data.rfind(_PREFIX) >= 0 and _NAMELESS.search(data) is not None
