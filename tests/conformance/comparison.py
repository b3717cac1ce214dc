"""Tell whether two results are the same, whatever their blank nodes are called."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256

import pyoxigraph as ox

from tests.conformance.description import Term
from tests.conformance.results import Result, Row

Colours = Mapping[ox.BlankNode, str]


def same(expected: Result, actual: Result, *, lax: bool = False) -> bool:
    """Tell whether `actual` is what was expected.

    Rows are a multiset and triples a set, both up to a bijection of blank nodes. Rows have an order where the
    expected result says so. `lax` lets a row come fewer times than expected, but not never (REDUCED).
    """
    if expected.verdict is not None or actual.verdict is not None:
        return expected.verdict == actual.verdict
    if expected.variables is None or actual.variables is None:
        if expected.variables is not actual.variables:
            return False
        return _Pairing(sorted(set(expected.rows), key=str), sorted(set(actual.rows), key=str)).exists()
    if Counter(expected.variables) != Counter(actual.variables):
        return False
    places = [actual.variables.index(name) for name in expected.variables]
    actual = replace(actual, rows=tuple(tuple(row[place] for place in places) for row in actual.rows))
    return _Pairing(expected.rows, actual.rows, ordered=expected.ordered, lax=lax).exists()


class _Pairing:
    """The search for a bijection: colours that tell the blank nodes apart, and trials where they do not."""

    def __init__(
        self, left: Sequence[Row], right: Sequence[Row], *, ordered: bool = False, lax: bool = False
    ) -> None:
        self._left, self._right = left, right
        self._ordered, self._lax = ordered, lax

    def exists(self) -> bool:
        if not self._lax and len(self._left) != len(self._right):
            return False
        return self._try(*(dict.fromkeys(_nodes(rows), "") for rows in (self._left, self._right)))

    def _try(self, left: Colours, right: Colours) -> bool:
        left, right = self._refine(self._left, left), self._refine(self._right, right)
        if not self._fits(self._shapes(self._left, left), self._shapes(self._right, right)):
            return False
        if Counter(left.values()) != Counter(right.values()):
            return False
        twins = [colour for colour, count in Counter(left.values()).items() if count > 1]
        if not twins:
            # Each colour is worn by one node on either side, so the colours are the bijection.
            return True
        colour = min(twins)
        node = next(node for node, worn in left.items() if worn == colour)
        others = [other for other, worn in right.items() if worn == colour]
        return any(self._try({**left, node: "chosen"}, {**right, other: "chosen"}) for other in others)

    def _fits(self, left: Counter[str], right: Counter[str]) -> bool:
        if self._lax:
            return left.keys() == right.keys() and all(right[shape] <= left[shape] for shape in left)
        return left == right

    def _shapes(self, rows: Sequence[Row], colours: Colours) -> Counter[str]:
        if self._ordered:
            return Counter(f"{index} {_shape(row, colours)}" for index, row in enumerate(rows))
        return Counter(_shape(row, colours) for row in rows)

    def _refine(self, rows: Sequence[Row], colours: Colours) -> Colours:
        """Colour each node by the rows it stands in, until no more can be told apart."""
        while True:
            seen: dict[ox.BlankNode, set[str]] = {node: set() for node in colours}
            for index, row in enumerate(rows):
                shape = f"{index if self._ordered else ''} {_shape(row, colours)}"
                for node in _nodes([row]):
                    seen[node].add(f"{shape} {_shape(row, colours, node)}")
            finer = {node: _digest(colours[node], *sorted(seen[node])) for node in colours}
            if len(set(finer.values())) == len(set(colours.values())):
                return finer
            colours = finer


def _nodes(rows: Sequence[Row]) -> Iterator[ox.BlankNode]:
    for row in rows:
        for term in row:
            if isinstance(term, ox.BlankNode):
                yield term
            elif isinstance(term, ox.Triple):
                yield from _nodes([tuple(term)])


def _shape(row: Row, colours: Colours, marked: ox.BlankNode | None = None) -> str:
    return " ".join(_look(term, colours, marked) for term in row)


def _look(term: Term | None, colours: Colours, marked: ox.BlankNode | None) -> str:
    if isinstance(term, ox.BlankNode):
        return "_:this" if term == marked else f"_:{colours[term]}"
    if isinstance(term, ox.Triple):
        return f"<<( {_shape(tuple(term), colours, marked)} )>>"
    return str(term)


def _digest(*parts: str) -> str:
    return sha256("\n".join(parts).encode()).hexdigest()[:16]
