"""The bench reads what tools and system say, compares answers, and reckons ratios round by round."""

import json
import os
import sys
from pathlib import Path

import pytest

from tests.bench import usage
from tests.bench.answers import differ, rows
from tests.bench.figures import Figures, Measured, compare
from tests.bench.load import Load, read_load
from tests.bench.questions import GRAPH, ROWS, Asker, read_kinds
from tests.bench.releases import Extent
from tests.bench.report import faults, save, table
from tests.bench.usage import Process, family, read_stat

XSD = "http://www.w3.org/2001/XMLSchema#"
WRK = """Running 2s test @ http://127.0.0.1:8000
  1 threads and 8 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     1.02ms    2.00ms  30.11ms   95.00%
    Req/Sec     9.99k     1.00k   12.00k    70.00%
  20000 requests in 2.00s, 30.00MB read
Requests/sec:   9990.00
Transfer/sec:     15.00MB
measured: requests=20000 microseconds=2002002 bytes=31457280 p50=850 p99=12500 failures=3 begun_again=1
"""


def test_the_line_of_wrk_is_read() -> None:
    load = read_load(WRK)
    assert load == Load(20_000, 2.002002, 31_457_280, 0.85, 12.5, failures=3, begun_again=1)
    assert round(load.rate) == 9_990


def test_a_run_of_wrk_that_measured_nothing_is_an_error() -> None:
    with pytest.raises(ValueError, match="unable to connect"):
        read_load("unable to connect to 127.0.0.1:1 Connection refused\n")


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [
        ([10.0], [20.0], (10, 20, 0.5, 0.5, 0.5)),
        # round by round: the second was slow for both, which says nothing about either
        ([10.0, 1.0, 30.0], [20.0, 2.0, 20.0], (10, 20, 0.5, 0.5, 1.5)),
        ([10.0, 20.0, 30.0], [10.0], (20, 10, 2, 1, 3)),
        ([10.0], [5.0, 10.0, 20.0], (10, 10, 1, 0.5, 2)),
    ],
)
def test_ratios_are_of_the_same_round(
    ours: list[float], theirs: list[float], expected: tuple[float, ...]
) -> None:
    found = compare(ours, theirs)
    assert (*found.medians, found.ratio, found.least, found.most) == expected


@pytest.mark.parametrize(("ours", "theirs"), [([], [1.0]), ([1.0], []), ([1.0], [0.0])])
def test_nothing_cannot_be_compared(ours: list[float], theirs: list[float]) -> None:
    with pytest.raises(ValueError, match="nothing to compare"):
        compare(ours, theirs)


def figures() -> Figures:
    """Return two rounds, in which our server is faster, uses as much, and fails once."""
    made = Figures()
    for number, rate in ((1, 200.0), (2, 300.0)):
        for server, factor in (("bionrw", 2.0), ("oxigraph-memory", 1.0)):
            values = {"rate": rate * factor, "p99": 1.0 if number == 1 else factor, "failures": factor - 1}
            made.add(Measured("10k", "light", 8, server, number, values))
    return made


def test_the_table_tells_medians_ratios_and_who_is_better() -> None:
    lines = table(figures(), "10k", "oxigraph-memory", 12_345).splitlines()
    assert lines[0] == "10k: 12,345 triples, bionrw serve beside oxigraph serve, in memory"
    assert [line.split() for line in lines[2:]] == [
        ["light", "8", "answers/s", "500", "250", "2.00", "(2.00-2.00)", "better"],
        ["light", "8", "p99", "ms", "1.5", "1", "1.50", "(1.00-2.00)", "even"],
    ]


def test_a_peer_without_answers_is_told_and_not_compared() -> None:
    made = figures()
    made.add(Measured("10k", "heavy", 64, "bionrw", 1, {"rate": 5.0}))
    made.add(Measured("10k", "heavy", 64, "oxigraph-memory", 1, {"rate": 0.0}))
    assert "no answer in some round" in table(made, "10k", "oxigraph-memory", 1).splitlines()[-1]


