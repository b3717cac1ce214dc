"""Graphs are read one by one (SPARQL 1.1 Graph Store HTTP Protocol, sections 4.2, 5.2 and 5.6)."""

import pytest
from pyoxigraph import RdfFormat, parse

from bionrw.errors import StoreUnavailable
from bionrw.model import Iri
from bionrw.sparql.formats import GRAPH_FORMATS
from tests.http.conftest import NAMES
from tests.http.test_negotiation import JSON_LD, N_TRIPLES, RDF_XML, TURTLE

DOCUMENT = {"graph": NAMES.graph("document")}
DEFAULT = "default"
WRITING = ["PUT", "POST", "DELETE", "PATCH"]


def count(response):
    """Return how many different triples an answer has."""
    found = parse(response.data, format=RdfFormat.from_media_type(response.mimetype))
    return len({str(quad.triple) for quad in found})


@pytest.mark.parametrize("item", GRAPH_FORMATS, ids=[item.name for item in GRAPH_FORMATS])
@pytest.mark.parametrize("called", [True, False], ids=["by name", "by Accept"])
@pytest.mark.parametrize("graph", [DOCUMENT, {DEFAULT: ""}], ids=["document", "default"])
def test_each_graph_comes_in_each_format(endpoint, scripted, item, called, graph):
    query = {**graph, "format": item.name} if called else graph
    headers = {} if called else {"Accept": item.media_type}
    response = endpoint.get("/graph-store", query_string=query, headers=headers)
    assert (response.status_code, response.mimetype) == (200, item.media_type)
    assert scripted.formats == [item]
    assert scripted.deadlines == [7.0]
    bound = (("this", Iri(NAMES.graph("document"))),) if graph is DOCUMENT else ()
    assert scripted.asked[0].bindings == bound
    assert scripted.asked[0].prefixes == ()  # laid out, it would not stream


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        (None, TURTLE),  # section 5.2: RDF/XML, Turtle or N-Triples without Accept
        ("*/*", TURTLE),
        ("text/turtle; charset=utf-8", TURTLE),
        ("text/turtle; version=1.1", "text/turtle; version=1.1"),
        (RDF_XML, RDF_XML),
        ("application/json", JSON_LD),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", RDF_XML),
        ("text/html", None),
        ("image/png", None),
    ],
)
def test_the_format_follows_accept(endpoint, accept, content_type):
    headers = {} if accept is None else {"Accept": accept}
    response = endpoint.get("/graph-store", query_string=DOCUMENT, headers=headers)
    assert "Accept" in response.vary
    if content_type is None:
        assert response.status_code == 406
    else:
        assert (response.status_code, response.content_type) == (200, content_type)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(
    ("query_string", "status"),
    [
        ("", 400),
        ("default&graph=urn:a", 400),
        ("graph=urn:a&graph=urn:b", 400),
        ("graph=graph/document", 400),
        ("graph=/graph/document", 400),
        ("graph=default", 400),
        ("graph=%ff", 400),
        ("graph=https://graph.example/graph/none", 404),
        ("graph=https://graph.example/graph/document%20", 400),
        ("graph=https://graph.example/graph/DOCUMENT", 404),
        ("graph=file:///etc/passwd", 404),
        ("graph=http://127.0.0.1:1/", 404),
        ("default&x=" + "x" * 10_001, 414),
    ],
)
def test_what_names_no_graph_of_ours_is_a_problem(endpoint, scripted, method, query_string, status):
    response = endpoint.open("/graph-store", method=method, query_string=query_string)
    assert (response.status_code, response.mimetype) == (status, "application/problem+json")
    assert (response.data == b"") == (method == "HEAD")
    assert scripted.asked == []


@pytest.mark.parametrize("method", WRITING)
@pytest.mark.parametrize("query_string", ["default", "graph=https://graph.example/graph/document", ""])
def test_nothing_is_written(endpoint, scripted, method, query_string):
    response = endpoint.open(
        "/graph-store", method=method, query_string=query_string, data=b"<a:s> <a:p> 1 .", content_type=TURTLE
    )
    assert response.status_code == 405
    assert set(response.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}
    assert "changes with its releases" in response.json["detail"]
    assert scripted.asked == []


