"""The processes of this server and the memory that each kind of them uses (Linux: /proc)."""

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")
_ZYGOTE = b"bionrw.store.zygote"
_METRICS = b"bionrw.serving.metrics"


@dataclass(frozen=True, slots=True)
class Process:
    """A process: its number, its parent's, and the words it was started with."""

    pid: int
    parent: int
    command: bytes


def memory_of(root: int, proc: Path = _PROC) -> dict[str, int]:
    """Return bytes by kind of process, for `root` and all below it; empty where the system does not tell.

    What processes share is shared out among them (proportional set size), so the sum is what they take.
    """
    known = {process.pid: process for process in _processes(proc)}
    sizes: Counter[str] = Counter()
    for process in known.values():
        if kind := _kind(process, root, known):
            sizes[kind] += _proportional_bytes(process.pid, proc)
    return {kind: size for kind, size in sizes.items() if size}


def _kind(process: Process, root: int, known: dict[int, Process]) -> str:
    """Return what `process` is to the server, "" if it is none of its."""
    if process.pid == root:
        return "arbiter"
    if not _is_below(process, root, known):
        return ""
    if _METRICS in process.command:
        return "metrics"
    if _ZYGOTE in process.command:
        parent = known.get(process.parent)
        return "reader" if parent and _ZYGOTE in parent.command else "zygote"
    return "serving" if process.parent == root else "other"


def _is_below(process: Process, root: int, known: dict[int, Process]) -> bool:
    seen = set()
    at: Process | None = process
    while at is not None and at.pid not in seen:
        if at.parent == root:
            return True
        seen.add(at.pid)
        at = known.get(at.parent)
    return False


def _processes(proc: Path) -> list[Process]:
    found = []
    for folder in proc.glob("[0-9]*"):
        with suppress(OSError, ValueError, IndexError):  # it may end while it is looked at
            # The name of the program stands in brackets and may hold blanks and brackets itself.
            fields = (folder / "stat").read_bytes().rpartition(b")")[2].split()
            found.append(Process(int(folder.name), int(fields[1]), (folder / "cmdline").read_bytes()))
    return found


def _proportional_bytes(pid: int, proc: Path) -> int:
    with suppress(OSError, ValueError, IndexError):
        for line in (proc / str(pid) / "smaps_rollup").read_bytes().splitlines():
            if line.startswith(b"Pss:"):
                return int(line.split()[1]) * 1024
    return 0
