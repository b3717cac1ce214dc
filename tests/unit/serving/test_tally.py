"""What is counted comes out as metrics, whoever counted it."""

from collections import Counter
from types import SimpleNamespace

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from bionrw.serving.exposition import Exposition
from bionrw.serving.figures import BUCKETS, POSITIONS, ROWS
from bionrw.serving.tally import Tally
from bionrw.store.lanes import Census
from bionrw.web.observation import NAMES


@pytest.fixture
def registry(ledger):
    """Return a registry over the ledger."""
    collected = CollectorRegistry()
    collected.register(Exposition(ledger, arbiter=-1))
    return collected


def value(registry, name, **labels):
    return registry.get_sample_value(name, labels)


def standing(*, census=(0, 0, 0, 0), hits=0, misses=0, used=0, **counters):
    pool = SimpleNamespace(counters=Counter(counters), census=Census(*census))
    return pool, SimpleNamespace(hits=hits, misses=misses, used=used)


def test_there_is_room_for_all_figures(place):
    assert max(POSITIONS.values()) < len(place.figures)


def test_each_outcome_has_a_row():
    assert [name for name in NAMES if (name, "miss") not in ROWS] == []


def test_queries_are_counted_by_outcome(place, registry, observed):
    tally = Tally(place)
    for outcome in ("ok", "ok", "timeout"):
        tally.note(observed(outcome=outcome))
    tally.note(observed(hit=True))
    name = "bionrw_queries_total"
    assert value(registry, name, outcome="ok", cache="miss") == 2
    assert value(registry, name, outcome="ok", cache="hit") == 1
    assert value(registry, name, outcome="timeout", cache="miss") == 1
    assert value(registry, name, outcome="gone", cache="miss") == 0
    assert value(registry, "bionrw_sent_bytes_total") == 400


@pytest.mark.parametrize("seconds", [0.0, BUCKETS[0], 0.03, BUCKETS[-1], BUCKETS[-1] + 1])
def test_seconds_fall_into_the_buckets_that_hold_them(place, registry, observed, seconds):
    Tally(place).note(observed(seconds=seconds))
    labels = {"outcome": "ok", "cache": "miss"}
    name = "bionrw_query_seconds"
    assert {bound: value(registry, f"{name}_bucket", le=str(bound), **labels) for bound in BUCKETS} == {
        bound: float(seconds <= bound) for bound in BUCKETS
    }
    assert value(registry, f"{name}_bucket", le="+Inf", **labels) == 1
    assert value(registry, f"{name}_count", **labels) == 1
    assert value(registry, f"{name}_sum", **labels) == seconds


def test_how_things_stand_is_told(place, registry):
    pool, cache = standing(
        census=(3, 4, 2, 1), hits=10, misses=5, used=99, killed=1, preempted=2, died=3, refused=4
    )
    tally = Tally(place)
    tally.sample(pool, cache)
    tally.sample(pool, cache)  # looking twice counts nothing twice
    assert value(registry, "bionrw_queue_length") == 3
    assert [value(registry, "bionrw_readers", state=state) for state in ("idle", "busy", "starting")] == [
        4,
        2,
        1,
    ]
    ended = [
        value(registry, "bionrw_readers_ended_total", reason=it) for it in ("killed", "preempted", "died")
    ]
    assert ended == [1, 2, 3]
    assert value(registry, "bionrw_queries_turned_away_total") == 4
    assert value(registry, "bionrw_cache_requests_total", result="hit") == 10
    assert value(registry, "bionrw_cache_requests_total", result="miss") == 5
    assert value(registry, "bionrw_cache_bytes") == 99


def test_the_next_process_counts_on_and_stands_for_itself(place, registry, observed):
    first = Tally(place)
    first.note(observed())
    first.sample(*standing(census=(3, 0, 0, 0), hits=10))
    second = Tally(place)
    second.sample(*standing(hits=1))
    assert value(registry, "bionrw_cache_requests_total", result="hit") == 11
    assert value(registry, "bionrw_queries_total", outcome="ok", cache="miss") == 1
    assert value(registry, "bionrw_queue_length") == 0


def test_the_text_for_prometheus_can_be_written_before_anything_happens(registry):
    text = generate_latest(registry).decode()
    assert "bionrw_serving_processes 0.0" in text
    assert 'bionrw_queries_total{cache="miss",outcome="ok"} 0.0' in text
