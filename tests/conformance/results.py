"""Results as plain rows of terms, read from each format that answers and expectations come in."""

import csv
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from io import StringIO
from typing import Any
from urllib.parse import urljoin
from xml.etree import ElementTree as ET

import pyoxigraph as ox

from tests.conformance.description import TYPE, Description, Term, words

RS = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
SRX = "{http://www.w3.org/2005/sparql-results#}"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
# CSV keeps no types, so a cell is a text of no kind.
CELL = ox.NamedNode("urn:x-bionrw:cell")
ITS_DIR = "{http://www.w3.org/2005/11/its}dir"

_DIRECTIONS = {None: None, "ltr": ox.BaseDirection.LTR, "rtl": ox.BaseDirection.RTL}

# What reading raises for data that are not in their format.
UNREADABLE = (SyntaxError, ValueError, LookupError)

Row = tuple[Term | None, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """An answer: a verdict, rows under their variables, or (`variables` None) the triples of a graph.

    `ordered`: the place of each row counts.
    """

    rows: tuple[Row, ...] = ()
    variables: tuple[str, ...] | None = None
    verdict: bool | None = None
    ordered: bool = False


def read_result(data: bytes, suffix: str, base: str) -> Result:
    """Return what `data` holds, in the format that `suffix` names; relative IRIs are below `base`."""
    if reader := _READERS.get(suffix):
        return reader(data, base)
    data_format = ox.RdfFormat.from_extension(suffix)
    assert data_format is not None, suffix
    described = Description(data, data_format, base)
    for node in described.subjects(TYPE):
        if described.text(node, TYPE) == RS + "ResultSet":
            return _of_description(described, node)
    quads = ox.parse(data, format=data_format, base_iri=base)
    return Result(tuple(tuple(quad.triple) for quad in quads))


def _table(variables: Iterable[str], rows: Iterable[dict[str, Term]], *, ordered: bool = False) -> Result:
    names = tuple(variables)
    return Result(tuple(tuple(row.get(name) for name in names) for row in rows), names, ordered=ordered)


def _of_json(data: bytes, base: str) -> Result:
    document = json.loads(data)
    if "boolean" in document:
        return Result(verdict=document["boolean"])
    rows = document["results"]["bindings"]
    read = [{name: _json_term(value, base) for name, value in row.items()} for row in rows]
    return _table(document["head"]["vars"], read)


def _json_term(value: dict[str, Any], base: str) -> Term:
    inner = value["value"]
    match value["type"]:
        case "uri":
            return ox.NamedNode(urljoin(base, inner))
        case "bnode":
            return ox.BlankNode(inner)
        case "triple":
            return _triple([_json_term(inner[part], base) for part in ("subject", "predicate", "object")])
    return _literal(inner, value.get("datatype"), value.get("xml:lang"), value.get("its:dir"))


def _of_xml(data: bytes, base: str) -> Result:
    root = ET.fromstring(data)
    boolean = root.find(f"{SRX}boolean")
    if boolean is not None:
        return Result(verdict=(boolean.text or "").strip() == "true")
    names = [item.attrib["name"] for item in root.iterfind(f"{SRX}head/{SRX}variable")]
    rows = [
        {item.attrib["name"]: _xml_term(item[0], base) for item in row}
        for row in root.iterfind(f"{SRX}results/{SRX}result")
    ]
    return _table(names, rows)


def _xml_term(element: ET.Element, base: str) -> Term:
    text = element.text or ""
    match element.tag.removeprefix(SRX):
        case "uri":
            return ox.NamedNode(urljoin(base, text.strip()))
        case "bnode":
            return ox.BlankNode(text)
        case "triple":
            return _triple([_xml_term(part[0], base) for part in element])
    attributes = element.attrib
    return _literal(text, attributes.get("datatype"), attributes.get(XML_LANG), attributes.get(ITS_DIR))


def _triple(parts: list[Any]) -> ox.Triple:
    return ox.Triple(*parts)


def _literal(text: str, datatype: str | None, language: str | None, direction: str | None) -> ox.Literal:
    if language:
        return ox.Literal(text, language=language, direction=_DIRECTIONS[direction])
    return ox.Literal(text, datatype=ox.NamedNode(datatype) if datatype else None)


def _of_csv(data: bytes, _base: str) -> Result:
    names, *lines = csv.reader(StringIO(data.decode(), newline=""))
    return Result(tuple(tuple(_csv_term(cell) for cell in line) for line in lines), tuple(names))


def _csv_term(cell: str) -> Term:
    return ox.BlankNode(cell[2:]) if cell.startswith("_:") else ox.Literal(cell, datatype=CELL)


def _of_tsv(data: bytes, base: str) -> Result:
    names, *lines = data.decode().removesuffix("\n").split("\n")
    rows = tuple(
        tuple(_tsv_term(cell, base) for cell in line.removesuffix("\r").split("\t")) for line in lines
    )
    return Result(rows, tuple(name.removeprefix("?") for name in names.removesuffix("\r").split("\t")))


def _tsv_term(cell: str, base: str) -> Term | None:
    """Read a cell, which holds a term as Turtle writes it, or nothing."""
    if not cell:
        return None
    if cell.startswith("_:"):
        return ox.BlankNode(cell[2:])
    [triple] = ox.parse(f"<x:s> <x:p> {cell} .", format=ox.RdfFormat.TURTLE, base_iri=base)
    value: Term = triple.object
    return value


def _of_description(described: Description, node: Term) -> Result:
    """Read a result that is written in RDF, as the tests of SPARQL 1.0 do."""
    if verdict := described.text(node, RS + "boolean"):
        return Result(verdict=verdict == "true")
    solutions = described.values(node, RS + "solution")
    indexes = {item: int(described.text(item, RS + "index") or 0) for item in solutions}
    ordered = any(indexes.values())
    rows = [
        {
            described.text(binding, RS + "variable"): described.value(binding, RS + "value")
            for binding in described.values(item, RS + "binding")
        }
        for item in sorted(solutions, key=indexes.__getitem__)
    ]
    names = sorted(words(name) for name in described.values(node, RS + "resultVariable"))
    return _table(names, rows, ordered=ordered)


_READERS: dict[str, Callable[[bytes, str], Result]] = {
    "srj": _of_json,
    "srx": _of_xml,
    "csv": _of_csv,
    "tsv": _of_tsv,
}
