"""A real `bionrw serve` on a free port of this machine, with settings of its own."""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Self

from bionrw.config import Settings
from bionrw.store.engine import lanes_of
from tests.conftest import free_port

HOST = "127.0.0.1"
_START_SECONDS = 60
# What processes may need beside the queries of readers.
_BESIDES = 64 * 1024**2


class Server:
    """Runs while it is entered, and can be started anew when an attack has ended it.

    `settings` are named as in `bionrw.config`; those of this shell are forgotten.
    """

    def __init__(self, var_dir: Path, log: Path, settings: dict[str, str]) -> None:
        self._log = log
        known = {name: value for name, value in os.environ.items() if not name.startswith("BIONRW_")}
        chosen = {f"BIONRW_{name.upper()}": value for name, value in settings.items()}
        self._environment = {**known, **chosen, "BIONRW_VAR_DIR": str(var_dir)}
        self.port = 0
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def pid(self) -> int:
        """Return the process that was started, the root of all others."""
        return self._process.pid if self._process else 0

    @property
    def most_growth(self) -> int:
        """Return how many bytes its processes may take while it works: all its readers what a query may."""
        settings = Settings.from_environment(self._environment)
        readers = settings.workers * lanes_of(settings, settings.workers).active
        return readers * settings.memory_limit + _BESIDES

    @property
    def address(self) -> str:
        """Return where it is reached, without a slash at its end."""
        return f"http://{HOST}:{self.port}"

    def start(self) -> None:
        """Start it and wait for its first answer; raise `RuntimeError` with its words when there is none."""
        self.port = self.port or free_port()
        command = [sys.executable, "-m", "bionrw", "serve", "--host", HOST, "--port", str(self.port)]
        with self._log.open("ab") as output:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=self._environment,
            )
        until = time.monotonic() + _START_SECONDS
        while not self.answers(seconds=5):
            if self._process.poll() is not None or time.monotonic() > until:
                self.stop()
                message = f"The server does not start:\n{self._log.read_text(errors='replace')}"
                raise RuntimeError(message)
            time.sleep(0.1)

    def stop(self) -> None:
        """End it, if need be by force."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def answers(self, seconds: float) -> bool:
        """Tell whether the home page comes within `seconds`."""
        try:
            urllib.request.urlopen(self.address, timeout=seconds).close()
        except urllib.error.HTTPError as error:
            error.close()
            return False
        except OSError:
            return False
        return True
