"""Which graphs a query is asked of, and that a triple of several is there once."""

import pytest

from bionrw.errors import BadRequest
from bionrw.model import Dataset
from bionrw.sparql.reading import read
from tests.contract.test_graph_store import CATALOGUE, CURATED, DOCUMENT, LABELS, LABELS_IN_GRAPHS, NAMES

_MERGES = (
    "FROM g:curated FROM g:catalogue",
    "FROMg:curated FROM g:curated",
    "FROM g:document FROM <graph/curated> FROM NAMED <graph/catalogue>",
)


class TestDatasets:
    """The default graph is the release's, the request's or the text's, in the protocol's order."""

    @pytest.mark.parametrize(
        ("dataset", "in_default_graph", "in_named_graphs"),
        [
            (None, ["Aachen", "Bonn am Rhein"], ["Aachen", "Bonn am Rhein", "Not in the default graph"]),
            (Dataset((CURATED,), ()), ["Bonn am Rhein"], []),
            (Dataset((CURATED, CATALOGUE), ()), ["Bonn am Rhein", "Not in the default graph"], []),
            (Dataset((), (DOCUMENT,)), [], ["Aachen"]),  # only named graphs given: an empty default graph
            (Dataset((CURATED,), (DOCUMENT,)), ["Bonn am Rhein"], ["Aachen"]),
            (Dataset((NAMES.graph("nowhere"),), ()), [], []),
        ],
    )
    def test_of_the_request(self, column, shared_store, dataset, in_default_graph, in_named_graphs):
        assert column(shared_store, LABELS, dataset=dataset) == in_default_graph
        assert column(shared_store, LABELS_IN_GRAPHS, dataset=dataset) == in_named_graphs

    @pytest.mark.parametrize(
        ("clause", "in_default_graph", "in_named_graphs"),
        [
            (f"FROM <{CATALOGUE}>", ["Not in the default graph"], []),
            (f"FROM NAMED <{DOCUMENT}>", [], ["Aachen"]),
            (f"FROM <{CURATED}> FROM NAMED <{DOCUMENT}>", ["Bonn am Rhein"], ["Aachen"]),
        ],
    )
    def test_of_the_text(self, column, shared_store, clause, in_default_graph, in_named_graphs):
        texts = [text.replace("WHERE", f"{clause} WHERE") for text in (LABELS, LABELS_IN_GRAPHS)]
        found = [column(shared_store, text, clauses=read(text).clauses) for text in texts]
        assert found == [in_default_graph, in_named_graphs]

    @pytest.mark.parametrize("clause", ["", *_MERGES])
    def test_what_graphs_share_is_there_once(self, column, shared_store, clause):
        texts = [
            f"PREFIX g: <{NAMES.graph('')}> SELECT ?s {clause} WHERE {{ ?s <{NAMES.term('in')}> ?o {also} }}"
            for also in ("", "FILTER NOT EXISTS { GRAPH <a:nowhere> { ?a ?b ?c } }")
        ]
        for text in texts:
            assert column(shared_store, text, clauses=read(text).clauses) == [NAMES.thing("place", "shared")]

    def test_what_graphs_of_the_request_share_is_there_once(self, column, shared_store):
        text = f"SELECT ?o {{ ?s <{NAMES.term('in')}> ?o }}"
        named = f"SELECT ?g {{ GRAPH ?g {{ ?s <{NAMES.term('in')}> ?o }} }}"
        dataset = Dataset((CURATED, CATALOGUE, CURATED), (CATALOGUE, CATALOGUE))
        assert column(shared_store, text, dataset=dataset) == ["1"]
        assert column(shared_store, named, dataset=dataset) == [CATALOGUE]

    def test_of_the_request_wins_over_the_text_s(self, column, shared_store):
        text = LABELS.replace("WHERE", f"FROM <{CATALOGUE}> WHERE")
        for clauses in (None, read(text).clauses):
            found = column(shared_store, text, clauses=clauses, dataset=Dataset((CURATED,), ()))
            assert found == ["Bonn am Rhein"]

    def test_with_a_graph_that_has_no_iri_is_the_caller_s_fault(self, whole, shared_store):
        with pytest.raises(BadRequest, match="absolute IRIs"):
            whole(shared_store, LABELS, dataset=Dataset(("no iri",), ()))
