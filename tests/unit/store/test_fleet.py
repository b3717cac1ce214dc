"""There are few readers while few will do, more while those at work take long, and few again afterwards."""

import asyncio
import itertools
import json
import os
import signal
import time

import pytest

from bionrw.config import Settings
from bionrw.errors import StoreUnavailable
from bionrw.store import fleet
from bionrw.store.fleet import Fleet
from bionrw.store.lanes import Lanes, Pace
from bionrw.store.link import ReaderGone
from bionrw.store.process import ZygoteProcess
from tests.unit.store.conftest import pool_of
from tests.unit.store.test_process import REQUEST

OTHER = "ASK { ?s ?p 1 }"
NUMBERS = itertools.count()
# A hundred million rows: more than anybody waits for.
ROWS = "SELECT * {" + "".join(f" VALUES ?v{i} {{ {' '.join(map(str, range(100)))} }}" for i in range(4)) + "}"


def borrow(pool, pace=Pace.UNKNOWN, patience=5.0):
    """Return a lease for a query that is like no other."""
    return pool.acquire(f"{OTHER} {next(NUMBERS)}", "", patience, time.monotonic() + 20, pace)


async def until(condition):
    """Return when `condition` holds."""
    while not condition():
        await asyncio.sleep(0.01)


def small(pooled, scenario, size=4):
    """Run a scenario with a pool of up to four readers, on one processor."""
    return pooled(scenario, size=size, width=1)


def test_at_first_there_are_the_resident_readers(pooled):
    async def scenario(pool):
        return len(pool.readers), pool.lanes.resident

    assert small(pooled, scenario) == (2, 2)


def test_a_reader_used_last_is_lent_first(pooled):
    async def scenario(pool):
        first, second = await borrow(pool, Pace.LIGHT), await borrow(pool, Pace.LIGHT)
        pool.release(second)
        pool.release(first)
        return (await borrow(pool, Pace.LIGHT)).reader is first.reader

    assert small(pooled, scenario)


def test_another_is_started_when_what_runs_takes_longer_than_its_quantum(pooled):
    async def scenario(pool):
        first = await borrow(pool, Pace.MEDIUM)
        waiting = asyncio.create_task(borrow(pool, Pace.MEDIUM))
        await asyncio.sleep(0.05)
        early = (len(pool.readers), waiting.done())
        second = await waiting
        return early, first.over, second.preempted, len(pool.readers)

    assert small(pooled, scenario) == ((2, False), True, False, 3)


def test_what_was_never_seen_is_lent_the_last_reader_when_another_can_be_started(pooled):
    async def scenario(pool):
        await borrow(pool, Pace.MEDIUM)
        await borrow(pool, Pace.UNKNOWN, patience=0)
        early = len(pool.readers)
        light = await borrow(pool, Pace.LIGHT)
        waiting = asyncio.create_task(borrow(pool, Pace.UNKNOWN))
        await asyncio.sleep(0.05)
        return early, light.reader.alive, waiting.done(), len(pool.readers)

    assert small(pooled, scenario) == (2, True, False, 3)


def test_for_heavy_ones_none_is_started_beyond_their_places(pooled):
    async def scenario(pool):
        first = await borrow(pool, Pace.HEAVY)
        waiting = asyncio.create_task(borrow(pool, Pace.HEAVY))
        await until(lambda: first.reader.demoted)
        early = (len(pool.readers), waiting.done())
        pool.release(first)
        await waiting
        return early, len(pool.readers)

    assert small(pooled, scenario) == ((2, False), 2)


def test_there_are_never_more_than_allowed(pooled):
    async def scenario(pool):
        leases = [await borrow(pool, pace) for pace in (Pace.UNKNOWN, Pace.UNKNOWN, Pace.LIGHT)]
        await until(lambda: all(lease.over for lease in leases))
        await borrow(pool, Pace.LIGHT)
        with pytest.raises(StoreUnavailable):
            await borrow(pool, Pace.HEAVY, patience=0.3)
        return len(pool.readers)

    assert small(pooled, scenario) == 3


def test_those_beyond_the_resident_ones_go_when_they_have_idled(pooled, monkeypatch):
    monkeypatch.setattr(fleet, "IDLE_SECONDS", 0.2)

    async def scenario(pool):
        leases = [await borrow(pool) for _ in range(3)]
        pids = {reader.pid for reader in pool.readers}
        for lease in leases:
            pool.release(lease)
        kept = leases[-1].reader
        await until(lambda: len(pool.readers) == pool.lanes.resident)
        await asyncio.sleep(0.3)
        return len(pool.readers), kept in pool.readers, {reader.pid for reader in pool.readers} <= pids

    assert small(pooled, scenario) == (2, True, True)


