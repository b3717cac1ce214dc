"""The engine on this machine: a released graph behind a pool of reader processes."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import partial
from typing import Any

from bionrw.config import Settings
from bionrw.model import Answer, Blank, Iri, Operation, Release, ResultFormat, Term, Triple
from bionrw.names import Names
from bionrw.store.confinement import NONE
from bionrw.store.exchange import Exchange
from bionrw.store.pool import ReaderPool
from bionrw.store.process import ReaderProcess

_log = logging.getLogger(__name__)


class EmbeddedStore:
    """Answers queries in processes that are ended when a query overruns; safe to use from any thread.

    Create it after a server has forked its workers: its readers belong to the process that made it.
    """

    def __init__(self, release: Release, settings: Settings) -> None:
        """Start the readers; raise `StoreUnavailable` when they cannot open the release."""
        self._release = release
        self._settings = settings
        default_graphs = Names(release.base_iri).default_graphs()
        self._default_graphs = [iri for iri in default_graphs if iri in release.graphs]
        start = partial(ReaderProcess, release.path, settings.memory_limit)
        self._pool = ReaderPool(start, settings.readers)
        if self.network_guard == NONE:
            _log.warning("Readers could open sockets on this system; only the text check refuses SERVICE.")

    @property
    def release(self) -> Release:
        """Return the release that is answered from."""
        return self._release

    @property
    def network_guard(self) -> str:
        """Return what keeps the readers off the network: "seccomp", "descriptors" or "none"."""
        guards = {str(reader.report["network"]) for reader in self._pool.readers}
        return guards.pop() if len(guards) == 1 else NONE

    def query(self, operation: Operation, result_format: ResultFormat, deadline: float) -> Answer:
        """Start a query and return when its first 64 KiB, or all of a shorter answer, are there.

        `deadline` is in seconds from now and covers waiting, running and sending; `GraphStore.query`
        lists what is raised.
        """
        request = self._request(operation, result_format.media_type)
        frames = Exchange(self._pool, request, self._settings.queue_timeout, deadline)
        return Answer(result_format.media_type, frames)

    def write(
        self,
        triples: Sequence[Triple],
        result_format: ResultFormat,
        deadline: float,
        prefixes: Mapping[str, str],
    ) -> Answer:
        """Write `triples` in a reader, as the answers of queries are written; see `GraphStore.write`."""
        request = {
            "text": "",
            "triples": [[_plain(term) for term in triple] for triple in triples],
            "media_type": result_format.media_type,
            "prefixes": dict(prefixes),
        }
        frames = Exchange(self._pool, request, self._settings.queue_timeout, deadline)
        return Answer(result_format.media_type, frames)

    def close(self) -> None:
        """End the readers; running queries fail."""
        self._pool.close()

    def _request(self, operation: Operation, media_type: str) -> dict[str, Any]:
        default_graphs, named_graphs = self._dataset(operation)
        return {
            "text": operation.text,
            "base_iri": self._release.base_iri,
            "media_type": media_type,
            "default_graphs": default_graphs,
            "named_graphs": named_graphs,
            "prefixes": dict(operation.prefixes),
            "bindings": {name: _plain(term) for name, term in operation.bindings},
        }

    def _dataset(self, operation: Operation) -> tuple[list[str] | None, list[str] | None]:
        """Return default and named graphs; None leaves them to the text, or to all that there are."""
        if operation.dataset is not None:
            # SPARQL 1.1 Protocol 2.1.4: the request's dataset is exactly what it lists, and wins over FROM.
            return list(operation.dataset.default_graphs), list(operation.dataset.named_graphs)
        if operation.own_dataset:
            return None, None
        return self._default_graphs, None


def _plain(term: Term) -> dict[str, str]:
    match term:
        case Iri(value):
            return {"iri": value}
        case Blank(value):
            return {"blank": value}
    return asdict(term)
