"""What the build asks of a reasoner, whichever it is."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from pyoxigraph import Triple


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether axioms and facts fit together; `clashes` are sentences, `unsatisfiable` the IRIs of classes."""

    clashes: tuple[str, ...] = ()
    unsatisfiable: tuple[str, ...] = ()

    @property
    def consistent(self) -> bool:
        """Tell whether nothing clashes; a class without possible members is no clash by itself."""
        return not self.clashes


@dataclass(frozen=True, slots=True)
class Inferences:
    """What follows and was not asserted: types, links and subsumptions between named things."""

    triples: frozenset[Triple]


class Reasoner(Protocol):
    """Judges a set of axioms and facts, and draws what follows from it."""

    def judge(self, triples: Iterable[Triple]) -> Verdict:
        """Return whether `triples` fit together; raise `BuildError` when that cannot be told."""

    def infer(self, triples: Iterable[Triple]) -> Inferences:
        """Return what follows from `triples`; raise `BuildError` when that cannot be told."""
