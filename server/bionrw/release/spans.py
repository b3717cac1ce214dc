"""Read from the sources which passages of a document are cited, and write new ones."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pyoxigraph import Literal, Quad

from bionrw.content import Content
from bionrw.errors import NotFound
from bionrw.names import CANONICAL_BASE, Names
from bionrw.release.sources import read_quads, source_files

OPENING_WORDS = 8
MOST_WORDS = 12

_NAMES = Names(CANONICAL_BASE)
_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
# What makes a passage count as used: a fact's proof, a mention of a thing, the place of a data issue.
_CITING = tuple(map(_NAMES.term, ("evidence", "mentionedIn", "issueSpan")))

Values = Mapping[str, list[str]]


@dataclass(frozen=True, slots=True)
class Span:
    """A passage: offsets in code points, end exclusive; -1 where the sources give no number."""

    name: str
    start: int
    end: int
    quote: str
    quotes_name: bool = False
    cited: bool = True


@dataclass(frozen=True, slots=True)
class Document:
    """A document with the digest and length of its text, and its passages in the order of the text."""

    name: str
    slug: str
    sha256: str
    characters: int
    spans: tuple[Span, ...] = field(default=())


def read_documents(content: Content) -> tuple[Document, ...]:
    """Return the documents that the sources describe; raise `SourceError` for a bad file."""
    quads = [
        quad
        for file in source_files(content)
        if file.graph != "ontology"
        for quad in read_quads(file, CANONICAL_BASE)
    ]
    cited = {str(getattr(quad.object, "value", "")) for quad in quads if quad.predicate.value in _CITING}
    things = _by_subject(quads)
    spans: dict[str, list[Span]] = defaultdict(list)
    for iri, values in things.items():
        if _NAMES.term("TextSpan") in values[_TYPE]:
            for source in values[_NAMES.term("source")] or [""]:
                spans[source].append(_span(iri, values, iri in cited))
    return tuple(
        _document(iri, values, spans[iri])
        for iri, values in sorted(things.items())
        if _NAMES.term("Document") in values[_TYPE]
    )


def choose(documents: Iterable[Document], slug: str | None, digest: str) -> Document:
    """Return the document called `slug`; without one the only document, or the one whose text has `digest`.

    Raises `NotFound` naming the documents.
    """
    known = {document.slug: document for document in documents}
    fitting = [document for document in known.values() if document.sha256 == digest]
    if slug is None and (len(known) == 1 or fitting):
        return next(iter(fitting or known.values()))
    if slug in known:
        return known[slug]
    message = f"Name the document of this text with --document: {', '.join(known)}."
    raise NotFound(message)


def block(document: Document, text: str, start: int, end: int) -> str:
    """Return a passage as Turtle, ready to paste: quoted whole when it is short, else by its opening."""
    passage = text[start:end]
    words = passage.split()
    quote = passage
    if len(words) > MOST_WORDS:
        last = 0
        for word in words[:OPENING_WORDS]:
            last = passage.index(word, last) + len(word)
        quote = passage[:last]
    return (
        f"span:{document.slug}-{start}-{end} a bionrw:TextSpan ; bionrw:source document:{document.slug} ;\n"
        f"    bionrw:startOffset {start} ; bionrw:endOffset {end} ; bionrw:quote {Literal(quote)} ."
    )


def _by_subject(quads: Iterable[Quad]) -> dict[str, defaultdict[str, list[str]]]:
    things: dict[str, defaultdict[str, list[str]]] = {}
    for quad in quads:
        values = things.setdefault(getattr(quad.subject, "value", ""), defaultdict(list))
        values[quad.predicate.value].append(getattr(quad.object, "value", ""))
    return things


def _span(iri: str, values: Values, cited: bool) -> Span:
    return Span(
        name=_short(iri),
        start=_number(values, "startOffset"),
        end=_number(values, "endOffset"),
        quote=_first(values, "quote"),
        quotes_name=_first(values, "quotesName") in ("true", "1"),
        cited=cited,
    )


def _document(iri: str, values: Values, spans: list[Span]) -> Document:
    in_order = sorted(spans, key=lambda span: (span.start, span.end, span.name))
    slug = iri.rpartition("/")[2]
    digest = _first(values, "sha256").lower()
    return Document(_short(iri), slug, digest, _number(values, "characterCount"), tuple(in_order))


def _first(values: Values, name: str) -> str:
    return next(iter(values.get(_NAMES.term(name), [])), "")


def _number(values: Values, name: str) -> int:
    text = _first(values, name)
    return int(text) if text.isdecimal() else -1


def _short(iri: str) -> str:
    kind, _, slug = iri.removeprefix(_NAMES.base + "id/").partition("/")
    return f"{kind}:{slug}" if slug else iri
