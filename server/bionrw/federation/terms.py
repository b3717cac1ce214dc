"""Terms as text in a query: what comes back from sources is written with all that could break out escaped."""

import re
from collections.abc import Iterable, Mapping, Sequence

from bionrw.model import Blank, Iri, Literal, Term
from bionrw.sparql.protocol import is_absolute_iri

Row = Mapping[str, Term]

_STRING = "http://www.w3.org/2001/XMLSchema#string"
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}
_TO_ESCAPE = re.compile(r'[\\"\x00-\x1f\x7f]')
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*")


class Unwritable(Exception):
    """A term has no form in a query, such as an IRI with a blank in it."""


def written(term: Term) -> str:
    """Return `term` as SPARQL (section 4.1); raise `Unwritable` for an IRI or language tag that is none."""
    if isinstance(term, Iri):
        if not is_absolute_iri(term.value):
            raise Unwritable
        return f"<{term.value}>"
    if isinstance(term, Blank):
        raise Unwritable
    return _literal(term)


def values(names: Sequence[str], rows: Iterable[Row]) -> str:
    """Return a VALUES block of these columns (section 10); what a row lacks is UNDEF in it."""
    heading = " ".join(f"?{name}" for name in names)
    lines = [
        " ".join(written(row[name]) if name in row else "UNDEF" for name in names).join("()") for row in rows
    ]
    return "\n".join((f"VALUES ({heading}) {{", *lines, "}"))


def _literal(term: Literal) -> str:
    quoted = f'"{_TO_ESCAPE.sub(_escape, term.value)}"'
    if term.language:
        if not _LANGUAGE.fullmatch(term.language):
            raise Unwritable
        return f"{quoted}@{term.language}"
    if term.datatype and term.datatype != _STRING:
        return f"{quoted}^^{written(Iri(term.datatype))}"
    return quoted


def _escape(match: re.Match[str]) -> str:
    return _ESCAPES.get(match[0]) or f"\\u{ord(match[0]):04X}"
