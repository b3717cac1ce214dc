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


def merged(quads: Iterable[ox.Quad], graphs: Sequence[str]) -> Iterator[ox.Quad]:
    """Yield `quads`, and those of `graphs` a second time in the default graph."""
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


def is_merged(store: ox.Store, graphs: Sequence[str]) -> bool:
    """Tell whether the store has a default graph of its own, where one of `graphs` has a triple."""

    def filled(graph: ox.NamedNode | ox.DefaultGraph) -> bool:
        return next(store.quads_for_pattern(None, None, None, graph), None) is not None

    return filled(ox.DefaultGraph()) or not any(filled(ox.NamedNode(iri)) for iri in graphs)


def shared_graphs(nquads: bytes) -> list[tuple[str, str]]:
    """Return the pairs of graphs that have a triple in common; `nquads` are in canonical order.

    In that order what several graphs say stands in neighbouring lines, for no term goes on with a blank.
    """
    found: set[tuple[str, str]] = set()
    last, graphs = b"", list[str]()
    for line in nquads.splitlines():
        triple, graph, _dot = line.rsplit(b" ", 2)
        if triple != last:
            last, graphs = triple, []
        name = graph.decode()[1:-1]
        found.update((other, name) for other in graphs)
        graphs.append(name)
    return sorted(found)
