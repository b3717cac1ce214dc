"""The report as RDF: its measures, and what they measure, in the words of DQV."""

from collections.abc import Iterator
from decimal import Decimal

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Triple, serialize

from bionrw.library import Library
from bionrw.names import Names
from bionrw.release.digest import canonical
from bionrw.release.quality.metrics import DQV, Metrics
from bionrw.release.quality.report import Measure, QualityReport, Section
from bionrw.release.reason.rules import expand

# The graph that a dimension is about; the others are about the ontology.
_GRAPHS = {"shapes": "document", "evidence": "document", "rules": "inferred"}
_TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_SHARE = Decimal("0.0001")
_DECIMAL = NamedNode("http://www.w3.org/2001/XMLSchema#decimal")


def write(report: QualityReport, metrics: Metrics, library: Library) -> bytes:
    """Return the measurements with the metrics they belong to as Turtle; equal reports give equal bytes."""
    prefixes = library.prefixes()
    graph = canonical([*metrics.quads, *_measurements(report, library)])
    used = {name: iri for name, iri in prefixes.items() if f"<{iri}".encode() in graph.nquads}
    triples = (Triple(quad.subject, quad.predicate, quad.object) for quad in graph.quads)
    return serialize(triples, format=RdfFormat.TURTLE, prefixes=used) or b""


def _measurements(report: QualityReport, library: Library) -> Iterator[Quad]:
    names = Names(report.base)
    for section in report.sections:
        for measure in section.measures:
            node = BlankNode()
            yield Quad(node, _TYPE, _dqv("QualityMeasurement"))
            yield Quad(node, _dqv("isMeasurementOf"), NamedNode(names.quality(measure.metric)))
            yield Quad(node, _dqv("computedOn"), NamedNode(_subject(section, measure, names, library)))
            yield Quad(node, _dqv("value"), _value(measure))


def _subject(section: Section, measure: Measure, names: Names, library: Library) -> str:
    """Return what was measured: what the measure is about, else a graph or the ontology."""
    if ":" in measure.about:
        return expand(measure.about, library.prefixes())
    if measure.about:
        return names.quality(measure.about)
    graph = _GRAPHS.get(section.dimension)
    return names.graph(graph) if graph else names.ontology


def _value(measure: Measure) -> Literal:
    """Return a count as it is, and a part as its share, rounded to four places."""
    if measure.whole is None:
        return Literal(measure.value)
    share = Decimal(measure.value) / Decimal(measure.whole) if measure.whole else Decimal(1)
    return Literal(str(share.quantize(_SHARE).normalize() + 0), datatype=_DECIMAL)


def _dqv(name: str) -> NamedNode:
    return NamedNode(DQV + name)
