"""What a file says in RDF, ready to be asked: values and lists by subject and property."""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
TYPE = RDF + "type"

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple


class Description:
    """The triples of one graph by subject and property."""

    def __init__(self, data: bytes, data_format: ox.RdfFormat, base: str) -> None:
        """Read `data`; raise `SyntaxError` when it is no RDF."""
        self._objects: dict[tuple[Term, str], list[Term]] = defaultdict(list)
        for quad in ox.parse(data, format=data_format, base_iri=base):
            self._objects[quad.subject, quad.predicate.value].append(quad.object)

    @classmethod
    def of_file(cls, file: Path, base: str) -> "Description":
        """Read a file, whose suffix names its format."""
        return cls(file.read_bytes(), format_of(file), base)

    def subjects(self, property_iri: str) -> list[Term]:
        """Return what has the property."""
        return [subject for subject, known in self._objects if known == property_iri]

    def properties(self) -> Iterator[tuple[Term, str, list[Term]]]:
        """Yield each subject with one of its properties and the values."""
        for (subject, known), values in self._objects.items():
            yield subject, known, values

    def values(self, subject: Term, property_iri: str) -> list[Term]:
        """Return all values of a property."""
        return self._objects.get((subject, property_iri), [])

    def value(self, subject: Term, property_iri: str) -> Term:
        """Return the value of a property that has one; raise `LookupError` when there is none."""
        return self.values(subject, property_iri)[0]

    def text(self, subject: Term, property_iri: str) -> str:
        """Return the lexical form or IRI of a property's value, empty when there is none."""
        return next((words(value) for value in self.values(subject, property_iri)), "")

    def members(self, head: Term) -> Iterator[Term]:
        """Yield the members of an RDF list."""
        while head != ox.NamedNode(RDF + "nil"):
            yield self.value(head, RDF + "first")
            head = self.value(head, RDF + "rest")


def words(term: Term) -> str:
    """Return an IRI, the lexical form of a literal, or the label of a blank node."""
    return str(term) if isinstance(term, ox.Triple) else term.value


def format_of(file: Path) -> ox.RdfFormat:
    """Return the RDF format that a suffix stands for; raise `LookupError` when it is none."""
    found = ox.RdfFormat.from_extension(file.suffix.removeprefix("."))
    if found is None:
        raise LookupError(file.name)
    return found
