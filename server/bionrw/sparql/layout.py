"""Lay the result of a query out as text, for people at a terminal."""

import json
from collections.abc import Callable, Iterable
from typing import Any

EMPTY_CELL = "-"


def lay_out(result: bytes, shorten: Callable[[str], str]) -> str:
    """Return a result in SPARQL's JSON format as a table, or as yes or no; `shorten` writes the IRIs."""
    values = json.loads(result)
    if "boolean" in values:
        return "yes" if values["boolean"] else "no"
    names = values["head"]["vars"]
    rows = [[_cell(row.get(name), shorten) for name in names] for row in values["results"]["bindings"]]
    count = f"{len(rows):,} row{'' if len(rows) == 1 else 's'}"
    return "\n".join([*_lines(names, rows), count])


def _cell(term: dict[str, Any] | None, shorten: Callable[[str], str]) -> str:
    if term is None:
        return EMPTY_CELL
    if term["type"] == "uri":
        return shorten(term["value"])
    return json.dumps(term["value"]) if term["type"] == "triple" else " ".join(term["value"].split())


def _lines(names: list[str], rows: list[list[str]]) -> Iterable[str]:
    widths = [max(map(len, column)) for column in zip(names, *rows, strict=True)]
    for cells in [names, ["-" * width for width in widths], *rows]:
        yield "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()
