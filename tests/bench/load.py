"""Put a server under load with wrk and read what it measured."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tests.bench.questions import Question

SCRIPT = Path(__file__).with_suffix(".lua")
# An answer may take long on a busy machine; wrk would count it as lost after two seconds.
PATIENCE = "60s"
_LINE = re.compile(r"^measured: (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Load:
    """What clients saw: counts, `seconds` of the whole, milliseconds of half and of 99 % of the answers."""

    requests: int
    seconds: float
    bytes: int
    p50: float
    p99: float
    failures: int
    begun_again: int

    @property
    def rate(self) -> float:
        """Return answers a second."""
        return self.requests / self.seconds


def read_load(output: str) -> Load:
    """Return what the line of our script in wrk's output says; raise `ValueError` when there is none."""
    found = _LINE.search(output)
    if not found:
        message = f"wrk measured nothing:\n{output}"
        raise ValueError(message)
    values = dict(part.split("=") for part in found[1].split())
    return Load(
        requests=int(values["requests"]),
        seconds=int(values["microseconds"]) / 1e6,
        bytes=int(values["bytes"]),
        p50=int(values["p50"]) / 1e3,
        p99=int(values["p99"]) / 1e3,
        failures=int(values["failures"]),
        begun_again=int(values["begun_again"]),
    )


def write_requests(questions: Iterable[Question], path: str, file: Path) -> None:
    """Write the requests for `load.lua`: the `path` of the endpoint with the query, and the format."""
    with file.open("w", encoding="ascii") as lines:
        for question in questions:
            lines.write(f"{path}{question.target}\t{question.kind.media_type}\n")


def put_under_load(address: str, requests: Path, clients: int, seconds: float) -> Load:
    """Return what `clients` saw that send the requests as fast as they are answered."""
    command = ["wrk", "--threads", "1", "--connections", str(clients), "--duration", f"{round(seconds)}s"]
    command += ["--timeout", PATIENCE, "--script", str(SCRIPT), address, "--", str(requests)]
    return read_load(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def have_wrk() -> bool:
    """Tell whether wrk is there; root installs it from the Debian package when it is not."""
    if shutil.which("wrk") is None and os.geteuid() == 0 and shutil.which("apt-get"):
        subprocess.run(["apt-get", "install", "--yes", "--quiet=2", "wrk"], stdin=subprocess.DEVNULL)
    return shutil.which("wrk") is not None
