"""The query string names one graph (SPARQL 1.1 Graph Store HTTP Protocol, section 4.2)."""

import pytest

from bionrw.errors import BadRequest
from bionrw.sparql.graph_store import GraphRequest, read_graph_request


@pytest.mark.parametrize(
    ("query_string", "asked"),
    [
        (b"default", GraphRequest("")),
        (b"default=", GraphRequest("")),
        (b"graph=http%3A//www.example.com/other/graph", GraphRequest("http://www.example.com/other/graph")),
        (b"graph=urn:a&format=nt&no_such=1", GraphRequest("urn:a", ("nt",))),
        # decoded exactly once
        (b"graph=http%3A//x.example/%2541", GraphRequest("http://x.example/%41")),
        ("graph=http://x.example/ä".encode(), GraphRequest("http://x.example/ä")),
    ],
)
def test_one_graph_is_named(query_string, asked):
    assert read_graph_request(query_string) == asked


@pytest.mark.parametrize(
    ("query_string", "words"),
    [
        (b"", "does not name a graph"),
        (b"format=nt", "does not name a graph"),
        (b"default&graph=urn:a", "names 2 graphs"),
        (b"graph=urn:a&graph=urn:a", "names 2 graphs"),
        (b"default&default&graph=urn:a&graph=urn:b", "names 3 graphs"),
        (b"graph=", "no absolute IRI"),
        (b"graph=graph/document", "no absolute IRI"),
        (b"graph=//x.example/graph", "no absolute IRI"),
        (b"graph=urn:a%20b", "no absolute IRI"),
        (b"graph=%ff", "not UTF-8"),
    ],
)
def test_no_graph_or_several_or_a_relative_name_are_refused(query_string, words):
    with pytest.raises(BadRequest, match=words):
        read_graph_request(query_string)
