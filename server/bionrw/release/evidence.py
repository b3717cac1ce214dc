"""Hold the cited passages of a document against its text, and find what of the text nothing cites."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources.abc import Traversable

from bionrw.content import Content
from bionrw.errors import EvidenceMismatch
from bionrw.release.spans import MOST_WORDS, Document, Span, choose, read_documents
from bionrw.release.table import Row, fault, read_rows

SHOWN_WORDS = 6

REVIEWED_FILE = "uncited.csv"
_NAME = f"data/{REVIEWED_FILE}"
_COLUMNS = ("document", "start", "end", "why")


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a text that no passage covers, and why it needs no fact ("" while nobody has said so)."""

    start: int
    end: int
    words: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Review:
    """An entry of the reviewed list and its line in the file."""

    document: str
    start: int
    end: int
    why: str
    line: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the comparison of one document with its text gave."""

    document: Document
    mismatches: tuple[str, ...]
    uncited: tuple[Stretch, ...]
    stale: tuple[str, ...]

    @property
    def idle(self) -> tuple[Span, ...]:
        """Return the passages that no fact, mention or issue refers to; they cover nothing."""
        return tuple(span for span in self.document.spans if not span.cited)

    @property
    def unreviewed(self) -> tuple[Stretch, ...]:
        """Return the uncited stretches that nobody has explained."""
        return tuple(stretch for stretch in self.uncited if not stretch.why)

    def require_fit(self) -> None:
        """Raise `EvidenceMismatch` unless all fits, all is cited or reviewed, and no review is stale."""
        faults = [
            (len(self.mismatches), "evidence that does not fit the text"),
            (len(self.unreviewed), "stretches neither cited nor reviewed"),
            (len(self.stale), f"stale entries of data/{REVIEWED_FILE}"),
        ]
        found = [f"{words} ({count:,})" for count, words in faults if count]
        if found:
            message = f"{self.document.slug} has {'; '.join(found)}."
            raise EvidenceMismatch(message)


def examine(content: Content, text: bytes, slug: str | None = None) -> Outcome:
    """Return how the document `slug` (None: the one that `text` belongs to) fits its text.

    Raises `SourceError`, `EvidenceMismatch` for what is no UTF-8, or `NotFound` naming the documents.
    """
    documents = read_documents(content)
    reviews = read_reviews(content.data)
    known = {document.slug for document in documents}
    for review in reviews:
        if review.document not in known:
            problem = f"there is no document {review.document!r}; known: {', '.join(known)}"
            raise fault(_NAME, review.line, problem)
    return compare(choose(documents, slug, sha256(text).hexdigest()), text, reviews)


def compare(document: Document, content: bytes, reviews: Iterable[Review]) -> Outcome:
    """Return how `document` fits the text `content` (UTF-8); raise `EvidenceMismatch` for other bytes."""
    text = decode(content)
    uncited = tuple(_uncited(text, document.spans))
    explained, stale = [], []
    known = {(stretch.start, stretch.end) for stretch in uncited}
    whys = {}
    for review in reviews:
        if review.document == document.slug:
            whys[review.start, review.end] = review.why
            if (review.start, review.end) not in known:
                stale.append(_stale(review, document.spans))
    for stretch in uncited:
        why = whys.get((stretch.start, stretch.end), "")
        explained.append(Stretch(stretch.start, stretch.end, stretch.words, why))
    return Outcome(document, tuple(_mismatches(document, content, text)), tuple(explained), tuple(stale))


def decode(content: bytes) -> str:
    """Return the text of `content`; offsets count its code points, line ends are left alone."""
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        message = f"The text is not UTF-8: byte {error.start} cannot be read."
        raise EvidenceMismatch(message) from None


def find(text: str, words: str) -> Iterator[tuple[int, int]]:
    """Yield the offsets of `words` in `text`, however the text spaces them."""
    pattern = r"\s+".join(map(re.escape, words.split()))
    return (match.span() for match in re.finditer(pattern, text) if pattern)


def read_reviews(data: Traversable) -> tuple[Review, ...]:
    """Return the reviewed list, empty when there is none; raise `SourceError` with the line of a fault."""
    return tuple(_review(row, line) for line, row in read_rows(data / REVIEWED_FILE, _NAME, _COLUMNS))


def _review(row: Row, line: int) -> Review:
    start, end = row["start"], row["end"]
    if not (start.isdecimal() and end.isdecimal() and int(start) < int(end)):
        problem = f"{start} to {end} are no offsets: start and end are numbers, the end the greater"
        raise fault(_NAME, line, problem)
    return Review(row["document"], int(start), int(end), row["why"], line)


def _mismatches(document: Document, content: bytes, text: str) -> Iterator[str]:
    if document.sha256 != sha256(content).hexdigest():
        yield f"{document.name}: the text has another SHA-256 than the one stated; is it the same edition?"
    if document.characters != len(text):
        yield f"{document.name}: the text has {len(text):,} characters, {document.characters:,} are stated"
    for span in document.spans:
        problem = _problem(span, text)
        if problem:
            yield f"{span.name}: {problem}"


def _problem(span: Span, text: str) -> str:
    if not 0 <= span.start < span.end <= len(text):
        return f"{span.start} to {span.end} is no passage of a text of {len(text):,} characters"
    passage = text[span.start : span.end]
    if span.quotes_name or len(passage.split()) <= MOST_WORDS:
        if span.quote != passage:
            return f"quotes “{_opening(span.quote)}”, the text has “{_opening(passage)}”"
    elif not span.quote.strip() or not passage.startswith(span.quote):
        return f"quotes “{_opening(span.quote)}”, the passage opens with “{_opening(passage)}”"
    elif len(span.quote.split()) > MOST_WORDS:
        return f"quotes {len(span.quote.split())} words; the opening words, at most {MOST_WORDS}, are enough"
    return ""


def _uncited(text: str, spans: Iterable[Span]) -> Iterator[Stretch]:
    """Yield what no cited passage covers: within one line, from its first letter or figure to its last."""
    covered = bytearray(len(text))
    for span in spans:
        if span.cited and 0 <= span.start < span.end <= len(text):
            covered[span.start : span.end] = b"\1" * (span.end - span.start)
    for gap in re.finditer(b"\0+", covered):
        for line in re.finditer(r"[^\r\n]+", text[slice(*gap.span())]):
            start, end = gap.start() + line.start(), gap.start() + line.end()
            while start < end and _is_void(text[start]):
                start += 1
            while start < end and _is_void(text[end - 1]):
                end -= 1
            if start < end:
                yield Stretch(start, end, _opening(text[start:end]))


def _is_void(character: str) -> bool:
    return character.isspace() or unicodedata.category(character).startswith("P")


def _stale(review: Review, spans: Iterable[Span]) -> str:
    where = f"{_NAME}, line {review.line}: {review.start} to {review.end}"
    for span in spans:
        if span.cited and span.start < review.end and review.start < span.end:
            return f"{where} is cited now, by {span.name}"
    return f"{where} is not the whole of an uncited stretch"


def _opening(text: str) -> str:
    words = text.split()
    return " ".join(words[:SHOWN_WORDS]) + (" …" if len(words) > SHOWN_WORDS else "")
