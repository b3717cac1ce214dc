"""`make bench` hands its arguments to the measuring of servers, which refuses what it does not know."""

import subprocess

import pytest

from tests.bench.http import read_options
from tests.house.checkout import ROOT


@pytest.mark.parametrize(
    ("arguments", "started"),
    [
        (["BENCH=http", "ARGS=--scale 1m"], [["http", "--scale", "1m"]]),
        (["ARGS=--scale 1m"], [["http", "--scale", "1m"], ["reasoning"]]),
    ],
)
def test_make_bench_passes_arguments_to_the_bench_that_knows_them(
    arguments: list[str], started: list[list[str]]
) -> None:
    # Also below another make, such as `make test`, that would tell its folders.
    command = ["make", "--no-print-directory", "--dry-run", "bench", *arguments]
    script = subprocess.check_output(command, cwd=ROOT, text=True).partition("set -e;")[2]
    # What make would run is run with a stand-in for Python that tells its arguments.
    script = "set -e;" + script.replace(".venv/bin/python -m tests.bench.", "echo ")
    told = subprocess.check_output(["sh", "-c", script], text=True).splitlines()
    assert [line.split() for line in told] == started


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["--scale", "1g"], "1g"),
        (["--series", "light,fast"], "fast"),
        (["--peers", "nobody"], "nobody"),
    ],
)
def test_an_unknown_choice_is_refused(
    arguments: list[str], word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        read_options(arguments)
    assert word in capsys.readouterr().err


def test_a_single_query_can_be_chosen() -> None:
    assert read_options(["--series", "q05,repeated:q11"]).series == ("q05", "repeated:q11")
