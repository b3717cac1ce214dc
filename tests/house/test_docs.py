"""What the READMEs name exists, what exists they name, and their examples give the printed answers."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import click
import pytest
from flask.testing import FlaskClient

from bionrw import errors
from bionrw.cli import main
from bionrw.config import PREFIX, Settings
from bionrw.errors import BuildError, KnowledgeError, SettingError
from bionrw.model import Release
from bionrw.names import CANONICAL_BASE
from bionrw.sparql.formats import GRAPH_FORMATS, ROW_FORMATS
from tests.house.checkout import ROOT, files, read

NEVER_SERVED = (BuildError, SettingError)
ADDRESS = "http://127.0.0.1:8000"
SERVER = "server/README.md"
PAGES = [name for name in files() if name.endswith(".md")]
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)\s]*)?\)")
EXAMPLE = re.compile(r"<!-- tested -->\n```(\w+)\n(.*?)```\n.*?```\w*\n(.*?)```", re.DOTALL)
RULE = re.compile(r"^RewriteRule (\S+) (\S+) \[R=(\d+),L\]$", re.MULTILINE)
PUBLIC = "https://graph.example.org"


def rows(name: str, header: str) -> Iterator[list[str]]:
    """Yield the cells of the rows below the table header that begins with `header`."""
    _, _, rest = read(name).partition(f"\n| {header} |")
    assert rest, f"{name} has no table {header}"
    for line in rest.split("\n\n")[0].splitlines()[2:]:
        yield [cell.strip() for cell in line.strip("|").split(" | ")]


def code(cell: str) -> str:
    """Return what stands in backticks at the start of a cell."""
    return cell.split("`")[1]


def test_each_setting_is_in_the_table_with_its_default_and_meaning() -> None:
    told = {tuple(row) for row in rows(SERVER, "variable")}
    assert told == {
        (
            f"`{PREFIX}{item.name.upper()}`",
            "empty" if item.default == "" else f"`{item.default}`",
            item.metadata["help"],
        )
        for item in fields(Settings)
    }


@pytest.mark.parametrize("name", PAGES)
def test_each_setting_that_is_named_exists(name: str) -> None:
    known = {PREFIX + item.name.upper() for item in fields(Settings)} | {"BIONRW_SHARED"}
    assert set(re.findall(rf"\b{PREFIX}[A-Z_]+\b", read(name))) <= known


def test_each_command_is_in_the_table_with_its_options() -> None:
    told = {}
    for row in rows(SERVER, "command"):
        words = code(row[0]).replace("[", "").replace("]", "").split()
        name = " ".join(word for word in words[1:] if word.islower() and not word.startswith("-"))
        told[name] = {word for word in words if word.startswith("--")}
    assert told == {
        name: {option for item in command.params for option in item.opts if option.startswith("--")}
        for name, command in commands(main, ())
    }


def commands(command: click.Command, path: tuple[str, ...]) -> Iterator[tuple[str, click.Command]]:
    """Yield the commands below `command` that run something, each with its words."""
    if isinstance(command, click.Group):
        for name, part in command.commands.items():
            yield from commands(part, (*path, name))
    else:
        yield " ".join(path), command


@pytest.mark.parametrize("name", PAGES)
def test_each_command_that_is_named_exists(name: str) -> None:
    known = [words for words, _ in commands(main, ())]
    named = set(re.findall(r"(?:^ {4}|`|/)bionrw ([a-z]+(?: [a-z]+)?)", read(name), re.MULTILINE))
    assert {
        words for words in named if not any(f"{path} ".startswith(f"{words} ") for path in known)
    } == set()


def test_each_make_target_is_in_the_table() -> None:
    targets = set(re.findall(r"^([a-z]+):", read("Makefile"), re.MULTILINE))
    assert {code(row[0]).split()[1] for row in rows("README.md", "target")} == targets


@pytest.mark.parametrize("name", PAGES)
def test_each_make_target_that_is_named_exists(name: str) -> None:
    targets = set(re.findall(r"^([a-z]+):", read("Makefile"), re.MULTILINE))
    assert set(re.findall(r"(?:^ {4}|`)make ([a-z]+)", read(name), re.MULTILINE)) <= targets


def test_each_route_is_in_the_table_with_its_methods(client: FlaskClient) -> None:
    told = {(code(path), tuple(methods.split(", "))) for path, methods, _ in rows(SERVER, "route")}
    assert told == {
        (rule.rule, tuple(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})))
        for rule in client.application.url_map.iter_rules()
    }


def test_each_format_is_in_the_table() -> None:
    told = {(code(name), code(media_type), use) for name, media_type, use in rows(SERVER, "format")}
    assert told == {
        *((item.name, item.media_type, "SELECT, ASK") for item in ROW_FORMATS),
        *((item.name, item.media_type, "CONSTRUCT, DESCRIBE") for item in GRAPH_FORMATS),
    }


def test_each_served_error_is_in_the_table_with_its_status() -> None:
    served = {kind for kind in tree(KnowledgeError) if not issubclass(kind, NEVER_SERVED)}
    told = {(code(name), int(status), title) for name, status, title, _ in rows(SERVER, "error")}
    assert told == {(kind.__name__, kind.status, kind.title) for kind in served}


def test_each_error_that_is_never_served_is_named() -> None:
    unserved = [kind for kind in tree(KnowledgeError) if issubclass(kind, NEVER_SERVED)]
    assert [kind for kind in unserved if f"`{kind.__name__}`" not in read(SERVER)] == []


def test_the_tree_of_errors_is_drawn() -> None:
    line = re.compile(r"^[│├└─ ]*([A-Z]\w+)(?: (\d{3})| \(never served\))?(?: |$)", re.MULTILINE)
    drawing = (errors.__doc__ or "").partition("\n\n")[2]
    assert dict(line.findall(drawing)) == {
        kind.__name__: "" if issubclass(kind, NEVER_SERVED) else str(kind.status)
        for kind in tree(KnowledgeError)
    }


def tree(kind: type[KnowledgeError]) -> Iterator[type[KnowledgeError]]:
    """Yield an error and all below it."""
    yield kind
    for below in kind.__subclasses__():
        yield from tree(below)


@pytest.mark.parametrize("name", PAGES)
def test_each_link_leads_to_a_file(name: str) -> None:
    folder = (ROOT / name).parent
    links = [link for link in LINK.findall(read(name)) if "://" not in link]
    assert [link for link in links if not (folder / link).exists()] == []


@pytest.mark.parametrize("name", PAGES)
def test_each_file_that_is_named_exists(name: str) -> None:
    """Only paths with a known first folder are looked at; `*` and `<…>` stand for many."""
    named = re.findall(r"`((?:ontology|data|queries|server|tests|\.ci)/[^`\s]*)`", read(name))
    patterns = {re.sub(r"<[^>]*>|…", "*", path).rstrip("/") for path in named} - {"tests/golden"}
    assert [pattern for pattern in sorted(patterns) if not list(ROOT.glob(pattern))] == []


EXAMPLES = [(name, *found) for name in PAGES for found in EXAMPLE.findall(read(name))]


def test_each_marked_example_is_found() -> None:
    marks = sum(read(name).count("<!-- tested -->") for name in PAGES)
    assert marks == len(EXAMPLES) > 0


@pytest.mark.parametrize(
    ("language", "text", "answer"),
    [example[1:] for example in EXAMPLES],
    ids=[f"{name}-{language}" for name, language, *_ in EXAMPLES],
)
def test_an_example_gives_the_answer_that_is_printed(
    live_server: str, release: Release, tmp_path: Path, language: str, text: str, answer: str
) -> None:
    if language == "sh" and shutil.which("curl") is None:
        pytest.skip("needs curl")
    assert ADDRESS in text or "open_ontology(" in text, "an example asks what make serve builds and starts"
    (tmp_path / "var").symlink_to(release.path.parent)
    program = {"sh": ["sh", "-eu", "-c"], "python": [sys.executable, "-c"]}[language]
    done = subprocess.run(
        [*program, text.replace(ADDRESS, live_server)],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "no_proxy": "127.0.0.1"},
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
    )
    assert (done.returncode, done.stdout.splitlines()) == (0, answer.splitlines()), done.stderr


class TestThePersistentAddresses:
    """The redirect rules lead from an identifier at w3id.org to something that answers."""

    def test_a_thing_is_redirected_by_303_and_a_document_by_302(self) -> None:
        assert follow("id/project/biopen") == (303, "/doc/project/biopen")
        assert follow("ontology") == (302, "/ontology")
        assert follow("") == (302, "/")

    def test_an_identifier_of_each_kind_leads_to_its_description(
        self, client: FlaskClient, release: Release
    ) -> None:
        kinds: dict[str, str] = {}
        for line in (release.path / "graph.nq").read_text(encoding="utf-8").splitlines():
            for path in re.findall(rf"<{CANONICAL_BASE}([^>#]*)", line):
                kinds.setdefault("/".join(path.split("/")[:2]), path)
        assert len(kinds) > 10
        lost = {}
        for path in kinds.values():
            _, target = follow(path)
            if (status := client.get(target).status_code) != 200:
                lost[path] = (target, status)
        assert lost == {}


def follow(path: str) -> tuple[int, str]:
    """Return status and target of the first redirect rule that fits, as Apache reads them in a folder."""
    for pattern, target, status in RULE.findall(read(SERVER)):
        if found := re.search(pattern, path):
            address = re.sub(r"\$(\d)", lambda number: found[int(number[1])], target)
            assert address.startswith(PUBLIC)
            return int(status), address.removeprefix(PUBLIC)
    pytest.fail(f"no rule for {path!r}")
