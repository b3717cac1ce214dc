"""Spell literals by their values, as a store does that keeps values and no spellings."""

import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal, InvalidOperation

import pyoxigraph as ox

from tests.conformance.description import Term
from tests.conformance.results import CELL, Result

XSD = "http://www.w3.org/2001/XMLSchema#"
# XML Schema 1.1 part 2, section 3.4: all of these are integers, so 1 is one value in any of them.
_INTEGERS = (
    "byte int long negativeInteger nonNegativeInteger nonPositiveInteger positiveInteger short"
    " unsignedByte unsignedInt unsignedLong unsignedShort"
)
INTEGERS = {ox.NamedNode(XSD + name) for name in _INTEGERS.split()}
_NO_OFFSET = re.compile(r"[+-]00:00$")


def respell(result: Result) -> Result:
    """Return `result` with one spelling for each value of a number, boolean or time."""
    return replace(result, rows=tuple(tuple(_respelt(term) for term in row) for row in result.rows))


def _respelt(term: Term | None) -> Term | None:
    if isinstance(term, ox.Triple):
        return ox.Triple(term.subject, term.predicate, _respelt(term.object) or term.object)
    if not isinstance(term, ox.Literal):
        return term
    datatype = ox.NamedNode(XSD + "integer") if term.datatype in INTEGERS else term.datatype
    try:
        text = _SPELLINGS.get(datatype, str)(term.value)
    except (ValueError, InvalidOperation):
        return term
    return term if datatype not in _SPELLINGS else ox.Literal(text, datatype=datatype)


def _integer(text: str) -> str:
    return str(int(text))


def _decimal(text: str) -> str:
    return str(Decimal(text).normalize() + 0)


def _double(text: str) -> str:
    return repr(float(text))


def _boolean(text: str) -> str:
    return {"0": "false", "1": "true"}.get(text, text)


def _time(text: str) -> str:
    return _NO_OFFSET.sub("Z", text)


_TYPES: dict[str, Callable[[str], str]] = {
    "integer": _integer,
    "decimal": _decimal,
    "double": _double,
    "float": _double,
    "boolean": _boolean,
    "dateTime": _time,
    "date": _time,
    "time": _time,
}
_SPELLINGS = {**{ox.NamedNode(XSD + name): spell for name, spell in _TYPES.items()}, CELL: _double}
