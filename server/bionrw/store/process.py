"""The zygote of one release, as the serving processes see it: started once, asked for readers by all."""

import json
import logging
import os
import socket
import subprocess
import sys
from contextlib import ExitStack, suppress
from pathlib import Path

from bionrw.config import Settings
from bionrw.errors import StoreUnavailable
from bionrw.model import Release
from bionrw.store import allocator, wire
from bionrw.store.merging import default_graphs
from bionrw.store.reader import DEFAULT, DISK, MEMORY

_log = logging.getLogger(__name__)

_IMPORT_ROOT = Path(__file__).parents[2]
# Ten million triples take some eighty seconds to load; a machine under load may take long.
START_SECONDS = 600.0
# The memory store answers joins five to eight times faster, and takes 0.4 GiB for a million triples:
# up to the first number it holds the default graph and all graphs once more, up to the second the former.
MEMORY_TRIPLES, DEFAULT_TRIPLES = 250_000, 3_000_000


class ZygoteProcess:
    """A child that opens a release and forks readers; it ends when every holder of this object has gone.

    Set `shared` before other processes are forked that go on to hold it.

    Processes that are forked from this one may use it side by side: a request is one byte with one
    descriptor, which the kernel keeps together, and the reader answers over that descriptor itself.
    """

    def __init__(self, release: Release, settings: Settings) -> None:
        """Start the child and wait until the release is open; raise `StoreUnavailable`."""
        self.shared = False
        self._owner = os.getpid()
        self._control, inherited = socket.socketpair()
        try:
            self._process = _start(inherited, settings.allocator)
            self._open(release, settings)
            allocator.check(settings.allocator, self._process.pid)
        except OSError as error:
            self._control.close()
            _log.exception("The zygote could not be started")
            message = "No query process can be started now; try again later."
            raise StoreUnavailable(message) from error
        finally:
            inherited.close()

    @property
    def pid(self) -> int:
        """Return the child's process id."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Tell whether the child runs; ask in the process that started it."""
        return self._process.poll() is None

    def fork(self) -> tuple[socket.socket, socket.socket]:
        """Ask for a reader; raise `OSError` when the zygote has gone.

        Returns the channel to the reader, and a socket on which the zygote tells how it ended.
        """
        with ExitStack() as failed, ExitStack() as sent:
            ours, theirs = zip(socket.socketpair(), socket.socketpair(), strict=True)
            for each in ours:
                failed.enter_context(each)
            for each in theirs:
                sent.enter_context(each)
            socket.send_fds(self._control, [b"F"], [each.fileno() for each in theirs])
            failed.pop_all()
        channel, notice = ours
        return channel, notice

    def close(self) -> None:
        """Let go of the child; where nobody else holds it, wait for its end."""
        self._control.close()
        if self._owner == os.getpid() and not self.shared:
            self._process.wait()

    def _open(self, release: Release, settings: Settings) -> None:
        opening = {
            "path": str(release.path),
            "memory_limit": settings.memory_limit,
            "placement": placement(release, settings.store),
            "default_graphs": default_graphs(release),
            "shared": None if release.shared is None else list(release.shared),
        }
        with suppress(BrokenPipeError):  # a child that has died already shows below
            wire.send(self._control, wire.ASK, json.dumps(opening).encode())
        self._control.settimeout(START_SECONDS)
        try:
            kind, payload = wire.receive(self._control)
        except (EOFError, ConnectionError):
            self._fail(f"exit code {self._process.wait()}", "The query process did not start.")
        except TimeoutError:
            self._process.kill()
            self._fail("too slow", f"The release did not load within {START_SECONDS:g} seconds.")
        else:
            self._control.settimeout(None)
            if kind != wire.READY:
                message = "The release cannot be read: run `bionrw build` and start the server again."
                self._fail(json.loads(payload)["message"], message)

    def _fail(self, reason: str, message: str) -> None:
        _log.error("The zygote cannot open the release: %s", reason)
        self._control.close()
        self._process.wait()
        raise StoreUnavailable(message)


def placement(release: Release, wanted: str) -> str:
    """Return where readers keep `release`: "memory", "default" or "disk"; `wanted` may also be "auto"."""
    if not (release.path / "graph.nq").is_file():
        return DISK
    if wanted != "auto":
        return wanted
    if release.triples <= MEMORY_TRIPLES:
        return MEMORY
    return DEFAULT if release.triples <= DEFAULT_TRIPLES else DISK


def _start(inherited: socket.socket, wanted: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-P", "-s", "-m", "bionrw.store.zygote", str(inherited.fileno())],
        # Nothing of the server's environment is a reader's business.
        env={"PYTHONPATH": str(_IMPORT_ROOT), **allocator.environment(wanted)},
        pass_fds=(inherited.fileno(),),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
