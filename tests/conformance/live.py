"""A server that runs over a release, as `bionrw serve` starts it."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bionrw.model import Release
from tests.conformance.exchange import send
from tests.ending import end

START_SECONDS = 30


@contextmanager
def serving(release: Release) -> Iterator[str]:
    """Start a server on a free port and give its address, without a slash at its end; end it afterwards."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("BIONRW_")}
    environment["BIONRW_VAR_DIR"] = str(release.path.parent)
    command = [sys.executable, "-m", "bionrw", "serve", "--host", "127.0.0.1", "--port", str(port)]
    log = release.path.parent / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, env=environment
        )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait(address, process, log)
        yield address
    finally:
        end(process)


def _wait(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Return when the endpoint answers; raise `RuntimeError` with the server's words when it does not."""
    for _ in range(START_SECONDS * 10):
        try:
            if send(address, "GET", "/sparql?query=ASK%20%7B%7D", {}).status == 200:
                return
        except OSError:
            if process.poll() is not None:
                break
        time.sleep(0.1)
    raise RuntimeError(log.read_text(encoding="utf-8"))
