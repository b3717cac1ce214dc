"""The quality report of the real graph: nothing to mend, nothing to look at, and every figure defined."""

from pathlib import Path

import pytest
from rdflib import RDF, SKOS, XSD, Graph, Namespace, URIRef

from bionrw.content import find_content
from bionrw.model import Release
from bionrw.release.quality.criteria import read_criteria
from bionrw.release.quality.record import read_release
from bionrw.release.quality.report import Level, QualityReport

ROOT = Path(__file__).resolve().parents[2]
BASE = "https://w3id.org/bionrw/"
DQV = Namespace("http://www.w3.org/ns/dqv#")
QUALITY = Namespace(BASE + "quality#")
LANGUAGES = ["de", "en"]
# The pitfalls that the catalogue counts among the critical ones and that a query can find.
CRITICAL = ["P03", "P05", "P06", "P19", "P27", "P28", "P29", "P31", "P39", "P40"]


@pytest.fixture(scope="module")
def report(release: Release) -> QualityReport:
    """Return the report of the built graph."""
    return read_release(release.path)


@pytest.fixture(scope="module")
def measured(release: Release) -> Graph:
    """Return the report as RDF."""
    return Graph().parse(release.path / "quality.ttl")


def test_there_is_no_violation_and_nothing_to_look_at(report: QualityReport) -> None:
    wanting = [
        (r.about, r.text) for level in (Level.VIOLATION, Level.NOTICE) for _, r in report.remarks(level)
    ]
    assert wanting == []
    assert report.sound


def test_the_report_is_that_of_its_release(report: QualityReport, release: Release) -> None:
    assert (report.version, report.base, report.created) == (
        release.version,
        release.base_iri,
        release.created,
    )


@pytest.mark.parametrize("metric", ["cited-statements", "stated-facts", "mentioned-things"])
def test_every_fact_statement_and_thing_leads_to_the_text(report: QualityReport, metric: str) -> None:
    (measure,) = [m for section in report.sections for m in section.measures if m.metric == metric]
    assert measure.value == measure.whole
    assert measure.value > 100


def test_each_pitfall_and_test_is_told_once(report: QualityReport) -> None:
    sections = {section.dimension: section for section in report.sections}
    assert [remark.about for remark in sections["pitfalls"].remarks] == [f"P{n:02}" for n in range(1, 42)]
    listed = [c.name for c in read_criteria(find_content().ontology) if c.catalogue == "FOOPS!"]
    assert [remark.about for remark in sections["fair"].remarks] == listed


def test_each_critical_pitfall_is_looked_for_by_a_query(report: QualityReport) -> None:
    texts = {remark.about: remark.text for _, remark in report.remarks(Level.CHECKED)}
    assert [name for name in CRITICAL if ": checked by " not in texts.get(name, "")] == []


def test_each_metric_is_measured_and_each_measure_is_a_metric(measured: Graph) -> None:
    metrics = set(measured.subjects(RDF.type, DQV.Metric))
    assert metrics
    assert set(measured.objects(None, DQV.isMeasurementOf)) == metrics


def test_each_value_has_the_datatype_of_its_metric(measured: Graph) -> None:
    wrong = {
        (metric, value)
        for node in measured.subjects(RDF.type, DQV.QualityMeasurement)
        for metric in measured.objects(node, DQV.isMeasurementOf)
        for value in measured.objects(node, DQV.value)
        if getattr(value, "datatype", None) != measured.value(metric, DQV.expectedDataType)
    }
    assert wrong == set()
    assert set(measured.objects(None, DQV.expectedDataType)) == {XSD.decimal, XSD.integer}


def test_each_metric_and_dimension_is_described_in_both_languages(measured: Graph) -> None:
    defined = {*measured.subjects(RDF.type, DQV.Metric), *measured.subjects(RDF.type, DQV.Dimension)}
    for term in defined:
        for property_ in (SKOS.prefLabel, SKOS.definition):
            texts = sorted(getattr(text, "language", "") or "" for text in measured.objects(term, property_))
            assert texts == LANGUAGES, term
        assert isinstance(term, URIRef)
        assert term in QUALITY
    assert set(measured.objects(None, DQV.inDimension)) == set(measured.subjects(RDF.type, DQV.Dimension))


def test_the_list_of_what_is_accepted_is_sorted() -> None:
    _, *rows = (ROOT / "ontology" / "accepted.csv").read_text(encoding="utf-8").splitlines()
    assert rows == sorted(rows)
