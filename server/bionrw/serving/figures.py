"""Which figures a serving process keeps in its place of the ledger, and where each stands."""

from bionrw.web.observation import NAMES, OK

HIT, MISS = "hit", "miss"
# An answer from the cache is always a good one.
ROWS = (*((outcome, MISS) for outcome in NAMES), (OK, HIT))
# Upper bounds in seconds: from a reply that was kept to a query that has used up its time.
BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
# Behind the buckets, what took longer than any of them; then all the seconds together.
WIDTH = len(BUCKETS) + 2

# What only grows, and what says how things stand now.
COUNTERS = ("sent_bytes", "killed", "preempted", "died", "turned_away", "cache_hits", "cache_misses")
GAUGES = ("waiting", "idle", "busy", "starting", "cache_bytes")

_ROW_OF = {row: number * WIDTH for number, row in enumerate(ROWS)}
_BEHIND_ROWS = len(ROWS) * WIDTH
POSITIONS = {name: _BEHIND_ROWS + number for number, name in enumerate((*COUNTERS, *GAUGES))}


def start_of(outcome: str, cache: str) -> int:
    """Return where the row of an outcome begins, in which the cache had the answer or not."""
    return _ROW_OF[outcome, cache]
