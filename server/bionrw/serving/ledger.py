"""Memory that the serving processes and the metrics process share: figures in it outlive who wrote them.

It is a file without a name, divided into places. A serving process takes a place by a lock that the
system takes off when the process ends, however it ends; the next one to take it counts on from there.
"""

import fcntl
import json
import mmap
import os
import struct
import tempfile
import zlib
from collections.abc import Iterator
from typing import Any

_HEADER_BYTES, _FIGURES, ENTRIES = 1024, 896, 32
ENTRY_BYTES = 8192
_FIGURE_BYTES = _FIGURES * 8
_PLACE_BYTES = _HEADER_BYTES + _FIGURE_BYTES + ENTRIES * ENTRY_BYTES
# Length and checksum stand before a text, so that one that is half written is not taken for whole.
_PREFIX = struct.Struct("<II")


class Place:
    """What one serving process writes: a header, figures, and entries of some KiB."""

    def __init__(self, view: memoryview) -> None:
        """Divide `view`."""
        self._header = view[:_HEADER_BYTES]
        self.figures = view[_HEADER_BYTES : _HEADER_BYTES + _FIGURE_BYTES].cast("d")
        self._entries = view[_HEADER_BYTES + _FIGURE_BYTES :]

    def name(self, header: dict[str, Any]) -> None:
        """Write who writes here."""
        _write(self._header, json.dumps(header).encode())

    @property
    def header(self) -> dict[str, Any]:
        """Return who writes here, empty where nobody ever did."""
        return json.loads(_read(self._header) or b"{}")  # type: ignore[no-any-return]

    def write(self, number: int, entry: bytes) -> None:
        """Write an entry; what is longer than `ENTRY_BYTES` and a prefix raises `ValueError`."""
        _write(self._entry(number), entry)

    def read(self, number: int) -> bytes:
        """Return an entry, empty where there is none or where it is being written."""
        return _read(self._entry(number))

    def _entry(self, number: int) -> memoryview:
        return self._entries[number * ENTRY_BYTES : (number + 1) * ENTRY_BYTES]


class Ledger:
    """All places, as one process sees them."""

    def __init__(self, descriptor: int) -> None:
        """Map the file behind `descriptor`, which has to stay open."""
        self.descriptor = descriptor
        self._memory = mmap.mmap(descriptor, 0)
        self._count = len(self._memory) // _PLACE_BYTES
        self._own: set[tuple[int, int]] = set()

    @classmethod
    def create(cls, places: int) -> "Ledger":
        """Return an empty ledger; raise `OSError` when there is no room for it."""
        if hasattr(os, "memfd_create"):
            descriptor = os.memfd_create("bionrw-metrics")
            os.ftruncate(descriptor, places * _PLACE_BYTES)
        else:
            with tempfile.TemporaryFile() as file:
                # Written out, because a full disk would end a process that touches a hole.
                file.write(bytes(places * _PLACE_BYTES))
                file.flush()
                descriptor = os.dup(file.fileno())
        return cls(descriptor)

    def claim(self) -> Place | None:
        """Return a place that is nobody else's until this process ends, None when all are taken."""
        free = next((number for number in range(self._count) if self._lock(number)), None)
        if free is None:
            return None
        self._own.add((free, os.getpid()))
        return self._place(free)

    def places(self) -> Iterator[tuple[Place, bool]]:
        """Yield each place that was ever taken, and whether its process lives."""
        for number in range(self._count):
            place = self._place(number)
            if place.header:
                # Looking by a lock would take this process's own one away.
                free = (number, os.getpid()) not in self._own and self._lock(number)
                if free:
                    self._unlock(number)
                yield place, not free

    def _place(self, number: int) -> Place:
        start = number * _PLACE_BYTES
        return Place(memoryview(self._memory)[start : start + _PLACE_BYTES])

    def _lock(self, number: int) -> bool:
        # Locks of this kind belong to the process: a fork does not inherit them.
        try:
            fcntl.lockf(self.descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, number * _PLACE_BYTES)
        except OSError:
            return False
        return True

    def _unlock(self, number: int) -> None:
        fcntl.lockf(self.descriptor, fcntl.LOCK_UN, 1, number * _PLACE_BYTES)


def _write(view: memoryview, data: bytes) -> None:
    room = len(view) - _PREFIX.size
    if len(data) > room:
        message = f"{len(data)} bytes do not fit into {room}"
        raise ValueError(message)
    _PREFIX.pack_into(view, 0, 0, 0)
    view[_PREFIX.size : _PREFIX.size + len(data)] = data
    _PREFIX.pack_into(view, 0, len(data), zlib.crc32(data))


def _read(view: memoryview) -> bytes:
    length, checksum = _PREFIX.unpack_from(view)
    data = bytes(view[_PREFIX.size : _PREFIX.size + length])
    return data if zlib.crc32(data) == checksum else b""
