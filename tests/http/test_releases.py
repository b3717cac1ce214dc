"""A real server takes up another release without dropping a request, or keeps the one that it has."""

import http.client
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlencode

import pytest

from bionrw.release.publish import Shelf
from tests.conftest import ROOT
from tests.http.live import Live, get, lives, parted, publish, readers_at_rest, rest, running, wait_until
from tests.http.questions import PAIRS, N

pytestmark = pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="looks into /proc")

SETTINGS = {"WORKERS": 2, "READERS": 8, "DEADLINE": 30, "CACHE_BYTES": 0}
THINGS = 400
NAMES = f"SELECT ?a {{ ?x {N} ?a }}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of two releases, whose values begin with `a` and with `b`; the first is current."""
    folder = tmp_path_factory.mktemp("releases") / "var"
    publish(folder, THINGS, "b")
    publish(folder, THINGS, "a")
    return folder


@pytest.fixture(scope="module")
def versions(folder: Path) -> dict[str, str]:
    """Return the versions by the letter that their values begin with."""
    files = [file for file in folder.glob("*/graph.nq") if not file.parent.is_symlink()]
    return {file.read_text().split('"')[1][0]: file.parent.name for file in files}


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Live]:
    """Return a server over the folder."""
    with running(folder, folder.parent / "log", SETTINGS) as server:
        yield server


@pytest.fixture(autouse=True)
def first(folder: Path, versions: dict[str, str], server: Live) -> None:
    """Begin each test with the first release."""
    if (folder / "current").readlink().name != versions["a"] or letter_of(server) != "a":
        assert bionrw(folder, "release", "switch", versions["a"]).returncode == 0
        wait_until(lambda: letter_of(server) == "a")


