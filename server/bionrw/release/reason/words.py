"""Put axioms, facts and clashes into words."""

from collections.abc import Callable, Iterable, Iterator

from pyoxigraph import BlankNode, NamedNode, Triple

from bionrw.release.reason.coverage import OWL, RDF, TYPE
from bionrw.release.reason.facts import Node
from bionrw.release.reason.proof import Proof, Prover
from bionrw.release.report import show

SAME = NamedNode(OWL + "sameAs")
_FIRST, _REST = NamedNode(RDF + "first"), NamedNode(RDF + "rest")
_COMPLEMENT, _INTERSECTION, _PROPERTY, _SOME = (
    NamedNode(OWL + name) for name in ("complementOf", "intersectionOf", "onProperty", "someValuesFrom")
)
_KINDS_OF_TERMS = {NamedNode(OWL + "ObjectProperty")}
_STRUCTURE = frozenset({_COMPLEMENT, _FIRST, _REST, _INTERSECTION, _PROPERTY, _SOME})


class Words:
    """Writes terms by their short names, and nameless class expressions by what they consist of."""

    def __init__(self, triples: Iterable[Triple], shorten: Callable[[str], str]) -> None:
        """Keep the structure of the nameless expressions among `triples`; `shorten` writes an IRI."""
        self._shorten = shorten
        self._parts = {
            (triple.subject, triple.predicate): triple.object
            for triple in triples
            if isinstance(triple.subject, BlankNode) and triple.predicate in _STRUCTURE
        }

    def triple(self, triple: Triple) -> str:
        """Return a triple as Turtle would write it."""
        predicate = "a" if triple.predicate == TYPE else self.term(triple.predicate)
        return f"{self.term(triple.subject)} {predicate} {self.term(triple.object)}"

    def term(self, term: object) -> str:
        """Return a term; a nameless class or list by its parts."""
        if not isinstance(term, BlankNode):
            return show(term, self._shorten)
        if (term, _FIRST) in self._parts:
            return f"( {' '.join(self.term(item) for item in self._items(term))} )"
        if members := self._parts.get((term, _INTERSECTION)):
            return f"({' and '.join(self.term(item) for item in self._items(members))})"
        if kind := self._parts.get((term, _COMPLEMENT)):
            return f"(not {self.term(kind)})"
        if kind := self._parts.get((term, _SOME)):
            return f"({self.term(self._parts.get((term, _PROPERTY)))} some {self.term(kind)})"
        return str(term)

    def is_structure(self, triple: Triple) -> bool:
        """Tell whether a triple only makes up a list or a nameless class, or says that a property is one."""
        return triple.predicate in _STRUCTURE or triple.object in _KINDS_OF_TERMS

    def clash(self, thing: Node, one: Node, other: Node, prover: Prover) -> str:
        """Return why `thing` cannot be what it is said to be: both classes, and how it comes to each.

        Where two things clash, `thing` is one of them: why they would be the same.
        """
        if thing == one:
            return self._merger(one, other, prover)
        sides = [self._side(prover.prove(Triple(thing, TYPE, kind))) for kind in (one, other)]
        return (
            f"{self.term(thing)} would be {self.term(one)} and {self.term(other)}, which are disjoint; "
            f"{'; '.join(sides)}."
        )

    def denial(self, triple: Triple, prover: Prover) -> str:
        """Return why a triple that is denied holds all the same."""
        return f"{self.triple(triple)} is denied, but holds by {self._facts(prover.prove(triple))}."

    def _merger(self, one: Node, other: Node, prover: Prover) -> str:
        facts = self._facts(prover.prove(Triple(one, SAME, other)))
        return (
            f"{self.term(one)} and {self.term(other)} would be one thing, but are said to be different; "
            f"they are the same by {facts}."
        )

    def _facts(self, proof: Proof) -> str:
        # That a property is a property explains nothing.
        leaves = [leaf for leaf in proof.leaves() if not self.is_structure(leaf)]
        return " and ".join(dict.fromkeys(map(self.triple, leaves)))

    def _side(self, proof: Proof) -> str:
        facts = self._facts(proof)
        kind = self.term(proof.triple.object)
        return f"it is {kind} by {facts}" if proof.rule else f"it is {kind} as asserted"

    def _items(self, head: object) -> Iterator[object]:
        while isinstance(head, BlankNode) and (head, _FIRST) in self._parts:
            yield self._parts[head, _FIRST]
            head = self._parts.get((head, _REST))
