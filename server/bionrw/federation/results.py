"""Read the rows of SPARQL results in JSON, strictly (SPARQL 1.1 Query Results JSON Format, section 3)."""

import json
import re
from typing import Any

from bionrw.federation.terms import Row
from bionrw.model import Blank, Iri, Literal, Term

_HALF = re.compile("[\ud800-\udfff]")
# Every quote opens one, also where its end is missing: what has been read is not looked at again.
_STRING = re.compile(rb'"(?:[^"\\]++|\\.?)*+"?', re.DOTALL)
_BLANKS, _MARKS = b" \t\r\n", b"{}[]:,"
# What a document may hold beside its rows: lists, objects, and letters of numbers and names.
_LISTS, _OBJECTS, _LETTERS = 1000, 100, 4096
# One of so many bytes takes little memory, whatever it holds.
_SMALL = 65536


class NoRows(Exception):
    """The document holds no rows of a SELECT; the message says in one clause why."""


def read_results(document: bytes, most: int = 0) -> tuple[list[str], list[Row]]:
    """Return the variables and rows of a document; raise `NoRows`, also for more than `most` (0: any)."""
    if most and len(document) > _SMALL:
        _require_modest(document, most)
    try:
        content = json.loads(document)
    except (ValueError, RecursionError):
        message = "its answer is no JSON"
        raise NoRows(message) from None
    try:
        variables, bindings = content["head"]["vars"], content["results"]["bindings"]
    except (KeyError, TypeError):
        message = "its JSON holds no rows"
        raise NoRows(message) from None
    if not _are(variables, str) or not _are(bindings, dict):
        message = "its JSON holds no rows"
        raise NoRows(message)
    if most and len(bindings) > most:
        message = f"it has more than the {most} rows that one request may get"
        raise NoRows(message)
    return variables, [{name: _term(value) for name, value in row.items()} for row in bindings]


def _require_modest(document: bytes, most: int) -> None:
    """Raise `NoRows` for a document that would take far more memory read than written.

    What strings leave of it is looked at: few lists, no more than `most` rows, hardly any number.
    """
    skeleton = _STRING.sub(b"", document).translate(None, _BLANKS)
    if skeleton.count(b"{}") + skeleton.count(b"{:{") > most + _OBJECTS:
        message = f"it has more than the {most} rows that one request may get"
        raise NoRows(message)
    if skeleton.count(b"[") > _LISTS or len(skeleton.translate(None, _MARKS)) > _LETTERS:
        message = "its JSON holds no rows"
        raise NoRows(message)


def _are(values: Any, kind: type) -> bool:
    return isinstance(values, list) and all(isinstance(value, kind) for value in values)


def _term(value: Any) -> Term:
    kind, text = (value.get("type"), value.get("value")) if isinstance(value, dict) else (None, None)
    if kind == "triple":
        message = "it has triple terms, which cannot be joined"
        raise NoRows(message)
    # JSON can escape half of a surrogate pair (RFC 8259, section 8.2), which no query can be sent with.
    if not isinstance(text, str) or _HALF.search(text):
        message = "one of its terms is none"
        raise NoRows(message)
    if kind == "uri":
        return Iri(text)
    if kind == "bnode":
        return Blank(text)
    # RDF 1.2 adds a base direction, which a query could not write for every engine.
    language, datatype = value.get("xml:lang", ""), value.get("datatype", "")
    plain = isinstance(language, str) and isinstance(datatype, str) and "its:dir" not in value
    if kind in ("literal", "typed-literal") and plain:
        return Literal(text, language, "" if language else datatype)
    message = "one of its terms is none"
    raise NoRows(message)
