"""The endpoint over the real graph: what a person's first slips and first questions get."""

import socket
from itertools import combinations

import pytest

from bionrw.config import Settings
from bionrw.content import find_content
from bionrw.library import Library
from bionrw.web.app import create_app


@pytest.mark.parametrize(
    ("query", "line", "column", "remedy"),
    [
        ("SELECT * {\n  ?s bionrw:value ?o }", 2, 6, "PREFIX bionrw: <https://w3id.org/bionrw/ontology#>"),
        ("ASK { ?s a foaf:Agent }", 1, 12, "PREFIX foaf: <http://xmlns.com/foaf/0.1/>"),
        ("ASK { ?s a nobody:knows }", 1, 12, "PREFIX nobody: <…>"),
    ],
)
def test_a_prefix_without_declaration_is_named_with_its_namespace(client, query, line, column, remedy):
    answer = client.get("/sparql", query_string={"query": query})
    assert answer.status_code == 400
    assert (answer.json["line"], answer.json["column"]) == (line, column)
    assert remedy in answer.json["detail"]


def test_another_slip_keeps_the_engine_s_words(client):
    answer = client.get("/sparql", query_string={"query": "SELECT * { ?s ?p }"})
    assert answer.status_code == 400
    assert "prefix" not in answer.json


@pytest.mark.parametrize("parameters", [{}, {"default-graph-uri": "https://w3id.org/bionrw/graph/document"}])
def test_a_relative_name_is_below_the_base_of_the_release(client, parameters):
    """SPARQL 1.1 Protocol, section 2.3: a service has a base of its own, and BASE in the text comes first."""
    asked = "ASK FROM <graph/document> { <id/project/biopen> ?p ?o }"
    for query, verdict in ((asked, True), (f"BASE <https://other.example/> {asked}", False)):
        answer = client.get("/sparql", query_string={"query": query, **parameters})
        assert answer.json["boolean"] is verdict


def test_escapes_outside_strings_are_read_before_all_else(client):
    """SPARQL 1.1 Query, section 19.2."""
    asked = "\\u0041SK { ?\\U00000073 <a:\\u0062> ?o FILTER('\\u0063' = 'c') }"
    assert client.get("/sparql", query_string={"query": asked}).json == {"head": {}, "boolean": False}
    asked = "ASK { ?s ?p ?o \\u0023 a comment\n }"
    assert client.get("/sparql", query_string={"query": asked}).json["boolean"] is True
    update = "\\u0049NSERT DATA { <a:b> <a:b> <a:b> }"
    assert client.get("/sparql", query_string={"query": update}).status_code == 403


def test_the_default_graph_counts_no_fact_twice(client):
    both = "SELECT (COUNT(*) AS ?n) (COUNT(DISTINCT *) AS ?d) { ?s ?p ?o }"
    [row] = client.get("/sparql", query_string={"query": both}).json["results"]["bindings"]
    assert row["n"]["value"] == row["d"]["value"] != "0"


GRAPHS = tuple(
    f"g:{name}" for name in ("alignments", "curated", "document", "inferred", "ontology", "proofs")
)


@pytest.mark.parametrize("graphs", [*combinations(GRAPHS, 2), GRAPHS, ("g:document", "g:document")])
def test_no_dataset_counts_a_triple_twice(client, graphs):
    """SPARQL 1.1 Query, section 13.2: the default graph is the merge of what FROM names."""
    prefix = "PREFIX g: <https://w3id.org/bionrw/graph/>"
    clauses = " ".join(f"FROM {graph}" for graph in graphs)
    counts = "SELECT (COUNT(*) AS ?n) (COUNT(DISTINCT *) AS ?d)"
    merged = f"{prefix} {counts} {clauses} {{ ?s ?p ?o }}"
    named = f"SELECT DISTINCT ?s ?p ?o {{ VALUES ?g {{ {' '.join(graphs)} }} GRAPH ?g {{ ?s ?p ?o }} }}"
    wanted = f"{prefix} SELECT (COUNT(*) AS ?n) {{ {{ {named} }} }}"
    [row], [other] = (
        client.get("/sparql", query_string={"query": query}).json["results"]["bindings"]
        for query in (merged, wanted)
    )
    assert row["n"]["value"] == row["d"]["value"] == other["n"]["value"] != "0"


def ask(address: str, head: str, body: bytes = b"") -> bytes:
    """Send a request as it is written and return the whole answer."""
    host, port = address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=30) as connection:
        connection.sendall(head.replace("\n", "\r\n").encode() + b"\r\n" + body)
        return b"".join(iter(lambda: connection.recv(65536), b""))


def test_a_chunked_query_is_not_cut_but_refused(live_server):
    query = b"ASK {}" + b" " * 1_048_600 + b"THIS IS NOT SPARQL"
    head = (
        "POST /sparql HTTP/1.1\nHost: localhost\nConnection: close\n"
        "Content-Type: application/sparql-query\nTransfer-Encoding: chunked\n"
    )
    answer = ask(live_server, head, b"%x\r\n%s\r\n0\r\n\r\n" % (len(query), query))
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b'"limit": 1048576' in answer
    assert b"Request too large" in answer


def test_no_header_of_a_client_moves_the_links(live_server):
    head = "GET /doc HTTP/1.1\nHost: evil.example\nConnection: close\nAccept: text/html\n"
    plain = ask(live_server, head).partition(b"\r\n\r\n")[2]
    for lie in ("SCRIPT_NAME: /elsewhere", "X-Forwarded-Prefix: /elsewhere", "Forwarded: host=evil.example"):
        assert ask(live_server, f"{head}{lie}\n").partition(b"\r\n\r\n")[2] == plain
    assert b"evil" not in plain


@pytest.mark.parametrize("asked", ["/graph/doc/place", "/doc/place"])
def test_links_follow_a_public_address_with_a_path(store, asked):
    settings = Settings(public_url="https://data.example.org/graph")
    app = create_app(store, settings, Library(find_content().queries, store.release.base_iri))
    page = app.test_client().get(asked, headers={"Accept": "text/html"})
    assert page.status_code == 200
    assert 'href="/graph/doc/place/germany"' in page.text
    assert 'href="/doc' not in page.text
    moved = app.test_client().get("/graph/id/place/germany")
    assert moved.headers["Location"] == "https://data.example.org/graph/doc/place/germany"


def test_a_page_may_be_asked_for_with_a_validator_from_another_origin(client):
    preflight = client.options("/doc/place/germany")
    assert "If-None-Match" in preflight.headers["Access-Control-Allow-Headers"]


@pytest.mark.parametrize("path", ["/doc/place/%ff", "/id/place/%ff", "/doc/%ff"])
def test_what_cannot_be_an_identifier_is_unknown(client, path):
    answer = client.get(path)
    assert (answer.status_code, answer.json["title"]) == (404, "Not found")


def test_the_form_names_the_address_for_programs(store):
    settings = Settings(public_url="https://data.example.org/graph")
    app = create_app(store, settings, Library(find_content().queries, store.release.base_iri))
    form = app.test_client().get("/sparql", headers={"Accept": "text/html", "Host": "evil.example"})
    assert "<code>https://data.example.org/graph/sparql</code>" in form.text
