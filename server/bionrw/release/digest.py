"""Bring the graph into its canonical form, whose digest is the version of the release."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256

from pyoxigraph import CanonicalizationAlgorithm, Dataset, Quad

VERSION_DIGITS = 16


@dataclass(frozen=True, slots=True)
class CanonicalGraph:
    """The quads in canonical order, their N-Quads, the version, and the number of triples by graph IRI."""

    quads: tuple[Quad, ...]
    nquads: bytes
    version: str
    counts: Mapping[str, int]


def canonical(quads: Iterable[Quad]) -> CanonicalGraph:
    """Return `quads` without duplicates, blank nodes labelled by RDFC-1.0, sorted by code point."""
    dataset = Dataset(quads)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    # The engine writes a quad in the canonical form of N-Quads (RDFC-1.0, section 5), without the dot.
    lines = sorted((f"{quad} .\n", quad) for quad in dataset)
    nquads = "".join(line for line, _ in lines).encode()
    counts = Counter(_graph(quad) for _, quad in lines)
    version = sha256(nquads).hexdigest()[:VERSION_DIGITS]
    return CanonicalGraph(tuple(quad for _, quad in lines), nquads, version, dict(sorted(counts.items())))


def _graph(quad: Quad) -> str:
    return getattr(quad.graph_name, "value", "")