@pytest.mark.parametrize("method", WRITING)
def test_nothing_is_written_where_a_graph_has_its_own_address(endpoint, method):
    response = endpoint.open("/graph/document", method=method)
    assert response.status_code == 405
    assert set(response.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


def test_other_origins_may_read(endpoint):
    preflight = endpoint.options("/graph-store?default", headers={"Origin": "https://app.example"})
    assert set(preflight.headers["Access-Control-Allow-Methods"].split(", ")) == {"GET", "HEAD", "OPTIONS"}
    assert "Accept" in preflight.headers["Access-Control-Allow-Headers"]
    assert endpoint.get("/graph-store?default").headers["Access-Control-Allow-Origin"] == "*"


def test_head_gets_the_headers_of_get_and_frees_the_reader(endpoint, scripted):
    got, headed = (
        endpoint.open("/graph-store", method=name, query_string=DOCUMENT) for name in ("GET", "HEAD")
    )
    assert (headed.status_code, headed.data) == (200, b"")
    assert {name: value for name, value in headed.headers if name != "Content-Length"} == dict(got.headers)
    assert scripted.answers[-1].closed


def test_a_graph_that_the_client_holds_is_not_sent_again(endpoint, scripted):
    etag = endpoint.get("/graph-store", query_string=DOCUMENT).headers["ETag"]
    for known in (etag, f"W/{etag}", "*"):
        again = endpoint.get("/graph-store", query_string=DOCUMENT, headers={"If-None-Match": known})
        assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", etag)
    assert len(scripted.asked) == 1
    others = [{**DOCUMENT, "format": "nt"}, {"default": ""}, {"graph": NAMES.graph("curated")}]
    tags = {endpoint.get("/graph-store", query_string=other).headers["ETag"] for other in others}
    assert len({etag, *tags}) == 4


def test_frames_are_passed_on_one_by_one(flask_endpoint, scripted):
    scripted.will_send(b"a", b"b", b"c")
    response = flask_endpoint.get("/graph-store?default", buffered=False)
    frames = response.iter_encoded()
    assert next(frames) == b"a"
    assert scripted.answers[-1].taken == 1
    response.close()
    assert scripted.answers[-1].closed


def test_a_store_that_is_busy_is_told(endpoint, scripted):
    scripted.failure = StoreUnavailable("All readers are busy.")
    assert endpoint.get("/graph-store?default").status_code == 503


@pytest.mark.parametrize("name", ["document", "curated", "ontology", "inferred", "alignments", "proofs"])
def test_a_named_graph_has_all_its_triples_at_both_addresses(client, release, name):
    graph = f"{release.base_iri}graph/{name}"
    headers = {"Accept": N_TRIPLES}
    indirect = count(client.get("/graph-store", query_string={"graph": graph}, headers=headers))
    direct = count(client.get(f"/graph/{name}", headers=headers))
    assert indirect == direct == release.graphs[graph]


@pytest.mark.parametrize("item", GRAPH_FORMATS, ids=[item.name for item in GRAPH_FORMATS])
def test_a_graph_s_own_address_gives_what_the_graph_store_does(client, release, item):
    """SPARQL 1.1 Graph Store HTTP Protocol, section 4.1."""
    graph = f"{release.base_iri}graph/alignments"
    query = {"graph": graph, "format": item.name}
    indirect = client.get("/graph-store", query_string=query).data
    for path, headers in (
        (f"/graph/alignments.{item.suffix}", {}),
        ("/graph/alignments", {"Accept": item.media_type}),
    ):
        response = client.get(path, headers=headers)
        assert (response.status_code, response.mimetype) == (200, item.media_type)
        assert response.data == indirect
    assert f'</graph/alignments.{item.suffix}>; rel="alternate"' in str(
        client.get("/graph/alignments.html").headers
    )


def test_the_default_graph_is_the_one_that_queries_see(client):
    found = count(client.get("/graph-store?default", headers={"Accept": N_TRIPLES}))
    query = "SELECT (COUNT(*) AS ?n) { SELECT DISTINCT * { ?s ?p ?o } }"
    [row] = client.get("/sparql", query_string={"query": query}).json["results"]["bindings"]
    assert found == int(row["n"]["value"])
