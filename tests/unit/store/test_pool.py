"""The pool keeps its number of readers through all that befalls them."""

import asyncio
import os
import signal
import time

import pytest

from bionrw.config import Settings
from bionrw.errors import StoreUnavailable
from bionrw.store.lanes import Lanes
from bionrw.store.link import ReaderGone
from bionrw.store.process import ZygoteProcess
from tests.unit.store.conftest import pool_of

LIGHT, OTHER, HEAVY = "ASK {}", "SELECT * {}", "ASK { ?heavy ?p ?o }"


def borrow(pool, text=OTHER, client="", patience=5.0, seconds=20.0, pace=None):
    return pool.acquire(text, client, patience, time.monotonic() + seconds, pace)


async def until(condition):
    """Return when `condition` holds."""
    while not condition():
        await asyncio.sleep(0.01)


def test_a_reader_that_comes_back_is_lent_again(pooled):
    async def scenario(pool):
        seen = set()
        for _ in range(5):
            lease = await borrow(pool)
            seen.add(lease.reader.pid)
            pool.release(lease)
        return seen, pool.readers

    seen, readers = pooled(scenario)
    assert len(readers) == 2
    assert len(seen) <= 2


def test_a_discarded_reader_is_replaced(pooled):
    async def scenario(pool):
        gone = [await borrow(pool) for _ in range(2)]
        for lease in gone:
            pool.discard(lease)
        fresh = [await borrow(pool) for _ in range(2)]
        return {lease.reader.pid for lease in gone} & {lease.reader.pid for lease in fresh}

    assert pooled(scenario) == set()


def test_a_reader_is_ended_at_its_deadline_even_if_nobody_watches(pooled):
    async def scenario(pool):
        lease = await borrow(pool, seconds=0.1)
        await until(lambda: lease.expired)
        with pytest.raises(ReaderGone):
            await lease.reader.receive()
        pool.release(lease)  # too late, and no harm
        await until(lambda: len(pool.readers) == 2)
        return lease.reader in pool.readers, pool.counters["killed"]

    assert pooled(scenario) == (False, 1)


def test_a_reader_that_died_idle_is_not_lent(pooled):
    async def scenario(pool):
        dead = {reader.pid for reader in pool.readers}
        for pid in dead:
            os.kill(pid, signal.SIGKILL)
        await until(lambda: not dead & {reader.pid for reader in pool.readers})
        return (await borrow(pool)).reader.pid in dead

    assert pooled(scenario) is False


def test_a_zygote_that_died_is_replaced(pooled):
    async def scenario(pool):
        dead = {reader.pid for reader in pool.readers}
        os.kill(pool._fleet._zygote.pid, signal.SIGKILL)
        await until(lambda: not dead & {reader.pid for reader in pool.readers})
        lease = await borrow(pool, patience=20)
        return lease.reader.alive

    assert pooled(scenario)


def test_one_query_too_many_is_refused_after_its_patience(pooled):
    async def scenario(pool):
        await borrow(pool)
        begin = time.monotonic()
        with pytest.raises(StoreUnavailable, match="busy"):
            await borrow(pool, patience=0.2)
        return time.monotonic() - begin, pool.counters["refused"], pool.census.waiting

    seconds, refused, waiting = pooled(scenario, size=1)
    assert 0.1 < seconds < 3
    assert (refused, waiting) == (1, 0)


def test_one_client_cannot_fill_the_queue(pooled):
    async def scenario(pool):
        await borrow(pool)
        crowd = [asyncio.create_task(borrow(pool, client="crowd", patience=20)) for _ in range(20)]
        await asyncio.sleep(0)
        refused = sum(task.done() for task in crowd)
        other = asyncio.create_task(borrow(pool, client="other", patience=20))
        await asyncio.sleep(0)
        return refused, other.done(), pool.census.waiting

    refused, other_refused, waiting = pooled(scenario, size=1, queue=8)
    assert refused == 16
    assert not other_refused
    assert waiting == 5


