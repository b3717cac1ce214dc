"""Answers announce RDF 1.2 where they need it, or where the client asks (RDF 1.2 Concepts, section 2)."""

import re

import pytest

from bionrw.errors import NotAcceptable
from bionrw.model import Form, Operation
from bionrw.sparql.formats import GRAPH_FORMATS
from bionrw.sparql.formats import JSON_LD as FORMAT_JSON_LD
from bionrw.sparql.negotiation import Choice, negotiate
from bionrw.sparql.versions import RDF_1_1, RDF_1_2, RDF_1_2_BASIC

JSON, XML = "application/sparql-results+json", "application/sparql-results+xml"
TSV, CSV = "text/tab-separated-values; charset=utf-8", "text/csv; charset=utf-8"
TURTLE, N_TRIPLES, JSON_LD = "text/turtle", "application/n-triples", "application/ld+json"
PLAIN = "SELECT * { ?s ?p ?o }"
TRIPLE = "SELECT (TRIPLE(<a:s>, <a:p>, 1) AS ?t) {}"
DIRECTION = "SELECT ('x'@ar--rtl AS ?t) {}"
GRAPH = "CONSTRUCT { <a:r> <a:p> <<( <a:s> <a:p> 1 )>> } WHERE {}"
DIRECTED_GRAPH = "CONSTRUCT { <a:s> <a:p> 'x'@ar--rtl } WHERE {}"


@pytest.mark.parametrize(
    ("query", "accept", "content_type"),
    [
        # asked for: it is announced
        (PLAIN, f"{JSON}; version=1.2", f"{JSON}; version=1.2"),
        (PLAIN, f"{JSON};version=1.1", f"{JSON}; version=1.1"),
        (PLAIN, f'{XML};version="1.2-basic"', f"{XML}; version=1.2-basic"),
        (PLAIN, f"{JSON};version=1.2;q=0.5, {XML}", XML),
        (PLAIN, f"{JSON};version=1.2, {JSON};q=0.9", f"{JSON}; version=1.2"),
        (PLAIN, "application/json;version=1.2", f"{JSON}; version=1.2"),
        (PLAIN, "*/*;version=1.2", f"{JSON}; version=1.2"),
        (PLAIN, "text/tab-separated-values;version=1.2", f"{TSV}; version=1.2"),
        (
            "CONSTRUCT WHERE { ?s ?p ?o }",
            "application/n-quads;version=1.2",
            "application/n-quads; version=1.2",
        ),
        # not asked for and not needed: the drafts advise against announcing it
        (PLAIN, JSON, JSON),
        (PLAIN, "*/*", JSON),
        # what RDF 1.2 does not name is read over
        (PLAIN, f"{JSON};version=3", JSON),
        (TRIPLE, f"{JSON};version=3", f"{JSON}; version=1.2"),
        # CSV and JSON-LD have no such parameter
        (PLAIN, "text/csv;version=1.2", CSV),
        (TRIPLE, "text/csv", CSV),
        (DIRECTED_GRAPH, f"{JSON_LD};version=1.2", JSON_LD),
        # needed: never unannounced
        (TRIPLE, JSON, f"{JSON}; version=1.2"),
        (TRIPLE, "*/*", f"{JSON}; version=1.2"),
        (TRIPLE, XML, f"{XML}; version=1.2"),
        (TRIPLE, "text/tab-separated-values", f"{TSV}; version=1.2"),
        (DIRECTION, JSON, f"{JSON}; version=1.2-basic"),
        (DIRECTION, f"{JSON};version=1.2", f"{JSON}; version=1.2"),
        (GRAPH, TURTLE, f"{TURTLE}; version=1.2"),
        (DIRECTED_GRAPH, N_TRIPLES, f"{N_TRIPLES}; version=1.2-basic"),
        # needed and not accepted: another range has to fit, or none does
        (TRIPLE, f"{JSON};version=1.1, {XML};q=0.1", f"{XML}; version=1.2"),
        (TRIPLE, f"{JSON};version=1.1", None),
        (TRIPLE, f"{JSON};version=1.2-basic", None),
        (DIRECTION, f"{JSON};version=1.1", None),
        (DIRECTION, f"{JSON};version=1.2-basic", f"{JSON}; version=1.2-basic"),
        (GRAPH, "*/*;version=1.1", None),
        (GRAPH, JSON_LD, None),
        (GRAPH, f"{JSON_LD}, {TURTLE};q=0.1", f"{TURTLE}; version=1.2"),
    ],
)
def test_the_version_is_announced(endpoint, scripted, query, accept, content_type):
    response = endpoint.get("/sparql", query_string={"query": query}, headers={"Accept": accept})
    if content_type is None:
        assert response.status_code == 406
        assert scripted.asked == []
    else:
        assert (response.status_code, response.content_type) == (200, content_type)