def test_failed_answers_are_told() -> None:
    assert list(faults(figures(), "10k", ["bionrw", "oxigraph-memory"])) == [
        "10k light, 8 clients, bionrw: 2 answers failed"
    ]


def test_the_report_holds_all_figures(tmp_path: Path) -> None:
    save(tmp_path / "new" / "report.json", {"rounds": 2}, [{"load": 1}], figures())
    report = json.loads((tmp_path / "new" / "report.json").read_text())
    assert report["options"] == {"rounds": 2}
    assert len(report["measured"]) == 4


def answer(*values: dict[str, str]) -> bytes:
    """Return a result in JSON with one column."""
    return json.dumps({"head": {}, "results": {"bindings": [{"x": value} for value in values]}}).encode()


def number(text: str) -> dict[str, str]:
    return {"type": "literal", "value": text, "datatype": f"{XSD}decimal"}


WORD = {"type": "literal", "value": "a", "xml:lang": "en"}


@pytest.mark.parametrize(
    ("ours", "theirs", "same"),
    [
        ((WORD, number("1")), (number("1"), WORD), True),
        ((number("100"),), (number("100.0"),), True),  # the same value
        ((WORD,), (WORD, WORD), False),
        ((WORD,), ({**WORD, "xml:lang": "de"},), False),
        ((WORD,), ({**WORD, "type": "uri"},), False),
    ],
)
def test_answers_are_the_same_when_their_rows_are(
    ours: tuple[dict[str, str], ...], theirs: tuple[dict[str, str], ...], same: bool
) -> None:
    question = Asker(Extent(1_000, 100), seed=1).ask(read_kinds()["q02"])
    assert (differ(question, rows(ROWS, answer(*ours)), rows(ROWS, answer(*theirs))) == "") == same


def test_answers_of_other_forms_are_compared_too() -> None:
    assert rows(ROWS, b'{"head": {}, "boolean": true}') != rows(ROWS, b'{"head": {}, "boolean": false}')
    one, other = b"<http://example.org/a> <http://example.org/b> 'c' .", b"# none"
    assert rows("text/turtle", one) == rows(GRAPH, one.replace(b"'", b'"')) != rows("text/turtle", other)


def test_servers_may_tell_more_of_a_thing_than_others_when_they_describe_it() -> None:
    question = Asker(Extent(1_000, 100), seed=1).ask(read_kinds()["q03"])
    told = f'{question.values["organisation"]} <http://example.org/b> "c" .'
    more = f"{told}\n<http://example.org/d> <http://example.org/e> {question.values['organisation']} ."
    assert differ(question, rows(GRAPH, told.encode()), rows(GRAPH, more.encode())) == ""
    assert (
        differ(question, rows(GRAPH, told.encode()), rows(GRAPH, b""))
        == "q03: 1 rows only here, 0 only there"
    )


def test_a_stat_file_is_read_whatever_the_name_of_the_process() -> None:
    text = "42 (a) b (c) S 7 42 41 0 -1 4194560 1 2 3 4 100 50 25 25 20 0 1 0 99 1 1"
    assert read_stat(text) == Process(42, parent=7, session=41, seconds=200 / usage.TICKS)


def test_a_family_is_a_session_and_all_that_descend_from_it() -> None:
    processes = [
        Process(1, 0, 1, 0.0),
        Process(10, 1, 10, 0.0),  # the server
        Process(11, 10, 10, 0.0),  # its child
        Process(12, 11, 12, 0.0),  # which has begun a session of its own
        Process(13, 1, 10, 0.0),  # whose parent has ended
        Process(20, 1, 20, 0.0),
    ]
    assert [process.pid for process in family(10, processes)] == [10, 11, 12, 13]


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_memory_and_work_of_a_running_process_are_found() -> None:
    assert usage.memory(os.getpid()) > 2**20
    assert usage.processor_seconds(os.getpid()) > 0