def test_clients_take_turns(pooled):
    async def scenario(pool):
        first = await borrow(pool)
        order = []

        async def client(name):
            lease = await borrow(pool, client=name, patience=20)
            order.append(name)
            await asyncio.sleep(0.02)
            pool.release(lease)

        crowd = [asyncio.create_task(client("crowd")) for _ in range(4)]
        await asyncio.sleep(0)
        other = asyncio.create_task(client("other"))
        await asyncio.sleep(0)
        pool._running["crowd"] += 1  # the crowd has a query at work elsewhere
        pool.release(first)
        await asyncio.gather(*crowd, other)
        return order

    assert pooled(scenario, size=1)[0] == "other"


def test_a_query_that_gave_up_waiting_leaves_its_place(pooled):
    async def scenario(pool):
        lease = await borrow(pool)
        task = asyncio.create_task(borrow(pool, patience=20))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        pool.release(lease)
        return pool.census.waiting, pool.census.idle

    assert pooled(scenario, size=1) == (0, 1)


def test_who_gives_up_this_very_moment_is_passed_over(pooled):
    async def scenario(pool):
        lease = await borrow(pool)
        tasks = [asyncio.create_task(borrow(pool, patience=20)) for _ in range(2)]
        await asyncio.sleep(0)
        tasks[0].cancel()
        pool.release(lease)  # before the cancelled one could leave the queue
        granted = await tasks[1]
        await asyncio.gather(*tasks, return_exceptions=True)
        return granted.reader.alive, len(pool._busy)

    assert pooled(scenario, size=1) == (True, 1)


@pytest.mark.parametrize("allowed", [True, False])
def test_what_runs_long_is_demoted_and_its_reader_lent_again_only_as_it_was(pooled, monkeypatch, allowed):
    async def scenario(pool):
        lease = await borrow(pool)
        await until(lambda: lease.reader.demoted)
        demoted = os.getpriority(os.PRIO_PROCESS, lease.reader.pid)
        if not allowed:
            monkeypatch.setattr(os, "setpriority", refuse)
        pool.release(lease)
        await until(lambda: len(pool.readers) == 2)
        return demoted, [os.getpriority(os.PRIO_PROCESS, reader.pid) for reader in pool.readers]

    own = os.getpriority(os.PRIO_PROCESS, 0)
    demoted, after = pooled(scenario)
    assert demoted > own
    assert after == [own, own]


def refuse(*_arguments):
    raise PermissionError


def test_a_pool_that_is_closed_lends_nothing(pooled):
    async def scenario(pool):
        await borrow(pool)
        waiting = asyncio.create_task(borrow(pool, patience=20))
        await asyncio.sleep(0)
        await pool.close()
        for attempt in (waiting, borrow(pool)):
            with pytest.raises(StoreUnavailable):
                await attempt
        return pool.readers

    assert pooled(scenario, size=1) == ()


def test_a_release_on_disk_that_cannot_be_read_is_told(small_release, pooled):
    (small_release.path / "graph.nq").unlink()

    async def scenario(pool):
        return pool

    with pytest.raises(StoreUnavailable, match="bionrw build"):
        pooled(scenario)


def test_a_pool_whose_zygote_has_gone_opens_with_another(small_release):
    settings = Settings()
    gone = ZygoteProcess(small_release, settings)
    os.kill(gone.pid, signal.SIGKILL)
    os.waitid(os.P_PID, gone.pid, os.WEXITED | os.WNOWAIT)
    assert not gone.alive

    async def scenario():
        pool = pool_of(gone, lambda: ZygoteProcess(small_release, settings), Lanes.of(2, 2))
        try:
            await pool.open()
            return len(pool.readers)
        finally:
            await pool.close()

    assert asyncio.run(scenario()) == 2


def test_an_idle_reader_that_ends_is_replaced_though_nobody_asks(pooled):
    async def scenario(pool):
        gone = {reader.pid for reader in pool.readers}
        for pid in gone:
            os.kill(pid, signal.SIGKILL)
        await until(lambda: len(pool.readers) == len(gone) and not gone & {each.pid for each in pool.readers})

    pooled(scenario)
