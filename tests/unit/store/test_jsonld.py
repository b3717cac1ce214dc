"""JSON-LD is written with the short names of a context, and read back as the same graph."""

import io
import json

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st
from rdflib.compare import isomorphic

from bionrw.store.jsonld import Context, write

NAMES = {
    "@version": 1.1,
    "lamp": "https://graph.example/ontology#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "id": "@id",
    "type": "@type",
    "Lamp": "lamp:Lamp",
    "label": {"@id": "rdfs:label", "@container": "@language"},
    "near": {"@id": "lamp:near", "@type": "@id"},
    "lit": {"@id": "lamp:lit", "@type": "xsd:boolean"},
    "note": {"@id": "lamp:note"},
}
CONTEXT = Context(json.dumps({"@context": NAMES}).encode())
PROLOGUE = """
@prefix : <https://graph.example/id/> . @prefix lamp: <https://graph.example/ontology#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
A = "https://graph.example/id/a"


def written(triples):
    """Return the document that `triples` are written as."""
    file = io.BytesIO()
    write(triples, file, CONTEXT)
    return file.getvalue()


def of_turtle(text):
    """Return the triples of Turtle, in their order."""
    return [quad.triple for quad in ox.parse(PROLOGUE + text, format=ox.RdfFormat.TURTLE)]


def canonical(quads):
    """Return triples with the names that RDFC-1.0 gives to their blank nodes."""
    dataset = ox.Dataset(ox.Quad(quad.subject, quad.predicate, quad.object) for quad in quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return sorted(map(str, dataset))


@pytest.mark.parametrize(
    ("facts", "node"),
    [
        (":a a lamp:Lamp", {"type": "Lamp"}),
        (":a a lamp:Torch , lamp:Lamp", {"type": ["lamp:Torch", "Lamp"]}),
        (":a a <https://other.example/X>", {"type": "https://other.example/X"}),
        (":a a _:b", {"type": "_:b"}),
        (':a a "lamp"', {"rdf:type": "lamp"}),
        (":a lamp:near :b", {"near": "https://graph.example/id/b"}),
        (":a lamp:near lamp:Lamp", {"near": "lamp:Lamp"}),
        (':a lamp:near "the door"', {"lamp:near": "the door"}),
        (":a lamp:lit true", {"lit": "true"}),
        (':a lamp:lit "true"', {"lamp:lit": "true"}),
        (":a lamp:lit 1", {"lamp:lit": {"type": "xsd:integer", "@value": "1"}}),
        (":a lamp:note 1.50", {"note": {"type": "xsd:decimal", "@value": "1.50"}}),
        (':a lamp:note "hell"@de', {"note": {"@language": "de", "@value": "hell"}}),
        (":a lamp:note :b", {"note": {"id": "https://graph.example/id/b"}}),
        (':a rdfs:label "lamp"@en , "Lampe"@de', {"label": {"en": "lamp", "de": "Lampe"}}),
        (':a rdfs:label "lamp"@en , "light"@en', {"label": {"en": ["lamp", "light"]}}),
        (':a rdfs:label "lamp"', {"rdfs:label": "lamp"}),
        (":a lamp:unheard :b", {"lamp:unheard": {"id": "https://graph.example/id/b"}}),
        (':a <urn:x> "y"', {"urn:x": "y"}),
    ],
)
def test_a_fact_takes_the_term_that_fits_its_value(facts, node):
    triples = of_turtle(f"{facts} .")
    document = json.loads(written(triples))
    blanks = [str(triple.object) for triple in triples if isinstance(triple.object, ox.BlankNode)]
    expected = {key: blanks[0] if value == "_:b" else value for key, value in node.items()}
    assert document == {"@context": NAMES, "@graph": [{"id": A, **expected}]}


@pytest.mark.parametrize("iri", ["lamp:x", "id:x", "note:x", "rdf:type"])
def test_a_name_that_would_be_misread_is_written_in_full_without_the_context(iri):
    node = ox.NamedNode(iri)
    triples = [ox.Triple(node, node, node)]
    document = written(triples)
    assert json.loads(document)["@graph"][0]["@context"] is None
    assert canonical(ox.parse(document, format=ox.RdfFormat.JSON_LD)) == canonical(triples)


def test_nothing_is_an_empty_graph():
    document = json.loads(written([]))
    assert (document["@graph"], list(ox.parse(written([]), format=ox.RdfFormat.JSON_LD))) == ([], [])


def test_nodes_are_sent_as_they_come():
    file = io.BytesIO()
    seen = []

    def triples():
        for name in ("a", "b", "c"):
            seen.append(file.tell())
            yield from of_turtle(f":{name} lamp:note 1 .")

    write(triples(), file, CONTEXT)
    assert seen == sorted(seen)
    assert seen[2] > seen[1], "the first node was sent before the last one was asked for"


def test_a_triple_within_a_triple_has_no_form():
    inner = ox.Triple(ox.NamedNode(A), ox.NamedNode(A), ox.NamedNode(A))
    with pytest.raises(ValueError, match="no form for a triple within a triple"):
        written([ox.Triple(ox.NamedNode(A), ox.NamedNode(A), inner)])


@pytest.mark.parametrize(
    "context",
    [
        "https://other.example/context.jsonld",
        None,
        [NAMES],
        {"@vocab": "https://graph.example/"},
        {"@base": "https://graph.example/"},
        {"@import": "https://other.example/context.jsonld"},
        {"list": {"@id": "https://graph.example/list", "@container": "@list"}},
        {"of": {"@reverse": "https://graph.example/has"}},
        {"json": {"@id": "https://graph.example/json", "@type": "@json"}},
        {"value": "@value"},
    ],
)
def test_a_context_that_says_more_is_refused(context):
    with pytest.raises(ValueError, match="cannot write with the context"):
        Context(json.dumps({"@context": context}).encode())


OWN = "https://graph.example/"
IRIS = st.sampled_from(
    [
        *(OWN + name for name in ("id/a", "ontology#near", "ontology#note", "ontology#lit", "ontology#")),
        *("lamp:x", "urn:isbn:1", f"{OWN}ontology#//x", "http://www.w3.org/2000/01/rdf-schema#label"),
        "http://www.w3.org/1999/02/22-rdf-syntax-ns#type",
    ]
)
NODES = st.builds(ox.NamedNode, IRIS)
BLANKS = st.builds(ox.BlankNode, st.sampled_from(["one", "two"]))
TEXT = st.text(st.characters(codec="utf-8"), max_size=5)
LITERALS = st.one_of(
    st.builds(ox.Literal, TEXT),
    st.builds(ox.Literal, TEXT, language=st.sampled_from(["en", "de", "de-1996"])),
    st.builds(ox.Literal, TEXT, datatype=NODES),
    st.builds(ox.Literal, st.booleans()),
    st.builds(ox.Literal, st.integers()),
)
TRIPLES = st.lists(
    st.builds(ox.Triple, st.one_of(NODES, BLANKS), NODES, st.one_of(NODES, BLANKS, LITERALS)), max_size=8
)


@given(TRIPLES)
def test_any_graph_is_read_back_as_it_was(triples):
    assert canonical(ox.parse(written(triples), format=ox.RdfFormat.JSON_LD)) == canonical(triples)


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # its parser uses what it deprecates
def test_another_reader_reads_the_same_graph():
    text = """
        :a a lamp:Lamp ; rdfs:label "lamp"@en , "Lampe"@de , "plain" ; lamp:near :b , _:c ;
            lamp:lit true ; lamp:note 1.5 , "1.5" , "hell"@de , :b .
        _:c lamp:near <lamp:x> ; lamp:note ( 1 2 ) . <lamp:x> lamp:note "x" .
    """
    read = rdflib.Graph().parse(data=written(of_turtle(text)).decode(), format="json-ld")
    assert isomorphic(read, rdflib.Graph().parse(data=PROLOGUE + text, format="turtle"))
