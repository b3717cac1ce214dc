"""What the serving processes wrote into the ledger, and the memory they take, as metrics for Prometheus."""

from collections.abc import Iterator, Sequence
from itertools import accumulate

from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from bionrw.serving.figures import BUCKETS, COUNTERS, GAUGES, POSITIONS, ROWS, WIDTH, start_of
from bionrw.serving.ledger import Ledger, Place
from bionrw.serving.processes import memory_of

_LABELS = ("outcome", "cache")
_BOUNDS = (*map(str, BUCKETS), "+Inf")


class Exposition(Collector):
    """Reads everything anew whenever it is asked."""

    def __init__(self, ledger: Ledger, arbiter: int) -> None:
        """Read `ledger`, and the memory of the process `arbiter` and all below it."""
        self._ledger, self._arbiter = ledger, arbiter

    def collect(self) -> Iterator[Metric]:
        """Yield the metrics."""
        places = list(self._ledger.places())
        live = [place for place, alive in places if alive]
        # What was counted counts, however the process that counted it has ended.
        counted = _sum([place for place, _ in places])
        yield from _queries(counted)
        yield from _counters({name: counted[POSITIONS[name]] for name in COUNTERS})
        yield from _gauges({name: _sum(live)[POSITIONS[name]] for name in GAUGES})
        yield from _releases(live)
        yield GaugeMetricFamily("bionrw_serving_processes", "Processes that serve HTTP.", len(live))
        yield _memory(memory_of(self._arbiter))

    def describe(self) -> list[Metric]:
        """Say nothing beforehand; there is no other collector to clash with."""
        return []


def _sum(places: Sequence[Place]) -> list[float]:
    if not places:
        return [0.0] * (max(POSITIONS.values()) + 1)
    return [sum(values) for values in zip(*(place.figures for place in places), strict=True)]


def _queries(figures: Sequence[float]) -> Iterator[Metric]:
    number = CounterMetricFamily("bionrw_queries", "Queries that have ended.", labels=_LABELS)
    seconds = HistogramMetricFamily(
        "bionrw_query_seconds", "Seconds from a query's head to the end of its answer.", labels=_LABELS
    )
    for row in ROWS:
        start = start_of(*row)
        upto = list(accumulate(figures[start : start + len(_BOUNDS)]))
        number.add_metric(row, upto[-1])
        seconds.add_metric(row, list(zip(_BOUNDS, upto, strict=True)), figures[start + WIDTH - 1])
    yield number
    yield seconds


def _counters(counted: dict[str, float]) -> Iterator[Metric]:
    yield CounterMetricFamily(
        "bionrw_sent_bytes", "Bytes of the bodies of answers to queries, as sent.", counted["sent_bytes"]
    )
    yield CounterMetricFamily(
        "bionrw_queries_turned_away", "Queries that found no reader in time.", counted["turned_away"]
    )
    ended = CounterMetricFamily(
        "bionrw_readers_ended",
        "Readers that were killed at the deadline, were ended so that others get their turn, or died.",
        labels=("reason",),
    )
    for reason in ("killed", "preempted", "died"):
        ended.add_metric((reason,), counted[reason])
    yield ended
    asked = CounterMetricFamily("bionrw_cache_requests", "Looks into the cache.", labels=("result",))
    asked.add_metric(("hit",), counted["cache_hits"])
    asked.add_metric(("miss",), counted["cache_misses"])
    yield asked


def _gauges(standing: dict[str, float]) -> Iterator[Metric]:
    yield GaugeMetricFamily("bionrw_queue_length", "Queries that wait for a reader.", standing["waiting"])
    readers = GaugeMetricFamily("bionrw_readers", "Readers by what they do.", labels=("state",))
    for state in ("idle", "busy", "starting"):
        readers.add_metric((state,), standing[state])
    yield readers
    yield GaugeMetricFamily("bionrw_cache_bytes", "Bytes that the cache holds.", standing["cache_bytes"])


def _releases(live: Sequence[Place]) -> Iterator[Metric]:
    releases = {header["version"]: header for header in (place.header for place in live)}
    info = InfoMetricFamily("bionrw_release", "The releases that are served: one, or two while they change.")
    triples = GaugeMetricFamily("bionrw_release_triples", "Triples in all graphs.", labels=("version",))
    for version, header in releases.items():
        info.add_metric((), {"version": version, "created": header["created"]})
        triples.add_metric((version,), header["triples"])
    yield info
    yield triples


def _memory(sizes: dict[str, int]) -> Metric:
    memory = GaugeMetricFamily(
        "bionrw_memory_bytes",
        "Memory of the server's processes by their kind; what they share is shared out among them.",
        labels=("process",),
    )
    for kind, size in sorted(sizes.items()):
        memory.add_metric((kind,), size)
    return memory
