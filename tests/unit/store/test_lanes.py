"""Readers are lent by lanes: light queries always find one, long ones have a few places."""

import asyncio
import time
from collections import Counter

import pytest

from bionrw.errors import StoreUnavailable
from bionrw.store.lanes import QUANTUM, Experience, Lanes, Pace, Queue, Ticket
from bionrw.store.link import ReaderGone

LIGHT, OTHER, HEAVY = "ASK {}", "SELECT * {}", "ASK { ?heavy ?p ?o }"


def borrow(pool, text=OTHER, client="", patience=5.0, seconds=20.0, pace=None):
    return pool.acquire(text, client, patience, time.monotonic() + seconds, pace)


async def until(condition):
    """Return when `condition` holds."""
    while not condition():
        await asyncio.sleep(0.01)


@pytest.mark.parametrize(
    ("readers", "width", "expected"),
    [
        (1, 1, (0, 1, 1)),
        (2, 1, (0, 1, 1)),
        (3, 1, (1, 1, 2)),
        (4, 2, (1, 2, 3)),
        (8, 1, (1, 1, 2)),
        (8, 4, (1, 4, 5)),
        (8, 16, (1, 6, 8)),
    ],
)
def test_a_reader_is_kept_for_light_queries_once_there_are_three(readers, width, expected):
    lanes = Lanes.of(readers, width)
    assert (lanes.reserved, lanes.long, lanes.resident) == expected


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [([], Pace.UNKNOWN), ([0.001], Pace.LIGHT), ([0.1], Pace.MEDIUM), ([QUANTUM * 2], Pace.HEAVY)],
)
def test_what_is_expected_of_a_query_is_what_its_like_took(seconds, expected):
    experience = Experience()
    for each in seconds:
        experience.learn("shape", each)
    assert experience.pace("shape") is expected
    assert experience.pace("other") is Pace.UNKNOWN


def test_a_long_run_is_forgotten_by_halves():
    experience = Experience()
    experience.learn("shape", 2.0)
    paces = []
    for _ in range(6):
        experience.learn("shape", 0.001)
        paces.append(experience.pace("shape"))
    assert paces == [Pace.HEAVY, Pace.HEAVY, Pace.MEDIUM, Pace.MEDIUM, Pace.MEDIUM, Pace.LIGHT]


def test_only_the_shapes_seen_last_are_kept():
    experience = Experience()
    for number in range(5000):
        experience.learn(f"shape {number}", 1.0)
    assert experience.pace("shape 0") is Pace.UNKNOWN
    assert experience.pace("shape 4999") is Pace.HEAVY


def test_a_queue_is_bounded_in_all_and_for_each_client():
    queue = Queue(4)
    for _ in range(2):
        queue.add(Ticket("a", Pace.UNKNOWN))
    assert not queue.has_room("a")
    for _ in range(2):
        assert queue.has_room("b")
        queue.add(Ticket("b", Pace.HEAVY))
    assert not queue.has_room("c")


def test_lighter_ones_go_first_but_not_for_ever():
    queue = Queue(16)
    waiting = [
        Ticket("a", Pace.HEAVY, 0.0),
        Ticket("a", Pace.MEDIUM, 0.85),
        Ticket("a", Pace.LIGHT, 0.9),
        Ticket("a", Pace.LIGHT, 0.97),
        Ticket("a", Pace.LIGHT, 1.01),
    ]
    for ticket in waiting:
        queue.add(ticket)
    order = []
    while taken := queue.take(tuple(Pace), Counter()):
        order.append(waiting.index(taken))
    assert order == [2, 1, 3, 0, 4]


def test_one_reader_is_kept_for_light_queries(pooled):
    async def scenario(pool):
        pool.release(await borrow(pool, LIGHT))
        for _ in range(2):
            await borrow(pool)
        waiting = asyncio.create_task(borrow(pool, patience=20))
        await asyncio.sleep(0)
        light = await borrow(pool, LIGHT, patience=0)
        return waiting.done(), light.ticket.pace

    assert pooled(scenario, size=3) == (False, Pace.LIGHT)


def test_what_was_heavy_before_gets_no_more_places_than_there_are(pooled):
    async def scenario(pool):
        pool._experience.learn(HEAVY, 5.0)
        await borrow(pool, HEAVY)
        with pytest.raises(StoreUnavailable):
            await borrow(pool, HEAVY, patience=0.1)
        return await borrow(pool, OTHER, patience=0.1)

    assert pooled(scenario).ticket.pace is Pace.UNKNOWN


@pytest.mark.parametrize(("pace", "expected"), [(Pace.UNKNOWN, Pace.MEDIUM), (Pace.MEDIUM, Pace.HEAVY)])
def test_what_runs_beyond_its_quantum_gives_way_to_those_who_wait(pooled, pace, expected):
    async def scenario(pool):
        first, second = [await borrow(pool, f"ASK {{ {each} ?p ?o }}", pace=pace) for each in range(2)]
        await until(lambda: first.over and second.over)
        waiting = asyncio.create_task(borrow(pool, "ASK { 3 ?p 3 }", patience=20))
        await waiting
        again = pool._experience.pace(second.shape)
        return first.long, first.preempted, second.preempted, again

    assert pooled(scenario) == (True, False, True, expected)


def test_nobody_gives_way_while_nobody_waits(pooled):
    async def scenario(pool):
        leases = [await borrow(pool, f"ASK {{ ?p{'x' * each} 1 }}") for each in range(2)]
        await asyncio.sleep(0.5)
        return [lease.preempted for lease in leases]

    assert pooled(scenario) == [False, False]


def test_an_answer_that_goes_on_waits_while_as_many_have_begun_as_may(pooled):
    async def scenario(pool):
        long, other = await borrow(pool, HEAVY), await borrow(pool)
        await pool.claim(long)
        claim = asyncio.create_task(pool.claim(other))
        await asyncio.sleep(0)
        waited = not claim.done()
        pool.release(long)
        await claim
        return waited, other.begun

    assert pooled(scenario) == (True, True)


def test_one_that_waits_for_such_a_place_is_ended_at_its_deadline(pooled):
    async def scenario(pool):
        long, other = await borrow(pool, HEAVY), await borrow(pool, seconds=0.2)
        await pool.claim(long)
        with pytest.raises(ReaderGone):
            await pool.claim(other)
        return other.expired

    assert pooled(scenario)


def test_one_that_waits_for_such_a_place_gives_way(pooled):
    async def scenario(pool):
        long, other = await borrow(pool, HEAVY), await borrow(pool)
        await pool.claim(long)
        claim = asyncio.create_task(pool.claim(other))
        await asyncio.sleep(0)
        await borrow(pool, LIGHT, patience=20)
        with pytest.raises(ReaderGone):
            await claim
        return other.preempted

    assert pooled(scenario)
