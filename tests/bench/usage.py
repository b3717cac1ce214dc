"""Measure what a server and all processes below it take: memory and time of processors (Linux)."""

import os
import re
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
TICKS = os.sysconf("SC_CLK_TCK")
# A server is at rest when it uses less than this share of one processor.
REST, LOOK = 0.05, 0.2


@dataclass(frozen=True)
class Process:
    """A line of /proc/<pid>/stat; `seconds` are those of itself and of the children it has waited for."""

    pid: int
    parent: int
    session: int
    seconds: float


def read_stat(text: str) -> Process:
    """Return what a stat file says (proc(5)); the name in brackets may hold anything."""
    pid = int(text.split(" ", 1)[0])
    fields = text.rpartition(")")[2].split()
    seconds = sum(int(field) for field in fields[11:15]) / TICKS
    return Process(pid, int(fields[1]), int(fields[3]), seconds)


def family(leader: int, processes: list[Process]) -> list[Process]:
    """Return the processes of the session of `leader` and all that descend from them."""
    ids = {process.pid for process in processes if leader in (process.pid, process.session)}
    while more := {item.pid for item in processes if item.parent in ids} - ids:
        ids |= more
    return [process for process in processes if process.pid in ids]


def read_processes() -> list[Process]:
    """Return all processes of the machine."""
    found = []
    for file in PROC.glob("[0-9]*/stat"):
        with suppress(OSError):  # it ended meanwhile
            found.append(read_stat(file.read_text()))
    return found


def processor_seconds(leader: int) -> float:
    """Return the seconds that processors have spent on a server."""
    return sum(process.seconds for process in family(leader, read_processes()))


def memory(leader: int) -> int:
    """Return the bytes of a server: its processes' proportional shares of what they hold in memory."""
    total = 0
    for process in family(leader, read_processes()):
        with suppress(OSError):
            text = (PROC / str(process.pid) / "smaps_rollup").read_text()
            total += sum(int(found) for found in re.findall(r"^Pss: +(\d+) kB$", text, re.MULTILINE)) * 1024
    return total


def wait_for_rest(leader: int, most: float = 60.0) -> None:
    """Return when a server does nothing any more, or after `most` seconds: clients left queries behind."""
    end = time.monotonic() + most
    before = processor_seconds(leader)
    while time.monotonic() < end:
        time.sleep(LOOK)
        now = processor_seconds(leader)
        if now - before < REST * LOOK:
            return
        before = now
