"""One reader process, as the serving process sees it: started, asked, ended."""

import json
import logging
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from bionrw.errors import StoreUnavailable
from bionrw.store import wire

_log = logging.getLogger(__name__)

_IMPORT_ROOT = Path(__file__).parents[2]


class ReaderProcess:
    """A child that answers one query at a time; `report` holds what it said of its confinement."""

    def __init__(self, release: Path, memory_limit: int) -> None:
        """Start the child and tell it what to open; raise `OSError` when the system has no room.

        The thread that calls this must outlive the child, which ends with it (PR_SET_PDEATHSIG).
        """
        self.memory_limit = memory_limit
        self.report: dict[str, Any] = {}
        self._channel, inherited = socket.socketpair()
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                [sys.executable, "-P", "-s", "-m", "bionrw.store.reader", str(inherited.fileno())],
                # Nothing of the server's environment is a reader's business; and each of malloc's
                # arenas would reserve address space that the memory limit counts.
                env={"PYTHONPATH": str(_IMPORT_ROOT), "MALLOC_ARENA_MAX": "2"},
                pass_fds=(inherited.fileno(),),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        except OSError:
            self._channel.close()
            raise
        finally:
            inherited.close()
        opening = {"path": str(release), "memory_limit": memory_limit}
        with suppress(OSError):  # a child that has died already shows in wait_until_ready
            wire.send(self._channel, wire.ASK, json.dumps(opening).encode())

    @property
    def pid(self) -> int:
        """Return the child's process id."""
        return self._process.pid

    def wait_until_ready(self, until: float) -> None:
        """Wait for the child's first word; raise `StoreUnavailable` with what it said of a failure."""
        try:
            kind, payload = wire.receive(self._channel, until)
        except (EOFError, OSError) as error:
            _log.error("A reader did not start: %r, exit code %s", error, self._process.poll())
            message = "A query process did not start; is memory_limit large enough for the release?"
            raise StoreUnavailable(message) from error
        if kind != wire.READY:
            _log.error("A reader cannot open the release: %s", json.loads(payload)["message"])
            message = "The release cannot be read: run `bionrw build` and start the server again."
            raise StoreUnavailable(message)
        self.report = json.loads(payload)

    def ask(self, request: dict[str, Any], until: float) -> None:
        """Send a query; raise `OSError` when the child is gone."""
        self._channel.settimeout(max(until - time.monotonic(), 0.001))
        wire.send(self._channel, wire.ASK, json.dumps(request).encode())

    def receive(self, until: float) -> tuple[bytes, bytes]:
        """Return the next frame; raise `TimeoutError` when late, `EOFError` or `OSError` when gone."""
        return wire.receive(self._channel, until)

    def alive(self) -> bool:
        """Tell whether the child runs."""
        return self._process.poll() is None

    def kill(self) -> None:
        """End the child at once, from any thread; its exit is collected by `reap`."""
        self._process.kill()

    def reap(self, patience: float | None = None) -> int | None:
        """Return the exit code, negative for a signal, or None if `patience` seconds did not bring it."""
        try:
            return self._process.wait(patience)
        except subprocess.TimeoutExpired:
            return None

    def hang_up(self) -> None:
        """Close the channel; only its present user may, for another could still be reading from it."""
        self._channel.close()
