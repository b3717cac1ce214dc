"""Figures outlive the process that wrote them, and no two processes write in one place."""

import os
import signal
import subprocess
import sys

import pytest

from bionrw.serving.ledger import ENTRY_BYTES, Ledger

WRITER = """
import os, sys
from bionrw.serving.ledger import Ledger

place = Ledger(int(sys.argv[1])).claim()
if place is None:
    print("full", flush=True)
    sys.exit()
place.name({"pid": os.getpid(), "before": place.header.get("pid")})
place.figures[0] += 1
print("ready", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def start(ledger):
    """Return a function that starts a process which claims a place and stays; yields it when it has."""
    started = []

    def begin():
        process = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(ledger.descriptor)],
            pass_fds=(ledger.descriptor,),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        assert process.stdout is not None
        return process, process.stdout.readline().strip()

    yield begin
    for process in started:
        process.kill()
        process.communicate()


def seen(ledger: Ledger) -> list[tuple[int, bool, float]]:
    return [(place.header["pid"], alive, place.figures[0]) for place, alive in ledger.places()]


def test_nobody_has_written_into_a_new_one(ledger):
    assert list(ledger.places()) == []


def test_each_process_has_a_place_of_its_own(ledger, start):
    pids = [start()[0].pid for _ in range(3)]
    assert seen(ledger) == [(pid, True, 1.0) for pid in pids]
    assert start()[1] == "full"


def test_what_a_killed_process_wrote_stays_and_the_next_one_counts_on(ledger, start):
    first, _ = start()
    second, _ = start()
    first.send_signal(signal.SIGKILL)
    first.wait()
    assert seen(ledger) == [(first.pid, False, 1.0), (second.pid, True, 1.0)]
    third, _ = start()
    assert seen(ledger) == [(third.pid, True, 2.0), (second.pid, True, 1.0)]
    assert next(ledger.places())[0].header["before"] == first.pid


def test_a_forked_child_has_no_claim_of_its_own(ledger):
    place = ledger.claim()
    place.name({"pid": os.getpid()})
    child = os.fork()
    if child == 0:
        alive = [alive for _, alive in ledger.places()]
        os._exit(0 if alive == [True] else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_an_entry_is_whole_or_not_there(ledger):
    place = ledger.claim()
    assert place.read(3) == b""
    place.write(3, b"a longer text")
    place.write(3, b"text")
    place.write(4, b"neighbour")
    assert (place.read(3), place.read(4), place.read(2)) == (b"text", b"neighbour", b"")
    place._entry(3)[9] ^= 1
    assert place.read(3) == b""


def test_too_long_an_entry_is_refused(ledger):
    place = ledger.claim()
    with pytest.raises(ValueError, match="do not fit"):
        place.write(0, bytes(ENTRY_BYTES))
    assert place.read(0) == b""
