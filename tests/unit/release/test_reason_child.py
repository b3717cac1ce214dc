"""A child process answers line by line, and nothing of it is left when its time is over."""

import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import Literal, RdfFormat, Triple, parse

from bionrw.errors import BuildError, OutOfReach
from bionrw.release.reason import child, owlapi
from bionrw.release.reason.hermit import MOST_TRIPLES, HermitReasoner
from tests.bench.facts import facts, terms

PATIENCE = 30.0
OWLAPI = "bionrw.release.reason.owlapi_process"
CLASH = """
@prefix : <http://example.org/> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
:Ship a owl:Class ; owl:disjointWith :Port . :Port a owl:Class . :a a :Ship , :Port .
"""


def alive(group: int) -> list[str]:
    """Return the processes of a group that still run; one that has ended may wait to be collected."""
    states = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it ended meanwhile
            state, _, leader, *_ = path.read_text().rpartition(")")[2].split()
            if int(leader) == group and state not in "ZX":
                states.append(f"{path} {state}")
    return states


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Collect the ids of the processes that are started."""
    ids: list[int] = []
    start = subprocess.Popen

    def remember(*arguments: Any, **options: Any) -> Any:
        process = start(*arguments, **options)
        ids.append(process.pid)
        return process

    monkeypatch.setattr(subprocess, "Popen", remember)
    return ids


def read(turtle: str) -> list[Triple]:
    """Return the triples of a text."""
    return [quad.triple for quad in parse(turtle, format=RdfFormat.TURTLE)]


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
@pytest.mark.parametrize(
    ("seconds", "size"),
    [(0.1, 0), (3.0, MOST_TRIPLES // 2)],  # before Java is there, and while it is at work
)
def test_what_runs_over_is_ended_with_all_that_it_started(
    started: list[int], seconds: float, size: int
) -> None:
    # Literals would be looked at first, by another process.
    given = [triple for triple in (*terms(), *facts(size)) if not isinstance(triple.object, Literal)]
    with pytest.raises(OutOfReach, match=f"no answer in {seconds:g} s"):
        HermitReasoner(seconds=seconds).judge(given)
    assert len(started) == 1
    # A process that was killed needs a moment to go, longer on a busy machine.
    until = time.monotonic() + PATIENCE
    while alive(started[0]) and time.monotonic() < until:
        time.sleep(0.05)
    assert alive(started[0]) == []


def test_a_process_that_ends_without_its_answer_is_told() -> None:
    with pytest.raises(BuildError, match=r"ended before its answer did \(status 0\)"):
        child.ask("this", {}, 30)


def test_the_reasons_of_a_clash_are_left_out_when_there_is_no_time_for_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert len(owlapi.explain_clash(read(CLASH), 3)) == 1
    monkeypatch.setattr(owlapi, "_PATIENCE", 0.1)
    assert owlapi.explain_clash(read(CLASH), 3) == ()


def test_a_profile_that_takes_too_long_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(owlapi, "_SECONDS", 0.1)
    with pytest.raises(BuildError, match=r"took more than 0\.1 seconds"):
        owlapi.profile(read(CLASH), "DL")


def test_what_contradicts_itself_entails_nothing() -> None:
    with pytest.raises(BuildError, match="HermiT draws nothing from axioms and facts that contradict"):
        owlapi.entail(read(CLASH))


def test_a_property_that_rdf_xml_cannot_name_is_told() -> None:
    with pytest.raises(BuildError, match=r"in which <http://example\.org/1> cannot be a property"):
        owlapi.profile(read("<http://example.org/a> <http://example.org/1> <http://example.org/b> ."), "DL")


def test_java_options_of_the_environment_do_not_reach_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAVA_TOOL_OPTIONS", "-Xmx1m")
    assert owlapi.entail(read(CLASH.replace(", :Port .", ".")))
