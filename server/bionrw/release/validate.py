"""Hold the graph against the shapes (SHACL); the only module that knows rdflib and pyshacl."""

import re
from collections.abc import Callable, Iterable
from typing import Any

import pyshacl
import rdflib
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, parse
from pyshacl.errors import ReportableRuntimeError
from pyshacl.helper.path_helper import shacl_path_to_sparql_path
from pyshacl.shapes_graph import ShapesGraph
from rdflib.namespace import RDF, SH, XSD

from bionrw.errors import SourceError
from bionrw.release.report import Finding, Report, show

Shorten = Callable[[str], str]


def validate(facts: Iterable[Quad], shapes: Iterable[Quad], shorten: Shorten) -> Report:
    """Return what `shapes` find in the union of all graphs; raise `SourceError` for a malformed shape.

    `shorten` writes an IRI for people.
    """
    rules = _graph(shapes)
    try:
        _, found, _ = pyshacl.validate(_graph(facts), shacl_graph=rules)
    except ReportableRuntimeError as error:
        message = f"ontology/shapes holds a malformed shape: {error.message}"
        raise SourceError(message, {"file": "ontology/shapes"}) from None
    reader = _Reader(found, rules, shorten)
    findings = tuple(sorted(map(reader.finding, found.subjects(RDF.type, SH.ValidationResult))))
    head = found.value(None, RDF.type, SH.ValidationReport)
    found.remove((head, None, None))
    return Report(findings, tuple(parse(found.serialize(format="nt"), format=RdfFormat.N_TRIPLES)))


class _Reader:
    """Reads results with the help of the shapes that made them."""

    def __init__(self, report: rdflib.Graph, shapes: rdflib.Graph, shorten: Shorten) -> None:
        self._report, self._shapes, self._shorten = report, shapes, shorten

    def finding(self, result: Any) -> Finding:
        path, value = self._value(result, SH.resultPath), self._value(result, SH.value)
        return Finding(
            severity=str(self._value(result, SH.resultSeverity)).removeprefix(str(SH)),
            node=self._text(self._value(result, SH.focusNode)),
            rule=self._rule(self._value(result, SH.sourceShape)),
            message=" ".join(sorted(map(str, self._report.objects(result, SH.resultMessage)))),
            path=self._path(path) if path else "",
            value=self._text(value) if value else "",
        )

    def _value(self, result: Any, predicate: rdflib.URIRef) -> Any:
        return self._report.value(result, predicate)

    def _rule(self, shape: Any) -> str:
        """Return the name of the nearest shape that has one; property shapes are mostly nameless."""
        seen = set()
        while isinstance(shape, rdflib.BNode) and shape not in seen:
            seen.add(shape)
            shape = next(self._shapes.subjects(None, shape), shape)
        return f"shape {str(shape).rpartition('#')[2]}"

    def _path(self, path: Any) -> str:
        if isinstance(path, rdflib.URIRef):
            return self._text(path)
        text: str = shacl_path_to_sparql_path(ShapesGraph(self._report), path)
        return re.sub("<([^>]*)>", lambda match: self._shorten(match[1]), text)

    def _text(self, node: Any) -> str:
        return self._shorten(str(node)) if isinstance(node, rdflib.URIRef) else show(node.n3(), self._shorten)


def _graph(quads: Iterable[Quad]) -> rdflib.Graph:
    graph = rdflib.Graph()
    for quad in quads:
        graph.add((_node(quad.subject), _node(quad.predicate), _node(quad.object)))
    return graph


def _node(term: object) -> Any:
    if isinstance(term, NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, BlankNode):
        return rdflib.BNode(term.value)
    if isinstance(term, Literal) and term.language:
        return rdflib.Literal(term.value, lang=term.language)
    if isinstance(term, Literal) and term.datatype.value != str(XSD.string):
        # Shapes judge what is written, so rdflib may not rewrite it.
        return rdflib.Literal(term.value, datatype=rdflib.URIRef(term.datatype.value), normalize=False)
    return rdflib.Literal(str(getattr(term, "value", term)))
