"""What is noted of calls to endpoints, by several processes."""

import multiprocessing
import time

from bionrw.federation.endpoints import Endpoint
from bionrw.federation.tally import State, Tally

ONE, TWO = Endpoint("https://one.example/", "One"), Endpoint("https://two.example/", "Two")


def tally() -> Tally:
    return Tally({each.iri: each for each in (ONE, TWO)})


def test_nothing_is_known_before_the_first_call() -> None:
    assert tally().state(ONE.iri) == State()


def test_calls_are_summed_up_for_each_endpoint() -> None:
    noted = tally()
    before = time.time()
    for seconds in (1.0, 3.0, 2.0):
        noted.note(ONE, seconds, rows=10, size=100)
    noted.note(ONE, 9.0, failed=True)
    state = noted.state(ONE.iri)
    assert (state.calls, state.failures, state.rows, state.bytes, state.seconds) == (4, 1, 30, 300, 2.0)
    assert state.last is not None
    assert before <= state.last <= time.time()
    assert not state.failing
    assert noted.state(TWO.iri) == State()


def test_an_endpoint_fails_when_its_last_three_calls_did() -> None:
    noted = tally()
    noted.note(TWO, 1.0)
    for calls in range(1, 4):
        noted.note(TWO, 1.0, failed=True)
        assert noted.state(TWO.iri).failing == (calls == 3)
    noted.note(TWO, 1.0)
    assert not noted.state(TWO.iri).failing


def test_only_the_last_calls_are_kept() -> None:
    noted = tally()
    for number in range(1000):
        noted.note(ONE, float(number))
    state = noted.state(ONE.iri)
    assert state.calls < 100
    assert state.seconds is not None
    assert state.seconds > 900


def test_processes_that_were_forked_later_share_it() -> None:
    noted = tally()
    noted.note(ONE, 1.0, rows=1)
    context = multiprocessing.get_context("fork")
    child = context.Process(target=noted.note, args=(ONE, 2.0), kwargs={"rows": 2})
    child.start()
    child.join()
    assert (noted.state(ONE.iri).calls, noted.state(ONE.iri).rows) == (2, 3)


def test_what_is_not_listed_is_not_noted() -> None:
    noted = tally()
    noted.note(Endpoint("https://other.example/", "Other"), 1.0)
    assert [noted.state(each.iri) for each in (ONE, TWO)] == [State(), State()]
