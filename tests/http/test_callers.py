"""Other engines ask ours by SERVICE, each in its own way, and join what it answers."""

import pyoxigraph as ox
import pytest
from rdflib import Graph

PROJECT = "<https://w3id.org/bionrw/id/project/biopen>"
LABEL = "<http://www.w3.org/2000/01/rdf-schema#label>"
CLASS = "<https://w3id.org/bionrw/ontology#Project>"


def query(address: str, rows: str) -> str:
    """Return a query for another engine that binds some things and asks ours for their names."""
    return (
        f"SELECT ?thing ?name {{ VALUES (?thing ?mark) {{ {rows} }} "
        f"SERVICE <{address}/sparql> {{ ?thing a {CLASS} ; {LABEL} ?name }} }}"
    )


def test_oxigraph_joins_our_answers(live_server: str) -> None:
    found = ox.Store().query(query(live_server, f"({PROJECT} 1) (<https://example.org/none> 2)"))
    assert isinstance(found, ox.QuerySolutions)
    assert {row["thing"].value for row in found} == {PROJECT.strip("<>")}


def test_rdflib_joins_our_answers(live_server: str) -> None:
    # One blank before the address, and no SILENT: rdflib finds no other spelling.
    rows = Graph().query(query(live_server, f"({PROJECT} 1)"))
    assert {str(row[0]) for row in rows} == {PROJECT.strip("<>")}  # type: ignore[index]


def test_what_our_endpoint_refuses_is_a_fault_to_the_caller(live_server: str) -> None:
    nested = (
        f"SELECT * {{ SERVICE <{live_server}/sparql> {{ SERVICE <https://example.org/> {{ ?s ?p ?o }} }} }}"
    )
    with pytest.raises((OSError, RuntimeError)):
        list(ox.Store().query(nested))  # type: ignore[arg-type]
