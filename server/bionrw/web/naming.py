"""What things are called on a page, and where their names lead."""

from collections.abc import Iterable

from bionrw.model import Iri, Literal, Term
from bionrw.web.excerpt import LANGUAGE, Excerpt
from bionrw.web.links import Links
from bionrw.web.resource import Line, Piece, Quote
from bionrw.web.vocabulary import Vocabulary
from bionrw.web.words import readable, words

_ANY_URI = "http://www.w3.org/2001/XMLSchema#anyURI"


class Naming:
    """Finds the words for the things of an excerpt."""

    def __init__(self, excerpt: Excerpt, vocabulary: Vocabulary, links: Links) -> None:
        """Keep where names come from: the excerpt first, then the ontology's vocabulary."""
        self.excerpt = excerpt
        self.vocabulary = vocabulary
        self.links = links

    def name(self, iri: str) -> Literal:
        """Return what `iri` is called: its label, its words, its sentence, or else its IRI."""
        label = self.excerpt.text(iri, "rdfs:label") or self.excerpt.text(iri, "skos:prefLabel")
        label = label or self.vocabulary.name(iri)
        if label is not None:
            return label
        if quoted := self.excerpt.lexical(iri, "bionrw:quote"):
            return Literal(f"“{quoted}”")
        if sentence := self.sentence(iri):
            return Literal(" · ".join(piece.text for piece in sentence))
        if self.links.local(iri):
            return Literal(readable(iri.rpartition("#")[2].rpartition("/")[2]))
        return Literal(iri.partition("://")[2] or iri)

    def sentence(self, iri: str) -> Line:
        """Return subject, property and value of a statement, nothing when `iri` is none."""
        subject, predicate = self.excerpt.iri(iri, "rdf:subject"), self.excerpt.iri(iri, "rdf:predicate")
        values = self.excerpt.objects(iri, "rdf:object")
        if not (subject and predicate and values):
            return ()
        return tuple(self.piece(term) for term in (Iri(subject), Iri(predicate), values[0]))

    def piece(self, term: Term) -> Piece:
        """Return the name of a thing with its link, or a literal in words."""
        if isinstance(term, Literal):
            address = self.links.external(term.value) if term.datatype == _ANY_URI else ""
            return Piece(words(term), address, external=bool(address), language=foreign(term.language))
        if not isinstance(term, Iri):
            return Piece("(a node without a name)", style="muted")
        return self.link(term.value)

    def link(self, iri: str) -> Piece:
        """Return the name of `iri` with the address it leads to, when there is a safe one."""
        name = self.name(iri)
        local = self.links.local(iri)
        address = local or self.links.external(iri)
        return Piece(
            name.value, address, external=bool(address) and not local, language=foreign(name.language)
        )

    def kinds(self, iri: str) -> tuple[Piece, ...]:
        """Return the classes of `iri`, without those that a narrower one among them implies."""
        kinds = self.excerpt.kinds(iri)
        weak = {kind for kind in kinds if set(kinds) & set(self.vocabulary.narrower_classes(kind))}
        if len(kinds) > 1:
            weak |= {self.excerpt.expand("rdf:Statement"), self.excerpt.expand("skos:Concept")}
        return tuple(self.link(kind) for kind in kinds if kind not in weak)

    def entry(self, iri: str) -> Piece:
        """Return the name of `iri` as it stands in a long list: of a passage, its place alone.

        Side by side, the words of all passages would make up the text, which is not ours to give again.
        """
        if self.excerpt.text(iri, "bionrw:quote") is None:
            return self.link(iri)
        quote = self.quote(iri)
        return Piece(f"characters {quote.start} to {quote.end}", quote.href)

    def quote(self, span: str) -> Quote:
        """Return the words of a passage with their place."""
        excerpt = self.excerpt
        return Quote(
            excerpt.lexical(span, "bionrw:quote"),
            self.links.local(span),
            excerpt.lexical(span, "bionrw:startOffset"),
            excerpt.lexical(span, "bionrw:endOffset"),
        )


def foreign(language: str) -> str:
    """Return the language of a text when it is not that of the page."""
    return "" if language.partition("-")[0].lower() == LANGUAGE else language


def pieces(texts: Iterable[Literal]) -> tuple[Piece, ...]:
    """Return texts as pieces, those in the language of the page first."""
    ordered = sorted(texts, key=lambda text: bool(foreign(text.language)))
    return tuple(Piece(text.value, language=foreign(text.language)) for text in ordered)
