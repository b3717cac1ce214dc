"""The dataset that one query names: several graphs as one default graph, each triple in it once.

Told of several graphs, the engine looks into each and gives what they share as often as they hold it;
a merge has it once (SPARQL 1.1 Query, section 13.2). So graphs that share triples are merged beforehand.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import pyoxigraph as ox
from cachetools import LRUCache

# A merge of so many triples takes five seconds and 0.2 GiB.
MOST_TRIPLES = 500_000


class TooManyTriples(Exception):
    """The graphs share triples, and are too large to be merged."""


@dataclass(frozen=True, slots=True)
class Named:
    """The graphs of a dataset by their IRIs; None stands for what the text or the store says."""

    default_graphs: tuple[str, ...] | None
    named_graphs: tuple[str, ...] | None


class Merger:
    """Makes and keeps the merges of a store's graphs."""

    def __init__(self, shared: Collection[Collection[str]] | None) -> None:
        """Keep which pairs of graphs share triples; None: nobody has looked."""
        self._shared = None if shared is None else {frozenset(pair) for pair in shared}
        self._kept: LRUCache[Named, ox.Store] = LRUCache(MOST_TRIPLES, getsizeof=len)

    def needed(self, named: Named) -> bool:
        """Tell whether the default graph of `named` is of several graphs with a triple in common."""
        graphs = named.default_graphs or ()
        if self._shared is None:
            return len(graphs) > 1
        return any(frozenset(pair) in self._shared for pair in combinations(graphs, 2))

    def merge(self, store: ox.Store, named: Named) -> ox.Store:
        """Return a store in memory that holds the dataset; raises `TooManyTriples`."""
        found = self._kept.get(named)
        if found is None:
            found = ox.Store()
            found.bulk_extend(_bounded(_quads(store, named)))
            self._kept[named] = found
        return found


def named(request: Mapping[str, Any]) -> Named:
    """Return the dataset of a request, each graph once; raises `SyntaxError` for names that cannot be read.

    Where the text names graphs, they come as they are spelt there, and the engine reads them itself.
    """
    clauses = request["clauses"]
    if clauses is None:
        return Named(_once(request["default_graphs"]), _once(request["named_graphs"]))
    spelt = [*clauses["default_graphs"], *clauses["named_graphs"]]
    text = f"{clauses['prologue']}\nSELECT * {{}} VALUES ?graph {{ {' '.join(spelt)} }}"
    rows: Any = ox.Store().query(text, base_iri=request["base_iri"])
    graphs = [row["graph"].value for row in rows]
    count = len(clauses["default_graphs"])
    return Named(_once(graphs[:count]), _once(graphs[count:]))


def _once(graphs: Sequence[str] | None) -> tuple[str, ...] | None:
    return None if graphs is None else tuple(dict.fromkeys(graphs))


def _quads(store: ox.Store, named: Named) -> Iterator[ox.Quad]:
    for iri in named.default_graphs or ():
        for quad in store.quads_for_pattern(None, None, None, ox.NamedNode(iri)):
            yield ox.Quad(*quad.triple)
    for iri in named.named_graphs or ():
        yield from store.quads_for_pattern(None, None, None, ox.NamedNode(iri))


def _bounded(quads: Iterator[ox.Quad]) -> Iterator[ox.Quad]:
    for count, quad in enumerate(quads):
        if count == MOST_TRIPLES:
            raise TooManyTriples
        yield quad
