"""Count the rows of an answer in the bytes that the engine writes, without reading them."""

from collections.abc import Callable, Mapping


class _Pattern:
    """Counts a pattern in bytes that come in pieces."""

    def __init__(self, pattern: bytes) -> None:
        self._pattern = pattern
        self._tail = b""

    def count(self, data: bytes) -> int:
        seen = self._tail + data
        # The tail is too short to hold the pattern, so nothing is counted twice.
        self._tail = seen[-(len(self._pattern) - 1) :] if len(self._pattern) > 1 else b""
        return seen.count(self._pattern)


class _Json:
    """A row begins behind `},{"`; where a string ends in `},{`, a comma or brace follows, never a name."""

    def __init__(self) -> None:
        self._begins = _Pattern(b'},{"')
        self._ends = (_Pattern(b'},{",'), _Pattern(b'},{"}'))

    def count(self, data: bytes) -> int:
        return self._begins.count(data) - sum(each.count(data) for each in self._ends)


# All bytes but quotes and ends of lines.
_NEITHER = bytes(byte for byte in range(256) if byte not in b'"\n')


class _Csv:
    """A line ends outside quotes (RFC 4180, section 2); the first one is the header."""

    def __init__(self) -> None:
        self._quoted = False

    def count(self, data: bytes) -> int:
        parts = data.translate(None, _NEITHER).split(b'"')
        lines = sum(part.count(b"\n") for part in parts[int(self._quoted) :: 2])
        self._quoted ^= len(parts) % 2 == 0
        return lines


_COUNTERS: Mapping[str, Callable[[], _Pattern | _Json | _Csv]] = {
    "application/sparql-results+json": _Json,
    "application/sparql-results+xml": lambda: _Pattern(b"<result>"),
    "text/csv": _Csv,
    "text/tab-separated-values": lambda: _Pattern(b"\n"),
}
# What is counted before the first row: no row begins behind a comma in JSON, the header is a line.
_BEFORE = {
    "application/sparql-results+json": -1,
    "application/sparql-results+xml": 0,
    "text/csv": 1,
    "text/tab-separated-values": 1,
}


class RowCounter:
    """The rows of one answer so far; of graphs and verdicts there are none.

    In JSON no row counts as one, and rows without any value are not seen; they weigh three bytes, which
    the limit on bytes bounds.
    """

    def __init__(self, media_type: str) -> None:
        """Prepare for the engine's form of `media_type`."""
        self._counter = _COUNTERS[media_type]() if media_type in _COUNTERS else None
        self._seen = -_BEFORE.get(media_type, 0)

    def add(self, data: bytes) -> int:
        """Take more bytes and return the number of rows that have begun or ended in all of them."""
        if self._counter is not None:
            self._seen += self._counter.count(data)
        return max(self._seen, 0)
