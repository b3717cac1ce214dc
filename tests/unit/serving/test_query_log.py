"""The log of queries has a line for each, nothing about persons, and never stands in the way."""

import json
import logging
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bionrw.serving import query_log
from bionrw.serving.query_log import QueryLog

KEYS = {"time", "release", "seconds", "outcome", "status", "bytes", "form", "format", "cache", "trace"}


@pytest.fixture
def path(tmp_path):
    """Return where the log will be."""
    return tmp_path / "queries.log"


@pytest.fixture
def at_once(monkeypatch):
    """Let the log look for its file before each line."""
    monkeypatch.setattr(query_log, "_LOOK_SECONDS", 0.0)


def lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_a_line_tells_what_became_of_a_query(path, observed):
    QueryLog(str(path), "v1").note(observed(began=1795659632.3990502, seconds=0.0039283, outcome="timeout"))
    assert lines(path) == [
        {
            "time": "2026-11-26T02:20:32.399Z",
            "release": "v1",
            "seconds": 0.003928,
            "outcome": "timeout",
            "status": 200,
            "bytes": 100,
            "form": "SELECT",
            "format": "json",
            "cache": False,
            "trace": "0af7651916cd43dd8448eb211c80319c",
        }
    ]


@pytest.mark.parametrize(
    ("wanted", "further"),
    [
        ({}, set()),
        ({"addresses": True}, {"address"}),
        ({"texts": True}, {"query"}),
        ({"addresses": True, "texts": True}, {"address", "query"}),
    ],
)
def test_addresses_and_texts_stand_there_only_where_they_are_wanted(path, observed, wanted, further):
    QueryLog(str(path), "v1", **wanted).note(observed())
    [line] = lines(path)
    assert set(line) == KEYS | further
    assert ("192.0.2.7" in path.read_text()) is ("address" in further)
    assert ("secret" in path.read_text()) is ("query" in further)


@pytest.mark.parametrize("text", ["ä" * 50_000, "\ud800\n\x00" * 50_000])
def test_a_text_is_cut_and_stays_on_its_line(path, observed, text):
    QueryLog(str(path), "v1", texts=True).note(observed(text=text))
    [line] = lines(path)
    assert 2000 < len(line["query"].encode()) <= 8192


def test_lines_of_several_writers_never_mix(path, observed):
    logs = [QueryLog(str(path), f"v{number}", texts=True) for number in range(4)]

    def fill(log):
        for _ in range(200):
            log.note(observed(text="x" * 5000))

    with ThreadPoolExecutor() as threads:
        list(threads.map(fill, logs))
    assert len(lines(path)) == 800


def test_the_log_goes_on_after_what_is_there(path, observed):
    path.write_text('{"old": 1}\n')
    QueryLog(str(path), "v1").note(observed())
    assert [line.get("release") for line in lines(path)] == [None, "v1"]


@pytest.mark.usefixtures("at_once")
def test_a_file_that_was_moved_away_is_begun_anew(path, observed):
    log = QueryLog(str(path), "v1")
    log.note(observed())
    moved = path.rename(path.with_suffix(".1"))
    log.note(observed())
    log.note(observed())
    assert (len(lines(moved)), len(lines(path))) == (1, 2)


def test_the_file_is_looked_for_once_in_a_while_only(path, observed):
    log = QueryLog(str(path), "v1")
    path.unlink()
    log.note(observed())
    assert not path.exists()


@pytest.mark.usefixtures("at_once")
def test_a_path_that_cannot_be_written_is_warned_of_once(tmp_path, observed, caplog):
    folder = tmp_path / "later"
    log = QueryLog(str(folder / "queries.log"), "v1")
    log.note(observed())
    log.note(observed())
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    folder.mkdir()
    log.note(observed())
    assert len(lines(folder / "queries.log")) == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_is_warned_of_once(observed, caplog):
    log = QueryLog("/dev/full", "v1")
    for _ in range(3):
        log.note(observed())
    assert [record.levelno for record in caplog.records] == [logging.WARNING]


def test_a_line_that_came_in_half_does_not_spoil_the_next(path, observed, monkeypatch):
    log = QueryLog(str(path), "v1")
    whole = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, line: whole(descriptor, line[:20]))
    log.note(observed())
    monkeypatch.setattr(os, "write", whole)
    log.note(observed())
    torn, line = path.read_text().splitlines()
    assert len(torn) == 20
    assert json.loads(line)["outcome"] == "ok"


def test_a_pipe_that_nobody_reads_holds_nobody_up(tmp_path, observed, caplog):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    QueryLog(str(pipe), "v1").note(observed())
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
