"""Values of every sort come out of each result format as they went in, by way of HTTP."""

import csv
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Context, Decimal
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import zstandard
from pyoxigraph import (
    Literal,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    parse,
    parse_query_results,
)

from tests.http.live import Live
from tests.http.questions import GRAPH_TYPES, ROW_TYPES

pytestmark = pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="its server needs /proc")

XSD = "http://www.w3.org/2001/XMLSchema#"
SRX = "{http://www.w3.org/2005/sparql-results#}"
XML, ITS = "{http://www.w3.org/XML/1998/namespace}", "{http://www.w3.org/2005/11/its}"


@dataclass(frozen=True)
class Value:
    """A value as a query writes it, and what it is."""

    written: str
    text: str
    datatype: str = "string"
    language: str = ""
    direction: str = ""


VALUES = [
    Value("0", "0", "integer"),
    Value("'0'", "0"),
    Value("-0", "-0", "integer"),
    Value("'007'^^xsd:integer", "007", "integer"),
    Value("123456789012345678901234567890", "123456789012345678901234567890", "integer"),
    Value("0.10", "0.10", "decimal"),
    Value("1.0e0", "1.0e0", "double"),
    Value("'-0.0'^^xsd:double", "-0.0", "double"),
    Value("'INF'^^xsd:double", "INF", "double"),
    Value("'NaN'^^xsd:float", "NaN", "float"),
    Value("'1.5E-300'^^xsd:double", "1.5E-300", "double"),
    Value("false", "false", "boolean"),
    Value("'0'^^xsd:boolean", "0", "boolean"),
    Value("'2031-02-29'^^xsd:date", "2031-02-29", "date"),
    Value("''", ""),
    Value("' '", " "),
    Value("'  two  '", "  two  "),
    Value("'a, \"b\"; c'", 'a, "b"; c'),
    Value("'it\\'s <b> & ]]> {x}'", "it's <b> & ]]> {x}"),
    Value("'back\\\\slash \\\\n'", "back\\slash \\n"),
    Value("'line\\nline'", "line\nline"),
    Value("'tab\\ttab'", "tab\ttab"),
    Value("'return\\r\\nreturn'", "return\r\nreturn"),
    Value("'ä 漢 𝄞 \\u00A0 \\u200F'", "ä 漢 𝄞 \u00a0 \u200f"),
    Value("'e\\u0301'", "e\u0301"),
    Value("'\\u0001\\u0008\\u001B\\u007F'", "\u0001\u0008\u001b\u007f"),
    Value("'chat'@fr", "chat", language="fr"),
    Value("'colour'@en-GB", "colour", language="en-GB"),
    Value("'x'@zh-hant-tw", "x", language="zh-hant-tw"),
    Value("'سلام'@ar--rtl", "سلام", language="ar", direction="rtl"),
    Value("'x'@en--ltr", "x", language="en", direction="ltr"),
]
# XML 1.0, section 2.2: these characters cannot be written in it, by reference neither.
CONTROLS = next(value for value in VALUES if "\u0001" in value.text)
ROWS = " ".join(f"({number} {value.written})" for number, value in enumerate(VALUES))
SELECT = f"PREFIX xsd: <{XSD}> SELECT ?n ?value {{ VALUES (?n ?value) {{ {ROWS} }} }} ORDER BY ?n"


def construct(values: list[Value]) -> str:
    rows = " ".join(f"(<https://example.org/{VALUES.index(value)}> {value.written})" for value in values)
    pattern = f"{{ VALUES (?n ?value) {{ {rows} }} }}"
    return f"PREFIX xsd: <{XSD}> CONSTRUCT {{ ?n <https://example.org/is> ?value }} {pattern}"


WIDE = Context(prec=100)


def meant(text: str, datatype: str) -> str:
    """Return one text for all spellings of a number or truth: the engine keeps values and not spellings."""
    if datatype in ("integer", "decimal"):
        return format(abs(Decimal(text)) if Decimal(text) == 0 else Decimal(text).normalize(WIDE), "f")
    if datatype in ("float", "double"):
        return repr(float(text))
    return {"0": "false", "1": "true"}.get(text, text) if datatype == "boolean" else text


def described(literal: Literal) -> Value:
    """Return a literal as the table has it."""
    direction = str(literal.direction or "").rpartition(".")[2].lower()
    name = "string" if literal.language else literal.datatype.value.removeprefix(XSD)
    return plain(Value("", literal.value, name, literal.language or "", direction))


def in_json(body: bytes) -> list[Value]:
    found = []
    for row in json.loads(body)["results"]["bindings"]:
        value = row["value"]
        assert value["type"] == "literal"
        name = "string" if "xml:lang" in value else value.get("datatype", f"{XSD}string").removeprefix(XSD)
        told = Value("", value["value"], name, value.get("xml:lang", ""), value.get("its:dir", ""))
        found.append(plain(told))
    return found


def in_xml(body: bytes) -> list[Value]:
    found = []
    for element in ET.fromstring(body).iterfind(f".//{SRX}binding[@name='value']/{SRX}literal"):
        told = element.attrib
        name = "string" if f"{XML}lang" in told else told.get("datatype", f"{XSD}string").removeprefix(XSD)
        language, direction = told.get(f"{XML}lang", ""), told.get(f"{ITS}dir", "")
        found.append(plain(Value("", element.text or "", name, language, direction)))
    return found


