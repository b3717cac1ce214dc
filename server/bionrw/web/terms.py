"""The terms of the ontology as its page lists them."""

from collections.abc import Iterable
from dataclasses import dataclass

from bionrw.web.naming import Naming, foreign
from bionrw.web.resource import Piece


@dataclass(frozen=True, slots=True)
class Entry:
    """One class or property; `anchor` is the part of its IRI after the hash."""

    anchor: str
    iri: str
    names: tuple[Piece, ...]
    definitions: tuple[Piece, ...]
    notes: tuple[Piece, ...]
    relations: tuple[tuple[str, tuple[Piece, ...]], ...]
    deprecated: bool
    successors: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """The terms of one sort."""

    title: str
    anchor: str
    entries: tuple[Entry, ...]


_SECTIONS = (
    ("Classes", "classes", "owl:Class"),
    ("Relations between things", "object-properties", "owl:ObjectProperty"),
    ("Values of things", "datatype-properties", "owl:DatatypeProperty"),
    ("Notes on things", "annotation-properties", "owl:AnnotationProperty"),
)
_RELATIONS = (
    ("narrower than", "rdfs:subClassOf"),
    ("special case of", "rdfs:subPropertyOf"),
    ("said of", "rdfs:domain"),
    ("leads to", "rdfs:range"),
    ("the other way round", "owl:inverseOf"),
)


def sections(naming: Naming, ontology: str) -> list[Section]:
    """Return the terms below the namespace of `ontology`, sorted by name."""
    found = []
    for title, anchor, kind in _SECTIONS:
        terms = [iri for iri in naming.vocabulary.of_class(kind) if iri.startswith(ontology + "#")]
        entries = sorted((_entry(naming, iri) for iri in terms), key=lambda entry: entry.anchor.casefold())
        found.append(Section(title, anchor, tuple(entries)))
    return found


def _entry(naming: Naming, iri: str) -> Entry:
    terms = naming.vocabulary.terms
    relations = [(words, _links(naming, terms.iris(iri, predicate))) for words, predicate in _RELATIONS]
    return Entry(
        anchor=iri.rpartition("#")[2],
        iri=iri,
        names=_texts(naming, iri, "rdfs:label"),
        definitions=_texts(naming, iri, "skos:definition"),
        notes=_texts(naming, iri, "skos:scopeNote"),
        relations=tuple((words, links) for words, links in relations if links),
        deprecated=terms.lexical(iri, "owl:deprecated") == "true",
        successors=_links(naming, terms.iris(iri, "dcterms:isReplacedBy")),
    )


def _links(naming: Naming, iris: Iterable[str]) -> tuple[Piece, ...]:
    return tuple(naming.link(iri) for iri in iris)


def _texts(naming: Naming, iri: str, predicate: str) -> tuple[Piece, ...]:
    texts = sorted(
        naming.vocabulary.terms.texts(iri, predicate), key=lambda text: bool(foreign(text.language))
    )
    return tuple(Piece(text.value, language=foreign(text.language)) for text in texts)
