"""Every offset and quotation is held against the text, and no part of the text is passed over in silence."""

from hashlib import sha256
from pathlib import Path

import pytest

from bionrw.content import Content
from bionrw.errors import EvidenceMismatch, NotFound, SourceError
from bionrw.release.evidence import Outcome, Review, compare, examine, find, read_reviews
from bionrw.release.spans import Document, Span, block, read_documents

ROOT = Path(__file__).resolve().parents[3]
TEXT = (ROOT / "tests" / "knowledge" / "second-document" / "text.txt").read_bytes()

# The lantern of the text is one code point, two units in UTF-16 and four bytes in UTF-8.
SHORT = "A lamp 🏮 burns."
LONG = "one two three four five six seven eight nine ten eleven twelve thirteen"


def outcome(text: str, *spans: Span, reviews: str = "", folder: Path | None = None) -> Outcome:
    """Return how a document with these passages fits `text`."""
    entries: tuple[Review, ...] = ()
    if folder:
        (folder / "uncited.csv").write_text(f"document,start,end,why\n{reviews}", encoding="utf-8")
        entries = read_reviews(folder)
    content = text.encode()
    return compare(
        Document("document:lamp", "lamp", sha256(content).hexdigest(), len(text), spans), content, entries
    )


def test_the_invented_document_fits_its_text(content: Content) -> None:
    found = examine(content, TEXT)
    assert len(found.document.spans) == 14
    assert (found.mismatches, found.unreviewed, found.stale, found.idle) == ((), (), (), ())
    assert [stretch.why for stretch in found.uncited] == ["an invitation and no fact"]
    found.require_fit()


@pytest.mark.parametrize(
    ("span", "problem"),
    [
        (Span("span:x", 0, 6, "A lamp"), ""),
        (Span("span:x", 7, 8, "🏮"), ""),
        (Span("span:x", 9, 14, "burns"), ""),  # behind the lantern: code points are counted
        (Span("span:x", 0, 15, SHORT), ""),
        (Span("span:x", 10, 15, "burns"), "quotes “burns”, the text has “urns.”"),
        (Span("span:x", 0, 6, "A Lamp"), "quotes “A Lamp”, the text has “A lamp”"),
        (Span("span:x", 0, 6, "A"), "quotes “A”, the text has “A lamp”"),
        (Span("span:x", 9, 16, "burns."), "9 to 16 is no passage of a text of 15 characters"),
        (Span("span:x", 6, 6, ""), "6 to 6 is no passage"),
        (Span("span:x", 6, 2, "lamp"), "6 to 2 is no passage"),
        (Span("span:x", -1, 2, "A "), "-1 to 2 is no passage"),
    ],
)
def test_a_passage_is_quoted_as_the_text_has_it(span: Span, problem: str) -> None:
    mismatches = outcome(SHORT, span).mismatches
    assert len(mismatches) == bool(problem)
    assert all(line.startswith(f"span:x: {problem}") for line in mismatches)


@pytest.mark.parametrize(
    ("quote", "is_name", "problem"),
    [
        ("one two three four five six seven eight", False, ""),
        (LONG.removesuffix(" thirteen"), False, ""),
        (LONG, False, "quotes 13 words"),
        (LONG, True, ""),
        ("one two three", True, "quotes “one two three”, the text has “one two three four five six …”"),
        ("two three four", False, "quotes “two three four”, the passage opens with"),
        ("", False, "quotes “”, the passage opens with"),
    ],
)
def test_a_long_passage_is_quoted_by_its_opening_and_a_name_whole(
    quote: str, is_name: bool, problem: str
) -> None:
    mismatches = outcome(LONG, Span("span:x", 0, len(LONG), quote, quotes_name=is_name)).mismatches
    assert len(mismatches) == bool(problem)
    assert all(line.startswith(f"span:x: {problem}") for line in mismatches)


@pytest.mark.parametrize(
    ("digest", "characters", "problem"),
    [
        ("0" * 64, 15, "another SHA-256"),
        (sha256(SHORT.encode()).hexdigest(), 18, "15 characters, 18 are stated"),
    ],
)
def test_another_edition_of_the_text_is_noticed(digest: str, characters: int, problem: str) -> None:
    document = Document("document:lamp", "lamp", digest, characters, (Span("span:x", 0, 15, SHORT),))
    (mismatch,) = compare(document, SHORT.encode(), ()).mismatches
    assert mismatch.startswith("document:lamp: ")
    assert problem in mismatch


@pytest.mark.parametrize(
    ("text", "cited", "uncited"),
    [
        (SHORT, [(0, 15)], []),
        (SHORT, [(0, 6)], [(7, 14, "🏮 burns")]),
        (SHORT, [(2, 8)], [(0, 1, "A"), (9, 14, "burns")]),
        (SHORT, [(0, 14)], []),  # the full stop alone
        ("First line.\n\nSecond (line)!\r\nThird", [(0, 11)], [(13, 25, "Second (line"), (29, 34, "Third")]),
        ("a b c d e f g", [], [(0, 13, "a b c d e f …")]),
        ("costs 5 €", [(0, 7)], [(8, 9, "€")]),
        (SHORT, [(0, 99)], [(0, 14, "A lamp 🏮 burns")]),  # a passage that does not fit covers nothing
    ],
)
def test_uncited_stretches_are_cut_at_line_ends_and_bare_of_marks(
    text: str, cited: list[tuple[int, int]], uncited: list[tuple[int, int, str]]
) -> None:
    spans = [Span(f"span:{start}", start, end, text[start:end]) for start, end in cited]
    found = outcome(text, *spans).uncited
    assert [(stretch.start, stretch.end, stretch.words) for stretch in found] == uncited


