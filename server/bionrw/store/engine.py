"""The engine on this machine, for an event loop: a released graph behind a pool of reader processes."""

import asyncio
import logging
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import partial
from typing import Any

from bionrw.config import Settings
from bionrw.model import Blank, Iri, Operation, Release, ResultFormat, Stream, Term, Triple
from bionrw.store.confinement import NONE
from bionrw.store.exchange import Exchange
from bionrw.store.fleet import Fleet
from bionrw.store.lanes import Lanes
from bionrw.store.pool import ReaderPool
from bionrw.store.process import ZygoteProcess
from bionrw.store.rows import keeps_to

_log = logging.getLogger(__name__)


class Engine:
    """Answers queries in processes that are ended when a query overruns. Belongs to one event loop."""

    def __init__(self, release: Release, settings: Settings, zygote: ZygoteProcess, share: int = 1) -> None:
        """Keep what readers are made of; `share` engines divide the processes and places of `settings`."""
        self._release = release
        self._settings = settings
        lanes = lanes_of(settings, share)
        fleet = Fleet(zygote, partial(ZygoteProcess, release, settings), lanes.resident, lanes.readers)
        self.pool = ReaderPool(fleet, lanes, max(settings.queue // share, 1), settings.memory_limit)

    @classmethod
    async def open(
        cls, release: Release, settings: Settings, zygote: ZygoteProcess | None = None, share: int = 1
    ) -> "Engine":
        """Return an engine whose readers are ready; raise `StoreUnavailable` when they cannot be."""
        if zygote is None:
            zygote = await asyncio.to_thread(ZygoteProcess, release, settings)
        engine = cls(release, settings, zygote, share)
        try:
            await engine.pool.open()
        except BaseException:
            await engine.close()
            raise
        if engine.network_guard == NONE:
            _log.warning("Readers could open sockets on this system; only the text check refuses SERVICE.")
        return engine

    @property
    def release(self) -> Release:
        """Return the release that is answered from."""
        return self._release

    @property
    def network_guard(self) -> str:
        """Return what keeps the readers off the network: "seccomp", "descriptors" or "none"."""
        guards = {str(reader.report["network"]) for reader in self.pool.readers}
        return guards.pop() if len(guards) == 1 else NONE

    async def query(
        self,
        operation: Operation,
        result_format: ResultFormat,
        deadline: float,
        client: str = "",
        encoding: str = "",
    ) -> Stream:
        """Start a query and return when its first 64 KiB, or all of a shorter answer, are there.

        `deadline` is in seconds from now and covers waiting, running and sending; queries of one
        `client` wait for each other before they wait for those of others; `encoding` is the content
        coding that the client likes ("gzip", "zstd" or ""). `GraphStore.query` lists what is raised.
        """
        request = self._request(operation, result_format.media_type, encoding)
        exchange = Exchange(self.pool, request, deadline, client, operation.shape)
        await exchange.begin(self._settings.queue_timeout)
        return Stream(
            result_format.media_type, exchange, encoding if exchange.packed else "", exchange.complete
        )

    async def write(
        self,
        triples: Sequence[Triple],
        result_format: ResultFormat,
        deadline: float,
        prefixes: Mapping[str, str],
    ) -> Stream:
        """Write `triples` in a reader, as the answers of queries are written; see `GraphStore.write`."""
        request = {
            "text": "",
            "triples": [[_plain(term) for term in triple] for triple in triples],
            "media_type": result_format.media_type,
            "prefixes": dict(prefixes),
            "encoding": "",
            "max_bytes": self._settings.max_response_bytes,
            "max_rows": self._settings.max_rows,
        }
        exchange = Exchange(self.pool, request, deadline, shape="write")
        await exchange.begin(self._settings.queue_timeout)
        return Stream(result_format.media_type, exchange, "", exchange.complete)

    async def close(self) -> None:
        """End the readers; running queries fail."""
        await self.pool.close()

    def _request(self, operation: Operation, media_type: str, encoding: str) -> dict[str, Any]:
        # SPARQL 1.1 Protocol 2.1.4: the request's dataset is exactly what it lists, and wins over FROM.
        given = operation.dataset
        clauses = operation.clauses if given is None else None
        return {
            "text": operation.text,
            "base_iri": self._release.base_iri,
            "media_type": media_type,
            "encoding": encoding,
            "max_bytes": self._settings.max_response_bytes,
            "max_rows": 0 if keeps_to(self._settings.max_rows, operation.text) else self._settings.max_rows,
            "default_graphs": None if given is None else list(given.default_graphs),
            "named_graphs": None if given is None else list(given.named_graphs),
            "released": given is None and clauses is None,
            "clauses": asdict(clauses) if clauses else None,
            "default_only": operation.default_only and given is None,
            "prefixes": dict(operation.prefixes),
            "bindings": {name: _plain(term) for name, term in operation.bindings},
        }


def lanes_of(settings: Settings, share: int) -> Lanes:
    """Return the lanes of each of `share` engines on this machine."""
    return Lanes.of(max(settings.readers // share, 1), max(_processors() // share, 1))


def _processors() -> int:
    """Return how many processors this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not every system tells
        return os.cpu_count() or 1


def _plain(term: Term) -> dict[str, str]:
    match term:
        case Iri(value):
            return {"iri": value}
        case Blank(value):
            return {"blank": value}
    return asdict(term)
