"""OWL 2 RL: run the rules over a store until nothing new follows."""

from collections.abc import Iterable

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from bionrw.library import Library
from bionrw.release.reason.closure import Closure
from bionrw.release.reason.coverage import require_covered
from bionrw.release.reason.facts import Facts, Node, Term
from bionrw.release.reason.port import Inferences, Verdict
from bionrw.release.reason.proof import Prover
from bionrw.release.reason.rules import Binding, read_rules
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
        """Return `triples`, read once, with all that follows.

        Raises `BuildError` for an axiom that no rule reads.
        """
        facts = Facts(triples)
        require_covered(facts.axioms, self.book.covered, self.words(facts))
        return Closure(facts, self.book.rules)

    def words(self, facts: Facts) -> Words:
        """Return what puts the axioms among `facts` into words."""
        return Words(facts.axioms, self._library.shorten)

    def judge(self, triples: Iterable[Triple]) -> Verdict:
        """Return the clashes with the facts and axioms that lead to them; RL finds no empty classes."""
        return Verdict(self.clashes(self.close(triples)))

    def clashes(self, closure: Closure) -> tuple[str, ...]:
        """Return a sentence for each clash in what holds."""
        prover = Prover(closure, self.book.rules)
        words = self.words(closure.facts)
        return tuple(_sentence(dict(clash), words, prover) for clash in self._clashes(closure.facts))

    def infer(self, triples: Iterable[Triple]) -> Inferences:
        """Return what follows about named things and terms."""
        return Inferences(frozenset(triple for triple in self.close(triples).steps if is_telling(triple)))

    def _clashes(self, facts: Facts) -> Iterable[tuple[tuple[str, Term], ...]]:
        """Return the rows of all queries for clashes, each once."""
        rows = (row for query in self.book.clashes for row in facts.rows(query.text))
        return dict.fromkeys(tuple(sorted(row.items(), key=str)) for row in rows)


def _sentence(clash: Binding, words: Words, prover: Prover) -> str:
    thing = _node(clash["thing"])
    if "property" not in clash:
        return words.clash(thing, _node(clash["one"]), _node(clash["other"]), prover)
    denied = clash["property"]
    assert isinstance(denied, NamedNode)  # noqa: S101
    return words.denial(Triple(thing, denied, clash["value"]), prover)


def _node(term: Term) -> Node:
    assert not isinstance(term, Literal)  # noqa: S101  # a literal has no type
    return term


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
