"""Draw a hierarchy of classes: each branch a tree of boxes below one another, indented by depth.

The drawing is plain numbers; a template writes them as SVG. A branch fits a telephone where its names
allow it, so branches stand side by side on a wide screen and one below the other on a narrow one.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

# Pixels. Letters are those of a wide sans-serif of 13 px, so that words fit in any font.
INDENT = 18
ROW = 32
BOX = 25
LETTER = 7.7
WIDE, WIDE_LETTER = frozenset("mwMW@%"), 12.5
PADDING = 9
MARGIN = 2


@dataclass(frozen=True, slots=True)
class Node:
    """A class to draw; it hangs below the first of `above` that is drawn; `also` are names of others."""

    key: str
    name: str
    href: str
    above: tuple[str, ...] = ()
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Box:
    """A box of the drawing; `also` names further classes above it, in words beside the box."""

    name: str
    href: str
    also: tuple[str, ...]
    depth: int
    x: int
    y: int
    width: int

    @property
    def height(self) -> int:
        """Return the height, the same for all."""
        return BOX

    @property
    def baseline(self) -> int:
        """Return where the words stand."""
        return self.y + BOX - 8

    @property
    def note(self) -> str:
        """Return the words beside the box."""
        return f"also {', '.join(self.also)}" if self.also else ""

    @property
    def end(self) -> int:
        """Return where the box and the words beside it end."""
        return self.x + self.width + (_length(self.note) + PADDING if self.also else 0)


@dataclass(frozen=True, slots=True)
class Drawing:
    """Boxes from top to bottom, the lines between them as paths, and the size of all in pixels."""

    boxes: tuple[Box, ...]
    lines: tuple[str, ...]
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Point:
    """A point of nested lists: how many lists open before it and close after it, and whether it has none."""

    box: Box
    opens: int
    closes: int
    leaf: bool


def draw(nodes: Iterable[Node]) -> Drawing:
    """Return a drawing of `nodes`; what hangs below none of them is a root.

    A circle of classes is cut where it would come back to its beginning, so each node is drawn once.
    """
    found = {node.key: node for node in nodes}
    order = list(_walk(found))
    boxes = tuple(_box(found, key, depth, row, parent) for row, (key, depth, parent) in enumerate(order))
    places = dict(zip((key for key, *_ in order), boxes, strict=True))
    lines = tuple(_line(places[parent], places[key]) for key, _, parent in order if parent is not None)
    width = max((box.end for box in boxes), default=0) + MARGIN
    return Drawing(boxes, lines, width, max(len(boxes) * ROW - (ROW - BOX) + 2 * MARGIN, 0))


def _walk(nodes: Mapping[str, Node]) -> Iterator[tuple[str, int, str | None]]:
    """Yield each node with its depth and the node it hangs below, from top to bottom, by name."""
    below: dict[str | None, list[str]] = {}
    for key in sorted(nodes, key=lambda key: (nodes[key].name.casefold(), key)):
        parent = next((up for up in nodes[key].above if up in nodes and up != key), None)
        below.setdefault(parent, []).append(key)
    seen: set[str] = set()
    roots = below.get(None, [])
    # A circle has no root, so whatever was not reached begins a tree of its own.
    for root in [*roots, *sorted(nodes)]:
        waiting: list[tuple[str, int, str | None]] = [(root, 0, None)]
        while waiting:
            key, depth, parent = waiting.pop()
            if key not in seen:
                seen.add(key)
                yield key, depth, parent
                waiting += [(child, depth + 1, key) for child in reversed(below.get(key, []))]


def _box(nodes: Mapping[str, Node], key: str, depth: int, row: int, parent: str | None) -> Box:
    node = nodes[key]
    also = node.also + tuple(nodes[up].name for up in node.above if up in nodes and up not in (parent, key))
    width = _length(node.name) + 2 * PADDING
    return Box(node.name, node.href, also, depth, MARGIN + depth * INDENT, MARGIN + row * ROW, width)


def _length(words: str) -> int:
    return round(sum(WIDE_LETTER if letter in WIDE else LETTER for letter in words))


def _line(parent: Box, child: Box) -> str:
    """Return the path from the lower edge of a box down and across to a box below it."""
    x = parent.x + INDENT // 2
    return f"M{x} {parent.y + BOX}V{child.y + BOX // 2}H{child.x}"


def outline(boxes: Sequence[Box]) -> Iterator[Point]:
    """Yield the boxes as points of nested lists."""
    for at, box in enumerate(boxes):
        before = boxes[at - 1].depth if at else -1
        after = boxes[at + 1].depth if at + 1 < len(boxes) else -1
        yield Point(box, max(box.depth - before, 0), max(box.depth - after, 0), leaf=after <= box.depth)
