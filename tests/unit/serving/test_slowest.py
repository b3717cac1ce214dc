"""The slowest queries of the last hour are kept, with their texts only where that is wanted."""

import time

import pytest

from bionrw.serving.ledger import ENTRIES
from bionrw.serving.slowest import LATE_SECONDS, SHOWN, Slowest, digest_of, slowest


@pytest.fixture
def place(ledger):
    """Return an empty place."""
    return ledger.claim()


def seconds(*places):
    return [query.seconds for query in slowest(places)]


def test_the_slowest_come_first(place, observed):
    keeper = Slowest(place, with_text=False)
    for each in (0.1, 3.0, 0.5):
        keeper.note(observed(seconds=each))
    assert seconds(place) == [3.0, 0.5, 0.1]


def test_what_is_faster_than_all_that_are_kept_is_left_out(place, observed):
    keeper = Slowest(place, with_text=False)
    for each in range(1, ENTRIES + 1):
        keeper.note(observed(seconds=float(each)))
    keeper.note(observed(seconds=0.5))
    keeper.note(observed(seconds=100.0))
    assert seconds(place) == [100.0, *(float(each) for each in range(ENTRIES, 1, -1))]


def test_what_is_long_ago_gives_way(place, observed):
    keeper = Slowest(place, with_text=False)
    for _ in range(ENTRIES):
        keeper.note(observed(seconds=9.0, began=time.time() - LATE_SECONDS - 1))
    assert seconds(place) == []
    keeper.note(observed(seconds=0.1))
    assert seconds(place) == [0.1]


def test_an_answer_from_the_cache_is_not_slow(place, observed):
    Slowest(place, with_text=False).note(observed(hit=True, seconds=9.0))
    assert seconds(place) == []


def test_the_next_process_keeps_what_it_finds(place, observed):
    Slowest(place, with_text=False).note(observed(seconds=2.0))
    Slowest(place, with_text=False).note(observed(seconds=1.0))
    assert seconds(place) == [2.0, 1.0]


def test_all_places_are_looked_at_and_the_list_stays_short(ledger, observed):
    places = [ledger.claim(), ledger._place(1), ledger._place(2)]
    for number, place in enumerate(places):
        keeper = Slowest(place, with_text=False)
        for each in range(ENTRIES):
            keeper.note(observed(seconds=1 + each * 10 + number))
    found = seconds(*places)
    assert len(found) == SHOWN < 3 * ENTRIES
    assert found == sorted(found, reverse=True)


def test_no_text_is_kept_unless_it_is_wanted(place, observed):
    Slowest(place, with_text=False).note(observed())
    [query] = slowest([place])
    assert (query.text, query.shape) == ("", digest_of("SELECT * { ?s ?p }"))
    assert "secret" not in str(query.document())
    assert b"secret" not in place.read(0)


def test_a_text_is_kept_where_it_is_wanted(place, observed):
    Slowest(place, with_text=True).note(observed(text="ASK { ?s ?p 'ä' }"))
    [query] = slowest([place])
    assert query.document()["query"] == "ASK { ?s ?p 'ä' }"


@pytest.mark.parametrize(
    "text", ["x" * 100_000, "ä" * 100_000, "\x01" * 100_000, "\ud800" * 9_000, '"' * 9_000]
)
def test_a_long_text_is_cut(place, observed, text):
    Slowest(place, with_text=True).note(observed(text=text))
    [query] = slowest([place])
    assert 300 < len(query.text) < 4000


def test_only_a_known_shape_has_a_digest():
    assert digest_of("") == ""
    assert digest_of("ASK { ?s }") != digest_of("ASK { ?s ?p }")
    assert len(digest_of("\ud800")) == 16
