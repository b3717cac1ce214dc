"""An excerpt keeps each fact once, knows where it stands, and finds it both ways."""

import json

import pytest

from bionrw.model import Blank, Iri, Literal
from bionrw.web.excerpt import Excerpt, read_rows

A, B = Iri("urn:a"), Iri("urn:b")


def test_a_fact_of_two_graphs_is_one_fact():
    excerpt = Excerpt({})
    for graph in ("urn:one", "urn:two", "urn:one"):
        excerpt.add("urn:a", "urn:p", B, graph)
    assert list(excerpt.facts("urn:a")) == [("urn:p", B, ("urn:one", "urn:two"))]
    assert excerpt.subjects("urn:p", B) == ["urn:a"]


def test_rows_without_subject_or_object_speak_of_the_thing_itself():
    excerpt = Excerpt({"ex": "urn:"})
    excerpt.add_rows(
        [{"predicate": Iri("urn:p"), "object": B}, {"subject": B, "predicate": Iri("urn:q")}], "urn:a"
    )
    assert excerpt.iris("urn:a", "ex:p") == ["urn:b"]
    assert excerpt.iris("urn:b", "ex:q") == ["urn:a"]


@pytest.mark.parametrize(
    ("texts", "chosen"),
    [
        ([Literal("x", "de"), Literal("y", "en")], "y"),
        ([Literal("x", "de"), Literal("y", "EN-gb")], "y"),
        ([Literal("x", "de"), Literal("y")], "y"),
        ([Literal("x", "de")], "x"),
        ([A], ""),
        ([], ""),
    ],
)
def test_english_comes_first(texts, chosen):
    excerpt = Excerpt({})
    for text in texts:
        excerpt.add("urn:a", "urn:p", text)
    assert excerpt.lexical("urn:a", "urn:p") == chosen


@pytest.mark.parametrize(
    ("name", "iri"),
    [("ex:a", "urn:a"), ("urn:a", "urn:a"), ("https://x.example/a", "https://x.example/a"), ("a", "a")],
)
def test_a_short_name_stands_for_its_iri(name, iri):
    assert Excerpt({"ex": "urn:"}).expand(name) == iri


def test_rows_are_read_from_results_in_json():
    row = {
        "iri": {"type": "uri", "value": "urn:a"},
        "node": {"type": "bnode", "value": "b0"},
        "text": {"type": "literal", "value": "x", "xml:lang": "en"},
        "number": {"type": "literal", "value": "1", "datatype": "urn:d"},
    }
    content = json.dumps({"head": {"vars": []}, "results": {"bindings": [row, {}]}}).encode()
    first = {
        "iri": A,
        "node": Blank("b0"),
        "text": Literal("x", "en"),
        "number": Literal("1", datatype="urn:d"),
    }
    assert read_rows(content) == [first, {}]