def test_one_that_is_lent_meanwhile_does_not_go(pooled, monkeypatch):
    monkeypatch.setattr(fleet, "IDLE_SECONDS", 0.2)

    async def scenario(pool):
        leases = [await borrow(pool) for _ in range(3)]
        pool.release(leases[0])
        again = await borrow(pool, Pace.LIGHT)
        await asyncio.sleep(0.5)
        return again.reader.alive, all(lease.reader.alive for lease in leases[1:])

    assert small(pooled, scenario) == (True, True)


def test_a_long_answer_of_a_slow_client_takes_no_place_of_those_who_keep_a_processor_busy(pooled):
    async def scenario(pool):
        slow = await borrow(pool, Pace.HEAVY)
        slow.reader.ask(json.dumps({**REQUEST, "text": ROWS}).encode())
        await pool.claim(slow)
        full = pool.lanes.long == 1 and slow.long
        await until(lambda: slow.reader.stalls)
        other = await borrow(pool, Pace.HEAVY)
        await pool.claim(other)
        await slow.reader.receive()
        return full, other.long, slow.reader.alive

    assert small(pooled, scenario) == (True, True, True)


def test_a_begun_answer_does_not_give_way(pooled):
    async def scenario(pool):
        leases = [await borrow(pool, pace) for pace in (Pace.UNKNOWN, Pace.UNKNOWN, Pace.LIGHT)]
        await until(lambda: all(lease.over for lease in leases))
        await pool.claim(leases[0])
        await pool.claim(leases[1])
        await borrow(pool)
        return [lease.preempted for lease in leases]

    assert small(pooled, scenario) == [False, False, True]


def test_those_who_wait_are_known_by_what_their_like_turns_out_to_be(pooled):
    async def scenario(pool):
        first = await pool.acquire("A", "", 5, time.monotonic() + 20, None)
        await pool.acquire("B", "", 5, time.monotonic() + 20, None)
        waiting = [asyncio.create_task(pool.acquire("A", "", 9, time.monotonic() + 20)) for _ in range(3)]
        await until(lambda: first.worked > 0.6)
        other = await pool.acquire("C", "", 0.5, time.monotonic() + 20, None)
        done = [task.done() for task in waiting]
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        return other.reader.alive, False in done

    assert small(pooled, scenario) == (True, True)


def test_what_was_taken_for_light_and_is_not_gives_way_sooner(pooled):
    async def scenario(pool):
        taken, other = await borrow(pool, Pace.LIGHT), await borrow(pool, Pace.MEDIUM)
        await until(lambda: taken.over)
        return other.over

    assert small(pooled, scenario, size=3) is False


@pytest.mark.parametrize(("seconds", "killed"), [(0.0, False), (0.9, True)])
def test_what_nobody_waits_for_ends_by_itself_or_is_ended_soon(pooled, seconds, killed):
    async def scenario(pool):
        lease = await borrow(pool)
        lease.reader.ask(json.dumps({**REQUEST, "text": REQUEST["text"] if killed else "ASK {}"}).encode())
        begin = time.monotonic()
        pool.abandon(lease)
        pool.abandon(lease)
        await until(lambda: not pool.census.busy)
        return lease.reader.alive, time.monotonic() - begin

    alive, took = small(pooled, scenario)
    assert alive is not killed
    assert seconds == 0 or took < seconds


def test_a_query_that_was_ended_gets_no_place_for_its_answer(pooled):
    async def scenario(pool):
        lease = await borrow(pool)
        pool.discard(lease)
        with pytest.raises(ReaderGone):
            await pool.claim(lease)

    small(pooled, scenario)


def test_readers_that_end_while_others_start_are_replaced_once(small_release, monkeypatch):
    """The first reader is there when its zygote ends, and dies before the next zygote's readers are."""
    connect, calls = Fleet._connect, itertools.count(1)

    async def faulty(self):
        number = next(calls)
        if number == 2:
            await until(lambda: self._idle)
            for victim in (*(reader.pid for reader in self._idle), self._zygote.pid):
                os.kill(victim, signal.SIGKILL)
            message = "It ended."
            raise StoreUnavailable(message)
        await asyncio.sleep(0.3 if number > 2 else 0)
        await connect(self)

    monkeypatch.setattr(Fleet, "_connect", faulty)

    async def whole():
        pool = pool_of(ZygoteProcess(small_release, Settings()), renew, Lanes.of(4, 1))
        try:
            await pool.open()
            await asyncio.sleep(1)
            return len(pool.readers)
        finally:
            await pool.close()

    def renew():
        return ZygoteProcess(small_release, Settings())

    assert asyncio.run(whole()) == Lanes.of(4, 1).resident
