"""Clients that people use read the endpoint of the real server without being told anything special."""

import ast
import csv
import http.client
import io
import json
import urllib.parse
import urllib.request
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from xml.dom.minidom import Document

import owlready2
import pytest
from pyoxigraph import BlankNode, RdfFormat, parse, serialize
from rdflib import RDF, RDFS, Graph, Literal, URIRef
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import (
    CSV,
    GET,
    JSON,
    JSONLD,
    N3,
    POST,
    POSTDIRECTLY,
    RDFXML,
    TSV,
    TURTLE,
    URLENCODED,
    XML,
    SPARQLWrapper,
)

from bionrw.model import Release
from bionrw.names import Names
from tests.http.test_negotiation import COMUNICA_RDF

NAMES = Names()
SD = "http://www.w3.org/ns/sparql-service-description#"
CLASS = URIRef(NAMES.term("Project"))
LABEL = Literal("project", lang="en")

SELECT = f"SELECT ?label WHERE {{ <{CLASS}> <{RDFS.label}> ?label }} ORDER BY LANG(?label)"
ASK = f"ASK {{ <{CLASS}> <{RDFS.label}> ?label }}"
NOBODY = f"ASK {{ <{CLASS}> <{RDFS.label}> <{CLASS}> }}"
CONSTRUCT = f"CONSTRUCT {{ <{CLASS}> <{RDFS.label}> ?label }} WHERE {{ <{CLASS}> <{RDFS.label}> ?label }}"
DESCRIBE = f"DESCRIBE <{CLASS}>"


def names_in_json(body: dict[str, dict[str, list[dict[str, dict[str, str]]]]]) -> list[str]:
    """Return the labels of a parsed JSON result."""
    return [row["label"]["value"] for row in body["results"]["bindings"]]


def names_in_xml(body: Document) -> list[str]:
    """Return the labels of a parsed XML result."""
    return [node.firstChild.data for node in body.getElementsByTagName("literal")]  # type: ignore[union-attr]


def names_in_csv(body: bytes) -> list[str]:
    """Return the labels of a CSV result."""
    return [row["label"] for row in csv.DictReader(io.StringIO(body.decode()))]


def names_in_tsv(body: bytes) -> list[str]:
    """Return the labels of a TSV result, whose terms are written as in Turtle."""
    return [line.split('"')[1] for line in body.decode().splitlines()[1:]]


def ask(server: str, query: str, result: str, method: str = GET, request: str = URLENCODED) -> object:
    """Return what SPARQLWrapper makes of the answer."""
    wrapper = SPARQLWrapper(f"{server}/sparql")
    wrapper.setQuery(query)
    wrapper.setReturnFormat(result)
    wrapper.setMethod(method)
    wrapper.setRequestMethod(request)
    answer = wrapper.query()
    try:
        return answer.convert()
    finally:
        answer.response.close()


WAYS = [(GET, URLENCODED), (POST, URLENCODED), (POST, POSTDIRECTLY)]


@pytest.mark.parametrize(("method", "request_method"), WAYS)
@pytest.mark.parametrize(
    ("result", "read"), [(JSON, names_in_json), (XML, names_in_xml), (CSV, names_in_csv), (TSV, names_in_tsv)]
)
def test_sparqlwrapper_selects(
    live_server: str, result: str, read: Callable[[object], list[str]], method: str, request_method: str
) -> None:
    assert read(ask(live_server, SELECT, result, method, request_method)) == ["Projekt", "project"]


@pytest.mark.parametrize(("method", "request_method"), WAYS)
@pytest.mark.parametrize(("query", "expected"), [(ASK, True), (NOBODY, False)])
def test_sparqlwrapper_asks(
    live_server: str, query: str, expected: bool, method: str, request_method: str
) -> None:
    as_json = ask(live_server, query, JSON, method, request_method)
    assert isinstance(as_json, dict)
    assert as_json["boolean"] is expected
    as_xml = ask(live_server, query, XML, method, request_method)
    assert isinstance(as_xml, Document)
    assert as_xml.getElementsByTagName("boolean")[0].firstChild.data == str(expected).lower()  # type: ignore[union-attr]


# SPARQLWrapper 2.0.0 reads into a class that rdflib 7 has since replaced.
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
@pytest.mark.parametrize("query", [CONSTRUCT, DESCRIBE])
@pytest.mark.parametrize("result", [TURTLE, N3, RDFXML, XML, JSONLD])
def test_sparqlwrapper_constructs_and_describes(live_server: str, query: str, result: str) -> None:
    body = ask(live_server, query, result)
    graph = body if isinstance(body, Graph) else Graph().parse(data=body, format="turtle")  # type: ignore[arg-type]
    assert (CLASS, RDFS.label, LABEL) in graph


