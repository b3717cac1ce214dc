"""Whichever process is killed, the server lives on or ends as a whole, and a release stays whole."""

import multiprocessing
import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bionrw.config import Settings
from bionrw.release.catalogue import examine
from bionrw.release.handover import switch
from bionrw.release.publish import Shelf
from tests.http.live import (
    Live,
    command,
    get,
    is_at_work,
    lives,
    parted,
    publish,
    readers_at_rest,
    rest,
    running,
    wait_until,
)
from tests.http.questions import ENDLESS, LIGHT

pytestmark = pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="looks into /proc")

SETTINGS = {"WORKERS": 2, "READERS": 8, "DEADLINE": 2, "CACHE_BYTES": 0}
SPAWN = multiprocessing.get_context("spawn")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a release."""
    folder = tmp_path_factory.mktemp("deaths") / "var"
    publish(folder, 100)
    return folder


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Live]:
    """Return a server whose processes are killed one after the other."""
    with running(folder, folder.parent / "log", SETTINGS) as server:
        yield server


def outcome(server: Live, request: bytes) -> str:
    """Return the status of an answer, or that there was none."""
    try:
        return str(parted(server.raw(request))[0])
    except (OSError, AssertionError, LookupError):
        return "broken"


class Load(threading.Thread):
    """Asks light queries all the time, and counts what comes."""

    def __init__(self, server: Live) -> None:
        super().__init__()
        self.server, self.stop, self.seen = server, threading.Event(), Counter[str]()

    def run(self) -> None:
        while not self.stop.is_set():
            self.seen[outcome(self.server, get(f"{LIGHT} #{len(self.seen)}", Connection="close"))] += 1


def victims(server: Live, kind: str) -> list[int]:
    """Return processes to be killed together."""
    found = {"reader": server.readers, "serving": server.serving, "zygote": server.zygotes}
    return [found[each]()[0] for each in kind.split(" and ")]


@pytest.mark.parametrize(
    "kind", ["reader", "serving", "zygote", "serving and reader", "zygote and serving", "zygote and reader"]
)
def test_the_server_outlives_any_process_but_its_first(server: Live, kind: str) -> None:
    """A long query runs meanwhile, whose client sees a problem or a broken connection at the worst."""
    load = Load(server)
    load.start()
    long: list[str] = []
    asking = threading.Thread(target=lambda: long.append(outcome(server, get(ENDLESS, Connection="close"))))
    try:
        wait_until(lambda: load.seen["200"] > 5)
        asking.start()
        wait_until(lambda: is_at_work(server))
        killed = victims(server, kind)
        for pid in killed:
            os.kill(pid, signal.SIGKILL)
        wait_until(lambda: not any(map(lives, killed)))
        before = load.seen["200"]
        wait_until(lambda: load.seen["200"] > before + 20)
        asking.join()
    finally:
        load.stop.set()
        load.join()
    assert set(load.seen) <= {"200", "500", "503", "broken"}
    # Two clients at most asked the processes that were killed, and one each what had to wait for others.
    assert load.seen.total() - load.seen["200"] <= 4
    assert long[0] in ("504", "500", "503", "broken")
    wait_until(lambda: (len(server.serving()), len(server.readers())) == (2, readers_at_rest(SETTINGS)))
    assert outcome(server, get(LIGHT, Connection="close")) == "200"


def family(seen: set[int]) -> set[int]:
    """Return those of `seen` that still live as one of our programs."""
    return {pid for pid in seen if lives(pid) and b"bionrw" in command(pid)}


@pytest.mark.parametrize("first", ["arbiter", "zygote"])
def test_nothing_is_left_of_a_server_whose_first_process_is_killed(folder: Path, first: str) -> None:
    """Not even where its zygote was another one than at the start."""
    with running(folder, folder.parent / "killed.log", SETTINGS) as server:
        if first == "zygote":
            [zygote] = server.zygotes()
            os.kill(zygote, signal.SIGKILL)
            wait_until(lambda: not lives(zygote))
        wait_until(lambda: len(server.readers()) == readers_at_rest(SETTINGS))
        seen = server.all()
        with server.connect() as connection:
            connection.sendall(get(ENDLESS))
            wait_until(lambda: is_at_work(server))
            os.kill(server.process.pid, signal.SIGKILL)
            assert rest(connection) == b""
        server.process.wait()
        wait_until(lambda: not family(seen))
    with running(folder, folder.parent / "next.log", SETTINGS) as server:
        assert outcome(server, get(LIGHT, Connection="close")) == "200"


def test_a_server_that_ends_leaves_nothing(folder: Path) -> None:
    with running(folder, folder.parent / "ended.log", SETTINGS) as server:
        seen = server.all()
        server.process.terminate()
        assert server.process.wait(15) == 0
        wait_until(lambda: not family(seen))
    assert not list(folder.glob(f"server-{server.process.pid}*"))


def build_on(folder: str, began: threading.Event) -> None:
    """Make one release after the other, as builds do."""
    shelf = Shelf(Path(folder))
    for number in range(10_000):
        with shelf.exclusive(print):
            publish(Path(folder), 300, f"r{number % 7}-")
        began.set()


def switch_on(folder: str, began: threading.Event) -> None:
    """Switch between all releases."""
    versions = [
        path.name for path in Path(folder).iterdir() if (path / "store").is_dir() and not path.is_symlink()
    ]
    for number in range(10_000):
        switch(Settings(var_dir=folder), versions[number % len(versions)], print)
        began.set()


@pytest.mark.parametrize("work", [build_on, switch_on])
def test_a_build_or_switch_that_is_killed_leaves_a_whole_release(
    tmp_path: Path, work: Callable[..., None]
) -> None:
    folder = tmp_path / "var"
    for name in "ab":
        publish(folder, 50, name)
    for _ in range(4):
        began = SPAWN.Event()
        child = SPAWN.Process(target=work, args=(str(folder), began), daemon=True)
        child.start()
        assert began.wait(30)
        time.sleep(random.uniform(0, 0.1))
        child.kill()
        child.join()
        whole = examine(folder / (folder / "current").readlink())
        assert whole.triples >= 50
    with running(folder, tmp_path / "log", {"WORKERS": 1, "READERS": 1}) as server:
        assert outcome(server, get("ASK { ?s ?p ?o }", Connection="close")) == "200"
    with Shelf(folder).exclusive(print):
        assert not list(folder.glob(".unfinished-*"))
