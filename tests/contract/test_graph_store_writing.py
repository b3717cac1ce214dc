"""What every GraphStore promises to those who let it write a graph of their own."""

import json

import pyoxigraph as ox
import pytest

from bionrw.errors import NotAcceptable
from bionrw.model import Blank, Iri, Literal, ResultFormat
from bionrw.sparql.formats import CSV, GRAPH_FORMATS, JSON_LD, TURTLE

XSD = "http://www.w3.org/2001/XMLSchema#"
PREFIXES = {"ex": "https://ex.example/", "unused": "https://unused.example/"}
NASTY = 'line\nbreak\t"quote" \\ \u00e9\U0001f9ec \x01'
TRIPLES = (
    (Blank("z"), Iri("https://ex.example/p"), Blank("a")),
    (Blank("z"), Iri("https://ex.example/p"), Literal(NASTY, "en")),
    (Blank("z"), Iri("https://ex.example/p"), Literal("")),
    (Blank("a"), Iri("https://ex.example/p"), Literal("007", datatype=XSD + "integer")),
    (Iri("https://ex.example/é"), Iri("https://ex.example/p"), Iri("https://other.example/")),
)


def write(store, result_format: ResultFormat, triples=TRIPLES, prefixes=PREFIXES) -> bytes:
    answer = store.write(triples, result_format, 20.0, prefixes)
    assert answer.media_type == result_format.media_type
    return b"".join(answer.frames)


@pytest.mark.parametrize("item", GRAPH_FORMATS, ids=[item.name for item in GRAPH_FORMATS])
def test_a_graph_comes_back_as_it_was_given(shared_store, item):
    triples = TRIPLES if item.name != "rdf" else tuple(t for t in TRIPLES if t[2] != Literal(NASTY, "en"))
    data = write(shared_store, item, triples)
    found = ox.Dataset(
        ox.Quad(*quad.triple) for quad in ox.parse(data, format=ox.RdfFormat.from_media_type(item.media_type))
    )
    expected = ox.Dataset(ox.Quad(*map(term, triple)) for triple in triples)
    for dataset in (found, expected):
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    assert set(found) == set(expected)


def term(value):
    """Return a term of ours as one of the engine."""
    match value:
        case Iri(iri):
            return ox.NamedNode(iri)
        case Blank(label):
            return ox.BlankNode(label)
    if value.language:
        return ox.Literal(value.value, language=value.language)
    return ox.Literal(value.value, datatype=ox.NamedNode(value.datatype or XSD + "string"))


def test_what_the_first_triple_is_about_stands_in_front(shared_store):
    text = write(shared_store, TURTLE).decode()
    assert text.splitlines()[0] == "@prefix ex: <https://ex.example/> ."
    assert text.index("_:z ex:p") < text.index("_:a ex:p")


def test_the_same_graph_gives_the_same_bytes(shared_store):
    assert write(shared_store, TURTLE) == write(shared_store, TURTLE, (TRIPLES[0], *reversed(TRIPLES[1:])))


def test_no_graph_and_no_prefixes_are_fine(shared_store):
    assert write(shared_store, TURTLE, ()) == b""
    assert json.loads(write(shared_store, JSON_LD, TRIPLES[3:4], {}))


def test_rows_are_no_format_for_a_graph(shared_store, assert_answers):
    with pytest.raises(NotAcceptable):
        write(shared_store, CSV)
    assert_answers(shared_store)


def test_writing_leaves_the_graph_as_it_was(shared_store, whole):
    write(shared_store, TURTLE)
    rows = json.loads(whole(shared_store, "SELECT * { ?s <https://ex.example/p> ?o }"))
    assert rows["results"]["bindings"] == []
