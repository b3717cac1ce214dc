"""The default graph of a store: what queries are asked of when they name no graph, merged beforehand.

Told to take several graphs together, the engine looks into each for each step, which doubles the time
of joins and more. A default graph of its own costs two thirds of the memory, or disk, once more.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pyoxigraph as ox

from bionrw.model import Release
from bionrw.names import Names


def default_graphs(release: Release) -> list[str]:
    """Return the graphs of `release` that are its default graph."""
    return [iri for iri in Names(release.base_iri).default_graphs() if iri in release.graphs]


def merged_store(store: ox.Store, graphs: Sequence[str]) -> ox.Store:
    """Return a store in memory whose default graph is what `graphs` of `store` hold together."""
    found = ox.Store()
    names = [ox.NamedNode(iri) for iri in graphs]
    quads = (quad for name in names for quad in store.quads_for_pattern(None, None, None, name))
    found.bulk_extend(ox.Quad(*quad.triple) for quad in quads)
    return found


def merged(quads: Iterable[ox.Quad], graphs: Sequence[str]) -> Iterator[ox.Quad]:
    """Yield `quads`, and those of `graphs` a second time in the default graph, for a store on disk."""
    for quad in quads:
        yield quad
        if isinstance(quad.graph_name, ox.NamedNode) and quad.graph_name.value in graphs:
            yield ox.Quad(*quad.triple)


def write_store(folder: Path, quads: Iterable[ox.Quad], graphs: Sequence[str]) -> None:
    """Write a store on disk of `quads`, with `graphs` as its default graph; raises `OSError`.

    The engine writes a million quads at a time, so that every piece of a graph lies in several files.
    One of each is what makes queries five times faster; it takes a second a million triples.
    """
    store = ox.Store(str(folder))
    # bulk_load would rename blank nodes; parsed quads keep the labels that they have.
    store.bulk_extend(merged(quads, graphs))
    store.optimize()
    store.flush()
    del store  # closes the database, whose files are complete only then


def only_merged(quads: Iterable[ox.Quad], graphs: Sequence[str]) -> Iterator[ox.Quad]:
    """Yield those of `quads` that are in one of `graphs`, in the default graph."""
    names = {ox.NamedNode(iri) for iri in graphs}
    return (ox.Quad(*quad.triple) for quad in quads if quad.graph_name in names)


def is_merged(store: ox.Store) -> bool:
    """Tell whether the store has a default graph of its own."""
    return next(store.quads_for_pattern(None, None, None, ox.DefaultGraph()), None) is not None