def bionrw(folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    """Run a command on the folder."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("BIONRW_")}
    environment["BIONRW_VAR_DIR"] = str(folder)
    command = [sys.executable, "-m", "bionrw", *words]
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=60
    )


def letter_of(server: Live) -> str:
    """Return what the values of the release begin with that answers now."""
    status, _, body = server.ask(NAMES)
    assert status == 200
    return only_letter(body)


def only_letter(body: bytes) -> str:
    """Return the one letter that all values of a whole answer begin with."""
    values = [row["a"]["value"] for row in json.loads(body)["results"]["bindings"]]
    assert len(values) == THINGS
    [letter] = {str(value)[0] for value in values}
    return letter


class Client(threading.Thread):
    """Asks all the time, over one connection as long as the server keeps it, or over one each time."""

    def __init__(self, server: Live, number: int, stop: threading.Event) -> None:
        super().__init__()
        self.server, self.keeps, self.stop, self.number = server, number % 2 == 0, stop, number
        self.seen: list[str] = []
        self.fault: Exception | None = None

    def run(self) -> None:
        try:
            with closing(http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=30)) as connection:
                while not self.stop.is_set():
                    # A text of its own each time, so that no answer comes out of a cache.
                    query = f"{NAMES} # {self.number} {len(self.seen)}"
                    connection.request("GET", f"/sparql?{urlencode({'query': query})}")
                    answer = connection.getresponse()
                    body = answer.read()
                    assert answer.status == 200, (answer.status, body)
                    self.seen.append(only_letter(body))
                    if not self.keeps:
                        connection.close()
        except Exception as fault:  # noqa: BLE001 - told by the test
            self.fault = fault


def test_no_request_is_dropped_while_releases_change(
    folder: Path, versions: dict[str, str], server: Live
) -> None:
    stop = threading.Event()
    clients = [Client(server, number, stop) for number in range(4)]
    before = set(server.serving())
    for client in clients:
        client.start()
    try:
        for letter in ("b", "a", "b"):
            done = bionrw(folder, "release", "switch", versions[letter])
            assert done.returncode == 0, done.stderr
            assert done.stdout.splitlines() == [
                f"{versions[letter]} is current now",
                f"port {server.port}: answers from {versions[letter]}",
            ]
        server.process.send_signal(signal.SIGHUP)
        between = set(server.serving())
        wait_until(lambda: not between & set(server.serving()))
    finally:
        stop.set()
        for client in clients:
            client.join()
    assert [client.fault for client in clients] == [None] * len(clients)
    for client in clients:
        assert {"a", "b"} == set(client.seen)
        assert client.seen[-1] == "b"
    assert not any(map(lives, before))
    wait_until(
        lambda: (
            (len(server.serving()), len(server.zygotes()), len(server.readers()))
            == (2, 1, readers_at_rest(SETTINGS))
        )
    )


def test_a_long_answer_is_from_one_release_to_its_end(
    folder: Path, versions: dict[str, str], server: Live
) -> None:
    with server.connect() as connection:
        connection.sendall(get(f"SELECT ?a ?b {PAIRS}", Accept="text/csv", Connection="close"))
        got = connection.recv(1000)
        assert bionrw(folder, "release", "switch", versions["b"]).returncode == 0
        wait_until(lambda: letter_of(server) == "b")
        got += rest(connection)
    _, _, body = parted(got)
    rows = body.split()[1:]
    assert len(rows) == THINGS**2
    assert all(row.startswith(b"a") and b",a" in row for row in rows)


def test_the_releases_are_listed(folder: Path, versions: dict[str, str], server: Live) -> None:
    lines = bionrw(folder, "release", "list").stdout.splitlines()
    by_version = {line[2:].split()[0]: line for line in lines}
    assert set(by_version) == set(versions.values())
    assert by_version[versions["a"]].startswith("* ")
    assert by_version[versions["a"]].endswith(f"400 triples, served at port {server.port}")
    assert by_version[versions["b"]].startswith("  ")
    assert by_version[versions["b"]].endswith("400 triples")


def test_a_release_that_was_made_current_is_taken_up(folder: Path, server: Live) -> None:
    """As `bionrw build` leaves it, which signals nobody."""
    publish(folder, THINGS, "b")
    assert letter_of(server) == "a"
    assert bionrw(folder, "release", "switch").returncode == 0
    wait_until(lambda: letter_of(server) == "b")


def test_an_unknown_or_damaged_release_changes_nothing(
    folder: Path, versions: dict[str, str], server: Live
) -> None:
    damaged = folder / "0123456789abcdef"
    shutil.copytree(folder / versions["b"], damaged)
    try:
        for version, words in ((damaged.name, "damaged"), ("fedcba9876543210", "There is no release")):
            done = bionrw(folder, "release", "switch", version)
            assert (done.returncode, words in done.stderr) == (1, True)
        assert "0123456789abcdef  The release" in bionrw(folder, "release", "list").stdout
    finally:
        shutil.rmtree(damaged)
    assert letter_of(server) == "a"
    assert (folder / "current").readlink().name == versions["a"]


@pytest.mark.parametrize("part", ["release.json", "graph.nq"])
def test_the_server_refuses_what_it_cannot_read_and_says_so(folder: Path, server: Live, part: str) -> None:
    """By a signal, whatever `current` points to; the graph is read from `graph.nq` while it is small."""
    broken = folder / "broken"
    shutil.copytree(folder / "current", broken)
    (broken / part).write_text("{ nonsense")
    said = server.log.stat().st_size
    old = set(server.serving())
    release = (folder / "current").readlink().name
    try:
        point(folder, "broken")
        server.process.send_signal(signal.SIGHUP)
        wait_until(lambda: "The release in use stays" in server.log.read_text()[said:])
        wait_until(lambda: not old & set(server.serving()))
        assert letter_of(server) == "a"
    finally:
        point(folder, release)
        shutil.rmtree(broken)


def point(folder: Path, name: str) -> None:
    """Let `current` point somewhere."""
    Shelf(folder)._switch(name)
