"""A reader outlives neither its parent nor its deadline."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

import bionrw
from bionrw.store import wire
from bionrw.store.process import ReaderProcess

MEMORY = 1024**3
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
    "seconds": 60.0,
}


@pytest.fixture
def reader(release_path):
    reader = ReaderProcess(release_path, MEMORY)
    reader.wait_until_ready(time.monotonic() + 20)
    yield reader
    reader.kill()
    reader.reap()
    reader.hang_up()


def soon():
    return time.monotonic() + 5


def test_a_reader_reports_its_confinement(reader):
    assert reader.report["in_memory"] is True
    if sys.platform == "linux":
        assert reader.report["memory"] is True
        assert reader.report["network"] == "seccomp"


def test_a_reader_answers_again_and_again(reader):
    for number in range(3):
        reader.ask({**REQUEST, "text": f"SELECT ({number} AS ?n) {{}}"}, soon())
        assert reader.receive(soon()) == (wire.LAST, f"n\r\n{number}\r\n".encode())


def test_an_idle_reader_ends_when_its_parent_hangs_up(reader):
    reader.hang_up()
    assert reader.reap(5) == 0


def test_a_busy_reader_ends_by_itself_some_seconds_after_its_deadline(reader):
    reader.ask({**REQUEST, "seconds": -4.8}, soon())
    with pytest.raises((EOFError, ConnectionError)):
        reader.receive(soon())
    assert reader.reap(5) != 0


def test_a_killed_reader_leaves_no_zombie(reader):
    reader.kill()
    assert reader.reap(5) == -9
    with pytest.raises(ProcessLookupError):
        os.kill(reader.pid, 0)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ties a child's life to its parent's")
def test_a_busy_reader_ends_when_its_parent_is_killed(release_path):
    program = f"""
import time
from pathlib import Path
from bionrw.store.process import ReaderProcess
reader = ReaderProcess(Path({str(release_path)!r}), {MEMORY})
reader.wait_until_ready(time.monotonic() + 20)
reader.ask({REQUEST!r}, time.monotonic() + 5)
print(reader.pid, flush=True)
time.sleep(60)
"""
    command = [sys.executable, "-c", program]
    with subprocess.Popen(
        command, env={"PYTHONPATH": IMPORT_ROOT}, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        assert running(pid)
        parent.kill()
    limit = time.monotonic() + 5
    while running(pid) and time.monotonic() < limit:
        time.sleep(0.02)
    assert not running(pid)


def running(pid):
    """Tell whether a process runs; one that only waits to be collected by its parent does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
