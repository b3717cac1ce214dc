"""Keep what was measured, and compare two servers round by round."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any


@dataclass(frozen=True)
class Measured:
    """What one server showed in one round; `series` and `clients` say under which load (0: none)."""

    scale: str
    series: str
    clients: int
    server: str
    round: int
    values: dict[str, float]


@dataclass(frozen=True)
class Comparison:
    """The medians of two servers, and the median, least and greatest ratio of the first to the second."""

    ours: float
    theirs: float
    ratio: float
    least: float
    most: float

    @property
    def medians(self) -> tuple[float, float]:
        """Return the medians."""
        return self.ours, self.theirs

    @property
    def words(self) -> str:
        """Return the ratio for a table, with the spread of the rounds."""
        return f"{self.ratio:.2f} ({self.least:.2f}-{self.most:.2f})"


def compare(ours: Sequence[float], theirs: Sequence[float]) -> Comparison:
    """Compare round by round, since what else runs on the machine changes from round to round.

    When one side was measured less often, only its median can be compared with each round of the
    other. Raises `ValueError` when a side has nothing or a value of the second is not above 0.
    """
    if not ours or not theirs or min(theirs) <= 0:
        message = f"nothing to compare in {ours} and {theirs}"
        raise ValueError(message)
    if len(ours) == len(theirs):
        ratios = [mine / other for mine, other in zip(ours, theirs, strict=True)]
    elif len(ours) > len(theirs):
        ratios = [mine / median(theirs) for mine in ours]
    else:
        ratios = [median(ours) / other for other in theirs]
    return Comparison(median(ours), median(theirs), median(ratios), min(ratios), max(ratios))


class Figures:
    """All that was measured, in order."""

    def __init__(self) -> None:
        """Start with nothing."""
        self._all: list[Measured] = []

    def add(self, measured: Measured) -> None:
        """Keep one more."""
        self._all.append(measured)

    def values(self, scale: str, series: str, clients: int, server: str, name: str) -> list[float]:
        """Return a value of a server in all rounds."""
        wanted = (scale, series, clients, server)
        return [
            item.values[name]
            for item in self._all
            if (item.scale, item.series, item.clients, item.server) == wanted and name in item.values
        ]

    def kept(self, scale: str, server: str) -> list[tuple[str, int, str]]:
        """Return series, clients and name of each value of a server, in the order of measuring."""
        mine = [item for item in self._all if (item.scale, item.server) == (scale, server)]
        loads: dict[tuple[str, int], dict[str, None]] = {}
        for item in mine:
            loads.setdefault((item.series, item.clients), {}).update(dict.fromkeys(item.values))
        return [(*load, name) for load, names in loads.items() for name in names]

    def plain(self) -> list[dict[str, Any]]:
        """Return all as plain values."""
        return [asdict(item) for item in self._all]
