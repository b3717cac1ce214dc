"""The endpoint describes itself to who brings no query (SPARQL 1.1 Service Description, section 2)."""

import json

import pytest
from pyoxigraph import RdfFormat, parse

from bionrw.config import Settings
from bionrw.content import find_content
from bionrw.errors import StoreUnavailable
from bionrw.library import Library
from bionrw.sparql.extensions import FUNCTIONS
from bionrw.sparql.formats import GRAPH_FORMATS
from bionrw.web.app import create_app
from tests.http.test_negotiation import (
    CHROME,
    COMUNICA_RDF,
    FIREFOX,
    JAVA,
    JSON_LD,
    N_QUADS,
    N_TRIPLES,
    RDF_XML,
    RDFLIB_PARSE,
    TRIG,
    TURTLE,
)

SD = "http://www.w3.org/ns/sparql-service-description#"
FORM = "text/html; charset=utf-8"


@pytest.fixture
def proxied(store):
    """Return a client of the application as it stands behind a proxy, below a path."""
    settings = Settings(public_url="https://data.example.org/graph")
    library = Library(find_content().queries, store.release.base_iri)
    return create_app(store, settings, library).test_client()


def read(response):
    """Return the triples of an answer in any format."""
    if response.mimetype == JSON_LD:
        return {quad.triple for quad in parse(response.data, format=RdfFormat.JSON_LD)}
    return {quad.triple for quad in parse(response.data, format=RdfFormat.from_media_type(response.mimetype))}


def objects(triples, name):
    return {triple.object.value for triple in triples if triple.predicate.value == SD + name}


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        (None, TURTLE),
        ("*/*", TURTLE),
        (TURTLE, TURTLE),
        (N_TRIPLES, N_TRIPLES),
        (RDF_XML, RDF_XML),
        (JSON_LD, JSON_LD),
        (TRIG, TRIG),
        (N_QUADS, N_QUADS),
        ("application/json", JSON_LD),
        ("text/turtle; version=1.2", "text/turtle; version=1.2"),
        (COMUNICA_RDF, N_QUADS),
        (RDFLIB_PARSE, TURTLE),
        (CHROME, FORM),
        (FIREFOX, FORM),
        (JAVA, FORM),
        ("text/html", FORM),
        ("text/html;q=0.5, text/turtle", TURTLE),
    ],
)
def test_rdf_is_for_programs_and_the_form_for_people(endpoint, scripted, accept, content_type):
    response = endpoint.get("/sparql", headers={} if accept is None else {"Accept": accept})
    assert (response.status_code, response.content_type) == (200, content_type)
    assert "Accept" in response.vary
    assert len(scripted.written) == (content_type != FORM)
    assert scripted.asked == []


@pytest.mark.parametrize(
    ("query_string", "content_type"),
    [
        ("format=nt", N_TRIPLES),
        ("output=jsonld", JSON_LD),
        ("format=html", FORM),
        ("format=csv", TURTLE),  # a name that fits another form only is read over
        ("version=1.1", TURTLE),
        ("example=places", TURTLE),
        ("default-graph-uri=urn:a", TURTLE),
    ],
)
def test_a_format_called_by_name_wins(endpoint, query_string, content_type):
    assert endpoint.get("/sparql", query_string=query_string).content_type == content_type


@pytest.mark.parametrize(
    ("accept", "status", "words"),
    [
        ("application/sparql-results+json", 400, "There is no query"),
        ("application/sparql-results+xml, application/rdf+xml;q=0.1", 400, "There is no query"),
        ("text/csv", 400, "There is no query"),
        ("image/png", 406, "text/turtle"),
        ("*/*;q=0", 406, "text/turtle"),
    ],
)
def test_who_wants_rows_has_forgotten_the_query(endpoint, scripted, accept, status, words):
    response = endpoint.get("/sparql", headers={"Accept": accept})
    assert (response.status_code, response.mimetype) == (status, "application/problem+json")
    assert words in response.json["detail"]
    assert scripted.written == []


