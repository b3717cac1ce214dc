"""The default graph is the same whether a store keeps it alone or finds it among all graphs."""

import json

import pytest

from bionrw.model import Dataset
from bionrw.names import Names

NAMES = Names("https://graph.example/")
CATALOGUE = NAMES.graph("catalogue")
NUMBER = f"<{NAMES.term('number')}>"
LABELS = "SELECT ?label WHERE { ?thing <http://www.w3.org/2000/01/rdf-schema#label> ?label } ORDER BY ?label"
TEXTS = (
    LABELS,
    f"SELECT (COUNT(*) AS ?n) {{ ?x {NUMBER} ?n }}",
    f"SELECT ?x ?y {{ ?x {NUMBER} ?n . ?y {NUMBER} ?n FILTER(?n < 9) }}",
    "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p",
    "SELECT * {}",
)


@pytest.mark.parametrize("text", TEXTS)
def test_a_query_of_the_default_graph_alone_gets_the_same_answer(whole, shared_store, text):
    answers = [json.loads(whole(shared_store, text, default_only=only)) for only in (True, False)]
    rows = [sorted(map(json.dumps, answer["results"]["bindings"])) for answer in answers]
    assert rows[0] == rows[1] != []


def test_a_dataset_of_the_request_is_never_the_default_graph_alone(column, shared_store):
    found = column(shared_store, LABELS, default_only=True, dataset=Dataset((CATALOGUE,)))
    assert found == ["Not in the default graph"]
