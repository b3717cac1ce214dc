"""A server is ready when a reader answers, and is not asked more often than it takes."""

import asyncio
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from bionrw.errors import QueryTimeout, StoreUnavailable
from bionrw.model import Release
from bionrw.web.health import LIVE, READY, Health


class Frames:
    """The frames of one small answer."""

    def __init__(self):
        self.left = [b"{}"]

    def __aiter__(self):
        return self

    async def __anext__(self):
        if not self.left:
            raise StopAsyncIteration
        return self.left.pop()

    async def aclose(self):
        self.left.clear()


class Engine:
    """Answers when it may, or fails."""

    def __init__(self, fault=None):
        self.release = Release("0123456789abcdef", Path(), "https://graph.example/", "2026-11-01T00:00:00Z")
        self.fault = fault
        self.asked = 0
        self.free = asyncio.Event()
        self.free.set()

    async def query(self, *asked, client):
        self.asked += 1
        operation, result_format, deadline = asked
        assert (operation.form, result_format.name, client) == ("ASK", "json", "health")
        assert deadline < 5
        await self.free.wait()
        if self.fault:
            raise self.fault
        return SimpleNamespace(frames=Frames())


def health_of(engine):
    return Health(cast("Any", engine))


def test_a_process_that_serves_lives_whatever_its_readers_do():
    async def scenario():
        engine = Engine(StoreUnavailable("?"))
        return engine.asked, await health_of(engine).reply(LIVE, "")

    asked, reply = asyncio.run(scenario())
    assert (asked, reply.status, reply.field(b"cache-control")) == (0, 200, b"no-store")


def test_an_answer_makes_it_ready_for_a_while():
    async def scenario():
        engine = Engine()
        health = health_of(engine)
        replies = [await health.reply(f"/graph{READY}", "") for _ in range(3)]
        return engine.asked, replies

    asked, replies = asyncio.run(scenario())
    assert asked == 1
    assert [reply.status for reply in replies] == [200, 200, 200]
    assert json.loads(replies[0].body)["release"] == "0123456789abcdef"
    assert replies[0].field(b"cache-control") == b"no-store"


@pytest.mark.parametrize("fault", [StoreUnavailable("?"), QueryTimeout("?")])
def test_no_answer_is_a_problem_until_there_is_one(fault):
    async def scenario():
        engine = Engine(fault)
        health = health_of(engine)
        bad = await health.reply(READY, "")
        engine.fault = None
        return bad, await health.reply(READY, "")

    bad, good = asyncio.run(scenario())
    assert (bad.status, good.status) == (503, 200)
    assert bad.field(b"content-type") == b"application/problem+json"
    assert (bad.field(b"cache-control"), bad.field(b"retry-after")) == (b"no-store", b"5")


def test_many_who_ask_at_once_ask_the_readers_once():
    async def scenario():
        engine = Engine()
        engine.free.clear()
        health = health_of(engine)
        asking = [asyncio.create_task(health.reply(READY, "")) for _ in range(5)]
        await asyncio.sleep(0)
        asking[0].cancel()  # who hangs up takes nothing from the others
        await asyncio.sleep(0)
        engine.free.set()
        return engine.asked, await asyncio.gather(*asking, return_exceptions=True)

    asked, replies = asyncio.run(scenario())
    assert asked == 1
    assert isinstance(replies[0], asyncio.CancelledError)
    assert [reply.status for reply in replies[1:]] == [200] * 4