@pytest.mark.parametrize("item", GRAPH_FORMATS, ids=[item.name for item in GRAPH_FORMATS])
def test_every_format_says_the_same(client, item):
    response = client.get("/sparql", headers={"Accept": item.media_type})
    assert (response.status_code, response.mimetype) == (200, item.media_type)
    told = {str(triple) for triple in read(response) if "_:" not in str(triple)}
    plain = client.get("/sparql", headers={"Accept": N_TRIPLES})
    assert told == {str(triple) for triple in read(plain) if "_:" not in str(triple)}
    assert len(read(response)) == len(read(plain)) > 200


def test_turtle_is_laid_out_with_the_service_in_front(client):
    text = client.get("/sparql").text
    body = text[text.index("\n_:") :]
    assert body.startswith("\n_:service ")
    assert "@prefix sd: <http://www.w3.org/ns/sparql-service-description#>" in text
    assert f"<{SD}" not in body


def test_json_ld_has_short_names(client):
    document = json.loads(client.get("/sparql?format=jsonld").data)
    kinds = {str(node.get("type", node.get("@type"))) for node in document["@graph"]}
    assert any("Service" in kind for kind in kinds)


def test_the_graphs_are_those_of_the_release(client, release):
    triples = read(client.get("/sparql"))
    assert objects(triples, "name") == set(release.graphs)
    counts = {
        triple.subject.value: int(triple.object.value)
        for triple in triples
        if triple.predicate.value == "http://rdfs.org/ns/void#triples"
    }
    assert {iri: counts[iri] for iri in release.graphs} == dict(release.graphs)
    query = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    [row] = client.get("/sparql", query_string={"query": query}).json["results"]["bindings"]
    assert int(row["n"]["value"]) in counts.values()


def test_the_features_that_are_not_told_do_not_hold(client, release):
    """The default graph is no union of all graphs, nothing is fetched, and no dataset has to be named."""
    assert objects(read(client.get("/sparql")), "feature") == set()
    ask = "ASK { { SELECT ?s { GRAPH ?g { ?s ?p ?o } FILTER(?g = <%s>) } LIMIT 1 } ?s ?p ?o }"
    proofs = ask % f"{release.base_iri}graph/proofs"
    assert client.get("/sparql", query_string={"query": proofs}).json["boolean"] is False
    fetched = "ASK FROM <http://127.0.0.1:9/> { ?s ?p ?o }"
    assert client.get("/sparql", query_string={"query": fetched}).json["boolean"] is False
    assert client.get("/sparql", query_string={"query": "ASK { ?s ?p ?o }"}).json["boolean"] is True


@pytest.mark.parametrize("path", ["/sparql", "/graph/sparql"])
@pytest.mark.parametrize("host", ["evil.example", "data.example.org"])
def test_the_endpoint_is_the_public_one_whatever_a_client_calls_it(proxied, path, host):
    headers = {"Host": host, "X-Forwarded-Host": host, "Forwarded": f"host={host}"}
    response = proxied.get(path, headers=headers)
    assert objects(read(response), "endpoint") == {"https://data.example.org/graph/sparql"}
    assert "<https://data.example.org/graph/graph-store>" in response.text
    assert "evil" not in response.text


