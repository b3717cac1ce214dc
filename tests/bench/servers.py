"""Start and stop the servers that are measured, ours and its peers, each on a free loopback port."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.questions import Question
from tests.bench.releases import Generated

BENCH_BIN = Path(".venv-bench/bin")
PATIENCE = 1800.0
LOOK = 0.002


@dataclass(frozen=True)
class Server:
    """How to start a server on a port for a release; `fill` gives a started one its data, if it has none."""

    name: str
    title: str
    path: str
    command: Callable[[Generated, int], list[str]]
    prepare: Callable[[Generated], None] = lambda _: None
    fill: Callable[[Generated, str], None] | None = None
    largest: int = sys.maxsize
    environment: Callable[[Generated], dict[str, str]] = lambda _: {}


@dataclass
class Running:
    """A server that answers; `seconds` passed from its start to its first right answer."""

    server: Server
    address: str
    process: subprocess.Popen[bytes]
    seconds: float = field(default=0.0)

    @property
    def endpoint(self) -> str:
        """Return the address of the SPARQL endpoint."""
        return self.address + self.server.path

    def stop(self) -> None:
        """End the server and what it has started."""
        self.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=15)
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@contextmanager
def running(server: Server, given: Generated, question: Question, answer: bytes) -> Iterator[Running]:
    """Start a server, wait until its answer to `question` holds `answer`, and end it in the end."""
    port = _free_port()
    log = given.folder / f"{server.name}.log"
    environment = {**os.environ, **server.environment(given)}
    start = time.perf_counter()
    with log.open("wb") as output:
        process = subprocess.Popen(
            server.command(given, port),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=environment,
            start_new_session=True,
        )
    started = Running(server, f"http://127.0.0.1:{port}", process)
    try:
        if server.fill:
            _wait(started, log, lambda: _listens(port))
            server.fill(given, started.address)
        _wait(started, log, lambda: answer in _ask(started.endpoint, question))
        started.seconds = time.perf_counter() - start
        yield started
    finally:
        started.stop()


def _wait(started: Running, log: Path, is_there: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not is_there():
        if started.process.poll() is not None or time.monotonic() > end:
            message = f"{started.server.title} does not answer:\n{log.read_text(errors='replace')}"
            raise RuntimeError(message)
        time.sleep(LOOK)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _ask(endpoint: str, question: Question) -> bytes:
    """Return the body of the answer; empty while there is none."""
    request = urllib.request.Request(endpoint + question.target, headers={"Accept": question.kind.media_type})
    try:
        with urllib.request.urlopen(request, timeout=60) as response:
            body: bytes = response.read()
            return body
    except urllib.error.HTTPError as error:
        error.close()
        if error.code < 500:
            raise
    except (OSError, http.client.HTTPException):
        pass  # not there yet
    return b""


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _ours(_given: Generated, port: int) -> list[str]:
    return [sys.executable, "-m", "bionrw", "serve", "--host", "127.0.0.1", "--port", str(port)]


def _our_settings(given: Generated) -> dict[str, str]:
    """Return the settings of a measured server; all others are those of the caller."""
    # The peers have no deadline, and a heavy query on ten million triples may need more than ours.
    return {
        "BIONRW_DEADLINE": os.environ.get("BIONRW_DEADLINE", "300"),
        "BIONRW_VAR_DIR": str(given.folder.resolve()),
        "BIONRW_BASE_IRI": given.base_iri,
    }


def _oxigraph_in_memory(_given: Generated, port: int) -> list[str]:
    return [str(BENCH_BIN / "oxigraph"), "serve", "--bind", f"127.0.0.1:{port}"]


def _oxigraph_on_disk(given: Generated, port: int) -> list[str]:
    store = str(given.folder / "oxigraph")
    return [str(BENCH_BIN / "oxigraph"), "serve", "--location", store, "--bind", f"127.0.0.1:{port}"]


def _load_on_disk(given: Generated) -> None:
    store, done = given.folder / "oxigraph", given.folder / "oxigraph.loaded"
    if not done.exists():
        command = [str(BENCH_BIN / "oxigraph"), "load", "--location", str(store)]
        subprocess.run([*command, "--file", str(given.triples)], check=True, capture_output=True)
        done.touch()


def _send(given: Generated, address: str) -> None:
    """Load the triples into the default graph (SPARQL 1.1 Graph Store HTTP Protocol, section 5.5)."""
    connection = http.client.HTTPConnection(address.removeprefix("http://"), timeout=PATIENCE)
    headers = {"Content-Type": "application/n-triples", "Content-Length": str(given.triples.stat().st_size)}
    with given.triples.open("rb") as body:
        connection.request("POST", "/store?default", body, headers)
        response = connection.getresponse()
        said = response.read()
    connection.close()
    if response.status >= 300:
        message = f"oxigraph refused the triples: {response.status} {said!r}"
        raise RuntimeError(message)


def _rdflib_endpoint(given: Generated, port: int) -> list[str]:
    command = [str(BENCH_BIN / "rdflib-endpoint"), "serve", "--host", "127.0.0.1", "--port", str(port)]
    return [*command, str(given.triples)]


OURS = Server("bionrw", "bionrw serve", "/sparql", _ours, environment=_our_settings)
PEERS = {
    peer.name: peer
    for peer in (
        Server("oxigraph-memory", "oxigraph serve, in memory", "/query", _oxigraph_in_memory, fill=_send),
        Server("oxigraph-disk", "oxigraph serve, RocksDB", "/query", _oxigraph_on_disk, _load_on_disk),
        Server("rdflib-endpoint", "rdflib-endpoint", "/", _rdflib_endpoint, largest=10_000),
    )
}
