"""Long lists in pages: the links that lead to a thing, and the things of one kind."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TypeVar

from bionrw.errors import BadRequest, NotFound
from bionrw.web.arrangement import INCOMING_FIRST
from bionrw.web.excerpt import Row
from bionrw.web.lines import Lines
from bionrw.web.naming import Naming
from bionrw.web.resource import Incoming, IncomingGroup, Line, Piece

_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of the things of a kind."""

    items: tuple[Line, ...]
    total: int
    page: int
    pages: int


def read_page(text: str) -> int:
    """Return the number of a page; raise `BadRequest` unless `text` is a whole number from 1."""
    if text.isascii() and text.isdigit() and len(text) <= 9 and int(text) >= 1:
        return int(text)
    message = f"page={text!r} is no page; give a whole number from 1 on."
    raise BadRequest(message, {"parameter": "page"})


def cut(items: Sequence[_Item], page: int, size: int) -> tuple[Sequence[_Item], int]:
    """Return the items of one page and the number of pages; raise `NotFound` beyond the last."""
    pages = max(1, -(-len(items) // size))
    if page > pages:
        message = f"There is no page {page}; the last one is page {pages}."
        raise NotFound(message, {"pages": pages})
    return items[(page - 1) * size : page * size], pages


def list_incoming(rows: Iterable[Row], lines: Lines, naming: Naming, page: int, size: int) -> Incoming:
    """Return one page of the links in `rows` (those without object), grouped by property."""
    links = {(row["predicate"].value, row["subject"].value) for row in rows if "object" not in row}
    first = {naming.excerpt.expand(name): at for at, name in enumerate(INCOMING_FIRST)}
    titles = {predicate: naming.name(predicate).value.casefold() for predicate, _ in links}

    def place(link: tuple[str, str]) -> tuple[int, str, str, tuple[int, str], str]:
        predicate, subject = link
        group = first.get(predicate, len(first))
        return (group, titles[predicate], predicate, _place(naming, subject), subject)

    ordered = sorted(links, key=place)
    totals: dict[str, int] = {}
    for predicate, _ in ordered:
        totals[predicate] = totals.get(predicate, 0) + 1
    chosen, pages = cut(ordered, page, size)
    groups = tuple(
        IncomingGroup(
            label=naming.link(predicate),
            heading=naming.vocabulary.inverse_heading(predicate),
            total=totals[predicate],
            lines=tuple(_line(lines, naming, subject) for _, subject in found),
        )
        for predicate, found in groupby(chosen, key=lambda link: link[0])
    )
    return Incoming(groups, len(ordered), page, pages)


def list_kind(rows: Iterable[Row], naming: Naming, namespace: str, page: int, size: int) -> Listing:
    """Return one page of the things below `namespace`, by name."""
    found = {row["subject"].value for row in rows if row["subject"].value.startswith(namespace)}
    named = sorted(found, key=lambda iri: (_place(naming, iri), iri))
    chosen, pages = cut(named, page, size)
    return Listing(tuple(_item(naming, iri) for iri in chosen), len(named), page, pages)


def _place(naming: Naming, iri: str) -> tuple[int, str]:
    """Return where a passage begins; all else comes by its label alone.

    What has neither is sorted by its identifier: its name is made of other names and costs much more.
    """
    start = naming.excerpt.lexical(iri, "bionrw:startOffset")
    return (int(start) if start.isdigit() else 0, naming.excerpt.lexical(iri, "rdfs:label").casefold())


def _line(lines: Lines, naming: Naming, iri: str) -> Line:
    return (naming.entry(iri),) if naming.excerpt.text(iri, "bionrw:quote") else lines.line(iri)


def _item(naming: Naming, iri: str) -> Line:
    kinds = ", ".join(kind.text for kind in naming.kinds(iri))
    return (naming.entry(iri), Piece(kinds, style="kind"))
