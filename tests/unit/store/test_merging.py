"""The store on disk as a release keeps it."""

from pathlib import Path

import pyoxigraph as ox

from bionrw.release.digest import canonical
from bionrw.store.merging import is_merged, shared_graphs, write_store

GRAPH, OTHER = "http://example.org/graph", "http://example.org/other"
# The engine writes this many quads at a time.
PIECE = 1_000_000


def _quad(number: int, graph: str = GRAPH) -> ox.Quad:
    # Neighbours come from all over, so that the pieces overlap.
    subject = f"http://example.org/{number * 7919 % PIECE}"
    return ox.Quad(
        ox.NamedNode(subject),
        ox.NamedNode("http://example.org/number"),
        ox.Literal(number),
        ox.NamedNode(graph),
    )


def _files(folder: Path) -> dict[str, int]:
    return {file.name: file.stat().st_size for file in folder.glob("*.sst")}


def test_the_default_graph_is_kept_beside_the_others(tmp_path: Path) -> None:
    write_store(tmp_path / "store", [_quad(1), _quad(2), _quad(3, OTHER)], [GRAPH])
    store = ox.Store.read_only(str(tmp_path / "store"))
    assert is_merged(store, [GRAPH])
    assert len(list(store.quads_for_pattern(None, None, None, ox.DefaultGraph()))) == 2
    assert len(store) == 5


def test_a_store_without_its_default_graph_is_told() -> None:
    store = ox.Store()
    assert is_merged(store, [GRAPH])
    store.add(_quad(1, OTHER))
    assert is_merged(store, [GRAPH])
    store.add(_quad(1))
    assert not is_merged(store, [GRAPH])


def test_blank_nodes_keep_their_labels(tmp_path: Path) -> None:
    quad = ox.Quad(ox.BlankNode("b1"), ox.NamedNode("http://example.org/p"), ox.BlankNode("b2"))
    write_store(tmp_path / "store", [quad], [])
    assert list(ox.Store.read_only(str(tmp_path / "store"))) == [quad]


def test_nothing_is_left_to_merge_in_a_store_of_several_pieces(tmp_path: Path) -> None:
    write_store(tmp_path / "store", map(_quad, range(PIECE + 50_000)), [])
    written = _files(tmp_path / "store")
    store = ox.Store(str(tmp_path / "store"))
    store.optimize()
    store.flush()
    del store
    assert _files(tmp_path / "store") == written


def test_graphs_that_have_a_triple_in_common_are_told() -> None:
    node, third = ox.NamedNode("http://example.org/a"), "http://example.org/third"
    words = ox.Literal("x")
    literals = [words, ox.Literal("x", language="en"), ox.Literal("x y <z> .")]
    quads = [ox.Quad(node, node, each, ox.NamedNode(GRAPH)) for each in literals]
    quads += [ox.Quad(node, node, node, ox.NamedNode(GRAPH)), ox.Quad(node, node, words, ox.NamedNode(OTHER))]
    quads += [ox.Quad(node, node, node, ox.NamedNode(third))]
    quads += [_quad(1, OTHER), _quad(2, third)]
    assert shared_graphs(canonical(quads).nquads) == [(GRAPH, OTHER), (GRAPH, third)]
    assert shared_graphs(b"") == []
