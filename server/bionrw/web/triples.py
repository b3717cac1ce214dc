"""Triples in addresses: terms as people write them, read and written again."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from bionrw.errors import BadRequest
from bionrw.model import Iri, Literal, Term
from bionrw.sparql.protocol import is_absolute_iri

PARTS = ("subject", "predicate", "object")

_LITERAL = re.compile(
    r'"(?P<value>(?:[^"\\]|\\.)*+)"(?:@(?P<language>[A-Za-z]+(?:-[A-Za-z0-9]+)*)|\^\^(?P<datatype>\S+))?',
    re.DOTALL,
)
_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)", re.DOTALL)
_SIGNS = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", '"': '"', "'": "'", "\\": "\\"}
_LAST_CODE_POINT = 0x10FFFF
_SURROGATES = range(0xD800, 0xE000)
_STRING = "http://www.w3.org/2001/XMLSchema#string"


class Triple(NamedTuple):
    """A triple that an address can name: no blank nodes."""

    subject: Iri
    predicate: Iri
    object: Iri | Literal

    def bindings(self) -> tuple[tuple[str, Iri | Literal], ...]:
        """Return the parts as values of the variables of a query."""
        return tuple(zip(PARTS, self, strict=True))

    def parameters(self) -> dict[str, str]:
        """Return the parts as parameters of an address."""
        return {name: spell(term) for name, term in zip(PARTS, self, strict=True)}


def read_triple(parameters: Mapping[str, list[str]], prefixes: Mapping[str, str]) -> Triple:
    """Return the triple that the parameters of an address name.

    Raises `BadRequest` naming the one that is missing, repeated or no term.
    """
    subject, predicate, value = (_only(parameters, name) for name in PARTS)
    return Triple(
        _iri("subject", subject, prefixes),
        _iri("predicate", predicate, prefixes),
        _literal(value, prefixes) if value.startswith('"') else _iri("object", value, prefixes),
    )


def _only(parameters: Mapping[str, list[str]], name: str) -> str:
    values = parameters.get(name, [])
    if len(values) != 1 or not values[0].strip():
        count = "is missing" if not "".join(values).strip() else f"is given {len(values)} times"
        message = f"The parameter {name} {count}; give subject, predicate and object, each once."
        raise BadRequest(message, {"parameter": name})
    return values[0].strip()


def _iri(parameter: str, text: str, prefixes: Mapping[str, str]) -> Iri:
    bare = text[1:-1] if text.startswith("<") and text.endswith(">") else text
    prefix, colon, local = bare.partition(":")
    if colon and prefix in prefixes and not local.startswith("//"):
        bare = prefixes[prefix] + local
    if not is_absolute_iri(bare):
        ending = ', or a literal as "words"@en or "1.5"^^xsd:decimal' if parameter == "object" else ""
        message = f"{parameter}={text[:200]!r} is no term; give an IRI or a name with a usual prefix{ending}."
        raise BadRequest(message, {"parameter": parameter})
    return Iri(bare)


def _literal(text: str, prefixes: Mapping[str, str]) -> Literal:
    match = _LITERAL.fullmatch(text)
    if match is None:
        message = f'object={text[:200]!r} is no literal; write "words", "words"@en or "1.5"^^xsd:decimal.'
        raise BadRequest(message, {"parameter": "object"})
    datatype = match["datatype"]
    return Literal(
        _ESCAPE.sub(_unescaped, match["value"]),
        match["language"] or "",
        _iri("object", datatype, prefixes).value if datatype else "",
    )


def _unescaped(match: re.Match[str]) -> str:
    sign = match[1]
    if len(sign) > 1:
        code = int(sign[1:], 16)
        return chr(code) if code <= _LAST_CODE_POINT and code not in _SURROGATES else "\ufffd"
    if sign not in _SIGNS:
        message = f"object has an escape \\{sign} that Turtle does not know."
        raise BadRequest(message, {"parameter": "object"})
    return _SIGNS[sign]


def spell(term: Term) -> str:
    """Return `term` as a parameter of an address, empty for one that no address can name."""
    if isinstance(term, Iri):
        return term.value
    if not isinstance(term, Literal):
        return ""
    value = re.sub(
        r'["\\\n\r]', lambda match: {"\n": "\\n", "\r": "\\r"}.get(match[0], "\\" + match[0]), term.value
    )
    if term.language:
        return f'"{value}"@{term.language}'
    return f'"{value}"^^<{term.datatype}>' if term.datatype not in ("", _STRING) else f'"{value}"'
