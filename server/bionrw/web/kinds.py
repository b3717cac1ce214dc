"""What the kinds of things are called in headings, and in which order the home page leads to them."""

from collections.abc import Iterable
from dataclasses import dataclass

from bionrw.names import Names
from bionrw.web.vocabulary import Vocabulary
from bionrw.web.words import plural, readable


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of things: the part of their identifiers after `id/`, its heading, and how many there are."""

    slug: str
    title: str
    things: int


@dataclass(frozen=True, slots=True)
class Shelf:
    """Kinds that belong together; `world` says that they are things the sources speak about."""

    title: str
    kinds: tuple[Kind, ...]
    world: bool = False


_TITLES = {
    "activity": "Readings of documents",
    "agent": "Editors",
    "amount": "Amounts of money",
    "aspect": "Core aspects",
    "condition": "Medical conditions",
    "derived": "Figures worked out by the graph",
    "document": "Documents",
    "funder": "Supporters",
    "issue": "Problems of the source",
    "link": "Facts added by the editors",
    "observation": "Figures",
    "population": "Sets that are counted",
    "reading": "Proposed readings",
    "scheme": "Code lists",
    "span": "Passages",
    "statement": "Statements with evidence",
}
_SHELVES = {
    "Who and where": ("organisation", "place", "funder", "post", "policy"),
    "What they do": (
        "project",
        "initiative",
        "phase",
        "flagship",
        "participation",
        "commission",
        "objective",
        "task",
        "offer",
        "aspect",
        "topic",
    ),
    "What it is about": ("field", "industry", "method", "subject", "condition", "tissue", "population"),
    "Figures and claims": ("observation", "claim", "amount", "period", "derived"),
    "Where it is written": ("document", "span", "statement", "activity"),
    "What the editors add": ("issue", "reading", "link", "agent"),
}
_BESIDES = ("Where it is written", "What the editors add")
_CODES = "Code lists"
_OTHERS = "Further things"


def title(slug: str, names: Names, vocabulary: Vocabulary) -> str:
    """Return the heading of a kind: a code list has a name of its own."""
    scheme = vocabulary.name(names.thing("scheme", slug))
    if slug in _TITLES or scheme is None:
        return _TITLES.get(slug) or plural(readable(slug)).capitalize()
    return scheme.value[:1].upper() + scheme.value[1:]


def shelves(counts: Iterable[tuple[str, int]], names: Names, vocabulary: Vocabulary) -> list[Shelf]:
    """Return all kinds, sorted onto shelves; a kind that nobody placed stands on the last one."""
    kinds = {slug: Kind(slug, title(slug, names, vocabulary), things) for slug, things in counts}
    found = []
    for heading, slugs in _SHELVES.items():
        held = tuple(kinds.pop(slug) for slug in slugs if slug in kinds)
        found.append(Shelf(heading, held, world=heading not in _BESIDES))
    codes = {slug for slug in kinds if slug == "scheme" or vocabulary.name(names.thing("scheme", slug))}
    found.append(Shelf(_CODES, tuple(kinds[slug] for slug in sorted(codes))))
    found.append(Shelf(_OTHERS, tuple(kinds[slug] for slug in sorted(set(kinds) - codes))))
    return [shelf for shelf in found if shelf.kinds]
