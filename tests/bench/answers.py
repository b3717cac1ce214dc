"""Fetch answers, compare those of two servers, and time those that stream."""

import http.client
import json
import time
import urllib.request
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from pyoxigraph import RdfFormat, parse

from tests.bench.questions import Question

STREAM_FORMATS = {
    "JSON": "application/sparql-results+json",
    "XML": "application/sparql-results+xml",
    "CSV": "text/csv",
    "TSV": "text/tab-separated-values",
}
BLOCK = 65536
_NUMBERS = tuple(
    f"http://www.w3.org/2001/XMLSchema#{name}" for name in ("decimal", "integer", "double", "float")
)

# Rows as a multiset: the order is not part of an answer, unless the query says so.
Rows = Counter[tuple[tuple[str, str], ...]]


@dataclass(frozen=True)
class Timing:
    """Seconds from sending a request to the first byte of its answer's body, and to the last."""

    media_type: str
    first: float
    total: float


def fetch(endpoint: str, question: Question) -> tuple[str, bytes]:
    """Return media type and body of an answer; raise `OSError` when there is none."""
    request = urllib.request.Request(endpoint + question.target, headers={"Accept": question.kind.media_type})
    with urllib.request.urlopen(request, timeout=600) as response:
        return response.headers.get_content_type(), response.read()


def rows(media_type: str, body: bytes) -> Rows:
    """Return the rows of a result in JSON (an ASK has one), or the triples of a graph as rows."""
    if media_type.endswith("json"):
        result = json.loads(body)
        if "boolean" in result:
            return Counter([(("boolean", str(result["boolean"])),)])
        return Counter(
            tuple(sorted((name, _term(value)) for name, value in row.items()))
            for row in result["results"]["bindings"]
        )
    # rdflib-endpoint labels a description in RDF/XML as rows.
    graph_format = RdfFormat.from_media_type(media_type.replace("sparql-results", "rdf"))
    triples = {str(quad.triple) for quad in parse(body, format=graph_format)}
    return Counter((("triple", triple),) for triple in triples)


def _term(value: dict[str, Any]) -> str:
    """Return a term as text; numbers by their value, since servers write them in several ways."""
    text, datatype = str(value["value"]), value.get("datatype", "")
    if datatype in _NUMBERS:
        text = str(Decimal(text).normalize())
    return f"{value['type']} {text} {datatype} {value.get('xml:lang', '')}"


def differ(question: Question, ours: Rows, theirs: Rows) -> str:
    """Return "" when two servers agree, else in a line what is different."""
    if ours == theirs:
        return ""
    if "DESCRIBE" in question.text:
        # What describes a thing is the server's choice (SPARQL 1.1, section 16.4); what it is told of counts.
        this = question.values["organisation"]
        ours, theirs = (
            Counter(row for row in found if row[0][1].startswith(this)) for found in (ours, theirs)
        )
        if ours == theirs:
            return ""
    return f"{question.kind.name}: {len(ours - theirs)} rows only here, {len(theirs - ours)} only there"


def time_stream(endpoint: str, question: Question, media_type: str) -> Timing:
    """Return when the answer begins and ends; raise `OSError` or `HTTPException` when it is cut short."""
    address = urlsplit(endpoint)
    connection = http.client.HTTPConnection(address.netloc, timeout=600)
    start = time.perf_counter()
    connection.request("GET", address.path + question.target, headers={"Accept": media_type})
    response = connection.getresponse()
    if response.status != http.HTTPStatus.OK:
        message = f"{endpoint} answers {response.status}"
        raise OSError(message)
    block = response.read1(BLOCK)
    first = time.perf_counter() - start
    while block:
        block = response.read(BLOCK)
    total = time.perf_counter() - start
    connection.close()
    return Timing(response.headers.get_content_type(), first, total)
