"""The log of queries: one line of JSON each, appended by all serving processes to one file."""

import json
import logging
import os
import time
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from bionrw.serving.slowest import cut
from bionrw.web.observation import Observation

_log = logging.getLogger(__name__)

_TEXT_BYTES = 8192
# So often the file is looked for under its name, and tried again after a failure.
_LOOK_SECONDS = 1.0
# A pipe that nobody reads must not hold the server up.
_FLAGS = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY
_MODE = 0o640


class QueryLog:
    """An observer that writes lines; what goes wrong with the file is warned of once and fails no query."""

    def __init__(self, path: str, release: str, *, addresses: bool = False, texts: bool = False) -> None:
        """Write to `path`; addresses of clients and texts of queries only where asked for."""
        self._path, self._release = path, release
        self._addresses, self._texts = addresses, texts
        self._descriptor = -1
        self._looked = float("-inf")
        self._warned = self._torn = False
        self._look(time.monotonic())

    def note(self, observation: Observation) -> None:
        """Write a line about a query."""
        now = time.monotonic()
        if now - self._looked >= _LOOK_SECONDS:
            self._look(now)
        if self._descriptor >= 0:
            self._write(json.dumps(self._line(observation)).encode() + b"\n")

    def close(self) -> None:
        """Close the file."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _line(self, observation: Observation) -> dict[str, Any]:
        began = datetime.fromtimestamp(observation.began, UTC)
        line: dict[str, Any] = {
            "time": began.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "release": self._release,
            "seconds": round(observation.seconds, 6),
            "outcome": observation.outcome,
            "status": observation.status,
            "bytes": observation.size,
            "form": observation.form,
            "format": observation.format,
            "cache": observation.hit,
            "trace": observation.trace,
        }
        if self._addresses:
            line["address"] = observation.client
        if self._texts:
            line["query"] = cut(observation.text, _TEXT_BYTES)
        return line

    def _write(self, line: bytes) -> None:
        # One write a line, at the end of the file wherever that is: lines of two processes never mix.
        try:
            written = os.write(self._descriptor, b"\n" + line if self._torn else line)
        except OSError as error:
            self._warn(error)
            return
        self._torn = written < len(line)
        self._warned = self._warned and self._torn

    def _look(self, now: float) -> None:
        """Open the file that has the name now: the old one may have been moved away."""
        self._looked = now
        try:
            if self._descriptor >= 0 and _is_same(self._descriptor, self._path):
                return
            opened = os.open(self._path, _FLAGS, _MODE)
        except OSError as error:
            self.close()
            self._warn(error)
            return
        self.close()
        self._descriptor, self._torn = opened, False

    def _warn(self, error: OSError) -> None:
        if not self._warned:
            self._warned = True
            _log.warning("The log of queries cannot be written: %s", error)


def _is_same(descriptor: int, path: str) -> bool:
    with suppress(FileNotFoundError):
        return os.path.samestat(os.fstat(descriptor), os.stat(path))  # noqa: PTH116 - a path may be relative
    return False
