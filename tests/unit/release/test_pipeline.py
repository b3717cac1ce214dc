"""The build says what it does, stops with the name of what is wrong, and skips what is unchanged."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, Store
from rdflib import RDF, SH, Graph, Literal

from bionrw.config import Settings
from bionrw.content import Content
from bionrw.errors import BuildError, KnowledgeError, ShapeViolation, SourceError
from bionrw.release import build
from bionrw.release.publish import FAILED_REPORT

DOCUMENT = "data/documents/lantern-coast.ttl"

Spoil = Callable[[str], str]


def spoil(folder: Path, name: str, change: Spoil) -> None:
    """Rewrite a file of the content; the change must be one."""
    file = folder / name
    text = file.read_text(encoding="utf-8")
    assert change(text) != text
    file.write_text(change(text), encoding="utf-8")


def swap(old: str, new: str) -> Spoil:
    """Return a change of the first `old` into `new`."""
    return lambda text: text.replace(old, new, 1)


def without_statement(name: str) -> Spoil:
    """Return a change that takes a block away."""
    return lambda text: "\n\n".join(
        block for block in text.split("\n\n") if not block.startswith(f"statement:lantern-coast-{name} ")
    )


def current(settings: Settings) -> str:
    """Return the version that is served."""
    return (Path(settings.var_dir) / "current").readlink().name


def test_each_step_says_its_name_its_counts_and_its_seconds(content: Content, settings: Settings) -> None:
    said: list[str] = []
    release = build(content, settings, said.append)
    assert [line.split()[0] for line in said] == [
        "sources",
        "shapes",
        "checks",
        "reason",
        "digest",
        "syntaxes",
        "quality",
        "publish",
    ]
    assert all(line.endswith(" s)") for line in said)
    assert "3 files" in said[0]
    assert release.version in said[4]
    assert f"{release.triples:,} triples" in said[-1]
    assert current(settings) == release.version


def test_an_unchanged_build_is_skipped_without_the_heavy_libraries(
    content: Content, settings: Settings, served: str
) -> None:
    code = (
        "import sys, time\n"
        "from pathlib import Path\n"
        "from bionrw.config import Settings\n"
        "from bionrw.content import Content\n"
        "from bionrw.release import build\n"
        "build(Content.below(Path(sys.argv[1])), Settings(var_dir=sys.argv[2]), print)\n"
        "assert time.process_time() < 1\n"
        "assert not {'rdflib', 'pyshacl', 'owlready2'} & set(sys.modules)\n"
    )
    folder = str(content.ontology / "..")
    done = subprocess.run(
        [sys.executable, "-c", code, folder, settings.var_dir], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("unchanged ")
    assert served in done.stdout


@pytest.mark.parametrize(
    ("name", "change", "same_version"),
    [
        (DOCUMENT, lambda text: f"# a remark\n{text}", True),
        (DOCUMENT, swap('"Moorholm"@en ;', '"Moor Holm"@en ;'), False),
        ("ontology/shapes/documents.ttl", lambda text: f"{text}\n# a remark\n", True),
    ],
)
def test_a_changed_input_is_built_again(
    content: Content,
    folder: Path,
    settings: Settings,
    served: str,
    name: str,
    change: Spoil,
    same_version: bool,
) -> None:
    assert build(content, settings).version == served
    spoil(folder, name, change)
    said: list[str] = []
    second = build(content, settings, said.append)
    assert len(said) == 8
    assert (second.version == served) is same_version
    assert current(settings) == second.version


@pytest.mark.parametrize(
    ("name", "change", "expected"),
    [
        (
            DOCUMENT,
            swap("bionrw:startOffset 27", "bionrw:startOffset 99"),
            "span:lantern-coast-27-40 breaks shape TextSpan, at bionrw:startOffset, value ",
        ),
        (
            DOCUMENT,
            swap("\n    bionrw:role role:coordinator .", '\n    bionrw:edtf "x" .'),
            "participation:glowline-reed-and-moth breaks shape Participation, at bionrw:role: A ",
        ),
        (
            DOCUMENT,
            swap("bionrw:hasParticipation participation:", "bionrw:hasTopic participation:"),
            "participation:glowline-reed-and-moth breaks shape Participation, at ^bionrw:hasParticipation: ",
        ),
        (
            DOCUMENT,
            without_statement("period-glowline-begin"),
            "period:glowline breaks unstated-fact, value predicate bionrw:begin; object ",
        ),
    ],
)
def test_a_broken_rule_is_named_with_node_shape_path_value_and_message(
    content: Content, folder: Path, settings: Settings, served: str, name: str, change: Spoil, expected: str
) -> None:
    spoil(folder, name, change)
    with pytest.raises(ShapeViolation) as caught:
        build(content, settings)
    lines = caught.value.detail.splitlines()
    assert any(line.strip().startswith(expected) for line in lines), caught.value.detail
    assert "nothing was released" in lines[0]
    assert lines[-1].endswith(FAILED_REPORT)
    assert current(settings) == served


def test_the_report_of_a_failure_holds_all_findings_until_a_build_succeeds(
    content: Content, folder: Path, settings: Settings
) -> None:
    spoil(
        folder,
        DOCUMENT,
        lambda text: text.replace("bionrw:extractedBy activity:", "prov:used activity:"),
    )
    with pytest.raises(ShapeViolation) as caught:
        build(content, settings)
    report = Path(settings.var_dir) / FAILED_REPORT
    results = Graph().parse(report)
    violations = set(results.subjects(SH.resultSeverity, SH.Violation))
    assert len(violations) == len(caught.value.extra["violations"]) > 20  # type: ignore[arg-type]
    assert len(caught.value.detail.splitlines()) == 22
    assert f"… and {len(violations) - 20} more" in caught.value.detail
    root = results.value(None, RDF.type, SH.ValidationReport)
    assert results.value(root, SH.conforms) == Literal(False)
    assert violations <= set(results.objects(root, SH.result))
    spoil(folder, DOCUMENT, lambda text: text.replace("prov:used activity:", "bionrw:extractedBy activity:"))
    build(content, settings)
    assert not report.exists()


def test_what_is_no_violation_is_counted_and_kept(content: Content, settings: Settings) -> None:
    said: list[str] = []
    release = build(content, settings, said.append)
    assert "0 violations, 0 warnings, 2 infos" in said[1]
    report = Graph().parse(release.path / "report.ttl")
    assert len(set(report.subjects(SH.resultSeverity, SH.Info))) == 2
    assert report.value(report.value(None, RDF.type, SH.ValidationReport), SH.conforms) == Literal(False)


@pytest.mark.parametrize(
    ("name", "change", "error", "message"),
    [
        (DOCUMENT, swap("a bionrw:Document ;", "a bionrw:Document ,"), SourceError, DOCUMENT + ", line "),
        ("ontology/codes.ttl", swap("@prefix", "@prefx"), SourceError, "ontology/codes.ttl, line 2, column"),
        (
            "ontology/shapes/terms.ttl",
            swap("sh:path", "sh:path )"),
            SourceError,
            "ontology/shapes/terms.ttl, line",
        ),
        (
            "ontology/shapes/terms.ttl",
            swap("sh:path skos:inScheme", 'sh:path "skos:inScheme"'),
            SourceError,
            "ontology/shapes holds a malformed shape",
        ),
        (
            "queries/prefixes.ttl",
            swap("sh:declare", "sh:declare ;"),
            SourceError,
            "queries/prefixes.ttl, line",
        ),
        (
            "queries/checks/period-order-violation.rq",
            swap("SELECT ?this", "SELEKT ?this"),
            SourceError,
            "queries/checks/period-order-violation.rq, line 7: expected",
        ),
        (
            "queries/checks/period-order-violation.rq",
            lambda text: text[: text.index("SELECT")] + "SELECT (<urn:no-function>(1) AS ?this) {}",
            SourceError,
            "period-order-violation.rq, line 1: The custom function <urn:no-function> is not supported",
        ),
        (
            "queries/checks/period-order-violation.rq",
            lambda text: text[: text.index("SELECT")] + "ASK { ?s ?p ?o }",
            SourceError,
            "period-order-violation.rq is no SELECT",
        ),
        (DOCUMENT, swap("T09:30:00+01:00", "T09:30:61+01:00"), BuildError, "is no date"),
    ],
)
def test_an_unreadable_source_stops_the_build(
    content: Content,
    folder: Path,
    settings: Settings,
    served: str,
    name: str,
    change: Spoil,
    error: type,
    message: str,
) -> None:
    spoil(folder, name, change)
    with pytest.raises(error) as caught:
        build(content, settings)
    assert isinstance(caught.value, KnowledgeError)
    assert message in caught.value.detail
    assert str(folder) not in caught.value.detail
    assert current(settings) == served
    assert not list(Path(settings.var_dir).glob(".unfinished-*"))


def test_a_check_answers_from_the_union_of_the_graphs(
    content: Content, folder: Path, settings: Settings
) -> None:
    (folder / "queries" / "checks" / "lantern-violation.rq").write_text(
        "#+ summary: Places that are the seat of a cluster\n"
        "SELECT ?this WHERE { ?cluster a/rdfs:subClassOf* bionrw:Organisation ; bionrw:locatedIn ?this }\n"
    )
    with pytest.raises(ShapeViolation, match="place:moorholm breaks lantern: Places that are the seat"):
        build(content, settings)


def test_another_base_is_used_throughout(content: Content, settings: Settings) -> None:
    release = build(content, replace(settings, base_iri="https://data.example.org/"))
    assert release.base_iri == "https://data.example.org/"
    companions = ("context.jsonld", "ontology.ofn", "ontology.omn", "quality.json", "quality.ttl")
    for name in ("graph.nq", "report.ttl", "release.json", "statistics.json", *companions):
        assert "w3id.org/bionrw" not in (release.path / name).read_text(encoding="utf-8")
    store = Store()
    store.bulk_load(path=release.path / "graph.nq", format=RdfFormat.N_QUADS)
    assert {graph.value for graph in store.named_graphs()} == set(release.graphs)
    assert set(release.graphs) == {
        "https://data.example.org/graph/alignments",
        "https://data.example.org/graph/document",
        "https://data.example.org/graph/inferred",
        "https://data.example.org/graph/ontology",
        "https://data.example.org/graph/proofs",
    }