def test_a_refusal_tells_the_version(endpoint):
    response = endpoint.get(
        "/sparql", query_string={"query": TRIPLE}, headers={"Accept": f"{JSON};version=1.1"}
    )
    assert "only from version 1.2 on" in response.json["detail"]


@pytest.mark.parametrize("name", ["jsonld", "json", "application/ld+json"])
def test_json_ld_called_by_name_is_refused_where_it_has_no_form(endpoint, scripted, name):
    response = endpoint.get("/sparql", query_string={"query": GRAPH, "format": name})
    assert response.status_code == 406
    assert "no form for triple terms" in response.json["detail"]
    assert JSON_LD not in response.json["offers"]
    assert scripted.asked == []


def test_each_version_has_its_own_validator(endpoint):
    tags = {
        endpoint.get("/sparql", query_string={"query": PLAIN}, headers={"Accept": JSON + suffix}).headers[
            "ETag"
        ]
        for suffix in ("", ";version=1.1", ";version=1.2")
    }
    assert len(tags) == 3


@pytest.mark.parametrize(
    ("accept", "least", "choice"),
    [
        ("", RDF_1_2, Choice("a/one")),
        ("a/two;version=1.2", RDF_1_1, Choice("a/two", RDF_1_2)),
        ("a/two;version=1.1, a/one;q=0.1", RDF_1_2_BASIC, Choice("a/one")),
        ("a/two;version=1.2;q=0, */*", RDF_1_1, Choice("a/one")),
        ("a/*;version=1.2-basic", RDF_1_2_BASIC, Choice("a/one", RDF_1_2_BASIC)),
    ],
)
def test_a_range_covers_what_its_version_holds(accept, least, choice):
    assert negotiate(accept, ["a/one", "a/two"], least=least) == choice


def test_no_range_is_left_when_the_version_is_too_low():
    with pytest.raises(NotAcceptable, match=re.escape("version 1.2 on")):
        negotiate("a/one;version=1.1, a/two;version=1.2-basic", ["a/one", "a/two"], least=RDF_1_2)


class TestRealAnswers:
    """What is announced is what comes."""

    @pytest.mark.parametrize("item", GRAPH_FORMATS, ids=[item.name for item in GRAPH_FORMATS])
    @pytest.mark.parametrize("query", [GRAPH, DIRECTED_GRAPH])
    def test_a_graph(self, client, item, query):
        response = client.get("/sparql", query_string={"query": query}, headers={"Accept": item.media_type})
        if item.media_type == JSON_LD and query == GRAPH:
            assert response.status_code == 406
        else:
            assert response.status_code == 200
            assert ("rtl" in response.text) == (query == DIRECTED_GRAPH)

    def test_rows(self, client):
        answer = client.get("/sparql", query_string={"query": TRIPLE})
        assert answer.json["results"]["bindings"][0]["t"]["type"] == "triple"
        answer = client.get("/sparql", query_string={"query": DIRECTION})
        assert answer.json["results"]["bindings"][0]["t"]["its:dir"] == "rtl"

    def test_the_release_itself_needs_no_more_than_rdf_1_1(self, release):
        """So the text of a query tells all; a source with more is refused by the build."""
        lines = (release.path / "graph.nq").read_text(encoding="utf-8").splitlines()
        assert [
            line for line in lines if "<<(" in line or re.search(r'"@[A-Za-z0-9-]+--(ltr|rtl) ', line)
        ] == []

    def test_a_triple_term_that_comes_by_surprise_is_no_fault_of_the_store(self, store):
        """Were one in the graph, its JSON-LD would be refused like any format that does not fit."""
        with pytest.raises(NotAcceptable):
            store.query(Operation(GRAPH, Form.CONSTRUCT), FORMAT_JSON_LD, 20.0)
