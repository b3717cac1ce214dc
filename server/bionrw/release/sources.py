"""Read the sources: what documents say, what the editors add, what the terms mean, their JSON names."""

import json
from codecs import BOM_UTF8
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from typing import Any

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Triple, parse

from bionrw.content import Content
from bionrw.errors import SourceError
from bionrw.names import Names, rebase
from bionrw.store.jsonld import Context

TERM_FILES = ("core.ttl", "codes.ttl")
ALIGNMENT_FILE = "alignments.ttl"

_NAMESPACE_NOTE = "http://purl.org/vocab/vann/preferredNamespaceUri"


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file, its name from the content root on, and the graph it speaks in ("" for none)."""

    name: str
    graph: str
    content: bytes


def source_files(content: Content) -> tuple[SourceFile, ...]:
    """Return the files of all graphs; raise `SourceError` when terms or documents are missing."""
    terms = tuple(_file(content.ontology, "ontology", name, "ontology") for name in TERM_FILES)
    documents = tuple(document_files(content.data))
    if not documents:
        message = "data/documents holds no .ttl file: add the facts of one document."
        raise SourceError(message, {"file": "data/documents"})
    curated = tuple(_folder(content.data / "curated", "data/curated", "curated"))
    return terms + documents + curated


def document_files(data: Traversable) -> Iterator[SourceFile]:
    """Yield the files of the documents, by name."""
    return _folder(data / "documents", "data/documents", "document")


def alignment_file(content: Content) -> SourceFile:
    """Return the mappings to other vocabularies, which are published but not reasoned with."""
    return _file(content.ontology, "ontology", ALIGNMENT_FILE, "alignments")


def shape_files(content: Content) -> tuple[SourceFile, ...]:
    """Return the files of the shapes, by name."""
    return tuple(_folder(content.ontology / "shapes", "ontology/shapes", ""))


def read_quads(source: SourceFile, base: str) -> list[Quad]:
    """Return the triples of `source` in its graph, identifiers below `base`.

    Blank nodes get labels of their own, for their scope is the file (RDF 1.1 Turtle, section 2.6).
    Raises `SourceError` with file, line and column.
    """
    graph = NamedNode(Names(base).graph(source.graph)) if source.graph else DefaultGraph()
    try:
        found = list(
            parse(source.content.removeprefix(BOM_UTF8), format=RdfFormat.TURTLE, rename_blank_nodes=True)
        )
    except SyntaxError as error:
        message = (
            f"{source.name}, line {error.lineno}, column {error.offset}: {error.msg.partition(': ')[2]}."
        )
        raise SourceError(
            message, {"file": source.name, "line": error.lineno, "column": error.offset}
        ) from None
    if any(isinstance(quad.object, Triple) for quad in found):
        # RDFC-1.0, which gives the release its version, is defined for RDF 1.1 only.
        message = (
            f"{source.name} holds a triple term: describe the statement with a bionrw:Statement instead."
        )
        raise SourceError(message, {"file": source.name})
    if directed := [quad.object for quad in found if getattr(quad.object, "direction", None)]:
        # An answer announces RDF 1.2 when the query brings it in; so the graph itself must not.
        message = f"{source.name} holds {directed[0]}: a text has a language here, but no base direction."
        raise SourceError(message, {"file": source.name})
    return [_rebased(quad, graph, base) for quad in found]


def read_context(content: Content, base: str) -> bytes:
    """Return the JSON-LD context with its namespaces below `base`; raise `SourceError` when it is no JSON."""
    source = _file(content.ontology, "ontology", "context.jsonld", "")
    try:
        context = json.loads(source.content)
    except ValueError as error:
        message = f"{source.name} is no JSON: {error}."
        raise SourceError(message, {"file": source.name}) from None
    moved = (json.dumps(_rebased_json(context, base), ensure_ascii=False, indent=1) + "\n").encode()
    try:
        Context(moved)
    except ValueError as error:
        message = f"{source.name} holds what JSON-LD answers cannot be written with: {error}."
        raise SourceError(message, {"file": source.name}) from None
    return moved


def _rebased_json(value: Any, base: str) -> Any:
    if isinstance(value, dict):
        return {name: _rebased_json(item, base) for name, item in value.items()}
    if isinstance(value, list):
        return [_rebased_json(item, base) for item in value]
    return rebase(value, base) if isinstance(value, str) else value


def _rebased(quad: Quad, graph: NamedNode | DefaultGraph, base: str) -> Quad:
    value = quad.object
    if quad.predicate.value == _NAMESPACE_NOTE and isinstance(value, Literal):
        value = Literal(rebase(value.value, base))
    return Quad(_term(quad.subject, base), _term(quad.predicate, base), _term(value, base), graph)


def _term(term: Any, base: str) -> Any:
    # Literals stay as they are written, for they quote texts and records. The exception is VANN's
    # note of the namespace, a literal by that vocabulary's choice.
    return NamedNode(rebase(term.value, base)) if isinstance(term, NamedNode) else term


def _file(folder: Traversable, label: str, name: str, graph: str) -> SourceFile:
    try:
        return SourceFile(f"{label}/{name}", graph, (folder / name).read_bytes())
    except OSError as error:
        message = f"{label}/{name} cannot be read: {error.strerror or 'it is missing'}."
        raise SourceError(message, {"file": f"{label}/{name}"}) from None


def _folder(folder: Traversable, label: str, graph: str) -> Iterator[SourceFile]:
    if folder.is_dir():
        for name in sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".ttl")):
            yield _file(folder, label, name, graph)
