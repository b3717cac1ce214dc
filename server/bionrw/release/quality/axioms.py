"""Which axioms about properties and classes meet facts."""

from collections.abc import Iterable
from dataclasses import dataclass

from bionrw.release.quality.acceptances import Acceptance, weigh
from bionrw.release.quality.report import Level, Measure, Section


@dataclass(frozen=True, slots=True)
class Axiom:
    """An axiom of a kind about a term, names shortened, and whether at least one fact meets it."""

    kind: str
    term: str
    works: bool


def section(axioms: Iterable[Axiom], acceptances: Iterable[Acceptance]) -> Section:
    """Return the section on axioms; one that meets no fact and has no reason wants an eye."""
    found = tuple(axioms)
    idle = [(f"{axiom.term} {axiom.kind}", "") for axiom in found if not axiom.works]
    measures = []
    for kind in sorted({axiom.kind for axiom in found}):
        own = [axiom for axiom in found if axiom.kind == kind]
        measures.append(Measure("firing-axioms", sum(axiom.works for axiom in own), len(own), kind))
    return Section("axioms", tuple(measures), tuple(weigh("idle-axiom", idle, acceptances, Level.NOTICE)))
