"""A small part of the graphs, held in memory while a page is composed from it."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from bionrw.model import Blank, Iri, Literal, Term

Row = Mapping[str, Term]
LANGUAGE = "en"


class Fact(NamedTuple):
    """A predicate and an object of one subject, with the IRIs of the graphs that hold them."""

    predicate: str
    object: Term
    graphs: tuple[str, ...]


class Excerpt:
    """Facts by subject; names of terms may be given as IRIs or with a prefix (`rdfs:label`)."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        """Start empty; `prefixes` are the namespaces that short names stand for."""
        self._prefixes = prefixes
        self._facts: dict[str, dict[tuple[str, Term], list[str]]] = {}
        self._subjects: dict[tuple[str, Term], list[str]] = {}

    def add(self, subject: str, predicate: str, value: Term, graph: str = "") -> None:
        """Take in one fact; the same fact of several graphs is kept once."""
        facts = self._facts.setdefault(subject, {})
        if (predicate, value) not in facts:
            self._subjects.setdefault((predicate, value), []).append(subject)
        graphs = facts.setdefault((predicate, value), [])
        if graph and graph not in graphs:
            graphs.append(graph)

    def add_rows(self, rows: Iterable[Row], this: str = "") -> None:
        """Take in rows of ?graph ?subject ?predicate ?object; a missing subject or object is `this`."""
        for row in rows:
            subject, predicate = row.get("subject", Iri(this)), row["predicate"]
            value, graph = row.get("object", Iri(this)), row.get("graph", Iri(""))
            self.add(subject.value, predicate.value, value, graph.value)

    def expand(self, name: str) -> str:
        """Return the IRI that a short name stands for; IRIs stay as they are."""
        prefix, colon, local = name.partition(":")
        namespace = self._prefixes.get(prefix) if colon else None
        return name if namespace is None else namespace + local

    def facts(self, subject: str) -> Iterator[Fact]:
        """Yield what is said of `subject`."""
        for (predicate, value), graphs in self._facts.get(subject, {}).items():
            yield Fact(predicate, value, tuple(graphs))

    def objects(self, subject: str, predicate: str) -> list[Term]:
        """Return the objects of `predicate`, in a fixed order."""
        wanted = self.expand(predicate)
        found = [value for (name, value) in self._facts.get(subject, {}) if name == wanted]
        return sorted(found, key=_order) if len(found) > 1 else found

    def iris(self, subject: str, predicate: str) -> list[str]:
        """Return the IRIs among the objects of `predicate`."""
        return [term.value for term in self.objects(subject, predicate) if isinstance(term, Iri)]

    def iri(self, subject: str, predicate: str) -> str:
        """Return the first IRI among the objects of `predicate`, else an empty text."""
        return next(iter(self.iris(subject, predicate)), "")

    def texts(self, subject: str, predicate: str) -> list[Literal]:
        """Return the literals among the objects of `predicate`."""
        return [term for term in self.objects(subject, predicate) if isinstance(term, Literal)]

    def text(self, subject: str, predicate: str) -> Literal | None:
        """Return the English literal of `predicate`, else one without language, else any, else None."""
        found = self.texts(subject, predicate)
        return min(found, key=_distance) if found else None

    def lexical(self, subject: str, predicate: str) -> str:
        """Return the words of `text`, or an empty text."""
        found = self.text(subject, predicate)
        return found.value if found else ""

    def subjects(self, predicate: str, value: Term) -> list[str]:
        """Return what has `value` as its `predicate`, by IRI."""
        return sorted(self._subjects.get((self.expand(predicate), value), ()))

    def kinds(self, subject: str) -> list[str]:
        """Return the classes of `subject`."""
        return self.iris(subject, "rdf:type")


def _order(term: Term) -> tuple[str, str, str]:
    return (type(term).__name__, term.value, str(term))


def _distance(text: Literal) -> int:
    if text.language.partition("-")[0].lower() == LANGUAGE:
        return 0
    return 2 if text.language else 1


def read_rows(content: bytes) -> list[Row]:
    """Return the rows of a result in the SPARQL 1.1 Query Results JSON Format (section 3.2)."""
    bindings = json.loads(content)["results"]["bindings"]
    return [{name: _term(value) for name, value in row.items()} for row in bindings]


def _term(value: Mapping[str, Any]) -> Term:
    if value["type"] == "uri":
        return Iri(value["value"])
    if value["type"] == "bnode":
        return Blank(value["value"])
    return Literal(value["value"], value.get("xml:lang", ""), value.get("datatype", ""))
