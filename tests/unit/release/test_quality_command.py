"""`bionrw check` prints the report of the current release; it ends with 1 when something must be mended."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bionrw.cli import Tools, main
from bionrw.config import Settings
from bionrw.content import Content


@pytest.fixture
def report(settings: Settings, served: str) -> Path:
    """Return the file of the report of the served release."""
    return Path(settings.var_dir) / served / "quality.json"


def check(content: Content, settings: Settings, *arguments: str) -> Result:
    """Run the command in this process."""
    return CliRunner().invoke(main, ["check", *arguments], obj=Tools(settings, content))


def test_it_tells_the_quality_of_the_release(
    content: Content, settings: Settings, served: str, report: Path
) -> None:
    done = check(content, settings)
    assert (done.exit_code, done.stderr) == (0, "")
    first = done.stdout.splitlines()[0]
    assert first.startswith(f"Release {served}, ")
    assert ": sound, 0 violations, " in first
    assert "  statements with a passage" in done.stdout
    assert check(content, settings, "--format", "json").stdout.encode() == report.read_bytes()


def test_it_ends_with_1_when_something_has_to_be_mended(
    content: Content, settings: Settings, report: Path
) -> None:
    values = json.loads(report.read_text(encoding="utf-8"))
    remark = {"level": "violation", "about": "bionrw:Reef", "text": "nothing is right"}
    values["sections"][0]["remarks"].append(remark)
    report.write_text(json.dumps(values), encoding="utf-8")
    done = check(content, settings)
    assert done.exit_code == 1
    assert ": not sound, 1 violation, " in done.stdout
    assert "    bionrw:Reef  nothing is right" in done.stdout
    told = check(content, settings, "--format", "json")
    assert (told.exit_code, json.loads(told.stdout)["violations"]) == (1, 1)


@pytest.mark.parametrize(
    "name", ["data/uncited.csv", "ontology/accepted.csv", "queries/quality/statements.rq"]
)
def test_it_says_when_the_sources_have_changed(
    content: Content, folder: Path, settings: Settings, served: str, name: str
) -> None:
    with (folder / name).open("a", encoding="utf-8") as file:
        file.write("\n")
    assert (Path(settings.var_dir) / "current").readlink().name == served
    done = check(content, settings)
    assert (done.exit_code, done.stderr) == (
        0,
        "The sources have changed since this release: run `bionrw build`.\n",
    )


def test_a_release_without_a_report_says_how_to_make_one(
    content: Content, settings: Settings, report: Path
) -> None:
    report.unlink()
    done = check(content, settings)
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr == "bionrw: This release has no quality report; run `bionrw build`.\n"
