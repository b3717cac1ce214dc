"""Memory is added up by what a process is to the server."""

import os
import sys

import pytest

from bionrw.serving.processes import memory_of

ZYGOTE = "python -m bionrw.store.zygote 7"
# Number, parent, name, command, KiB.
PROCESSES = [
    (10, 1, "bionrw", "bionrw serve", 100),
    (11, 10, "python", "python -m bionrw.serving.metrics 5 4 10", 20),
    (12, 10, "python", ZYGOTE, 30),
    (13, 10, "bionrw", "bionrw serve", 40),
    (14, 10, "a) S 99 (b", "bionrw serve", 41),
    (15, 12, "python", ZYGOTE, 7),
    (16, 12, "python", ZYGOTE, 8),
    (17, 14, "python", ZYGOTE, 31),
    (18, 17, "python", ZYGOTE, 9),
    (20, 1, "other", "bionrw serve", 1000),
]


@pytest.fixture
def proc(tmp_path):
    """Return a folder like /proc."""
    for pid, parent, name, command, size in PROCESSES:
        folder = tmp_path / str(pid)
        folder.mkdir()
        (folder / "stat").write_text(f"{pid} ({name}) S {parent} 1 1")
        (folder / "cmdline").write_text(command.replace(" ", "\0"))
        (folder / "smaps_rollup").write_text(f"0-1 ---p 0 00:00 0 [rollup]\nRss: 9999 kB\nPss: {size} kB\n")
    (tmp_path / "self").mkdir()
    return tmp_path


def test_each_kind_has_its_sum(proc):
    kib = {kind: size // 1024 for kind, size in memory_of(10, proc).items()}
    assert kib == {"arbiter": 100, "metrics": 20, "zygote": 61, "serving": 81, "reader": 24}


def test_what_ends_meanwhile_is_left_out(proc):
    (proc / "15" / "smaps_rollup").unlink()
    (proc / "13" / "stat").unlink()
    kib = {kind: size // 1024 for kind, size in memory_of(10, proc).items()}
    assert (kib["reader"], kib["serving"]) == (17, 41)


def test_a_system_that_does_not_tell_gives_nothing(tmp_path):
    assert memory_of(10, tmp_path / "absent") == {}


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
def test_this_process_takes_memory():
    assert memory_of(os.getpid())["arbiter"] > 1024**2
