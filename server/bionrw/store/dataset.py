"""The dataset that one query names: several graphs as one default graph, each triple in it once.

Told of several graphs, the engine looks into each and gives what they share as often as they hold it;
a merge has it once (SPARQL 1.1 Query, section 13.2). So graphs that share triples are merged beforehand.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any

import pyoxigraph as ox
from cachetools import LRUCache

from bionrw.model import Dataset

# A merge of so many triples takes four seconds and a quarter of a GiB.
MOST_TRIPLES = 500_000


class TooManyTriples(Exception):
    """The graphs share triples, and are too large to be merged."""


class Merger:
    """Makes and keeps the merges of a store's graphs."""

    def __init__(self, shared: Collection[Collection[str]] | None) -> None:
        """Keep which pairs of graphs share triples; None: nobody has looked."""
        self._shared = None if shared is None else {frozenset(pair) for pair in shared}
        self._kept: LRUCache[Dataset, ox.Store] = LRUCache(MOST_TRIPLES, getsizeof=len)

    def needed(self, dataset: Dataset) -> bool:
        """Tell whether the default graph of `dataset` is of several graphs with a triple in common."""
        graphs = dataset.default_graphs
        if self._shared is None:
            return len(graphs) > 1
        return any(frozenset(pair) in self._shared for pair in combinations(graphs, 2))

    def merge(self, store: ox.Store, dataset: Dataset) -> ox.Store:
        """Return a store in memory that holds `dataset`; raises `TooManyTriples`."""
        found = self._kept.get(dataset)
        if found is None:
            found = ox.Store()
            found.bulk_extend(_bounded(_quads(store, dataset)))
            self._kept[dataset] = found
        return found


def dataset_of(request: Mapping[str, Any]) -> Dataset:
    """Return the dataset of a request, each graph once; raises `SyntaxError` for names that cannot be read.

    Where the text names graphs, they come as they are spelt there, and the engine reads them itself.
    """
    clauses = request["clauses"]
    if clauses is None:
        return Dataset(_once(request["default_graphs"]), _once(request["named_graphs"]))
    spelt = [*clauses["default_graphs"], *clauses["named_graphs"]]
    text = f"{clauses['prologue']}\nSELECT * {{}} VALUES ?graph {{ {' '.join(spelt)} }}"
    rows: Any = ox.Store().query(text, base_iri=request["base_iri"])
    graphs = [row["graph"].value for row in rows]
    count = len(clauses["default_graphs"])
    return Dataset(_once(graphs[:count]), _once(graphs[count:]))


def _once(graphs: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(graphs))


def _quads(store: ox.Store, dataset: Dataset) -> Iterator[ox.Quad]:
    for iri in dataset.default_graphs:
        for quad in store.quads_for_pattern(None, None, None, ox.NamedNode(iri)):
            yield ox.Quad(*quad.triple)
    for iri in dataset.named_graphs:
        yield from store.quads_for_pattern(None, None, None, ox.NamedNode(iri))


def _bounded(quads: Iterator[ox.Quad]) -> Iterator[ox.Quad]:
    for count, quad in enumerate(quads):
        if count == MOST_TRIPLES:
            raise TooManyTriples
        yield quad
