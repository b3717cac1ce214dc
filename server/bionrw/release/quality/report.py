"""What the quality report says: measures and remarks by dimension, plain and frozen."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How much a remark asks of its reader; the first must be mended, the second looked at."""

    VIOLATION = "violation"
    NOTICE = "notice"
    ACCEPTED = "accepted"
    NOTED = "noted"
    CHECKED = "checked"


@dataclass(frozen=True, slots=True)
class Measure:
    """A count, or the part of a `whole` that it makes up; `about` names what was counted of several."""

    metric: str
    value: int
    whole: int | None = None
    about: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Remark:
    """A sentence about a term, rule, criterion or node."""

    level: Level
    about: str
    text: str


@dataclass(frozen=True, slots=True)
class Section:
    """What was found in one dimension."""

    dimension: str
    measures: tuple[Measure, ...]
    remarks: tuple[Remark, ...] = ()
    title: str = ""

    def count(self, level: Level) -> int:
        """Return how many remarks have a level."""
        return sum(remark.level == level for remark in self.remarks)


@dataclass(frozen=True, slots=True)
class QualityReport:
    """The report of one release; `created` is the newest date in its sources."""

    version: str
    base: str
    created: str
    sections: tuple[Section, ...]

    def remarks(self, level: Level) -> Iterator[tuple[Section, Remark]]:
        """Yield the remarks of a level with their sections."""
        for section in self.sections:
            for remark in section.remarks:
                if remark.level == level:
                    yield section, remark

    def count(self, level: Level) -> int:
        """Return how many remarks have a level."""
        return sum(section.count(level) for section in self.sections)

    @property
    def sound(self) -> bool:
        """Tell whether nothing has to be mended."""
        return not self.count(Level.VIOLATION)

    def counts(self) -> str:
        """Return how many things ask for attention, in words."""
        violations, notices = self.count(Level.VIOLATION), self.count(Level.NOTICE)
        return f"{violations:,} violation{'' if violations == 1 else 's'}, {notices:,} to look at"
