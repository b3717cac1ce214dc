"""The store on disk as a release keeps it."""

from pathlib import Path

import pyoxigraph as ox

from bionrw.store.merging import is_merged, write_store

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
    assert is_merged(store)
    assert len(list(store.quads_for_pattern(None, None, None, ox.DefaultGraph()))) == 2
    assert len(store) == 5


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
