"""The endpoint over the real graph: what a person's first slips and first questions get."""

import pytest


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


def test_the_default_graph_counts_no_fact_twice(client):
    both = "SELECT (COUNT(*) AS ?n) (COUNT(DISTINCT *) AS ?d) { ?s ?p ?o }"
    [row] = client.get("/sparql", query_string={"query": both}).json["results"]["bindings"]
    assert row["n"]["value"] == row["d"]["value"] != "0"
