"""The pool keeps its number of readers through all that befalls them."""

import logging
import time

import pytest

from bionrw.errors import StoreUnavailable
from bionrw.store.pool import ReaderPool
from bionrw.store.process import ReaderProcess

MEMORY = 1024**3


class Starting:
    """Starts real readers, save while `broken` is set: then the system has no room for a process."""

    def __init__(self, path):
        self.path = path
        self.broken = False
        self.count = 0

    def __call__(self):
        if self.broken:
            raise OSError(11, "Resource temporarily unavailable")
        self.count += 1
        return ReaderProcess(self.path, MEMORY)


@pytest.fixture
def starting(release_path):
    return Starting(release_path)


@pytest.fixture
def pool(starting):
    pool = ReaderPool(starting, 2)
    yield pool
    pool.close()


@pytest.fixture
def acquire(pool):
    """A function that borrows a reader; those that a test keeps are given up after it."""
    lent = []

    def borrow(patience=5.0, seconds=20.0):
        reader = pool.acquire(patience, time.monotonic() + seconds)
        lent.append(reader)
        return reader

    yield borrow
    for reader in lent:
        pool.discard(reader)


def test_a_reader_that_comes_back_is_lent_again(pool, acquire, starting):
    for _ in range(5):
        pool.release(acquire())
    assert starting.count == 2


def test_a_discarded_reader_is_replaced(pool, acquire, starting):
    gone = {acquire(), acquire()}
    for reader in gone:
        pool.discard(reader)
    assert {acquire(), acquire()}.isdisjoint(gone)
    assert starting.count == 4


@pytest.mark.parametrize("give_back", [ReaderPool.release, ReaderPool.discard])
def test_a_reader_is_ended_at_its_deadline_even_if_nobody_watches(pool, acquire, give_back):
    reader = acquire(seconds=0.1)
    assert reader.reap(2.0) == -9
    give_back(pool, reader)  # too late: all that is left to do is to hang up
    with pytest.raises(OSError, match="Bad file descriptor"):
        reader.receive(time.monotonic() + 1)
    assert reader not in pool.readers


def test_a_reader_that_died_idle_is_not_lent(pool, acquire):
    for reader in pool.readers:
        reader.kill()
        reader.reap()
    assert acquire().alive()


def test_a_system_without_room_is_asked_again(pool, acquire, starting, caplog):
    starting.broken = True
    for _ in range(2):
        pool.discard(acquire())
    with pytest.raises(StoreUnavailable, match="busy"):
        acquire(patience=0.2)
    starting.broken = False
    assert acquire().alive()
    assert "temporarily unavailable" in caplog.text


def test_a_pool_that_cannot_start_says_so(starting):
    starting.broken = True
    with pytest.raises(StoreUnavailable, match="No query process"):
        ReaderPool(starting, 2)


def test_a_reader_that_cannot_open_its_release_says_so_and_logs_why(tmp_path, caplog):
    (tmp_path / "graph.nq").write_text("this is no statement\n", encoding="utf-8")
    with caplog.at_level(logging.ERROR), pytest.raises(StoreUnavailable) as caught:
        ReaderPool(Starting(tmp_path), 1)
    assert "bionrw build" in caught.value.detail
    assert "cannot open the release" in caplog.text


def test_too_little_memory_for_the_engine_itself_is_told(release_path):
    with pytest.raises(StoreUnavailable, match="memory_limit"):
        ReaderPool(lambda: ReaderProcess(release_path, 1024**2), 1)
