"""Refuse literals that do not fit their datatypes, naming each of them; HermiT's own tables judge."""

from collections.abc import Callable, Iterable

from pyoxigraph import Literal, Triple

from bionrw.errors import BuildError
from bionrw.release.reason import owlapi
from bionrw.release.reason.datatypes import ANY_TEXT
from bionrw.release.report import LISTED, show


def require_well_formed(triples: Iterable[Triple], shorten: Callable[[str], str]) -> None:
    """Raise `BuildError` that lists the triples whose literal does not fit its datatype."""
    literals: dict[tuple[str, str], list[Triple]] = {}
    for triple in triples:
        value = triple.object
        if isinstance(value, Literal) and value.datatype.value not in ANY_TEXT:
            literals.setdefault((value.value, value.datatype.value), []).append(triple)
    wrong = [triple for each in owlapi.malformed(literals) for triple in literals[each]]
    lines = sorted(_line(triple, shorten) for triple in wrong)
    if lines:
        more = [f"… and {len(lines) - LISTED:,} more"] if len(lines) > LISTED else []
        title = "These literals do not fit their datatypes; mend the value or the datatype."
        raise BuildError("\n  ".join([title, *lines[:LISTED], *more]), {"literals": lines})


def _line(triple: Triple, shorten: Callable[[str], str]) -> str:
    value = triple.object
    assert isinstance(value, Literal)  # noqa: S101
    subject, predicate = show(triple.subject, shorten), show(triple.predicate, shorten)
    text, datatype = show(Literal(value.value), shorten), shorten(value.datatype.value)
    return f"{subject} {predicate} {text}: this is no {datatype}"
