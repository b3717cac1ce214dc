"""Count the rows of an answer in the bytes that the engine writes, without reading them."""

import re
from collections.abc import Callable, Mapping

# How a query ends that says itself how many rows it has at most (SPARQL 1.1 Query, section 19.8, rule 25).
_LIMIT = re.compile(
    r"\}\s*+(?:OFFSET\s++\d++\s++)?LIMIT\s++(\d++)(?:\s++OFFSET\s++\d++)?\s*+\Z",
    re.ASCII | re.IGNORECASE,
)
_LONGEST_LIMIT = 128


def keeps_to(limit: int, text: str) -> bool:
    """Tell whether the end of a query says that it has no more than `limit` rows, which spares the counting.

    False where that is not sure: a comment might begin in the same line, or behind an escape.
    """
    end = text[-_LONGEST_LIMIT:]
    match = _LIMIT.search(end)
    if match is None or int(match[1]) > limit:
        return False
    before = text[: len(text) - len(end) + match.start()]
    line = before[max(before.rfind("\n"), before.rfind("\r")) + 1 :] + match[0]
    return "#" not in line and "\\" not in line


class _Pattern:
    """Counts a pattern, no end of which is its beginning, in bytes that come in pieces."""

    def __init__(self, pattern: bytes) -> None:
        self._pattern = pattern
        self._reach = len(pattern) - 1
        self._tail = b""

    def count(self, data: bytes) -> int:
        return data.count(self._pattern) + self.across(data)

    def across(self, data: bytes) -> int:
        """Count it where it begins in an earlier piece and ends in this one."""
        if not self._reach:
            return 0
        # Neither side is long enough to hold the pattern, so nothing is counted twice.
        count = (self._tail + data[: self._reach]).count(self._pattern)
        self._tail = (self._tail + data[-self._reach :])[-self._reach :]
        return count


class _EmptyRows:
    """Counts `{}`, a row without any value, in JSON that comes in pieces.

    Such rows stand in runs, behind the bracket that opens the rows or behind the end of another row:
    the quote that ends a value, and braces.
    """

    _START = re.compile(rb'"bindings":\[|(?<!\\)(?:\\\\)*+(?<!"value":)"\}\}++,')
    _REACH = 64

    def __init__(self) -> None:
        self._tail = b""
        self._begun = self._running = False
        # That there is a row at all is counted already, so the first one is not.
        self._ahead = 0

    def count(self, data: bytes) -> int:
        count = self._run(data, 0) if self._running else 0
        reach, before = self._REACH, len(self._tail)
        if not self._begun or len(data) < 4 * reach or b"}},{}" in data:
            count += self._runs(self._tail + data, before, data, -before)
        else:
            # A row may end across the edge of two pieces, or so near it that empty ones may follow.
            count += self._runs(self._tail + data[:reach], before, data, -before)
            count += self._runs(data[-2 * reach :], reach, data, len(data) - 2 * reach)
        self._tail = (self._tail + data[-reach:])[-reach:]
        return count

    def _runs(self, region: bytes, least: int, data: bytes, shift: int) -> int:
        """Count what follows the starts in `region` that end behind `least`; it is at `shift` of `data`."""
        if self._begun and b"}}," not in region:
            return 0
        count = 0
        for start in self._START.finditer(region):
            if start.end() > least:
                first = start[0].startswith(b'"b')
                self._begun = self._begun or first
                self._ahead = int(first)
                count += self._run(data, start.end() + shift)
        return count

    def _run(self, data: bytes, at: int) -> int:
        rest = data[at:]
        run = len(rest) - len(rest.lstrip(b"{},"))
        self._running = run == len(rest)
        count = rest[:run].count(b"}")
        ahead = min(self._ahead, count)
        self._ahead = self._ahead - ahead if self._running else 0
        return count - ahead


class _Json:
    """A row begins behind `},{"`; where a string ends in `},{`, a comma or brace follows, never a name."""

    _BEGIN, _ENDS = b'},{"', (b'},{",', b'},{"}')

    def __init__(self) -> None:
        self._begins = _Pattern(self._BEGIN)
        self._ends = [_Pattern(pattern) for pattern in self._ENDS]
        self._empty = _EmptyRows()

    def count(self, data: bytes) -> int:
        # To split from behind takes half the time of three searches; what begins with a comma or brace
        # is less or more than what begins with a name, at least in ASCII.
        rows = data.rsplit(self._BEGIN)
        del rows[0]
        count = len(rows) + self._begins.across(data)
        count -= sum(each.across(data) for each in self._ends)
        if rows and (min(rows) < b"-" or max(rows) >= b"}"):
            count -= sum(data.count(pattern) for pattern in self._ENDS)
        return count + self._empty.count(data)


# All bytes but quotes and ends of lines.
_NEITHER = bytes(byte for byte in range(256) if byte not in b'"\n')


class _Csv:
    """A line ends outside quotes (RFC 4180, section 2); the first one is the header."""

    def __init__(self) -> None:
        self._quoted = False

    def count(self, data: bytes) -> int:
        if not self._quoted and b'"' not in data:
            return data.count(b"\n")
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
    """The rows of one answer so far; of graphs and verdicts there are none, and in JSON no row is one."""

    def __init__(self, media_type: str) -> None:
        """Prepare for the engine's form of `media_type`."""
        self._counter = _COUNTERS[media_type]() if media_type in _COUNTERS else None
        self._seen = -_BEFORE.get(media_type, 0)

    def add(self, data: bytes) -> int:
        """Take more bytes and return the number of rows that have begun or ended in all of them."""
        if self._counter is not None:
            self._seen += self._counter.count(data)
        return max(self._seen, 0)
