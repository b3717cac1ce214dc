"""What /proc tells of a server: which of its processes listen, and how much memory all of them hold."""

import re
from collections.abc import Iterator
from pathlib import Path

PROC = Path("/proc")
_LISTENS = "0A"
_GONE = (FileNotFoundError, ProcessLookupError, PermissionError)
_SHARE = re.compile(r"^Pss:\s+(\d+) kB", re.MULTILINE)


def family(root: int) -> set[int]:
    """Return `root` and all processes below it that live."""
    children: dict[int, list[int]] = {}
    for pid, (parent, _) in _statuses():
        children.setdefault(parent, []).append(pid)
    found, waiting = set(), [root]
    while waiting:
        pid = waiting.pop()
        found.add(pid)
        waiting += children.get(pid, [])
    return found


def serving(root: int, port: int) -> frozenset[tuple[int, str]]:
    """Return pid and birth of the processes that hold the socket listening on `port`."""
    sockets = {f"socket:[{inode}]" for inode in _listening(port)}
    births = {pid: birth for pid, (_, birth) in _statuses()}
    return frozenset((pid, births.get(pid, "")) for pid in family(root) if sockets & set(_descriptors(pid)))


def memory(root: int) -> int:
    """Return the bytes that the processes hold, each page counted once (proportional set size)."""
    return sum(_share(pid) for pid in family(root))


def _statuses() -> Iterator[tuple[int, tuple[int, str]]]:
    """Yield pid, parent and time of birth of all processes."""
    for folder in PROC.iterdir():
        if folder.name.isdigit():
            try:
                # The name in brackets may hold blanks and brackets of its own.
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
            except _GONE:
                continue
            yield int(folder.name), (int(fields[1]), fields[19])


def _listening(port: int) -> Iterator[str]:
    for name in ("tcp", "tcp6"):
        for line in (PROC / "net" / name).read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == _LISTENS and int(fields[1].rpartition(":")[2], 16) == port:
                yield fields[9]


def _descriptors(pid: int) -> Iterator[str]:
    try:
        links = list((PROC / str(pid) / "fd").iterdir())
    except _GONE:
        return
    for link in links:
        try:
            yield str(link.readlink())
        except _GONE:
            continue


def _share(pid: int) -> int:
    try:
        found = _SHARE.search((PROC / str(pid) / "smaps_rollup").read_text())
    except _GONE:
        return 0
    return int(found[1]) * 1024 if found else 0
