"""The servers that answer from a folder of releases: each leaves a mark there, locked as long as it lives."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

_PREFIX, _SUFFIX = "server-", ".json"
_LONGEST = 4096


@dataclass(frozen=True, slots=True)
class Running:
    """A server that runs: its process, its port, and the release that it answers from.

    `turn` counts the times that it was told to take up the current release; `refused` is the reason
    why it did not the last time, empty when it did.
    """

    pid: int
    port: int
    version: str
    turn: int = 0
    refused: str = ""


class Mark:
    """The mark of this process; the lock on it shows whoever comes that the number in it is no stranger's."""

    def __init__(self, folder: str | Path, port: int, version: str) -> None:
        """Leave it in `folder`; where nothing can be written or locked, there is none."""
        self._state = Running(os.getpid(), port, version)
        self._file = Path(folder) / f"{_PREFIX}{os.getpid()}{_SUFFIX}"
        self._descriptor = -1
        with suppress(OSError):
            self._descriptor = _open_locked(self._file)
            self._write()

    def tell(self, version: str, refused: str = "") -> None:
        """Say which release is answered from, and why the one that is current is not."""
        self._state = Running(self._state.pid, self._state.port, version, self._state.turn + 1, refused)
        with suppress(OSError):
            self._write()

    def let_go(self) -> None:
        """Give the lock to the process that left the mark alone; for one that was forked from it."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def remove(self) -> None:
        """Take the mark away."""
        if self._descriptor >= 0:
            with suppress(OSError):
                self._file.unlink(missing_ok=True)
            self.let_go()

    def _write(self) -> None:
        if self._descriptor >= 0:
            text = json.dumps(asdict(self._state)).encode()
            # At once and padded, so that whoever reads meanwhile gets the old one or the new one.
            os.pwrite(self._descriptor, text.ljust(_LONGEST), 0)


def running_servers(folder: str | Path) -> list[Running]:
    """Return the servers that run on `folder`, by port; what those that were killed left is removed."""
    found = []
    for file in Path(folder).glob(f"{_PREFIX}*{_SUFFIX}"):
        with suppress(OSError, ValueError, TypeError), _locked_by_another(file) as text:
            if text and _holds((server := Running(**json.loads(text))).pid, file):
                found.append(server)
    return sorted(found, key=lambda each: (each.port, each.pid))


def _holds(pid: int, file: Path) -> bool:
    """Tell whether process `pid` has `file` open: a folder may be shared with a system that counts anew."""
    descriptors = Path(f"/proc/{pid}/fd")
    if not Path("/proc/self/fd").is_dir():
        return True  # a system that does not tell
    try:
        return any(_is_same(each, file) for each in descriptors.iterdir())
    except PermissionError:
        return True  # somebody else's, who will not take our signal either
    except OSError:
        return False


def _is_same(descriptor: Path, file: Path) -> bool:
    with suppress(OSError):
        return descriptor.samefile(file)
    return False


@contextmanager
def _locked_by_another(file: Path) -> Iterator[bytes]:
    """Yield what a server wrote to its mark; nothing, and the mark is removed, when it has gone."""
    descriptor = os.open(file, os.O_RDWR)
    with closing(os.fdopen(descriptor, "rb")) as mark:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield mark.read().strip()
        else:
            file.unlink(missing_ok=True)
            yield b""


def _open_locked(file: Path) -> int:
    """Return `file` open and locked; somebody may remove an old one of that name at the same time."""
    while True:
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            with suppress(FileNotFoundError):
                if os.path.samestat(os.fstat(descriptor), file.stat()):
                    return descriptor
        except OSError:
            os.close(descriptor)
            raise
        os.close(descriptor)
