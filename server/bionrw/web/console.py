"""The page on which people write a query and read what it finds, without JavaScript."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import render_template, request, url_for

from bionrw.model import Answer, Dataset, Form, Iri, Literal, Source, Term
from bionrw.sparql.formats import GRAPH_FORMATS, ROW_FORMATS, formats_of
from bionrw.sparql.protocol import Request
from bionrw.sparql.rows import Table, read_table, read_text
from bionrw.sparql.service import Prepared
from bionrw.web.context import Context
from bionrw.web.links import Links, shorten
from bionrw.web.problems import Problem

MAX_ROWS = 500
MAX_BYTES = 4 * 1024**2
MAX_TEXT_BYTES = 256 * 1024
_MAX_ADDRESS = 6000
_LINES_AROUND = 2
_XSD = "http://www.w3.org/2001/XMLSchema#"
_PLAIN_DATATYPES = frozenset(_XSD + name for name in ("string", "integer", "decimal", "double", "boolean"))


@dataclass(frozen=True, slots=True)
class Cell:
    """A value in the table; `href` is empty when the value is no link that is safe to follow."""

    text: str
    href: str = ""
    external: bool = False
    note: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the query near a fault; the fault begins behind `sound`."""

    number: int
    sound: str
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a query found, ready to be shown: a table, a verdict, or the text of a graph."""

    table: Table | None = None
    cells: tuple[tuple[Cell | None, ...], ...] = ()
    text: str = ""
    more: bool = False
    downloads: Mapping[str, str] | None = None
    address: str = ""
    sources: tuple[Source, ...] = ()


def show_form(context: Context, text: str, problem: Problem | None = None) -> str:
    """Return the page with `text` to edit, and with the problem of running it if there was one."""
    return _render(context, text, problem=problem, lines=_lines_near_fault(text, problem))


def show_answer(context: Context, asked: Request, prepared: Prepared, answer: Answer) -> str:
    """Return the page with the beginning of `answer`; raises what its frames raise."""
    form = prepared.operation.form
    links = _downloads(asked, form)
    address = _address(asked)
    if form in (Form.SELECT, Form.ASK):
        table = read_table(answer.frames, MAX_ROWS, MAX_BYTES)
        cells = tuple(_row(context, table, row) for row in table.rows)
        finding = Finding(table, cells, more=table.more, downloads=links, address=address)
    else:
        text, more = read_text(answer.frames, MAX_TEXT_BYTES)
        finding = Finding(text=text, more=more, downloads=links, address=address)
    return _render(context, asked.text, finding=replace(finding, sources=answer.sources))


def _render(context: Context, text: str, **shown: object) -> str:
    return render_template(
        "sparql.html",
        text=text,
        address=f"{context.public_url}/sparql",
        examples=context.queries.examples(),
        prefixes=context.queries.prefixes(),
        federates=bool(context.tally.endpoints),
        formats={"Tables": ROW_FORMATS, "Graphs": GRAPH_FORMATS},
        **shown,
    )


def _row(context: Context, table: Table, row: Mapping[str, Term]) -> tuple[Cell | None, ...]:
    prefixes, links = context.queries.prefixes(), Links(context.names, request.script_root)
    return tuple(_cell(row[name], prefixes, links) if name in row else None for name in table.variables)


def _cell(term: Term, prefixes: Mapping[str, str], links: Links) -> Cell:
    if isinstance(term, Iri):
        local = links.local(term.value)
        href = local or links.external(term.value)
        return Cell(shorten(term.value, prefixes), href, external=not local, title=term.value)
    if isinstance(term, Literal):
        datatype = "" if term.datatype in _PLAIN_DATATYPES or term.language else term.datatype
        return Cell(term.value, note=term.language or shorten(datatype, prefixes))
    return Cell(f"_:{term.value}")


def _lines_near_fault(text: str, problem: Problem | None) -> tuple[Line, ...]:
    number, column = (problem.members.get(key) if problem else None for key in ("line", "column"))
    lines = text.split("\n")
    if not isinstance(number, int) or not isinstance(column, int) or not 1 <= number <= len(lines):
        return ()
    faulty = lines[number - 1]
    # A fault behind the last character is shown as a mark over the blank that follows it.
    shown = Line(number, faulty[: column - 1], faulty[column - 1 :] or " ")
    first = max(0, number - 1 - _LINES_AROUND)
    before = [Line(at + 1, lines[at]) for at in range(first, number - 1)]
    after = [Line(at + 1, lines[at]) for at in range(number, min(len(lines), number + _LINES_AROUND))]
    return (*before, shown, *after)


def _downloads(asked: Request, form: Form) -> Mapping[str, str]:
    """Return the addresses of the whole answer by format; none when they would be too long to send."""
    found = {item.name: _address(asked, format=item.name) for item in formats_of(form)}
    return {name: address for name, address in found.items() if address}


def _address(asked: Request, **parameters: str) -> str:
    graphs = asked.dataset or Dataset()
    values: dict[str, Any] = {
        "query": asked.text,
        "default-graph-uri": graphs.default_graphs,
        "named-graph-uri": graphs.named_graphs,
        **parameters,
    }
    address = url_for("endpoint.sparql", **values)
    return address if len(address) <= _MAX_ADDRESS else ""
