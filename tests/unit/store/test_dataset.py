"""Graphs of one dataset are merged where they share triples, within bounds."""

import pyoxigraph as ox
import pytest

from bionrw.model import Dataset
from bionrw.store import dataset
from bionrw.store.dataset import Merger, TooManyTriples, dataset_of

A, B, C = (f"http://example.org/{name}" for name in "abc")


@pytest.fixture
def store():
    node = ox.NamedNode("http://example.org/n")
    numbers = {A: range(3), B: range(2, 5), C: range(9, 10)}
    found = ox.Store()
    found.extend(
        ox.Quad(node, node, ox.Literal(number), ox.NamedNode(graph))
        for graph, values in numbers.items()
        for number in values
    )
    return found


@pytest.mark.parametrize(
    ("shared", "graphs", "needed"),
    [
        ([(A, B)], (A, B), True),
        ([(A, B)], (C, B, A), True),
        ([(A, B)], (A, C), False),
        ([(A, B)], (A,), False),
        ([(A, B)], (), False),
        ([], (A, B, C), False),
        (None, (A, B), True),
        (None, (A,), False),
    ],
)
def test_only_graphs_that_share_triples_are_merged(shared, graphs, needed):
    assert Merger(shared).needed(Dataset(graphs, ())) is needed


def test_a_merge_has_each_triple_once_and_the_named_graphs(store):
    merged = Merger(None).merge(store, Dataset((A, B), (C,)))
    assert len(list(merged.quads_for_pattern(None, None, None, ox.DefaultGraph()))) == 5
    assert list(merged.named_graphs()) == [ox.NamedNode(C)]


def test_a_merge_is_kept(store):
    merger = Merger(None)
    assert merger.merge(store, Dataset((A, B), ())) is merger.merge(store, Dataset((A, B), ()))


def test_too_many_triples_are_no_merge(store, monkeypatch):
    monkeypatch.setattr(dataset, "MOST_TRIPLES", 6)
    assert len(Merger(None).merge(store, Dataset((A, B), ()))) == 5
    with pytest.raises(TooManyTriples):
        Merger(None).merge(store, Dataset((A, B), (C,)))


def test_graphs_of_the_text_are_read_by_the_engine():
    clauses = {
        "prologue": "BASE <x/> PREFIX e: <e:>",
        "default_graphs": ["<a>", "e:b", "<a>"],
        "named_graphs": ["e:"],
    }
    request = {"clauses": clauses, "base_iri": "http://example.org/"}
    assert dataset_of(request) == Dataset(("http://example.org/x/a", "e:b"), ("e:",))


def test_names_that_cannot_be_read_are_a_syntax_error():
    clauses = {"prologue": "", "default_graphs": ["e:b"], "named_graphs": []}
    with pytest.raises(SyntaxError):
        dataset_of({"clauses": clauses, "base_iri": "http://example.org/"})