def test_a_passage_that_nothing_refers_to_covers_nothing() -> None:
    found = outcome(SHORT, Span("span:x", 0, 15, SHORT, cited=False))
    assert [span.name for span in found.idle] == ["span:x"]
    assert len(found.unreviewed) == 1


@pytest.mark.parametrize(
    ("reviews", "unreviewed", "stale"),
    [
        ("lamp,9,14,a verb\n", 0, []),
        ('other,9,14,"of another text, so not ours"\n', 1, []),
        ("lamp,9,13,a verb\n", 1, ["line 2: 9 to 13 is not the whole of an uncited stretch"]),
        ("lamp,0,6,a lamp\n", 1, ["line 2: 0 to 6 is cited now, by span:x"]),
        ("lamp,9,14,a verb\nlamp,5,9,the gap\n", 0, ["line 3: 5 to 9 is cited now, by span:x"]),
    ],
)
def test_a_review_explains_one_whole_stretch_or_is_stale(
    tmp_path: Path, reviews: str, unreviewed: int, stale: list[str]
) -> None:
    found = outcome(SHORT, Span("span:x", 0, 8, SHORT[:8]), reviews=reviews, folder=tmp_path)
    assert len(found.unreviewed) == unreviewed
    assert [line.removeprefix("data/uncited.csv, ") for line in found.stale] == stale


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("document,start,end\nlamp,1,2\n", "line 1: the columns are document, start, end, why"),
        ("document,start,end,why\nlamp,1,2\n", "line 2: each entry needs"),
        ("document,start,end,why\nlamp,1,2,\n", "line 2: each entry needs"),
        ("document,start,end,why\nlamp,1,2,a,b\n", "line 2: each entry needs"),
        ("document,start,end,why\nlamp,1,2,a\nlamp,2,1,b\n", "line 3: 2 to 1 are no offsets"),
        ("document,start,end,why\nlamp,one,2,a\n", "line 2: one to 2 are no offsets"),
        ('document,start,end,why\nlamp,1,2,"open\n', "no CSV"),
    ],
)
def test_a_faulty_review_is_named_with_its_line(tmp_path: Path, content: str, message: str) -> None:
    (tmp_path / "uncited.csv").write_text(content)
    with pytest.raises(SourceError) as caught:
        read_reviews(tmp_path)
    assert caught.value.detail.startswith("data/uncited.csv, line ")
    assert message in caught.value.detail


def test_a_review_of_an_unknown_document_is_refused(content: Content, folder: Path) -> None:
    (folder / "data" / "uncited.csv").write_text("document,start,end,why\nlantern-cost,1,2,a\n")
    with pytest.raises(
        SourceError, match=r"line 2: there is no document 'lantern-cost'; known: lantern-coast"
    ):
        examine(content, TEXT)


@pytest.mark.parametrize(
    ("spans", "message"),
    [
        ([Span("span:x", 0, 15, "A lamp")], r"lamp has evidence that does not fit the text \(1\)\."),
        ([Span("span:x", 0, 6, "A lamp")], r"lamp has stretches neither cited nor reviewed \(1\)\."),
    ],
)
def test_what_does_not_fit_is_an_error(spans: list[Span], message: str) -> None:
    with pytest.raises(EvidenceMismatch, match=message):
        outcome(SHORT, *spans).require_fit()


def test_a_text_that_is_no_utf_8_is_refused(content: Content) -> None:
    with pytest.raises(EvidenceMismatch, match="byte 3 cannot be read"):
        examine(content, b"abc\xff")


def test_the_document_of_a_text_is_found_by_its_digest(content: Content, folder: Path) -> None:
    source = folder / "data" / "documents" / "lantern-coast.ttl"
    other = source.read_text(encoding="utf-8").replace("lantern-coast", "another-coast")
    digest = sha256(b"else").hexdigest()
    other = other.replace(sha256(TEXT).hexdigest(), digest)
    source.with_name("another-coast.ttl").write_text(other, encoding="utf-8")
    assert examine(content, TEXT).document.slug == "lantern-coast"
    assert examine(content, TEXT, "another-coast").document.slug == "another-coast"
    with pytest.raises(NotFound, match="--document: another-coast, lantern-coast"):
        examine(content, b"unknown")
    with pytest.raises(NotFound, match="--document: another-coast, lantern-coast"):
        examine(content, TEXT, "nowhere")


@pytest.mark.parametrize(
    ("words", "places"),
    [
        ("Lantern Coast", [(4, 17), (27, 40)]),
        ("coast network Lantern", []),
        ("network\tLantern  Coast", [(18, 40)]),  # however words are spaced
        ("🏮", [(41, 42)]),
        ("2.5", [(197, 200)]),
        (" ", []),
    ],
)
def test_words_are_found_however_they_are_spaced(words: str, places: list[tuple[int, int]]) -> None:
    assert list(find(TEXT.decode(), words)) == places


def test_a_block_for_a_passage_fits_the_text(content: Content, folder: Path) -> None:
    text = TEXT.decode()
    (document,) = read_documents(content)
    start, end = text.index("🏮"), text.index(" are available")
    source = folder / "data" / "documents" / "lantern-coast.ttl"
    with source.open("a", encoding="utf-8") as file:
        file.write("\n".join(block(document, text, *place) for place in [(start, end), (0, 40)]))
    (document,) = read_documents(content)
    added = {span.name: span.quote for span in document.spans if not span.cited}
    assert added == {
        f"span:lantern-coast-{start}-{end}": "🏮 is a cluster of 14 glass workshops",
        "span:lantern-coast-0-40": "The Lantern Coast network\n\nLantern Coast",
    }
    assert compare(document, TEXT, ()).mismatches == ()
