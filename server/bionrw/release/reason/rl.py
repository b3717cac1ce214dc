"""OWL 2 RL: run the rules over a store until nothing new follows."""

from collections.abc import Iterable, Iterator

from pyoxigraph import BlankNode, NamedNode, QuerySolutions, Store, Triple

from bionrw.library import Library
from bionrw.release.reason.closure import Closure
from bionrw.release.reason.coverage import require_covered
from bionrw.release.reason.port import Inferences, Verdict
from bionrw.release.reason.proof import Prover
from bionrw.release.reason.rules import read_rules
from bionrw.release.reason.words import Words

_THING = NamedNode("http://www.w3.org/2002/07/owl#Thing")
_SAME = NamedNode("http://www.w3.org/2002/07/owl#sameAs")


class RlReasoner:
    """Reasons by the rules of `queries/rules/rl`, in time that grows with the number of facts."""

    def __init__(self, library: Library) -> None:
        """Read the rules; raise `SourceError` for a malformed one."""
        self._library = library
        self.book = read_rules(library)

    def close(self, triples: Iterable[Triple]) -> Closure:
        """Return `triples` with all that follows; raise `BuildError` for an axiom that no rule reads."""
        given = list(triples)
        require_covered(given, self.book.covered, Words(given, self._library.shorten))
        return Closure(given, self.book.rules)

    def judge(self, triples: Iterable[Triple]) -> Verdict:
        """Return the clashes with the facts and axioms that lead to them; RL finds no empty classes."""
        given = list(triples)
        closure = self.close(given)
        prover = Prover(closure, self.book.rules)
        words = Words(given, self._library.shorten)
        return Verdict(tuple(words.clash(*clash, prover) for clash in self._clashes(closure.store)))

    def infer(self, triples: Iterable[Triple]) -> Inferences:
        """Return what follows about named things and terms."""
        return Inferences(frozenset(triple for triple in self.close(triples).steps if is_telling(triple)))

    def _clashes(self, store: Store) -> Iterator[tuple[NamedNode | BlankNode, NamedNode, NamedNode]]:
        seen = set()
        for query in self.book.clashes:
            solutions = store.query(query.text)
            assert isinstance(solutions, QuerySolutions)  # noqa: S101
            for row in solutions:
                clash = row["thing"], row["one"], row["other"]
                if clash not in seen:
                    seen.add(clash)
                    yield clash


def is_telling(triple: Triple) -> bool:
    """Tell whether a conclusion is worth keeping: about things with names, and no tautology."""
    subject, predicate, value = triple
    if isinstance(subject, BlankNode) or isinstance(value, BlankNode) or value == _THING:
        return False
    return not (subject == value and predicate in (_SAME, *_HIERARCHY))


_HIERARCHY = (
    NamedNode("http://www.w3.org/2000/01/rdf-schema#subClassOf"),
    NamedNode("http://www.w3.org/2000/01/rdf-schema#subPropertyOf"),
)
