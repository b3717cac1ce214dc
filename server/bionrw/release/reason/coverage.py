"""Refuse an axiom that no rule reads, since its consequences would be missing without a word."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol

from pyoxigraph import BlankNode, NamedNode, Triple

from bionrw.errors import BuildError

OWL = "http://www.w3.org/2002/07/owl#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"

TYPE = NamedNode(RDF + "type")
_FIRST, _REST, _NIL = (NamedNode(RDF + name) for name in ("first", "rest", "nil"))
_SOME = NamedNode(OWL + "someValuesFrom")
_WIDER = NamedNode(RDFS + "subClassOf")
_OF_TWO = tuple(NamedNode(OWL + name) for name in ("propertyChainAxiom", "intersectionOf"))
# Words that say what a term is, or speak about it to people, and from which nothing follows.
_SILENT = frozenset(
    [
        *(
            OWL + name
            for name in (
                "AnnotationProperty",
                "Class",
                "DatatypeProperty",
                "NamedIndividual",
                "ObjectProperty",
                "Ontology",
                "Thing",
                "deprecated",
                "priorVersion",
                "versionIRI",
                "versionInfo",
            )
        ),
        *(RDFS + name for name in ("comment", "isDefinedBy", "label", "seeAlso")),
        *(RDFS + name for name in ("Datatype", "Literal", "Class")),
    ]
)


def speaks_of_terms(predicate: NamedNode, value: object) -> bool:
    """Tell whether a triple says something about terms, or makes up a list, instead of stating a fact."""
    if predicate == TYPE:
        return isinstance(value, NamedNode) and value.value.startswith((OWL, RDFS))
    return predicate.value.startswith((OWL, RDFS)) or predicate in (_FIRST, _REST)


class Describer(Protocol):
    """Puts axioms into words."""

    def triple(self, triple: Triple) -> str:
        """Return a triple as Turtle would write it."""


def require_covered(triples: Iterable[Triple], covered: frozenset[str], words: Describer) -> None:
    """Raise `BuildError` naming each axiom among `triples` that uses more of OWL than the rules read."""
    given = list(triples)
    lines = [f"{words.triple(triple)}: {why}" for triple, why in _uncovered(given, covered)]
    if lines:
        title = "The rules in queries/rules/rl do not cover these axioms; add a rule, or say it in a shape."
        raise BuildError("\n  ".join([title, *sorted(lines)]), {"axioms": sorted(lines)})


def _uncovered(given: list[Triple], covered: frozenset[str]) -> Iterator[tuple[Triple, str]]:
    rest: dict[object, object] = {
        triple.subject: triple.object for triple in given if triple.predicate == _REST
    }
    existential = {triple.subject for triple in given if triple.predicate == _SOME}
    for triple in given:
        word = triple.object if triple.predicate == TYPE else triple.predicate
        if isinstance(word, NamedNode) and word.value.startswith((OWL, RDFS)):
            if word.value not in covered and word.value not in _SILENT:
                yield triple, "no rule reads this kind of axiom"
            elif word in _OF_TWO and not _has_two(triple.object, rest):
                yield triple, "the rules read lists of two only"
            elif word == _WIDER and isinstance(triple.object, BlankNode) and triple.object in existential:
                yield triple, "the rules read such a restriction on the narrower side only"


def _has_two(head: object, rest: Mapping[object, object]) -> bool:
    return rest.get(rest.get(head)) == _NIL
