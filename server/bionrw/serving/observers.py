"""The observers of one serving process, as the settings want them."""

import asyncio
import logging
import os
from functools import partial

from bionrw.config import Settings
from bionrw.model import Release
from bionrw.serving.ledger import Ledger
from bionrw.serving.query_log import QueryLog
from bionrw.serving.slowest import Slowest
from bionrw.serving.tally import Tally
from bionrw.store.pool import ReaderPool
from bionrw.web.cache import ReplyCache
from bionrw.web.observation import Observer

_log = logging.getLogger(__name__)

_SAMPLE_SECONDS = 0.5


class Observers:
    """Opens what observers write to, and lets them go with the process; none where all is off."""

    def __init__(self, release: Release, settings: Settings, ledger: Ledger | None) -> None:
        """Take a place in `ledger`, and open the log."""
        self._tally: Tally | None = None
        self._query_log: QueryLog | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._look: partial[None] | None = None
        observers: list[Observer] = []
        if ledger is not None:
            observers += self._take_place(ledger, release, settings)
        if settings.query_log:
            self._query_log = QueryLog(
                settings.query_log,
                release.version,
                addresses=settings.log_addresses,
                texts=settings.log_queries,
            )
            observers.append(self._query_log)
        self.all = tuple(observers)

    def sample(self, pool: ReaderPool, cache: ReplyCache) -> None:
        """Write how things stand, now and again from time to time; needs the running event loop."""
        if self._tally is not None:
            self._look = partial(self._tally.sample, pool, cache)
            self._look()
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(_SAMPLE_SECONDS, self.sample, pool, cache)

    def close(self) -> None:
        """Look a last time."""
        if self._timer is not None and self._look is not None:
            self._timer.cancel()
            self._look()

    def _take_place(self, ledger: Ledger, release: Release, settings: Settings) -> list[Observer]:
        place = ledger.claim()
        if place is None:
            _log.warning("The metrics leave this process out: too many of earlier releases still answer.")
            return []
        header = {
            "pid": os.getpid(),
            "version": release.version,
            "created": release.created,
            "triples": release.triples,
        }
        place.name(header)
        self._tally = Tally(place)
        return [self._tally, Slowest(place, with_text=settings.log_queries)]
