"""What the page of the ontology shows beside its terms: the code lists, and the ontology itself."""

from dataclasses import dataclass

from bionrw.model import Iri
from bionrw.web.naming import Naming, pieces
from bionrw.web.resource import Piece
from bionrw.web.words import words

_ABOUT = (
    ("version", "owl:versionInfo"),
    ("address of this version", "owl:versionIRI"),
    ("version before it", "owl:priorVersion"),
    ("issued", "dcterms:issued"),
    ("last changed", "dcterms:modified"),
    ("publisher", "dcterms:publisher"),
    ("licence", "dcterms:license"),
    ("usual prefix", "http://purl.org/vocab/vann/preferredNamespacePrefix"),
    ("namespace", "http://purl.org/vocab/vann/preferredNamespaceUri"),
    ("status", "http://purl.org/ontology/bibo/status"),
    ("to cite", "dcterms:bibliographicCitation"),
)


@dataclass(frozen=True, slots=True)
class CodeList:
    """A code list with its codes, each with its definition."""

    name: Piece
    definition: str
    codes: tuple[tuple[Piece, str], ...]


def code_lists(naming: Naming) -> list[CodeList]:
    """Return the code lists of the ontology."""
    vocabulary = naming.vocabulary
    return [
        CodeList(
            naming.link(scheme),
            vocabulary.definition(scheme),
            tuple(
                (naming.link(code), vocabulary.definition(code))
                for code in vocabulary.terms.subjects("skos:inScheme", Iri(scheme))
            ),
        )
        for scheme in vocabulary.of_class("skos:ConceptScheme")
    ]


@dataclass(frozen=True, slots=True)
class Change:
    """A published version: its number, address and day, and what changed in it, in each language."""

    version: str
    address: Piece
    day: str
    notes: tuple[Piece, ...]


def changes(naming: Naming, ontology: str) -> list[Change]:
    """Return the published versions of the ontology, the newest first."""
    terms = naming.vocabulary.terms
    found = []
    for iri in terms.iris(ontology, "dcterms:hasVersion"):
        day = terms.text(iri, "dcterms:issued")
        local = naming.links.local(iri)
        found.append(
            Change(
                version=terms.lexical(iri, "owl:versionInfo"),
                address=Piece(iri, local or naming.links.external(iri), external=not local),
                day=words(day) if day else "",
                notes=pieces(terms.texts(iri, "skos:changeNote")),
            )
        )
    return sorted(found, key=lambda change: _numbers(change.version), reverse=True)


def _numbers(version: str) -> list[int]:
    return [int(part) if part.isdigit() else 0 for part in version.split(".")]


def about(naming: Naming, ontology: str) -> list[tuple[str, tuple[Piece, ...]]]:
    """Return what the ontology says of itself, in words."""
    terms = naming.vocabulary.terms
    found = ((title, terms.objects(ontology, predicate)) for title, predicate in _ABOUT)
    return [(title, tuple(naming.piece(term) for term in values)) for title, values in found if values]
