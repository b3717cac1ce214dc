"""What the benchmark measures is a sound graph on which the rules have work to do."""

import re
from pathlib import Path

import pytest

from bionrw.content import find_content
from bionrw.library import Library
from bionrw.release.reason import RlReasoner
from bionrw.release.reason.hermit import MOST_TRIPLES, HermitReasoner
from tests.bench import hermit
from tests.bench.facts import facts, terms
from tests.bench.reasoning import RUNS, measure, write

SMALL = 1_500
SECONDS = r"[\d.]+ s \([\d.]+ s of work\)"


def test_the_generated_facts_are_of_the_size_asked_for_and_sound() -> None:
    made = list(facts(SMALL))
    assert SMALL <= len(made) < SMALL * 1.1
    assert HermitReasoner().judge([*terms(), *made]).consistent


def test_chains_inverses_and_definitions_fire_on_them() -> None:
    closure = RlReasoner(Library(find_content().queries)).close([*terms(), *facts(SMALL)])
    assert all(closure.fired[rule] for rule in ("cax-sco", "cls-svf1", "prp-inv2", "prp-spo2", "prp-trp"))


def test_no_fact_is_made_twice() -> None:
    made = list(facts(SMALL))
    assert len(set(made)) == len(made)


@pytest.mark.parametrize("engine", ["rules", "owlrl"])
def test_a_run_reports_triples_seconds_and_memory(engine: str, tmp_path: Path) -> None:
    write(40, tmp_path / "given.nt")
    told = measure(engine, str(tmp_path / "given.nt"))
    assert re.fullmatch(rf" *[\d,]+ inferred +{SECONDS}(, clashes +{SECONDS})? +[\d.]+ GiB", told)


def test_the_runs_compare_small_and_go_to_a_million() -> None:
    assert {size for size, _ in RUNS} == {10_000, 1_000_000}
    assert {engine for size, engine in RUNS if size == 10_000} == {"rules", "owlrl"}


def test_a_run_of_hermit_reports_triples_and_seconds() -> None:
    assert max(hermit.SIZES) == MOST_TRIPLES
    words = hermit.measure(SMALL).split()
    assert [words[at] for at in (1, 2, 4)] == ["triples", "consistent", "s"]
