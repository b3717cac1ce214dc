"""The terms of the ontology as its page tells of them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bionrw.model import Iri
from bionrw.web.excerpt import Row
from bionrw.web.naming import Naming, pieces
from bionrw.web.resource import Line, Piece
from bionrw.web.terms_alignments import Alignment
from bionrw.web.terms_themes import THEMES, Themes
from bionrw.web.terms_uses import Uses

STATUS = "http://www.w3.org/2003/06/sw-vocab-status/ns#term_status"


@dataclass(frozen=True, slots=True)
class Entry:
    """One class or property; `anchor` is the part of its IRI after the hash."""

    anchor: str
    iri: str
    names: tuple[Piece, ...]
    definitions: tuple[Piece, ...]
    notes: tuple[Piece, ...]
    relations: tuple[tuple[str, tuple[Line, ...]], ...]
    characteristics: tuple[str, ...]
    status: str
    deprecated: bool
    successors: tuple[Piece, ...]
    uses: Uses | None
    kind: str = ""
    alignments: tuple[Alignment, ...] = ()


@dataclass(frozen=True, slots=True)
class Sort:
    """The terms of one sort within a theme: classes, or one kind of properties."""

    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """The terms of one theme."""

    title: str
    anchor: str
    sorts: tuple[Sort, ...]


_CLASSES = "Classes"
_SORTS = (
    (_CLASSES, "owl:Class"),
    ("Relations between things", "owl:ObjectProperty"),
    ("Values of things", "owl:DatatypeProperty"),
    ("Notes on things", "owl:AnnotationProperty"),
)
_KINDS = {
    "owl:Class": "class",
    "owl:ObjectProperty": "relation",
    "owl:DatatypeProperty": "value",
    "owl:AnnotationProperty": "note",
}
_ABOVE = (("narrower than", "rdfs:subClassOf"), ("special case of", "rdfs:subPropertyOf"))
_BEYOND = (("has the properties", "rdfs:domain"), ("reached by", "rdfs:range"))
_BELOW = (("wider than", "rdfs:subClassOf"), ("has the special cases", "rdfs:subPropertyOf"))
_ENDS = (("said of", "rdfs:domain"), ("leads to", "rdfs:range"))
_CHARACTERISTICS = {
    "owl:TransitiveProperty": "Transitive: if it leads from A to B and from B to C, it leads from A to C.",
    "owl:SymmetricProperty": "Symmetric: it holds in both directions.",
    "owl:AsymmetricProperty": "Asymmetric: it never holds in both directions.",
    "owl:ReflexiveProperty": "Reflexive: it leads from each thing to itself.",
    "owl:IrreflexiveProperty": "Irreflexive: it never leads from a thing to itself.",
    "owl:FunctionalProperty": "Functional: a thing has one value of it at most.",
    "owl:InverseFunctionalProperty": "Inverse functional: no two things share a value of it.",
}


class Terms:
    """Gathers what the page says of each term."""

    def __init__(
        self,
        naming: Naming,
        axioms: Iterable[Row],
        uses: Mapping[str, Uses],
        aligned: Mapping[str, tuple[Alignment, ...]],
    ) -> None:
        """Keep the words, the rows of the query `terms-axioms`, the uses and the alignments by term."""
        self._naming = naming
        self._terms = naming.vocabulary.terms
        self._axioms: dict[tuple[str, str], list[Row]] = {}
        for row in axioms:
            self._axioms.setdefault((row["term"].value, row["kind"].value), []).append(row)
        self._uses = uses
        self._aligned = aligned

    def sections(self, ontology: str) -> list[Section]:
        """Return the terms below the namespace of `ontology` by theme, sort and name."""
        themes = Themes(self._terms, ontology)
        found: dict[str, list[Sort]] = {theme: [] for theme in THEMES}
        for title, kind in _SORTS:
            terms = [iri for iri in self._naming.vocabulary.of_class(kind) if iri.startswith(ontology + "#")]
            theme_of = themes.of_class if title == _CLASSES else themes.of_property
            members: dict[str, list[str]] = {}
            for iri in sorted(terms, key=str.casefold):
                members.setdefault(theme_of(iri), []).append(iri)
            for theme, iris in members.items():
                found[theme].append(Sort(title, tuple(self.entry(iri) for iri in iris)))
        return [
            Section(THEMES[theme], f"theme-{theme}", tuple(sorts)) for theme, sorts in found.items() if sorts
        ]

    def entry(self, iri: str) -> Entry:
        """Return what the page says of one term."""
        terms = self._terms
        kinds = terms.kinds(iri)
        return Entry(
            anchor=iri.rpartition("#")[2],
            iri=iri,
            names=self._texts(iri, "rdfs:label"),
            definitions=self._texts(iri, "skos:definition"),
            notes=self._texts(iri, "skos:scopeNote"),
            relations=tuple((words, lines) for words, lines in self._relations(iri) if lines),
            characteristics=tuple(
                words for kind, words in _CHARACTERISTICS.items() if terms.expand(kind) in kinds
            ),
            status=terms.lexical(iri, STATUS),
            deprecated=terms.lexical(iri, "owl:deprecated") == "true",
            successors=tuple(self._naming.link(other) for other in terms.iris(iri, "dcterms:isReplacedBy")),
            uses=self._uses.get(iri),
            kind=next((word for kind, word in _KINDS.items() if terms.expand(kind) in kinds), ""),
            alignments=self._aligned.get(iri, ()),
        )

    def _relations(self, iri: str) -> Iterator[tuple[str, tuple[Line, ...]]]:
        for words, predicate in (*_ABOVE, *_ENDS):
            yield words, self._lines(self._terms.iris(iri, predicate))
        for words, predicate in (*_BELOW, *_BEYOND):
            yield words, self._lines(self._terms.subjects(predicate, Iri(iri)))
        inverse = {
            *self._terms.iris(iri, "owl:inverseOf"),
            *self._terms.subjects("owl:inverseOf", Iri(iri)),
        }
        yield "the other way round", self._lines(sorted(inverse))
        yield "the same as", self._definition(iri)
        yield "follows from", self._chain(iri)
        yield (
            "never also",
            self._lines(sorted({row["step"].value for row in self._axioms.get((iri, "apart"), ())})),
        )

    def _chain(self, iri: str) -> tuple[Line, ...]:
        """Return the properties of the chains that lead to `iri`, one chain after another."""
        lines: list[list[Piece]] = []
        for row in self._axioms.get((iri, "chain"), ()):
            if row["position"].value == "1":
                lines.append([])
            elif lines:
                lines[-1].append(Piece(", then "))
            if lines:
                lines[-1].append(self._naming.link(row["step"].value))
        return tuple(tuple(line) for line in lines)

    def _definition(self, iri: str) -> tuple[Line, ...]:
        """Return what a defined class is made of, in one line."""
        line: list[Piece] = []
        for row in self._axioms.get((iri, "made"), ()):
            line += [Piece(" with ")] if line else []
            line.append(self._naming.link(row["step"].value))
            if "filler" in row:
                line += [Piece(" some "), self._naming.link(row["filler"].value)]
        return (tuple(line),) if line else ()

    def _lines(self, iris: Iterable[str]) -> tuple[Line, ...]:
        return tuple((self._naming.link(iri),) for iri in iris)

    def _texts(self, iri: str, predicate: str) -> tuple[Piece, ...]:
        return pieces(self._terms.texts(iri, predicate))
