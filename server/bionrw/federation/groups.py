"""The groups of a query and their elements, as far as federation has to know them.

SPARQL 1.1 Query, section 19.8, rules 53 to 68.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum, auto

from bionrw.sparql.lexer import Kind, Token

_NOTHING = Token(Kind.BAD, "", 0)


class Part(Enum):
    """What an element of a group is."""

    TRIPLES = auto()
    FILTER = auto()
    BIND = auto()
    VALUES = auto()
    OPTIONAL = auto()
    MINUS = auto()
    GRAPH = auto()
    UNION = auto()
    SERVICE = auto()
    LATERAL = auto()


# Those that are joined with the others wherever they stand in the group (section 18.2.2.6).
JOINED = (Part.TRIPLES, Part.VALUES, Part.GRAPH, Part.UNION)


@dataclass(eq=False, slots=True)
class Element:
    """One element: its tokens from `first` up to, not with, `end`, and the groups in it.

    `term` is the token of the graph or endpoint; a plain group is a union of one.
    """

    part: Part
    first: int
    end: int
    groups: list["Group"] = field(default_factory=list)
    term: Token = _NOTHING
    silent: bool = False


@dataclass(eq=False, slots=True)
class Group:
    """What stands between two braces; of a sub-select, `elements` holds its pattern as a group."""

    first: int
    end: int
    elements: list[Element] = field(default_factory=list)
    # The tokens of what a sub-select projects.
    head: tuple[int, int] | None = None
    # Groups in its expressions, which are not part of its pattern.
    aside: list["Group"] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Step:
    """Where a path goes through: a group, and the element of it in which it goes on (None: aside of it)."""

    group: Group
    element: Element | None


Path = tuple[Step, ...]


def services_in(group: Group) -> Iterator[Element]:
    """Yield each SERVICE within a group, also those within others."""
    for element in group.elements:
        if element.part is Part.SERVICE:
            yield element
        for inner in element.groups:
            yield from services_in(inner)
    for inner in group.aside:
        yield from services_in(inner)


def ways_to_services(group: Group, path: Path) -> Iterator[tuple[Path, Element]]:
    """Yield each SERVICE within a group that lies in no other one, and the way to it from `path` on."""
    for element in group.elements:
        here = (*path, Step(group, element))
        if element.part is Part.SERVICE:
            yield here, element
            continue
        for inner in element.groups:
            yield from ways_to_services(inner, here)
    for inner in group.aside:
        yield from ways_to_services(inner, (Step(group, None),))
