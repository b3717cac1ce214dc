"""What is read as rows, and what is not, however like rows it looks."""

import json

import pytest

from bionrw.federation.results import NoRows, read_results
from bionrw.model import Blank, Iri, Literal, Term

INTEGER = "http://www.w3.org/2001/XMLSchema#integer"


def document(term: object, **members: object) -> bytes:
    return json.dumps({"head": {"vars": ["x"]}, "results": {"bindings": [{"x": term}]}} | members).encode()


@pytest.mark.parametrize(
    ("written", "term"),
    [
        ({"type": "uri", "value": "https://a.example/"}, Iri("https://a.example/")),
        ({"type": "bnode", "value": "b"}, Blank("b")),
        ({"type": "literal", "value": "x"}, Literal("x")),
        ({"type": "literal", "value": "x", "xml:lang": "en"}, Literal("x", "en")),
        ({"type": "literal", "value": "1", "datatype": INTEGER}, Literal("1", "", INTEGER)),
        # An older draft wrote it so, and some servers still do.
        ({"type": "typed-literal", "value": "1", "datatype": INTEGER}, Literal("1", "", INTEGER)),
        ({"type": "literal", "value": "\U0001f9ec"}, Literal("\U0001f9ec")),
    ],
)
def test_terms_are_read(written: object, term: Term) -> None:
    assert read_results(document(written)) == (["x"], [{"x": term}])


@pytest.mark.parametrize("half", ["\ud800", "a\udc00b"])
@pytest.mark.parametrize("kind", ["uri", "bnode", "literal"])
def test_half_a_character_is_none(kind: str, half: str) -> None:
    with pytest.raises(NoRows, match="terms"):
        read_results(document({"type": kind, "value": half}))


@pytest.mark.parametrize(
    "term",
    [
        None, 1, "x", [], {}, {"type": "uri"}, {"value": "x"}, {"type": "uri", "value": 1},
        {"type": "uri", "value": None}, {"type": "iri", "value": "x"}, {"type": ["uri"], "value": "x"},
        {"type": "literal", "value": "x", "xml:lang": 1}, {"type": "literal", "value": "x", "datatype": []},
    ],
)  # fmt: skip
def test_what_is_no_term_makes_no_rows(term: object) -> None:
    with pytest.raises(NoRows, match="terms"):
        read_results(document(term))


@pytest.mark.parametrize(
    "text", [b"", b"null", b"[]", b'"x"', b"{}", b"[" * 100_000, b'{"head":' * 100_000, b"9" * 10_000]
)
def test_what_is_no_document_makes_no_rows(text: bytes) -> None:
    with pytest.raises(NoRows):
        read_results(text)


def _document(rows: str, more: str = "") -> bytes:
    return f'{{"head": {{"vars": ["x"]}}, {more} "results": {{"bindings": [{rows}]}}}}'.encode()


CELL = '{ "x" : {"type": "literal", "value": "[{},\\"{},1,2" } }'


@pytest.fixture
def unread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no document be read into memory."""

    def read(_: object) -> None:
        pytest.fail("It was read.")

    monkeypatch.setattr("bionrw.federation.results.json.loads", read)


@pytest.mark.parametrize(
    ("text", "clause"),
    [
        (_document(",".join(["{}"] * 200_000)), "more than the 1000 rows"),
        (_document(" , ".join(["{ }"] * 20_000)), "more than the 1000 rows"),
        (_document(",".join([CELL] * 2000)), "more than the 1000 rows"),
        (_document("{}", f'"more": [{",".join(["[]"] * 40_000)}],'), "no rows"),
        (_document("{}", f'"more": [{",".join(["1.5"] * 30_000)}],'), "no rows"),
    ],
)
@pytest.mark.usefixtures("unread")
def test_what_would_fill_the_memory_is_not_read(text: bytes, clause: str) -> None:
    with pytest.raises(NoRows, match=clause):
        read_results(text, 1000)


def test_rows_with_odd_texts_are_read() -> None:
    rows = _document(",".join([CELL] * 1000), '"link": ["x"], "boolean": false, "took": 1.5,')
    assert len(read_results(rows, 1000)[1]) == 1000


@pytest.mark.parametrize("text", [b'"', b'"\\', b'"' + b'\\"' * 2_000_000, b'"' * 2_000_001])
def test_a_string_without_an_end_is_looked_at_once(text: bytes) -> None:
    """Looked at from each of its quotes on, the longer ones would take hours."""
    with pytest.raises(NoRows, match="no JSON"):
        read_results(text, 1000)
