"""Real servers over small releases: started, asked byte by byte, looked into by /proc, ended by their ids."""

import contextlib
import json
import os
import select
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from bionrw.config import Settings
from bionrw.model import Release
from bionrw.names import CANONICAL_BASE
from bionrw.release.digest import canonical
from bionrw.release.publish import Shelf
from bionrw.store.engine import lanes_of
from tests.conftest import ROOT, START_SECONDS, free_port
from tests.ending import end

GRAPH = NamedNode(f"{CANONICAL_BASE}graph/document")
NUMBER = NamedNode("https://example.org/n")
DAY = "2031-05-06T00:00:00Z"
COMPANIONS = ("report.ttl", "ontology.ofn", "ontology.omn", "quality.json", "quality.ttl", "statistics.json")


def publish(folder: Path, things: int, name: str = "") -> Release:
    """Make a release current: so many things, each of which has a number behind the `name`."""
    folder.mkdir(exist_ok=True)
    quads = (
        Quad(NamedNode(f"https://example.org/{number}"), NUMBER, Literal(f"{name}{number}"), GRAPH)
        for number in range(things)
    )
    beside = {**dict.fromkeys(COMPANIONS, b""), "context.jsonld": b'{"@context": {}}\n'}
    return Shelf(folder).publish(canonical(quads), beside, CANONICAL_BASE, DAY, name)


def readers_at_rest(settings: Mapping[str, object]) -> int:
    """Return how many readers a server with such settings has on this machine while nobody asks."""
    workers = int(str(settings["WORKERS"]))
    return workers * lanes_of(Settings(readers=int(str(settings["READERS"]))), workers).resident


@dataclass(frozen=True)
class Live:
    """A server that runs, and what it has written to its log so far."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    def connect(self, seconds: float = 30) -> socket.socket:
        """Return a new connection that waits for so many seconds at most."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=seconds)

    def raw(self, request: bytes, seconds: float = 30) -> bytes:
        """Send bytes and return all that comes until the server closes the connection."""
        with self.connect(seconds) as connection:
            connection.sendall(request)
            return rest(connection)

    def ask(self, query: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
        """Return status, header fields and content of the answer to a query on a connection of its own."""
        with self.connect() as connection:
            connection.sendall(get(query, Connection="close", **headers))
            return parted(rest(connection))

    def serving(self) -> list[int]:
        """Return the processes that serve HTTP."""
        own = command(self.process.pid)
        return [pid for pid in children(self.process.pid) if command(pid) == own]

    def zygotes(self) -> list[int]:
        """Return the processes that fork readers."""
        parents = (self.process.pid, *self.serving())
        return [
            pid for parent in parents for pid in children(parent) if b"bionrw.store.zygote" in command(pid)
        ]

    def readers(self) -> list[int]:
        """Return the processes that run queries."""
        return [pid for zygote in self.zygotes() for pid in children(zygote)]

    def all(self) -> set[int]:
        """Return all processes of this server."""
        return {self.process.pid, *self.serving(), *self.zygotes(), *self.readers()}


@contextlib.contextmanager
def running(
    folder: Path, log: Path, settings: Mapping[str, object] | None = None, module: str = "bionrw"
) -> Iterator[Live]:
    """Yield a server over the current release in `folder`; `settings` are variables without their prefix."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("BIONRW_")}
    environment |= {f"BIONRW_{name}": str(value) for name, value in (settings or {}).items()}
    environment["BIONRW_VAR_DIR"] = str(folder)
    port = free_port()
    words = [sys.executable, "-m", module, "serve", "--port", str(port)]
    with log.open("wb") as output:
        process = subprocess.Popen(
            words,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=environment,
        )
    server = Live(process, port, log)
    try:
        wait_until(lambda: answers(server), START_SECONDS)
        yield server
    finally:
        end(process)


def answers(server: Live) -> bool:
    """Tell whether the server answers yet; fail with its words when it has ended."""
    if server.process.poll() is not None:
        pytest.fail(f"The server ended with {server.process.returncode}:\n{server.log.read_text()}")
    with contextlib.suppress(OSError):
        return server.ask("ASK {}")[0] == 200
    return False


def get(query: str, **headers: str) -> bytes:
    """Return the bytes of a request by GET."""
    fields = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return f"GET /sparql?{urlencode({'query': query})} HTTP/1.1\r\nHost: localhost\r\n{fields}\r\n".encode()


def rest(connection: socket.socket) -> bytes:
    """Return all that comes until the other end closes, even by a reset."""
    parts = []
    with contextlib.suppress(ConnectionResetError):
        while part := connection.recv(1 << 18):
            parts.append(part)
    return b"".join(parts)


def parted(response: bytes) -> tuple[int, dict[str, str], bytes]:
    """Return status, header fields and content of a whole response, without its chunks."""
    head, _, body = response.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    fields = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    if fields.get("transfer-encoding") == "chunked":
        assert body.endswith(b"0\r\n\r\n"), "the answer was broken off"
        body = unchunked(body)
    elif "content-length" in fields:
        assert len(body) == int(fields["content-length"])
    return int(first.split()[1]), fields, body


def unchunked(body: bytes) -> bytes:
    """Return the content of chunks, the last of which may be cut."""
    parts, at = [], 0
    while (end := body.find(b"\r\n", at)) >= 0:
        size = int(body[at:end], 16)
        parts.append(body[end + 2 : end + 2 + size])
        at = end + 4 + size
    return b"".join(parts)


def wait_until(holds: Callable[[], object], seconds: float = 15) -> None:
    """Return when something holds; fail when it does not in so many seconds."""
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, "it never came to that"
        time.sleep(0.02)


def children(pid: int) -> list[int]:
    """Return the living children of a process."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = stat.read_bytes().rpartition(b")")[2].split()
            if int(fields[1]) == pid and fields[0] != b"Z":
                found.append(int(stat.parent.name))
    return found


def command(pid: int) -> bytes:
    """Return the words that a process was started with, none when it has gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def lives(pid: int) -> bool:
    """Tell whether a process is there and no mere entry of one that has ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()[0] != b"Z"
    except OSError:
        return False


def resident(pid: int) -> int:
    """Return the bytes of memory that a process has for itself."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Private_Dirty:"):
            return int(line.split()[1]) * 1024
    return 0


def can_read(connection: socket.socket) -> bool:
    """Tell whether bytes have come."""
    return bool(select.select([connection], [], [], 0)[0])


def is_at_work(server: Live) -> bool:
    """Tell whether a reader of the server is running, and not waiting for a question."""
    states = [
        Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()[0] for pid in server.readers()
    ]
    return b"R" in states


def assert_problem(got: bytes, status: int) -> None:
    """Fail unless this is a whole response that tells of a problem and nothing of the inside."""
    told, fields, body = parted(got)
    assert told == status
    assert fields["content-type"] == "application/problem+json"
    assert fields["cache-control"] == "no-store"
    problem = json.loads(body)
    assert problem["status"] == status
    assert len(problem["detail"]) > 10
    for inside in (b"Traceback", b"File ", b"bionrw/", b"site-packages", b"0x", b"Error("):
        assert inside not in body
