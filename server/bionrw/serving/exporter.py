"""The metrics process, as the arbiter sees it: started with the server, and again when it has gone."""

import os
import subprocess
import sys
from pathlib import Path

from bionrw.config import Settings
from bionrw.errors import KnowledgeError
from bionrw.serving.ledger import Ledger
from bionrw.serving.listener import listen

HOST = "127.0.0.1"
_IMPORT_ROOT = Path(__file__).parents[2]
# A release that is taken up starts new processes beside the old ones; so often may that be done in a row.
_GENERATIONS = 8


class Exporter:
    """A child that tells the figures of the serving processes; it ends with the arbiter."""

    def __init__(self, settings: Settings) -> None:
        """Start it; raise `KnowledgeError` when its port is not free."""
        try:
            self.ledger = Ledger.create(settings.workers * _GENERATIONS)
        except OSError as error:
            message = f"There is no room for the metrics ({error}); leave BIONRW_METRICS_PORT out."
            raise KnowledgeError(message) from error
        self._port = settings.metrics_port
        self._process = self._start()

    @property
    def pid(self) -> int:
        """Return the child's process id."""
        return self._process.pid

    def revive(self) -> None:
        """Start another one when this one has gone."""
        if not _lives(self._process):
            self._process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        try:
            listener = listen(HOST, self._port)
        except KnowledgeError as error:
            reason = error.detail.partition(":")[0]
            message = f"The metrics have no port: {reason}; set BIONRW_METRICS_PORT to another one."
            raise KnowledgeError(message) from error
        with listener:
            inherited = (listener.fileno(), self.ledger.descriptor)
            arguments = [*map(str, inherited), str(os.getpid())]
            return subprocess.Popen(  # noqa: S603 - our own interpreter and module
                [sys.executable, "-P", "-s", "-m", "bionrw.serving.metrics", *arguments],
                env={"PYTHONPATH": str(_IMPORT_ROOT)},
                pass_fds=inherited,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
            )


def _lives(process: subprocess.Popen[bytes]) -> bool:
    # gunicorn collects all children, so their end is told by `poll` as if each had ended with 0.
    return process.poll() is None
