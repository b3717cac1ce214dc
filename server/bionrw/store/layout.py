"""Lay out a small graph for people: the thing asked for first, then the rest in order, names shortened."""

from collections.abc import Iterable, Mapping, Sequence
from typing import IO

import pyoxigraph as ox


def arrange(triples: Iterable[ox.Triple], first: Iterable[object]) -> list[ox.Triple]:
    """Return `triples` in order, those about `first` in front; the same triples give the same order."""
    leading = set(first)
    return sorted(triples, key=lambda triple: (triple.subject not in leading, *map(str, triple)))


def write(
    triples: Sequence[ox.Triple], file: IO[bytes], graph_format: ox.RdfFormat, prefixes: Mapping[str, str]
) -> None:
    """Write `triples` with the prefixes that they use."""
    used = {
        name: namespace
        for name, namespace in prefixes.items()
        if any(iri.startswith(namespace) for iri in _iris(triples))
    }
    ox.serialize(triples, file, graph_format, prefixes=used)


def _iris(triples: Iterable[ox.Triple]) -> set[str]:
    found: set[str] = set()
    for triple in triples:
        found.update(term.value for term in triple if isinstance(term, ox.NamedNode))
        if isinstance(triple.object, ox.Literal):
            found.add(triple.object.datatype.value)
    return found