def in_tsv(body: bytes) -> list[Value]:
    """Read terms as Turtle does (SPARQL 1.1 Query Results CSV and TSV Formats, section 4)."""
    found = []
    for line in body.decode().split("\n")[1:-1]:
        [quad] = parse(f"<x:s> <x:p> {line.split(chr(9))[1]} .", format=RdfFormat.TURTLE)
        assert isinstance(quad.object, Literal)
        found.append(described(quad.object))
    return found


def plain(value: Value) -> Value:
    """Return what is compared: not how a query writes it, nor the letters' case of a language tag."""
    language = value.language.lower()
    return Value("", meant(value.text, value.datatype), value.datatype, language, value.direction)


@pytest.mark.parametrize("coding", ["identity", "zstd"])
@pytest.mark.parametrize(("name", "read"), [("json", in_json), ("xml", in_xml), ("tsv", in_tsv)])
def test_rows_tell_values_as_they_are(
    patient: Live, name: str, read: Callable[[bytes], list[Value]], coding: str
) -> None:
    query = SELECT.replace(f"({VALUES.index(CONTROLS)} {CONTROLS.written})", "") if name == "xml" else SELECT
    status, fields, body = patient.ask(query, Accept=ROW_TYPES[name], Accept_Encoding=coding)
    assert status == 200
    if fields.get("content-encoding") == "zstd":
        body = zstandard.ZstdDecompressor().decompressobj().decompress(body)
    assert read(body) == [plain(value) for value in VALUES if name != "xml" or value is not CONTROLS]


def test_csv_tells_the_text_of_values(patient: Live) -> None:
    """There are neither datatypes nor languages in it (section 3 of the same)."""
    _, _, body = patient.ask(SELECT, Accept=ROW_TYPES["csv"])
    rows = list(csv.reader(io.StringIO(body.decode(), newline="")))[1:]
    told = [meant(row[1], value.datatype) for row, value in zip(rows, VALUES, strict=True)]
    assert told == [plain(value).text for value in VALUES]


@pytest.mark.parametrize("name", ["json", "xml", "tsv"])
def test_the_engine_s_own_reader_agrees(patient: Live, name: str) -> None:
    query = SELECT.replace(f"({VALUES.index(CONTROLS)} {CONTROLS.written})", "")
    _, _, body = patient.ask(query, Accept=ROW_TYPES[name])
    formats = {"json": QueryResultsFormat.JSON, "xml": QueryResultsFormat.XML, "tsv": QueryResultsFormat.TSV}
    rows = parse_query_results(body, format=formats[name])
    assert isinstance(rows, QuerySolutions)
    assert [described(row["value"]) for row in rows] == [
        plain(value) for value in VALUES if value is not CONTROLS
    ]


@pytest.mark.parametrize("name", GRAPH_TYPES)
def test_graphs_tell_values_as_they_are(patient: Live, name: str) -> None:
    values = [value for value in VALUES if name != "rdf" or value is not CONTROLS]
    status, _, body = patient.ask(construct(values), Accept=GRAPH_TYPES[name])
    assert status == 200
    media_type = RdfFormat.from_media_type(GRAPH_TYPES[name])
    found = {quad.subject.value.rpartition("/")[2]: quad.object for quad in parse(body, format=media_type)}
    assert {key: described(value) for key, value in found.items()} == {
        str(VALUES.index(value)): plain(value) for value in values
    }


def test_a_carriage_return_survives_in_rdf_xml(patient: Live) -> None:
    _, _, body = patient.ask("CONSTRUCT { <x:a> <x:b> 'a\\r\\nb\\rc' } {}", Accept=GRAPH_TYPES["rdf"])
    assert "a\r\nb\rc" in [element.text for element in ET.fromstring(body).iter()]


@pytest.mark.parametrize("accept", [ROW_TYPES["xml"], "text/html"])
def test_what_xml_has_no_form_for_is_no_broken_xml(patient: Live, accept: str) -> None:
    status, _, _ = patient.ask(f"SELECT ({CONTROLS.written} AS ?value) {{}}", Accept=accept)
    assert status == (200 if accept == "text/html" else 406)


@pytest.mark.parametrize(("verdict", "query"), [(True, "ASK {}"), (False, "ASK { FILTER(false) }")])
def test_a_verdict_is_told(patient: Live, query: str, verdict: bool) -> None:
    assert json.loads(patient.ask(query, Accept=ROW_TYPES["json"])[2])["boolean"] is verdict
    word = str(verdict).lower()
    assert ET.fromstring(patient.ask(query, Accept=ROW_TYPES["xml"])[2]).findtext(f"{SRX}boolean") == word
    for name in ("csv", "tsv"):
        assert patient.ask(query, Accept=ROW_TYPES[name])[2].decode().strip() == word


@pytest.mark.parametrize("name", ["json", "xml", "csv", "tsv"])
def test_nothing_is_no_value(patient: Live, name: str) -> None:
    """An unbound variable is not the empty text, where a format can tell."""
    _, _, body = patient.ask("SELECT ?a ?b { VALUES (?a ?b) { (UNDEF '') } }", Accept=ROW_TYPES[name])
    text = body.decode()
    if name == "json":
        assert json.loads(body)["results"]["bindings"] == [{"b": {"type": "literal", "value": ""}}]
    elif name == "xml":
        assert [each.get("name") for each in ET.fromstring(body).iterfind(f".//{SRX}binding")] == ["b"]
    elif name == "csv":
        assert list(csv.reader(io.StringIO(text, newline=""))) == [["a", "b"], ["", ""]]
    else:
        assert text == '?a\t?b\n\t""\n'
