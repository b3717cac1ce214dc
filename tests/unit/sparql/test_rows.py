"""The first rows of a result are read without taking the rest."""

import json
from collections.abc import Mapping

import pytest

from bionrw.errors import EngineFailure, QueryTimeout
from bionrw.model import Blank, Iri, Literal, Term
from bionrw.sparql.rows import Table, read_table, read_text

DATE = "http://www.w3.org/2001/XMLSchema#date"
ROWS = [
    {"a": {"type": "uri", "value": "https://graph.example/a"}, "b": {"type": "literal", "value": 'ä"]}{'}},
    {"a": {"type": "bnode", "value": "x"}},
    {"b": {"type": "literal", "value": "Haus", "xml:lang": "de"}},
    {"b": {"type": "literal", "value": "2020-01-01", "datatype": DATE}},
]
TERMS: tuple[Mapping[str, Term], ...] = (
    {"a": Iri("https://graph.example/a"), "b": Literal('ä"]}{')},
    {"a": Blank("x")},
    {"b": Literal("Haus", language="de")},
    {"b": Literal("2020-01-01", datatype=DATE)},
)
# A variable called bindings must not be taken for the rows.
RESULT = json.dumps(
    {"head": {"vars": ["a", "b", "bindings"]}, "results": {"bindings": ROWS}}, ensure_ascii=False
)


def cut(text, size):
    """Yield the bytes of `text` in frames of `size`, letters cut in two included."""
    data = text.encode()
    return (data[at : at + size] for at in range(0, len(data), size))


@pytest.mark.parametrize("size", [1, 2, 7, 64, 10_000])
@pytest.mark.parametrize("layout", [{}, {"indent": 2}, {"separators": (",", ":")}])
def test_rows_are_read_however_the_frames_fall(layout, size):
    text = json.dumps(json.loads(RESULT), **layout)
    table = read_table(cut(text, size), max_rows=10, max_bytes=10_000)
    assert table == Table(("a", "b", "bindings"), TERMS)


def test_only_the_frames_that_are_needed_are_taken():
    def frames():
        yield RESULT.encode()[:-4]
        yield from iter(lambda: pytest.fail("more frames were taken than needed"), None)

    table = read_table(frames(), max_rows=2, max_bytes=10_000)
    assert table.rows == TERMS[:2]
    assert table.more


def test_exactly_as_many_rows_as_fit_are_all_of_them():
    assert not read_table(cut(RESULT, 5), max_rows=4, max_bytes=10_000).more


def test_a_result_that_is_too_large_ends_at_a_whole_row_and_says_so():
    table = read_table(cut(RESULT, 10), max_rows=10, max_bytes=300)
    assert 0 < len(table.rows) < 4
    assert table.more


@pytest.mark.parametrize("verdict", [True, False])
def test_ask_has_a_verdict(verdict):
    text = json.dumps({"head": {}, "boolean": verdict})
    assert read_table(cut(text, 3), max_rows=10, max_bytes=1000) == Table(verdict=verdict)


def test_no_rows_are_no_verdict():
    text = '{"head":{"vars":["x"]},"results":{"bindings":[]}}'
    assert read_table(cut(text, 3), max_rows=10, max_bytes=1000) == Table(("x",))


def test_a_triple_is_read_as_one_text():
    part = {"type": "uri", "value": "a:b"}
    triple = {"type": "triple", "value": {"subject": part, "predicate": part, "object": part}}
    text = json.dumps({"head": {"vars": ["t"]}, "results": {"bindings": [{"t": triple}]}})
    assert read_table(cut(text, 30), 10, 1000).rows == ({"t": Literal("<<( a:b a:b a:b )>>")},)


def test_a_fault_in_the_frames_is_passed_on():
    late = QueryTimeout("The query came too late.")

    def frames():
        yield RESULT.encode()[:100]
        raise late

    with pytest.raises(QueryTimeout):
        read_table(frames(), 10, 10_000)


@pytest.mark.parametrize(
    "text", ["", "{", RESULT[:80], RESULT[:250], '{"head":{},"bool', '{"head":{}}', "[]"]
)
def test_a_result_that_breaks_off_is_a_failure_and_no_short_result(text):
    with pytest.raises(EngineFailure):
        read_table(cut(text, 10), 10, 10_000)


@pytest.mark.parametrize(
    ("limit", "expected"),
    [(100, ("one\ntwö\nthree\n", False)), (9, ("one\ntwö\n", True)), (1, ("", True))],
)
def test_text_ends_at_a_whole_line(limit, expected):
    assert read_text(cut("one\ntwö\nthree\n", 3), limit) == expected
