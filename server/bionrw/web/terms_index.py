"""The terms of the ontology from A to Z, in each of its languages."""

from collections.abc import Iterable
from dataclasses import dataclass

from bionrw.web.terms import Entry
from bionrw.web.terms_search import fold


@dataclass(frozen=True, slots=True)
class Letter:
    """The terms whose names begin with one letter: each with name, anchor and kind."""

    letter: str
    terms: tuple[tuple[str, str, str], ...]


def alphabet(entries: Iterable[Entry], language: str) -> list[Letter]:
    """Return the names of `entries` in `language` ("" for that of the page) by letter."""
    named = [
        (name.text, entry.anchor, entry.kind)
        for entry in entries
        for name in entry.names
        if name.language == language
    ]
    found: dict[str, list[tuple[str, str, str]]] = {}
    for item in sorted(named, key=lambda item: (fold(item[0]), item)):
        found.setdefault(fold(item[0])[:1].upper(), []).append(item)
    return [Letter(letter, tuple(items)) for letter, items in found.items()]
