"""Counts queries in a place of the ledger, and writes there how readers and cache stand."""

from bisect import bisect_left

from bionrw.serving.figures import BUCKETS, GAUGES, HIT, MISS, POSITIONS, WIDTH, start_of
from bionrw.serving.ledger import Place
from bionrw.store.pool import ReaderPool
from bionrw.web.cache import ReplyCache
from bionrw.web.observation import OK, Observation

_SENT = POSITIONS["sent_bytes"]
# The pool's words for what it counts, with ours.
_POOL_COUNTERS = {"killed": "killed", "preempted": "preempted", "died": "died", "refused": "turned_away"}


class Tally:
    """An observer that counts. Belongs to one event loop, so nothing is counted twice or lost."""

    def __init__(self, place: Place) -> None:
        """Count on from where the last owner of `place` stopped; how things stood with it is over."""
        self._figures = place.figures
        self._seen: dict[str, float] = {}
        for name in GAUGES:
            self._figures[POSITIONS[name]] = 0.0

    def note(self, observation: Observation) -> None:
        """Count a query."""
        cache = HIT if observation.hit and observation.outcome == OK else MISS
        start = start_of(observation.outcome, cache)
        self._figures[start + bisect_left(BUCKETS, observation.seconds)] += 1
        self._figures[start + WIDTH - 1] += observation.seconds
        self._figures[_SENT] += observation.size

    def sample(self, pool: ReaderPool, cache: ReplyCache) -> None:
        """Write how things stand."""
        for counted, name in _POOL_COUNTERS.items():
            self._count(name, pool.counters[counted])
        self._count("cache_hits", cache.hits)
        self._count("cache_misses", cache.misses)
        for name, value in zip(GAUGES, (*pool.census, cache.used), strict=True):
            self._figures[POSITIONS[name]] = value

    def _count(self, name: str, value: float) -> None:
        """Add what has come since the last look, because the place began before this process."""
        self._figures[POSITIONS[name]] += value - self._seen.get(name, 0.0)
        self._seen[name] = value
