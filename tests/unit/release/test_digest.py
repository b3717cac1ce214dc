"""The same facts have the same canonical bytes and version, however they were written."""

from hashlib import sha256

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from bionrw.errors import BuildError
from bionrw.names import CANONICAL_BASE
from bionrw.release.dates import newest
from bionrw.release.digest import canonical

A, B, GRAPH = (NamedNode(f"https://example.org/{name}") for name in "abg")
MODIFIED = NamedNode("http://purl.org/dc/terms/modified")
CURATED = NamedNode(f"{CANONICAL_BASE}ontology#curatedOn")


def ring(*labels: str) -> list[Quad]:
    """Return blank nodes in a ring, one of them marked."""
    nodes = [BlankNode(label) for label in labels]
    pairs = zip(nodes, nodes[1:] + nodes[:1], strict=True)
    return [
        Quad(nodes[0], B, Literal("first"), GRAPH),
        *(Quad(node, A, other, GRAPH) for node, other in pairs),
    ]


def test_labels_and_order_of_blank_nodes_do_not_count() -> None:
    there, back = canonical(ring("x", "y", "z")), canonical(reversed(ring("q", "a", "m")))
    assert there.nquads == back.nquads
    assert there.version == back.version


def test_a_changed_value_changes_the_version() -> None:
    assert canonical([Quad(A, B, Literal("1"))]).version != canonical([Quad(A, B, Literal("2"))]).version


def test_the_version_is_the_beginning_of_the_digest_of_the_bytes() -> None:
    graph = canonical(ring("x", "y"))
    assert graph.version == sha256(graph.nquads).hexdigest()[:16]


def test_quads_are_sorted_and_written_once() -> None:
    quads = [Quad(B, A, Literal("ä\n😀"), GRAPH), Quad(A, A, B), Quad(A, A, B)]
    graph = canonical(quads)
    assert graph.nquads.decode() == (
        "<https://example.org/a> <https://example.org/a> <https://example.org/b> .\n"
        '<https://example.org/b> <https://example.org/a> "ä\\n😀" <https://example.org/g> .\n'
    )
    assert graph.counts == {"": 1, "https://example.org/g": 1}


def dated(predicate: NamedNode, value: str) -> Quad:
    """Return a fact that dates something."""
    return Quad(A, predicate, Literal(value))


@pytest.mark.parametrize(
    ("quads", "expected"),
    [
        ([dated(MODIFIED, "2031-05-06")], "2031-05-06T00:00:00Z"),
        ([dated(MODIFIED, "2031-05-06"), dated(CURATED, "2031-05-07")], "2031-05-07T00:00:00Z"),
        ([dated(MODIFIED, "2031-05-06T01:30:00+02:00")], "2031-05-05T23:30:00Z"),
        ([dated(MODIFIED, "2031-05-06"), dated(A, "2040-01-01")], "2031-05-06T00:00:00Z"),
    ],
)
def test_a_release_is_as_young_as_its_newest_source(quads: list[Quad], expected: str) -> None:
    assert newest(quads, CANONICAL_BASE) == expected


@pytest.mark.parametrize(
    ("quads", "message"),
    [([], "No source tells when it was modified"), ([dated(MODIFIED, "last May")], '"last May" is no date')],
)
def test_a_release_without_a_readable_date_is_refused(quads: list[Quad], message: str) -> None:
    with pytest.raises(BuildError, match=message):
        newest(quads, CANONICAL_BASE)
