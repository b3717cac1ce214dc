"""Public criteria for ontologies, the pitfalls of OOPS! and the tests of FOOPS!, and what looks at each."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.resources.abc import Traversable

from bionrw.library import Query
from bionrw.release.quality.report import Level, Measure, Remark, Section
from bionrw.release.table import fault, read_rows

FILE = "criteria.csv"
# Who looks: a query of the build, a test that needs a server, a person, or a register outside.
QUERY, SERVER, READING, REGISTRY = HOW = ("query", "server", "reading", "registry")

_NAME = f"ontology/{FILE}"
_COLUMNS = ("catalogue", "name", "title", "how", "note")
_SECTIONS = {
    "OOPS!": ("pitfalls", "pitfalls-checked", "pitfalls-found"),
    "FOOPS!": ("fair", "fair-tests-run", "fair-tests-failed"),
}
_TAG = re.compile(r"[A-Z_]+\d[\w.]*")
_SUFFIX = "-violation"
_WORDS = {
    SERVER: "checked by tests/http/test_fair.py",
    READING: "no query can tell",
    REGISTRY: "not run, since it asks a register",
}


@dataclass(frozen=True, slots=True)
class Criterion:
    """A pitfall or test by its name in the catalogue, with a title of ours, and how it is looked at."""

    catalogue: str
    name: str
    title: str
    how: str
    note: str = ""


def read_criteria(ontology: Traversable) -> tuple[Criterion, ...]:
    """Return the criteria, none when there is no file; raise `SourceError` with the line of a fault."""
    found = []
    for line, row in read_rows(ontology / FILE, _NAME, _COLUMNS, empty=["note"]):
        if row["how"] not in HOW or row["catalogue"] not in _SECTIONS:
            problem = f"catalogue is one of {', '.join(_SECTIONS)}, how one of {', '.join(HOW)}"
            raise fault(_NAME, line, problem)
        found.append(Criterion(**row))
    return tuple(found)


def judge(
    criteria: Sequence[Criterion], checks: Iterable[Query], broken: Collection[str]
) -> Iterator[Section]:
    """Yield a section for each catalogue; `checks` name criteria by tag, `broken` are those that found."""
    tagged: dict[str, list[str]] = {}
    for check in checks:
        for tag in filter(_TAG.fullmatch, check.tags):
            tagged.setdefault(tag, []).append(check.slug.removesuffix(_SUFFIX))
    unknown = sorted(set(tagged) - {criterion.name for criterion in criteria})
    strays = [
        Remark(Level.VIOLATION, tag, f"{' and '.join(tagged[tag])} has this tag, which {_NAME} does not know")
        for tag in unknown
    ]
    for catalogue, (dimension, looked_at, failed) in _SECTIONS.items():
        own = [criterion for criterion in criteria if criterion.catalogue == catalogue]
        seen = sum(criterion.how in (QUERY, SERVER) for criterion in own)
        faulty = [criterion.name for criterion in own if set(tagged.get(criterion.name, ())) & set(broken)]
        remarks = [_remark(criterion, tagged.get(criterion.name, ()), faulty) for criterion in own]
        measures = Measure(looked_at, seen, len(own)), Measure(failed, len(faulty))
        yield Section(dimension, measures, (*remarks, *strays))
        strays = []


def _remark(criterion: Criterion, queries: Sequence[str], faulty: Collection[str]) -> Remark:
    note = f". {criterion.note}" if criterion.note else ""
    if bool(queries) != (criterion.how == QUERY):
        problem = (
            f"{_NAME} says {criterion.how}, the tags of queries/checks name {', '.join(queries) or 'none'}"
        )
        return Remark(Level.VIOLATION, criterion.name, f"{criterion.title}: {problem}")
    if criterion.name in faulty:
        return Remark(Level.VIOLATION, criterion.name, f"{criterion.title}: found by {', '.join(queries)}")
    by = f"checked by {', '.join(queries)}" if queries else _WORDS[criterion.how]
    level = Level.CHECKED if criterion.how in (QUERY, SERVER) else Level.NOTED
    return Remark(level, criterion.name, f"{criterion.title}: {by}{note}")