def test_a_client_keeps_the_description_until_something_changes(client, proxied):
    first = client.get("/sparql")
    assert first.headers["Cache-Control"] == "no-cache"
    assert first.headers["ETag"].startswith('"')
    again = client.get("/sparql", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert (again.headers["ETag"], "Accept" in again.vary) == (first.headers["ETag"], True)
    assert client.get("/sparql", headers={"If-None-Match": "*"}).status_code == 304
    said = first.data
    tags = {first.headers["ETag"]}
    for asked, path in (
        (client, "/sparql?format=nt"),
        (proxied, "/sparql"),
        (client, "/sparql?format=jsonld"),
    ):
        with asked.get(path) as other:
            tags.add(other.headers["ETag"])
    assert len(tags) == 4
    assert client.get("/sparql").data == said


def test_head_gets_the_headers_of_get(endpoint, scripted):
    got, headed = endpoint.get("/sparql"), endpoint.head("/sparql")
    assert (headed.status_code, headed.data) == (200, b"")
    assert {name: value for name, value in headed.headers if name != "Content-Length"} == dict(got.headers)
    assert scripted.answers[-1].closed


def test_a_store_that_is_busy_is_told(endpoint, scripted):
    scripted.failure = StoreUnavailable("All readers are busy.")
    response = endpoint.get("/sparql")
    assert (response.status_code, "Retry-After" in response.headers) == (503, True)


# One call of each function; most take two geometries, or one.
POINT, FAR = "'POINT(0 0)'^^geo:wktLiteral", "'POINT(3 4)'^^geo:wktLiteral"
AREA = "'POLYGON((-1 -1, 2 -1, 2 2, -1 2, -1 -1))'^^geo:wktLiteral"
ONE = "asGeoJSON centroid convexHull dimension envelope getSRID isEmpty isSimple"
ARGUMENTS = {
    **{f"geof:{name}": POINT for name in ONE.split()},
    **{f"geof:{name}": POINT for name in ("coordinateDimension", "spatialDimension")},
    "geof:distance": f"{POINT}, {FAR}, uom:metre",
    "geof:length": f"{AREA}, uom:metre",
    "geof:perimeter": f"{AREA}, uom:metre",
    "geof:relate": f"{AREA}, {AREA}, 'T*F**FFF*'",
    **{
        f"geof:{name}": f"{AREA}, {AREA}" for name in ("difference", "intersection", "symDifference", "union")
    },
    "xsd:date": "'2020-01-31'",
    "xsd:dayTimeDuration": "'P1DT1H'",
    "xsd:duration": "'P1Y2M'",
    "xsd:gDay": "'---31'",
    "xsd:gMonth": "'--01'",
    "xsd:gMonthDay": "'--01-31'",
    "xsd:gYear": "'2020'",
    "xsd:gYearMonth": "'2020-01'",
    "xsd:time": "'12:00:00Z'",
    "xsd:yearMonthDuration": "'P1Y'",
}
PROLOGUE = """
    PREFIX geof: <http://www.opengis.net/def/function/geosparql/>
    PREFIX geo: <http://www.opengis.net/ont/geosparql#>
    PREFIX uom: <http://www.opengis.net/def/uom/OGC/1.0/>
    PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
"""


def evaluate(client, expression):
    query = f"{PROLOGUE} SELECT ({expression} AS ?value) {{}}"
    [row] = client.get("/sparql", query_string={"query": query}).json["results"]["bindings"]
    return row.get("value", {}).get("value")


@pytest.mark.parametrize("name", FUNCTIONS)
def test_each_function_that_is_told_gives_a_value(client, name):
    assert evaluate(client, f"{name}({ARGUMENTS.get(name, f'{POINT}, {AREA}')})") is not None


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        (f"geof:sfWithin({POINT}, {AREA})", "true"),
        (f"geof:sfWithin({FAR}, {AREA})", "false"),
        ("'2020-03-01'^^xsd:date - '2020-02-01'^^xsd:date", "P29D"),
        (
            "ADJUST('2020-01-01T00:00:00Z'^^xsd:dateTime, 'PT1H'^^xsd:dayTimeDuration)",
            "2020-01-01T01:00:00+01:00",
        ),
    ],
)
def test_the_extensions_count_right(client, expression, value):
    assert evaluate(client, expression) == value


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("SELECT * { VALUES ?x { 1 2 } LATERAL { BIND(?x + 1 AS ?y) } }", 2),
        ('VERSION "1.2" SELECT (OBJECT(TRIPLE(<a:s>, <a:p>, 1)) AS ?x) {}', 1),
    ],
)
def test_the_languages_that_are_told_are_understood(client, query, rows):
    found = client.get("/sparql", query_string={"query": query}).json["results"]["bindings"]
    assert len(found) == rows
    assert all(found)


def test_the_well_known_address_leads_to_the_description(endpoint):
    response = endpoint.get("/.well-known/void")
    assert response.status_code == 302
    assert response.headers["Location"].endswith("/sparql")
