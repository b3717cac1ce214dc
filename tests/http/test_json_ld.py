"""JSON-LD comes with the context of the release inline, in its short names, and is the same graph."""

import json
from dataclasses import replace
from urllib.parse import urlencode

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.compare import isomorphic

from tests.conftest import canonical_lines

PROJECT = "https://w3id.org/bionrw/id/project/biopen"
CHANGES = "CONSTRUCT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } FILTER (STRENDS(STR(?g), '/inferred')) }"
ADDRESSES = [
    "/doc/project/biopen",
    "/doc/observation/core-companies",
    "/doc/place",
    "/graph/document",
    "/graph/alignments",
    "/ontology",
    "/sparql?" + urlencode({"query": f"DESCRIBE <{PROJECT}>"}),
    "/sparql?" + urlencode({"query": CHANGES}),
]


def data(client, address, media_type):
    """Return what an address answers in one format."""
    response = client.get(address, headers={"Accept": media_type})
    assert (response.status_code, response.content_type) == (200, media_type)
    return response.data


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_context_is_inline_and_the_graph_is_the_same(client, address):
    content = data(client, address, "application/ld+json")
    document = json.loads(content)
    assert list(document) == ["@context", "@graph"]
    assert document["@context"] == client.get("/context.jsonld").json["@context"]
    assert document["@graph"]
    triples = data(client, address, "application/n-triples")
    assert canonical_lines(content, ox.RdfFormat.JSON_LD) == canonical_lines(triples, ox.RdfFormat.N_TRIPLES)


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # its parser uses what it deprecates
@pytest.mark.parametrize("address", ["/doc/project/biopen", "/graph/inferred", "/ontology"])
def test_another_reader_finds_the_same_graph(client, address):
    content = data(client, address, "application/ld+json").decode()
    triples = data(client, address, "application/n-triples").decode()
    assert isomorphic(
        rdflib.Graph().parse(data=content, format="json-ld"), rdflib.Graph().parse(data=triples, format="nt")
    )


def test_the_terms_are_those_of_the_context(client):
    document = json.loads(data(client, "/doc/project/biopen", "application/ld+json"))
    (project,) = [node for node in document["@graph"] if node["id"] == PROJECT]
    assert "Project" in project["type"]
    assert project["label"] == {"en": "BiOPEN"}
    assert project["hasCoordinator"] == "https://w3id.org/bionrw/id/organisation/ciaotech"
    assert not [key for node in document["@graph"] for key in node if key.startswith("bionrw:")]


def test_one_answer_is_one_node(client):
    document = json.loads(data(client, "/doc/project/biopen", "application/ld+json"))
    names = [node["id"] for node in document["@graph"]]
    assert len(names) == len(set(names))
    assert names[0] == PROJECT, "the thing that was asked for comes first"


def test_an_answer_without_triples_is_an_empty_graph(client):
    query = urlencode({"query": "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o FILTER (false) }"})
    assert json.loads(data(client, f"/sparql?{query}", "application/ld+json"))["@graph"] == []


def test_the_validator_names_the_context_too(client, monkeypatch):
    before = client.head("/doc/project/biopen.jsonld").headers["ETag"]
    turtle = client.head("/doc/project/biopen.ttl").headers["ETag"]
    extensions = client.application.extensions
    monkeypatch.setitem(extensions, "bionrw", replace(extensions["bionrw"], jsonld_tag="another"))
    assert client.head("/doc/project/biopen.jsonld").headers["ETag"] != before
    assert client.head("/doc/project/biopen.ttl").headers["ETag"] == turtle
