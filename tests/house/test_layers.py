"""The files keep the house rules that no linter knows: size, names, opening sentences, quotations."""

import ast
import os
import re
from pathlib import Path

import pyoxigraph
import pytest

from bionrw.names import Names
from tests.house.checkout import ROOT, files, read

LONGEST_MODULE = 300
LONGEST_FUNCTION = 40
ODDS_AND_ENDS = {"common", "helper", "helpers", "manager", "misc", "util", "utils"}
BINARY = {".png", ".ico", ".woff2"}
EXAMPLE_HOSTS = ("example", "example.com", "example.net", "example.org")
QUOTED_WORDS = 12

# Brackets around a letter keep a pattern from finding itself.
TRACES = {
    "a folder of one machine": re.compile(r"/(?:root|work|home|Users)/\w"),
    "a package index": re.compile(r"pyp[i]\.org|python[h]osted|/sim[p]le/"),
}
MAIL = re.compile(r"[\w.+-]+@([\w-]+(?:\.[\w-]+)+)")


FILES = files()
MODULES = [name for name in FILES if name.endswith(".py")]
SERVER_MODULES = [name for name in MODULES if name.startswith("server/")]
TEXTS = [name for name in FILES if Path(name).suffix not in BINARY]


@pytest.mark.parametrize("name", MODULES)
def test_a_module_is_short_and_opens_with_a_sentence(name: str) -> None:
    text = read(name)
    assert len(text.splitlines()) <= LONGEST_MODULE
    opening = ast.get_docstring(ast.parse(text)) or ""
    assert re.match(r"[^\n]+[.:!?](\n|$)", opening), "open with one sentence that says what the module is for"


@pytest.mark.parametrize("name", SERVER_MODULES)
def test_a_function_is_short(name: str) -> None:
    lengths = {
        node.name: (node.end_lineno or node.lineno) - node.lineno + 1
        for node in ast.walk(ast.parse(read(name)))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert {name: length for name, length in lengths.items() if length > LONGEST_FUNCTION} == {}


def test_no_module_is_for_odds_and_ends() -> None:
    words = {name: set(Path(name).stem.split("_")) | set(Path(name).parts[:-1]) for name in MODULES}
    assert {name: found for name in words if (found := words[name] & ODDS_AND_ENDS)} == {}


def test_the_environment_is_read_in_one_place() -> None:
    readers = [name for name in SERVER_MODULES if re.search(r"os\.environ|getenv", read(name))]
    assert readers == ["server/bionrw/cli/root.py"]


def test_no_query_stands_in_python() -> None:
    query = re.compile(r"\b(SELECT|ASK|CONSTRUCT|DESCRIBE)\b[^\"']*\{\s*[?<\w]")
    strings = {
        name: [
            node.value
            for node in ast.walk(ast.parse(read(name)))
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and query.search(node.value)
        ]
        for name in SERVER_MODULES
    }
    assert {name: found for name, found in strings.items() if found} == {}


@pytest.mark.parametrize(("what", "pattern"), TRACES.items(), ids=TRACES.keys())
def test_no_file_holds_a_trace_of_one_machine(what: str, pattern: re.Pattern[str]) -> None:
    found = {name: match.group() for name in TEXTS if (match := pattern.search(read(name)))}
    assert found == {}, what


def test_no_file_holds_an_address_of_a_person() -> None:
    hosts = {(name, host) for name in TEXTS for host in MAIL.findall(read(name))}
    assert {(name, host) for name, host in hosts if not host.endswith(EXAMPLE_HOSTS)} == set()


def test_no_place_quotes_more_of_the_text_than_it_may(shared: Path) -> None:
    (source,) = (shared / "source").glob("*.txt")
    allowed = {run for name in names_in_full() for run in runs(name)}
    forbidden = runs(source.read_text(encoding="utf-8")) - allowed
    found = {name: hits for name in TEXTS if (hits := forbidden & runs_by_line(name))}
    assert found == {}


def names_in_full() -> set[str]:
    """Return the quotations that the data mark as names, which may be longer."""
    quotes: dict[pyoxigraph.NamedNode, str] = {}
    names = set()
    for file in sorted((ROOT / "data" / "documents").glob("*.ttl")):
        for subject, predicate, value, _ in pyoxigraph.parse(path=file, format=pyoxigraph.RdfFormat.TURTLE):
            if predicate.value == Names().term("quote"):
                quotes[subject] = value.value
            if predicate.value == Names().term("quotesName") and value.value == "true":
                names.add(subject)
    return {quotes[name] for name in names}


def runs(text: str) -> set[str]:
    """Return all runs of words in `text` that are one longer than a quotation may be.

    A word is what stands between blanks, so "bio-economical" is one; punctuation around it does not count.
    """
    words = [word for part in re.split(r"[\s,|]+", text.lower()) if (word := re.sub(r"^\W+|\W+$", "", part))]
    return {" ".join(words[at : at + QUOTED_WORDS + 1]) for at in range(len(words) - QUOTED_WORDS)}


def runs_by_line(name: str) -> set[str]:
    """Return the runs of words in the lines of a file, since a line is the place of a quotation."""
    return set().union(*(runs(line) for line in read(name).splitlines()))


def test_scripts_can_be_run() -> None:
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
