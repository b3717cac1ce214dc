"""Write a graph as compact JSON-LD: the context of the release inline, one node a line, none held back.

It writes the part of JSON-LD 1.1 that our context needs: prefixes, terms for classes, and terms for
properties that are plain, lead to things, have one datatype, or hold texts by language.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import IO, Any

import pyoxigraph as ox

_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_STRING = "http://www.w3.org/2001/XMLSchema#string"
# A term may be a prefix when its IRI ends so (JSON-LD 1.1, section 4.1.5).
_DELIMITERS = (":", "/", "?", "#", "[", "]", "@")
_ALIASED = ("@id", "@type")
_DEFINING = frozenset(("@id", "@type", "@container"))

Thing = ox.NamedNode | ox.BlankNode


@dataclass(slots=True)
class _Slot:
    """The terms for one property, by what they can hold."""

    plain: str = ""
    things: str = ""
    texts: str = ""
    typed: dict[str, str] = field(default_factory=dict)


class Context:
    """The short names of a context."""

    def __init__(self, content: bytes) -> None:
        """Read a context document; raise `ValueError` for what this module cannot write."""
        document = json.loads(content)
        names = document.get("@context") if isinstance(document, dict) else None
        if not isinstance(names, dict):
            raise _unknown(names)
        self.text = json.dumps(names, ensure_ascii=False)
        self._names = frozenset(names)
        self.prefixes: dict[str, str] = {}
        self.aliases = dict(zip(_ALIASED, _ALIASED, strict=True))
        self.classes: dict[str, str] = {}
        self.slots: dict[str, _Slot] = {}
        for name, value in names.items():
            if isinstance(value, str) and value.endswith(_DELIMITERS) and not name.startswith("@"):
                self.prefixes[value] = name
        self._namespaces = {name: namespace for namespace, name in self.prefixes.items()}
        for name, value in names.items():
            self._take(name, value)

    def _take(self, name: str, value: Any) -> None:
        if name == "@version" or (isinstance(value, str) and self.prefixes.get(value) == name):
            return
        if isinstance(value, str) and value in _ALIASED:
            self.aliases[value] = name
        elif isinstance(value, str) and not name.startswith("@") and not value.startswith("@"):
            self.classes[self._expand(value)] = name
            self._slot(value).plain = name
        elif isinstance(value, dict) and "@id" in value and value.keys() <= _DEFINING:
            self._take_property(name, value)
        else:
            raise _unknown({name: value})

    def _take_property(self, name: str, value: Mapping[str, Any]) -> None:
        slot, kind, container = self._slot(value["@id"]), value.get("@type"), value.get("@container")
        if container == "@language" and kind is None:
            slot.texts = name
        elif container is not None:
            raise _unknown({name: value})
        elif kind == "@id":
            slot.things = name
        elif kind is None:
            slot.plain = name
        elif kind.startswith("@"):
            raise _unknown({name: value})
        else:
            slot.typed[self._expand(kind)] = name

    def _slot(self, iri: str) -> _Slot:
        return self.slots.setdefault(self._expand(iri), _Slot())

    def _expand(self, name: str) -> str:
        prefix, _, local = name.partition(":")
        return self._namespaces[prefix] + local if prefix in self._namespaces else name

    def shorten(self, iri: str) -> str:
        """Return `iri` with a prefix, if there is one for it; raise `_Ambiguous` if it would be misread."""
        fitting = [space for space in self.prefixes if iri.startswith(space) and len(iri) > len(space)]
        if fitting:
            space = max(fitting, key=len)
            if not iri.startswith("//", len(space)):
                return f"{self.prefixes[space]}:{iri[len(space) :]}"
        scheme, _, rest = iri.partition(":")
        if scheme in self._names and not rest.startswith("//"):
            raise _Ambiguous
        return iri


class _Ambiguous(Exception):
    """An IRI whose scheme is a name of the context."""


class NoForm(ValueError):
    """A triple term, which JSON-LD 1.1 has no form for."""


def write(triples: Iterable[ox.Triple], file: IO[bytes], context: Context) -> None:
    """Write `triples` as they come; neighbours with one subject make one node.

    Raises `NoForm`.
    """
    file.write(f'{{"@context":{context.text},\n"@graph":['.encode())
    mark = "\n"
    for node in _nodes(triples, context):
        file.write(f"{mark}{json.dumps(node, ensure_ascii=False)}".encode())
        mark = ",\n"
    file.write(b"\n]}\n")


def _nodes(triples: Iterable[ox.Triple], context: Context) -> Iterator[dict[str, Any]]:
    for subject, group in groupby(triples, key=lambda triple: triple.subject):
        if not isinstance(subject, Thing):
            raise _no_form()
        facts = [(triple.predicate.value, triple.object) for triple in group]
        try:
            yield _compact(subject, facts, context)
        except _Ambiguous:
            yield from _expanded(subject, facts)


def _compact(subject: Thing, facts: Iterable[tuple[str, Any]], context: Context) -> dict[str, Any]:
    short: dict[str, str] = {}

    def name(iri: str) -> str:
        if iri not in short:
            short[iri] = context.shorten(iri)
        return short[iri]

    found: dict[str, list[Any]] = {}
    texts: dict[str, dict[str, list[str]]] = {}
    for predicate, value in facts:
        slot = context.slots.get(predicate, _NO_SLOT)
        if isinstance(value, Thing):
            iri = str(value) if isinstance(value, ox.BlankNode) else ""
            if predicate == _TYPE:
                kind = iri or context.classes.get(value.value) or name(value.value)
                found.setdefault(context.aliases["@type"], []).append(kind)
            elif slot.things:
                found.setdefault(slot.things, []).append(iri or name(value.value))
            else:
                reference = {context.aliases["@id"]: iri or name(value.value)}
                found.setdefault(slot.plain or name(predicate), []).append(reference)
        elif not isinstance(value, ox.Literal):
            raise _no_form()
        elif value.language and slot.texts and not value.direction:
            texts.setdefault(slot.texts, {}).setdefault(value.language, []).append(value.value)
        elif term := slot.typed.get(value.datatype.value):
            found.setdefault(term, []).append(value.value)
        else:
            found.setdefault(slot.plain or name(predicate), []).append(_value(value, context))
    own = str(subject) if isinstance(subject, ox.BlankNode) else name(subject.value)
    return {
        context.aliases["@id"]: own,
        **{key: _alone(values) for key, values in found.items()},
        **{key: {tag: _alone(words) for tag, words in texts[key].items()} for key in texts},
    }


def _value(value: ox.Literal, context: Context) -> str | dict[str, str]:
    datatype = value.datatype.value
    if value.language:
        direction = {"@direction": value.direction.value} if value.direction else {}
        return {"@language": value.language, **direction, "@value": value.value}
    if datatype == _STRING:
        return value.value
    return {context.aliases["@type"]: context.shorten(datatype), "@value": value.value}


def _expanded(subject: Thing, facts: Iterable[tuple[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield nodes that need no context and take none."""
    nodes = ox.serialize(
        (ox.Triple(subject, ox.NamedNode(predicate), value) for predicate, value in facts),
        format=ox.RdfFormat.JSON_LD,
    )
    yield from ({"@context": None, **node} for node in json.loads(nodes or b"[]"))


def _alone(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else values


def _unknown(names: Any) -> ValueError:
    return ValueError(f"the server cannot write with the context {json.dumps(names)}")


def _no_form() -> NoForm:
    return NoForm("JSON-LD 1.1 has no form for a triple within a triple; choose another format.")


_NO_SLOT = _Slot()
