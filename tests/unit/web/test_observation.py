"""Each way for a query to end has one outcome, and outcomes are few."""

import asyncio

import pytest

from bionrw import errors
from bionrw.web.observation import NAMES, RECORD, ClientGone, Record, outcome_of, record_of

SERVED = [
    kind
    for kind in vars(errors).values()
    if isinstance(kind, type)
    and issubclass(kind, errors.KnowledgeError)
    and not issubclass(kind, (errors.BuildError, errors.SettingError))
]


@pytest.mark.parametrize("kind", SERVED)
def test_each_error_has_an_outcome(kind):
    outcome = outcome_of(kind("what was wrong"), kind.status)
    assert outcome in NAMES
    # A fault of the client's is never put down to the server, nor the other way round.
    assert (outcome in {"failed", "died", "overload", "timeout"}) == (kind.status in {500, 503, 504})


@pytest.mark.parametrize(
    ("fault", "status", "outcome"),
    [
        (None, 200, "ok"),
        (None, 304, "ok"),
        (None, 414, "bad_request"),
        (None, 500, "failed"),
        (errors.MalformedQuery("?"), 400, "malformed"),
        (errors.QueryTooComplex("?"), 400, "too_complex"),
        (errors.FederationRefused("?"), 403, "refused"),
        (errors.NotAcceptable("?"), 406, "not_acceptable"),
        (errors.NotFound("?"), 404, "bad_request"),
        (errors.AnswerTooLarge("?"), 200, "too_large"),
        (errors.VersionTooOld("?"), 505, "too_large"),
        (errors.QueryTimeout("?"), 200, "timeout"),  # in mid answer
        (errors.ReaderDied("?"), 500, "died"),
        (errors.EngineFailure("?"), 500, "failed"),
        (errors.StoreUnavailable("?"), 503, "overload"),
        (ClientGone(), 0, "gone"),
        (asyncio.CancelledError(), 0, "stopped"),
        (ZeroDivisionError(), 500, "failed"),
    ],
)
def test_a_query_ends(fault, status, outcome):
    assert outcome_of(fault, status) == outcome


def test_a_request_through_asgi_shares_its_record():
    record = Record()
    assert record_of({"asgi.scope": {RECORD: record}}) is record


@pytest.mark.parametrize("environ", [{}, {"asgi.scope": {}}])
def test_another_request_gets_a_record_of_its_own(environ):
    assert record_of(environ) == Record()
