"""The report reads well, and says the same as text, as JSON and as RDF."""

import json
from pathlib import Path

import pytest
from rdflib import RDF, XSD, Graph, Literal, Namespace, URIRef

from bionrw.errors import StoreUnavailable
from bionrw.library import Library
from bionrw.release.quality import measurements, record
from bionrw.release.quality.lines import WIDTH, lines
from bionrw.release.quality.metrics import Metrics
from bionrw.release.quality.report import Level, Measure, QualityReport, Remark, Section

ROOT = Path(__file__).resolve().parents[3]
LIBRARY = Library(ROOT / "queries")
BASE = "https://w3id.org/bionrw/"
DQV = Namespace("http://www.w3.org/ns/dqv#")
NOTHING = Metrics({}, {}, ())


def report(*remarks: Remark) -> QualityReport:
    """Return a small report with these remarks on rules."""
    rules = (
        Measure("firing-rules", 2, 3, label="rules that draw something"),
        Measure("conclusions", 1200, about="cax-sco", label="conclusions"),
        Measure("conclusions", 3, about="prp-symp", label="conclusions"),
    )
    evidence = (Measure("statements", 1234, about="status:stated", label="statements"),)
    sections = Section("rules", rules, remarks, "rules"), Section("evidence", evidence, (), "evidence (all)")
    return QualityReport("0123", BASE, "2031-05-06T00:00:00Z", sections)


SOUND = report(
    Remark(Level.ACCEPTED, "prp-inv1", "for the other end"), Remark(Level.CHECKED, "prp-trp", "fine")
)
FAULTY = report(
    Remark(Level.VIOLATION, "a-very-long-name-that-would-push-the-words-aside", "wrong " * 30),
    Remark(Level.NOTICE, "prp-inv1", "draws nothing"),
)


def test_a_sound_report_is_short_and_its_figures_stand_in_line() -> None:
    assert list(lines(SOUND)) == [
        "Release 0123, 2031-05-06: sound, 0 violations, 0 to look at",
        "",
        "  Rules           ok       1 accepted",
        "  Evidence (all)  ok",
        "",
        "Rules",
        "  rules that draw something  2 of 3",
        "  conclusions                cax-sco 1,200, prp-symp 3",
        "  accepted:",
        "    prp-inv1  for the other end",
        "",
        "Evidence (all)",
        "  statements  status:stated 1,234",
    ]


def test_what_wants_an_eye_comes_first() -> None:
    text = list(lines(FAULTY))
    assert text[0].endswith(": not sound, 1 violation, 1 to look at")
    assert text[2] == "  Rules           to mend  1 to mend, 1 to look at"
    assert text.index("To mend") < text.index("To look at") < text.index("Rules")
    assert "    prp-inv1  draws nothing" in text
    assert all(len(line) <= WIDTH for line in text)


@pytest.mark.parametrize("said", [SOUND, FAULTY], ids=["sound", "faulty"])
def test_json_gives_the_report_back(said: QualityReport, tmp_path: Path) -> None:
    (tmp_path / "quality.json").write_bytes(record.write(said))
    assert record.read_release(tmp_path) == said
    values = json.loads(record.write(said))
    assert values["sound"] is said.sound
    assert (values["violations"], values["notices"]) == (
        said.count(Level.VIOLATION),
        said.count(Level.NOTICE),
    )
    assert values["sections"][0]["measures"][1] == {
        "metric": "conclusions",
        "label": "conclusions",
        "about": "cax-sco",
        "value": 1200,
    }


@pytest.mark.parametrize("content", [None, b"", b"{}\n"])
def test_a_release_without_a_report_says_how_to_get_one(content: bytes | None, tmp_path: Path) -> None:
    if content is not None:
        (tmp_path / "quality.json").write_bytes(content)
    with pytest.raises(StoreUnavailable, match="run `bionrw build`"):
        record.read_release(tmp_path)


def test_each_measure_is_a_measurement_of_its_metric_on_what_it_is_about() -> None:
    graph = Graph().parse(data=measurements.write(SOUND, NOTHING, LIBRARY), format="turtle")
    found = {
        (
            graph.value(node, DQV.isMeasurementOf),
            graph.value(node, DQV.computedOn),
            graph.value(node, DQV.value),
        )
        for node in graph.subjects(RDF.type, DQV.QualityMeasurement)
    }
    quality = Namespace(BASE + "quality#")
    assert found == {
        (quality["firing-rules"], URIRef(BASE + "graph/inferred"), Literal("0.6667", datatype=XSD.decimal)),
        (quality.conclusions, quality["cax-sco"], Literal(1200)),
        (quality.conclusions, quality["prp-symp"], Literal(3)),
        (quality.statements, URIRef(BASE + "id/status/stated"), Literal(1234)),
    }


@pytest.mark.parametrize(
    ("value", "whole", "share"), [(0, 0, "1"), (0, 4, "0"), (4, 4, "1"), (1, 3, "0.3333"), (1, 100000, "0")]
)
def test_a_share_has_four_places(value: int, whole: int, share: str) -> None:
    section = Section("terms", (Measure("classes-in-data", value, whole),))
    said = QualityReport("0123", BASE, "", (section,))
    graph = Graph().parse(data=measurements.write(said, NOTHING, LIBRARY), format="turtle")
    assert [str(value) for value in graph.objects(None, DQV.value)] == [share]


def test_equal_reports_give_equal_bytes() -> None:
    assert measurements.write(SOUND, NOTHING, LIBRARY) == measurements.write(SOUND, NOTHING, LIBRARY)