def test_sparqlwrapper_is_told_where_a_query_is_wrong(live_server: str) -> None:
    from SPARQLWrapper.SPARQLExceptions import QueryBadFormed

    with pytest.raises(QueryBadFormed) as caught:
        ask(live_server, "SELECT * WHERE { ?s ?p }", JSON)
    said = str(caught.value)
    problem = json.loads(ast.literal_eval(said[said.index("b'") :]))
    assert (problem["status"], problem["line"]) == (400, 1)
    assert problem["column"] > 1


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
def test_rdflib_reads_the_endpoint_as_a_graph(live_server: str, method: str) -> None:
    graph = Graph(SPARQLStore(f"{live_server}/sparql", method=method))
    assert (CLASS, RDFS.label, LABEL) in graph
    assert (CLASS, RDFS.label, Literal("nothing")) not in graph
    rows = graph.query(SELECT)
    assert [str(row[0]) for row in rows] == ["Projekt", "project"]  # type: ignore[index]
    assert graph.query(ASK).askAnswer is True
    assert graph.query(NOBODY).askAnswer is False
    constructed = graph.query(CONSTRUCT).graph
    assert constructed is not None
    assert (CLASS, RDFS.label, LABEL) in constructed
    assert len(list(graph.triples((None, RDF.type, CLASS)))) > 0


def test_owlready2_reads_the_released_ontology(release: Release, tmp_path: Path) -> None:
    graph = NAMES.graph("ontology")
    quads = parse(path=release.path / "graph.nq", format=RdfFormat.N_QUADS)
    triples = (quad.triple for quad in quads if getattr(quad.graph_name, "value", "") == graph)
    file = tmp_path / "ontology.nt"
    file.write_bytes(serialize(triples, format=RdfFormat.N_TRIPLES) or b"")
    world = owlready2.World()
    ontology = world.get_ontology(file.as_uri()).load()
    classes = {item.iri for item in ontology.classes()}
    terms = Graph().parse(file)
    ours = {str(node) for node in terms.subjects(RDFS.isDefinedBy, URIRef(NAMES.ontology))}
    declared = {
        str(node)
        for node in terms.subjects(RDF.type, URIRef("http://www.w3.org/2002/07/owl#Class"))
        if str(node) in ours
    }
    assert str(CLASS) in classes
    assert declared <= classes
    assert sorted(map(str, world[str(CLASS)].label)) == ["Projekt", "project"]
    world.close()


def test_a_client_that_follows_the_description_finds_endpoint_and_graphs(live_server: str) -> None:
    """Comunica asks the address for RDF, and sends its queries to the `sd:endpoint` that it reads."""
    request = urllib.request.Request(f"{live_server}/sparql", headers={"Accept": COMUNICA_RDF})
    with urllib.request.urlopen(request, timeout=30) as answer:
        assert answer.headers["Content-Type"] == "application/n-quads"
        quads = list(parse(answer.read(), format=RdfFormat.N_QUADS))
    # It believes what is said of blank nodes, and of the address that it asked.
    own = [quad for quad in quads if isinstance(quad.subject, BlankNode)]
    found = {quad.predicate.value.removeprefix(SD): quad.object for quad in own}
    endpoint = found["endpoint"].value
    assert endpoint == f"{live_server}/sparql"
    assert "feature" not in found
    with urllib.request.urlopen(f"{endpoint}?query={urllib.parse.quote(ASK)}", timeout=30) as answer:
        assert json.load(answer)["boolean"] is True
    names = {quad.object.value for quad in own if quad.predicate.value == f"{SD}name"}
    assert NAMES.graph("document") in names


def test_rdflib_reads_the_description(live_server: str) -> None:
    graph = Graph().parse(f"{live_server}/sparql")
    [endpoint] = set(graph.objects(None, URIRef(f"{SD}endpoint")))
    assert str(endpoint) == f"{live_server}/sparql"
    assert len(set(graph.objects(None, URIRef(f"{SD}resultFormat")))) == 10


# rdflib's own reader of JSON-LD uses it.
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
@pytest.mark.parametrize("result_format", [None, "turtle", "nt", "xml", "json-ld"])
def test_rdflib_reads_a_graph_of_the_store(live_server: str, result_format: str | None) -> None:
    name = urllib.parse.quote(NAMES.graph("ontology"), safe="")
    graph = Graph().parse(f"{live_server}/graph-store?graph={name}", format=result_format)
    assert (CLASS, RDFS.label, LABEL) in graph


@pytest.mark.parametrize(
    "path", ["/sparql?query=nonsense", "/graph-store", "/sparql?update=DROP+ALL", "/sparql"]
)
def test_head_of_the_real_server_has_no_body(live_server: str, path: str) -> None:
    host = live_server.removeprefix("http://")
    with closing(http.client.HTTPConnection(host, timeout=30)) as connection:
        for _ in range(2):  # a body would stand in the way of the second answer
            connection.request("HEAD", path)
            answer = connection.getresponse()
            assert answer.read() == b""
            assert answer.status == (200 if path == "/sparql" else 403 if "update" in path else 400)
