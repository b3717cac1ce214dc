"""A zygote opens a release once and forks readers; none of them outlives whoever needs it."""

import asyncio
import json
import logging
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

import bionrw
from bionrw.config import Settings
from bionrw.errors import StoreUnavailable
from bionrw.model import Release
from bionrw.store import wire
from bionrw.store.link import Reader
from bionrw.store.process import DEFAULT_TRIPLES, MEMORY_TRIPLES, ZygoteProcess, placement

IMPORT_ROOT = str(Path(bionrw.__file__).parents[1])
COUNT = "SELECT (COUNT(*) AS ?n) {{ {} }}"
ENDLESS = COUNT.format(" ".join(f"VALUES ?v{i} {{ {' '.join(map(str, range(100)))} }}" for i in range(6)))
REQUEST: dict[str, object] = {
    "text": ENDLESS,
    "base_iri": "https://graph.example/",
    "media_type": "text/csv",
    "default_graphs": None,
    "named_graphs": None,
    "bindings": {},
    "prefixes": {},
    "encoding": "",
    "released": True,
    "clauses": None,
    "default_only": False,
    "max_bytes": 0,
    "max_rows": 0,
    "seconds": 60.0,
}
linux_only = pytest.mark.skipif(sys.platform != "linux", reason="only Linux ties a child's life to another")


@pytest.fixture
def zygote(small_release):
    zygote = ZygoteProcess(small_release, Settings())
    yield zygote
    zygote.close()


@pytest.fixture
def reader(zygote):
    """A channel to a reader, what the reader said of itself, and the socket on which its end is told."""
    channel, notice = zygote.fork()
    with channel, notice:
        channel.settimeout(20)
        notice.settimeout(20)
        yield channel, json.loads(wire.receive(channel)[1]), notice


def ask(channel, **changes):
    wire.send(channel, wire.ASK, json.dumps({**REQUEST, **changes}).encode())


def test_a_reader_reports_its_confinement(reader):
    report = reader[1]
    assert report["placement"] == "memory"
    if sys.platform == "linux":
        assert report["memory"] is True
        assert report["network"] == "seccomp"


def test_a_reader_answers_again_and_again(reader):
    for number in range(3):
        ask(reader[0], text=f"SELECT ({number} AS ?n) {{}}")
        assert wire.receive(reader[0]) == (wire.LAST, f"n\r\n{number}\r\n".encode())


def test_each_reader_has_a_channel_of_its_own(zygote):
    pairs = [zygote.fork() for _ in range(3)]
    channels = [channel for channel, _ in pairs]
    pids = {json.loads(wire.receive(channel)[1])["pid"] for channel in channels}
    assert len(pids) == 3
    channels[0].close()
    for number, channel in enumerate(channels[1:]):
        ask(channel, text=f"SELECT ({number} AS ?n) {{}}")
        assert str(number).encode() in wire.receive(channel)[1]
    for each in sum(pairs, ()):
        each.close()


def test_an_idle_reader_ends_when_its_client_hangs_up(reader):
    channel, report, _ = reader
    channel.close()
    assert ends(report["pid"])


@pytest.mark.parametrize(("number", "told"), [(signal.SIGKILL, 9), (signal.SIGSEGV, 11)])
def test_the_zygote_tells_how_a_reader_ended(reader, number, told):
    channel, report, notice = reader
    ask(channel)
    os.kill(report["pid"], number)
    assert hears_nothing_more(channel)
    assert wire.STATUS.unpack(notice.recv(4))[0] & 0x7F == told


def test_a_busy_reader_ends_by_itself_some_seconds_after_its_deadline(reader):
    ask(reader[0], seconds=-4.8)
    assert hears_nothing_more(reader[0])
    assert wire.STATUS.unpack(reader[2].recv(4)) == (signal.SIGALRM,)


@linux_only
def test_readers_end_with_their_zygote(zygote, reader):
    ask(reader[0])
    os.kill(zygote.pid, signal.SIGKILL)
    assert ends(reader[1]["pid"])
    assert ends(zygote.pid)
    with pytest.raises(OSError, match=r"Broken pipe|reset"):
        zygote.fork()


@linux_only
def test_all_end_when_the_process_that_needs_them_is_killed(small_release):
    program = f"""
import json, sys, time
from pathlib import Path
from bionrw.config import Settings
from bionrw.model import Release
from bionrw.store import wire
from bionrw.store.link import Reader
from bionrw.store.process import ZygoteProcess
release = Release("1", Path({str(small_release.path)!r}), "https://graph.example/", "")
zygote = ZygoteProcess(release, Settings())
channel, notice = zygote.fork()
print(zygote.pid, json.loads(wire.receive(channel)[1])["pid"])
wire.send(channel, wire.ASK, json.dumps({REQUEST!r}).encode())
sys.stdout.flush()
time.sleep(60)
"""
    command = [sys.executable, "-c", program]
    with subprocess.Popen(
        command, env={"PYTHONPATH": IMPORT_ROOT}, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        pids = [int(pid) for pid in parent.stdout.readline().split()]
        assert all(running(pid) for pid in pids)
        parent.kill()
    assert all(ends(pid) for pid in pids)


def test_a_release_that_cannot_be_read_is_told_and_the_reason_logged(tmp_path, small_release, caplog):
    (tmp_path / "graph.nq").write_text("this is no statement\n", encoding="utf-8")
    with caplog.at_level(logging.ERROR), pytest.raises(StoreUnavailable, match="bionrw build"):
        ZygoteProcess(replace(small_release, path=tmp_path), Settings())
    assert "cannot open the release" in caplog.text


@pytest.mark.parametrize(
    ("wanted", "triples", "expected"),
    [
        ("auto", MEMORY_TRIPLES, "memory"),
        ("auto", MEMORY_TRIPLES + 1, "default"),
        ("auto", DEFAULT_TRIPLES, "default"),
        ("auto", DEFAULT_TRIPLES + 1, "disk"),
        ("memory", DEFAULT_TRIPLES + 1, "memory"),
        ("default", 1, "default"),
        ("disk", 1, "disk"),
    ],
)
def test_a_setting_says_where_the_graph_is_kept(small_release, wanted, triples, expected):
    release = replace(small_release, graphs={"https://graph.example/graph/document": triples})
    assert placement(release, wanted) == expected


def test_a_release_without_its_quads_is_read_from_disk(tmp_path):
    assert placement(Release("1", tmp_path, "https://graph.example/", ""), "memory") == "disk"


def hears_nothing_more(channel):
    """Tell whether the other end has gone; what it left unread shows as a reset."""
    try:
        return channel.recv(4096) == b""
    except ConnectionResetError:
        return True


def ends(pid):
    """Tell whether a process ends within five seconds."""
    limit = time.monotonic() + 5
    while running(pid) and time.monotonic() < limit:
        time.sleep(0.02)
    return not running(pid)


def running(pid):
    """Tell whether a process runs; one that only waits to be collected by its parent does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


@linux_only
def test_what_a_reader_works_is_told_by_its_processor_time(small_release):
    async def scenario():
        zygote = ZygoteProcess(small_release, Settings())
        reader = await Reader.connect(zygote.fork(), 20)
        try:
            idle = reader.processor_seconds()
            await asyncio.sleep(0.2)
            rested = reader.processor_seconds() - idle
            reader.ask(json.dumps(REQUEST).encode())
            async with asyncio.timeout(20):
                while reader.processor_seconds() - idle < 0.3:
                    await asyncio.sleep(0.02)
            reader.kill()
            return rested
        finally:
            zygote.close()

    assert asyncio.run(scenario()) < 0.1
