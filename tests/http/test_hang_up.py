"""A client that hangs up ends its query, whether the event loop or a thread of Flask's waits for it."""

import asyncio

import pytest

from bionrw.config import Settings
from bionrw.model import Release
from bionrw.store.embedded import BlockingStore
from bionrw.web.app import create_app
from bionrw.web.gateway import Gateway
from tests.http.conftest import FewQueries, ScriptedStore


class EndlessEngine:
    """Queries that never answer, and tell when they are ended."""

    def __init__(self):
        self.release: Release = ScriptedStore().release
        self.begun, self.ended = asyncio.Event(), asyncio.Event()

    async def query(self, *_asked, **_named):
        self.begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.ended.set()


SCOPE = {
    "type": "http",
    "http_version": "1.1",
    "method": "GET",
    "scheme": "http",
    "path": "/sparql",
    "raw_path": b"/sparql",
    "query_string": b"query=ASK%7B%7D",
    "client": ("192.0.2.1", 50000),
    "server": ("127.0.0.1", 8000),
}


async def visit(accept: str) -> tuple[bool, list[int]]:
    """Ask, hang up once the query runs, and tell whether it ended, and which statuses were sent."""
    engine = EndlessEngine()
    settings = Settings(threads=1)
    store = BlockingStore(engine, asyncio.get_running_loop())  # type: ignore[arg-type]  # as far as asked here
    gateway = Gateway(create_app(store, settings, FewQueries()), engine, settings)
    statuses = []
    asked = False

    async def receive():
        nonlocal asked
        if not asked:
            asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await engine.begun.wait()
        return {"type": "http.disconnect"}

    async def send(message):
        statuses.append(message.get("status", 0))

    scope = {**SCOPE, "headers": [(b"host", b"localhost"), (b"accept", accept.encode())]}
    async with asyncio.timeout(20):
        await gateway(scope, receive, send)
    return engine.ended.is_set(), statuses


@pytest.mark.parametrize("accept", ["application/sparql-results+json", "text/html"])
def test_a_client_that_hangs_up_ends_its_query(accept):
    ended, _ = asyncio.run(visit(accept))
    assert ended


def test_nobody_is_told_what_became_of_it():
    assert asyncio.run(visit("application/sparql-results+json"))[1] == []


def test_a_long_query_does_not_wait_for_ever_to_be_read():
    async def ask() -> int:
        engine, settings = EndlessEngine(), Settings(queue_timeout=0.1)
        store = BlockingStore(engine, asyncio.get_running_loop())  # type: ignore[arg-type]
        gateway = Gateway(create_app(store, settings, FewQueries()), engine, settings)
        statuses = []

        async def receive():
            await asyncio.Event().wait()

        async def send(message):
            statuses.append(message.get("status", 0))

        scope = {**SCOPE, "query_string": b"query=ASK%7B%7D%23" + b"x" * 9000, "headers": []}
        async with gateway._direct.reading, asyncio.timeout(20):
            await gateway(scope, receive, send)
        return int(statuses[0])

    assert asyncio.run(ask()) == 503
