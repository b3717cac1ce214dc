"""The commands parse, call one function and print; an error of ours is one message and exit code 1."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bionrw.cli import Tools, main
from bionrw.config import Settings
from bionrw.content import Content

ROOT = Path(__file__).resolve().parents[2]
SECOND = ROOT / "tests" / "knowledge" / "second-document"
TEXT = SECOND / "text.txt"

WORKSHOPS = """#+ summary: Workshops
#+ title: {en: "Workshops", de: "Werkstätten"}
SELECT ?cluster ?value ?year WHERE {
  ?observation bionrw:observationAbout ?cluster ; bionrw:value ?value .
  OPTIONAL { ?observation bionrw:observationPeriod ?year }
}
"""
PLACES = "#+ summary: Places\nCONSTRUCT { ?place a bionrw:Place } WHERE { ?place a bionrw:Region }\n"
ANY = "#+ summary: Is there a glass workshop?\nASK { ?this bionrw:statedName ?name }\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a content folder with the invented document and three queries."""
    root = tmp_path_factory.mktemp("content")
    shutil.copytree(ROOT / "ontology", root / "ontology")
    shutil.copytree(ROOT / "queries", root / "queries", ignore=shutil.ignore_patterns("examples"))
    shutil.copytree(SECOND / "data", root / "data")
    (root / "queries" / "examples").mkdir()
    for slug, text in [("workshops", WORKSHOPS), ("places", PLACES), ("any", ANY)]:
        (root / "queries" / "examples" / f"{slug}.rq").write_text(text, encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def var(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of releases with one."""
    var = tmp_path_factory.mktemp("var")
    done = run(folder, var, "build")
    assert done.exit_code == 0, done.output
    return var


def run(folder: Path, var: Path, *arguments: str) -> Result:
    """Run one command in this process."""
    tools = Tools(Settings(var_dir=str(var)), Content.below(folder))
    return CliRunner().invoke(main, arguments, obj=tools)


@pytest.mark.parametrize("arguments", [["--help"], ["build", "--help"], ["query", "run", "-h"]])
def test_each_command_explains_itself(folder: Path, tmp_path: Path, arguments: list[str]) -> None:
    assert run(folder, tmp_path, *arguments).exit_code == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ["bild"],
        ["serve", "--port", "99999"],
        ["evidence", "/nowhere"],
        ["query", "run", "--format", "x", "y"],
    ],
)
def test_a_wrong_call_ends_with_2(folder: Path, tmp_path: Path, arguments: list[str]) -> None:
    assert run(folder, tmp_path, *arguments).exit_code == 2


def test_build_prints_its_steps_and_skips_the_second_time(folder: Path, var: Path) -> None:
    done = run(folder, var, "build")
    assert done.exit_code == 0
    assert done.output.startswith("unchanged ")


def test_the_base_can_be_chosen_for_one_build(folder: Path, tmp_path: Path) -> None:
    done = run(folder, tmp_path, "build", "--base-iri", "https://data.example.org/")
    assert done.exit_code == 0
    released = json.loads((tmp_path / "current" / "release.json").read_text())
    assert released["base_iri"] == "https://data.example.org/"


def test_an_error_is_one_message_and_exit_code_1(folder: Path, tmp_path: Path) -> None:
    done = run(folder, tmp_path, "build", "--base-iri", "data.example.org")
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith("bionrw: The setting BIONRW_BASE_IRI is 'data.example.org'; give ")
    assert done.stderr.count("\n") == 1


def test_evidence_that_fits_ends_with_0(folder: Path, var: Path) -> None:
    done = run(folder, var, "evidence", str(TEXT))
    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines() == [
        "   238    287  reviewed      Visitors are welcome, and the kettle …",
        "document:lantern-coast: 14 passages, 0 mismatches; uncited: 1, not reviewed: 0, stale reviews: 0",
    ]


def test_a_folder_with_one_text_will_do(folder: Path, var: Path, tmp_path: Path) -> None:
    shutil.copy(TEXT, tmp_path / "lantern.txt")
    assert run(folder, var, "evidence", str(tmp_path)).exit_code == 0
    (tmp_path / "other.txt").write_text("")
    done = run(folder, var, "evidence", str(tmp_path))
    assert done.exit_code == 1
    assert "holds 2 files that end in .txt" in done.stderr


def test_evidence_that_does_not_fit_is_listed_and_ends_with_1(
    folder: Path, var: Path, tmp_path: Path
) -> None:
    changed = tmp_path / "changed.txt"
    changed.write_text(TEXT.read_text(encoding="utf-8").replace("🏮", "lamp"), encoding="utf-8")
    done = run(folder, var, "evidence", str(changed))
    assert done.exit_code == 1
    assert "document:lantern-coast: the text has another SHA-256" in done.stdout
    assert "span:lantern-coast-95-103: quotes “Moorholm”, the text has “of Moorh”" in done.stdout
    assert "not reviewed" in done.stdout
    assert done.stderr.startswith("bionrw: lantern-coast has evidence that does not fit the text (")


def test_words_are_found_and_written_as_turtle(folder: Path, var: Path) -> None:
    done = run(folder, var, "evidence", str(TEXT), "--find", "kettle is")
    assert done.stdout == (
        "# 268 to 277\n"
        "span:lantern-coast-268-277 a bionrw:TextSpan ; bionrw:source document:lantern-coast ;\n"
        '    bionrw:startOffset 268 ; bionrw:endOffset 277 ; bionrw:quote "kettle is" .\n\n'
    )
    missing = run(folder, var, "evidence", str(TEXT), "--find", "kettles")
    assert (missing.exit_code, missing.stderr) == (1, "bionrw: The text has no “kettles”.\n")


def test_queries_are_listed_with_their_titles(folder: Path, var: Path) -> None:
    assert run(folder, var, "query", "list").stdout.splitlines() == [
        "any        Is there a glass workshop?",
        "places     Places",
        "workshops  Workshops",
    ]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (
            ["workshops"],
            """\
cluster                     value  year
--------------------------  -----  ----
organisation:lantern-coast  14     -
1 row
""",
        ),
        (["any"], "yes\n"),
        (
            ["workshops", "--format", "csv"],
            "cluster,value,year\nhttps://w3id.org/bionrw/id/organisation/lantern-coast,14,\n",
        ),
        (
            ["places"],
            "<https://w3id.org/bionrw/id/place/moorholm> a <https://w3id.org/bionrw/ontology#Place> .\n",
        ),
    ],
)
def test_a_query_is_answered_from_the_release(
    folder: Path, var: Path, arguments: list[str], expected: str
) -> None:
    done = run(folder, var, "query", "run", *arguments)
    assert (done.exit_code, done.stdout) == (0, expected), done.stderr


def test_machine_formats_are_the_engine_s_own(folder: Path, var: Path) -> None:
    done = run(folder, var, "query", "run", "workshops", "--format", "json")
    assert json.loads(done.stdout)["results"]["bindings"][0]["value"]["value"] == "14"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["workshop"], "There is no query 'workshop' in queries/examples; near to it: workshops."),
        (["places", "--format", "csv"], "places is a CONSTRUCT, whose result cannot be written as csv."),
    ],
)
def test_a_query_that_cannot_be_answered_says_why(
    folder: Path, var: Path, arguments: list[str], message: str
) -> None:
    done = run(folder, var, "query", "run", *arguments)
    assert (done.exit_code, done.stderr) == (1, f"bionrw: {message}\n")


def test_without_a_release_a_query_says_how_to_make_one(folder: Path, tmp_path: Path) -> None:
    done = run(folder, tmp_path, "query", "run", "workshops")
    assert done.exit_code == 1
    assert "run `bionrw build`" in done.stderr


def test_a_setting_of_the_wrong_type_is_one_message(tmp_path: Path) -> None:
    environment = {**os.environ, "BIONRW_PORT": "eight", "BIONRW_VAR_DIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-m", "bionrw", "build"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (
        1,
        "bionrw: The setting BIONRW_PORT is 'eight'; give a whole number.\n",
    )


@pytest.fixture
def taken() -> Iterator[int]:
    """Return a port that something listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_taken_port_is_one_message(folder: Path, var: Path, taken: int) -> None:
    done = run(folder, var, "serve", "--port", str(taken))
    assert (done.exit_code, done.stdout) == (1, "")
    remedy = "choose another one with --port (make serve PORT=…)"
    assert done.stderr == f"bionrw: Port {taken} of 127.0.0.1 is taken: {remedy}.\n"


def test_a_release_for_another_base_is_not_served(folder: Path, var: Path, taken: int) -> None:
    settings = Settings(var_dir=str(var), base_iri="https://data.example.org/")
    tools = Tools(settings, Content.below(folder))
    done = CliRunner().invoke(main, ["serve", "--port", str(taken)], obj=tools)
    assert done.exit_code == 1
    assert "The release was built for https://w3id.org/bionrw/" in done.stderr


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_the_server_builds_says_its_address_and_ends_cleanly(tmp_path: Path, ending: signal.Signals) -> None:
    environment = {**os.environ, "BIONRW_VAR_DIR": str(tmp_path / "var")}
    server = subprocess.Popen(
        [sys.executable, "-m", "bionrw", "serve", "--port", "0"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout
        lines = []
        for line in server.stdout:
            lines.append(line)
            if line.startswith("Serving"):
                break
        assert lines[0].startswith("sources ")
        address = lines[-1].removeprefix("Serving the graph at ").strip()
        host, _, port = address.removeprefix("http://").removesuffix("/").partition(":")
        with socket.create_connection((host, int(port)), timeout=10) as connection:
            connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            assert connection.recv(1024).startswith(b"HTTP/1.1 200 ")
        server.send_signal(ending)
        output, errors = server.communicate(timeout=30)
        assert (server.returncode, output, errors) == (0, "", "")
    finally:
        server.kill()
        server.communicate()


def test_the_version_is_told() -> None:
    done = CliRunner().invoke(main, ["--version"])
    assert (done.exit_code, done.output) == (0, f"bionrw {version('bionrw')}\n")
