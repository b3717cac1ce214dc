"""A release that a zygote can open, and a pool of its readers."""

import asyncio
import time

import pytest

from bionrw.config import Settings
from bionrw.model import Release
from bionrw.store.fleet import Fleet
from bionrw.store.lanes import Lanes
from bionrw.store.link import Reader
from bionrw.store.pool import ReaderPool
from bionrw.store.process import ZygoteProcess

MEMORY = 256 * 1024**2
BASE = "https://graph.example/"
DOCUMENT = BASE + "graph/document"
QUAD = f'<{BASE}a> <{BASE}b> "c" <{DOCUMENT}> .\n'


def pool_of(zygote, renew, lanes, queue=16):
    """Return a pool that is not open yet."""
    return ReaderPool(Fleet(zygote, renew, lanes.resident, lanes.readers), lanes, queue, MEMORY)


@pytest.fixture
def small_release(tmp_path):
    """A release of one statement."""
    folder = tmp_path / "small"
    folder.mkdir()
    (folder / "graph.nq").write_text(QUAD, encoding="utf-8")
    return Release("0123456789abcdef", folder, BASE, "2026-11-01T00:00:00Z", {DOCUMENT: 1})


@pytest.fixture
def pooled(small_release, monkeypatch):
    """A function that runs a scenario, an async function of a pool, in an event loop of its own.

    A reader counts as at work as long as it is lent.
    """
    monkeypatch.setattr(Reader, "processor_seconds", lambda _: time.monotonic())

    def run(scenario, size=2, queue=16, settings=None, width=None):
        settings = settings or Settings()

        def renew():
            return ZygoteProcess(small_release, settings)

        async def whole():
            pool = pool_of(renew(), renew, Lanes.of(size, size if width is None else width), queue)
            try:
                await pool.open()
                async with asyncio.timeout(30):
                    return await scenario(pool)
            finally:
                await pool.close()

        return asyncio.run(whole())

    return run
