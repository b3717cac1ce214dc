"""The list of what the editors accept although a check objects, each with its reason."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.resources.abc import Traversable

from bionrw.release.quality.report import Level, Remark
from bionrw.release.table import fault, read_rows

FILE = "accepted.csv"
# What each check finds, in words.
CHECKS = {
    "held-back": "held back",
    "idle-axiom": "meets no fact",
    "idle-rule": "draws nothing new",
    "profile-dl": "outside OWL 2 DL",
    "profile-rl": "outside OWL 2 RL",
    "unused-term": "without use",
}

_NAME = f"ontology/{FILE}"
_COLUMNS = ("check", "item", "why")


@dataclass(frozen=True, slots=True)
class Acceptance:
    """An entry of the list and its line in the file."""

    check: str
    item: str
    why: str
    line: int


def read_acceptances(ontology: Traversable) -> tuple[Acceptance, ...]:
    """Return the list, empty when there is none; raise `SourceError` with the line of a fault."""
    found = []
    for line, row in read_rows(ontology / FILE, _NAME, _COLUMNS):
        if row["check"] not in CHECKS:
            raise fault(_NAME, line, f"there is no check {row['check']!r}; known: {', '.join(CHECKS)}")
        found.append(Acceptance(row["check"], row["item"], row["why"], line))
    return tuple(found)


def weigh(
    check: str,
    found: Iterable[tuple[str, str]],
    acceptances: Iterable[Acceptance],
    level: Level,
) -> Iterator[Remark]:
    """Yield a remark for each item that a check has `found`, and for each reason that it no longer needs.

    An item is found with details, which may be empty; without a reason it gets `level`.
    """
    reasons = {entry.item: entry for entry in acceptances if entry.check == check}
    met = set()
    for item, details in dict(found).items():
        if item in reasons:
            met.add(item)
            yield Remark(Level.ACCEPTED, item, f"{CHECKS[check]}: {reasons[item].why}")
        else:
            problem = f"{CHECKS[check]}: {details}" if details else CHECKS[check]
            yield Remark(level, item, f"{problem}; no reason in {_NAME} ({check})")
    for item, entry in reasons.items():
        if item not in met:
            problem = f"{_NAME}, line {entry.line}, accepts what does not occur; remove the line"
            yield Remark(Level.NOTICE, item, problem)
