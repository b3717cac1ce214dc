"""What the page of the ontology shows beside its terms: the code lists, and the ontology itself."""

from dataclasses import dataclass

from bionrw.model import Iri
from bionrw.web.naming import Naming
from bionrw.web.resource import Piece

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
    words = naming.vocabulary
    return [
        CodeList(
            naming.link(scheme),
            words.definition(scheme),
            tuple(
                (naming.link(code), words.definition(code))
                for code in words.terms.subjects("skos:inScheme", Iri(scheme))
            ),
        )
        for scheme in words.of_class("skos:ConceptScheme")
    ]


def about(naming: Naming, ontology: str) -> list[tuple[str, tuple[Piece, ...]]]:
    """Return what the ontology says of itself, in words."""
    terms = naming.vocabulary.terms
    found = ((words, terms.objects(ontology, predicate)) for words, predicate in _ABOUT)
    return [(words, tuple(naming.piece(term) for term in values)) for words, values in found if values]
