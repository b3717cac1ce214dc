"""HermiT, a reasoner for the whole of OWL 2 DL: through owlready2 to judge, the OWL API for the rest."""

from collections.abc import Callable, Iterable

from pyoxigraph import RdfFormat, Triple, serialize

from bionrw.errors import OutOfReach
from bionrw.release.reason import owlapi
from bionrw.release.reason.child import ask, java_home
from bionrw.release.reason.datatypes import is_held_back
from bionrw.release.reason.literals import require_well_formed
from bionrw.release.reason.port import Inferences, Verdict
from bionrw.release.reason.rl import is_telling

# Less than a minute for facts in the shape of ours, even on a busy machine; DECISIONS.md has the figures.
MOST_TRIPLES = 100_000
# Twice as long: what is not judged by then is hard, and may take hours.
SECONDS = 120.0

# Ways to a clash that are worth the wait; each takes a second or two.
_WAYS = 5
_PROCESS = "bionrw.release.reason.hermit_process"


class HermitReasoner:
    """Judges with a tableau, which finds every clash but takes long for much data."""

    def __init__(
        self,
        most: int = MOST_TRIPLES,
        seconds: float = SECONDS,
        shorten: Callable[[str], str] = "<{}>".format,
    ) -> None:
        """Refuse more than `most` triples at once, and give up on fewer after `seconds`."""
        self._most, self._seconds, self._shorten = most, seconds, shorten

    def judge(self, triples: Iterable[Triple]) -> Verdict:
        """Return whether `triples` fit together, and the classes that nothing can be a member of.

        Raises `OutOfReach` when they are too many or too hard, `BuildError` for a malformed literal.
        """
        content = serialize(self._readable(triples), format=RdfFormat.N_TRIPLES) or b""
        request = {"content": content.decode(), "java": java_home(), "seconds": self._seconds}
        answer = ask(_PROCESS, request, self._seconds)
        if not answer.whole:
            message = f"HermiT is out of reach (no answer in {self._seconds:g} s)"
            raise OutOfReach(message)
        (said,) = answer.values
        if not said["consistent"]:
            return Verdict(clashes=("HermiT finds that axioms and facts contradict each other.",))
        return Verdict(unsatisfiable=tuple(said["unsatisfiable"]))

    def infer(self, triples: Iterable[Triple]) -> Inferences:
        """Return types, subsumptions and links of object properties; of data properties nothing."""
        given = frozenset(triples)
        drawn = owlapi.entail(self._readable(given))
        return Inferences(frozenset(filter(is_telling, drawn - given)))

    def contradictions(self, triples: Iterable[Triple]) -> tuple[str, ...]:
        """Return the facts and axioms that contradict each other, a sentence for each way they do.

        None when they do not, or when half a minute is not enough to tell.
        """
        ways = owlapi.explain_clash(triples, _WAYS, self._shorten)
        return tuple(f"These contradict each other: {'; '.join(way)}." for way in ways)

    def hindrances(self, triples: Iterable[Triple], classes: Iterable[str]) -> tuple[str, ...]:
        """Return why nothing can be a member of some classes, a sentence for each, as far as time allows."""
        found = owlapi.explain_classes(triples, classes, self._shorten)
        return tuple(f"{self._shorten(iri)}: {'; '.join(axioms)}." for iri, axioms in found.items())

    def _readable(self, triples: Iterable[Triple]) -> list[Triple]:
        given = list(triples)
        kept = [triple for triple in given if not is_held_back(triple)]
        if len(kept) > self._most:
            message = f"HermiT is out of reach ({len(kept):,} triples, more than {self._most:,})"
            raise OutOfReach(message)
        require_well_formed(given, self._shorten)
        return kept
