"""Each request with a query is noted once, as it ended."""

import asyncio

import pytest

from bionrw.config import Settings
from bionrw.errors import MalformedQuery
from bionrw.model import Form, Operation
from bionrw.web.cache import Reply
from bionrw.web.observation import ClientGone, Observation
from bionrw.web.visit import Visit
from bionrw.web.watch import Watch

TRACE = "0af7651916cd43dd8448eb211c80319c"
PARENT = (b"traceparent", f"00-{TRACE}-b7ad6b7169203331-01".encode())


class Notes(list[Observation]):
    """An observer that keeps what it is told."""

    note = list.append


def follow(act, query=b"query=ASK+%7B%7D", method="GET", headers=(), **settings):
    """Return what is noted of a request that `act` answers, and what came out of it."""
    notes = Notes()

    async def receive():
        return {"type": "http.request"}

    async def send(message):
        assert message

    async def run():
        scope = {
            "http_version": "1.1",
            "method": method,
            "path": "/sparql",
            "query_string": query,
            "headers": list(headers),
            "client": ("192.0.2.7", 1),
        }
        visit = Visit(scope, receive, send)
        await Watch((notes,), Settings(**settings)).follow(scope, visit, act(visit))

    raised = None
    try:
        asyncio.run(run())
    except ZeroDivisionError as error:
        raised = error
    return list(notes), raised


async def answer(visit):
    visit.record.text = "ASK {}"
    visit.record.operation = Operation("ASK {}", Form.ASK, shape="ASK")
    await visit.start(200, ((b"content-type", b"text/csv; charset=utf-8"),))
    await visit.send(b"1234", more=True)
    await visit.send(b"56", more=False)


async def hit(visit):
    visit.record.held = Reply(200, (), form="DESCRIBE")
    await visit.start(200, ())


async def fail(visit):
    visit.record.fault = MalformedQuery("?")
    await visit.start(400, ((b"content-type", b"text/html"),))


async def break_off(visit):
    await visit.start(200, ())
    raise ZeroDivisionError


async def leave(visit):
    visit.record.fault = ClientGone()


def test_an_answer_is_noted():
    [seen], raised = follow(answer)
    assert raised is None
    assert (seen.outcome, seen.status, seen.size, seen.form, seen.format) == ("ok", 200, 6, "ASK", "csv")
    assert (seen.client, seen.text, seen.shape, seen.hit) == ("192.0.2.7", "ASK {}", "ASK", False)
    assert seen.began > 1_700_000_000
    assert 0 <= seen.seconds < 60


@pytest.mark.parametrize(
    ("act", "outcome", "status", "kind"),
    [
        (fail, "malformed", 400, type(None)),
        (break_off, "failed", 200, ZeroDivisionError),
        (leave, "gone", 0, type(None)),
    ],
)
def test_a_fault_is_noted_and_goes_its_way(act, outcome, status, kind):
    [seen], raised = follow(act)
    assert (seen.outcome, seen.status, seen.format, type(raised)) == (outcome, status, "", kind)


def test_what_was_cut_still_has_its_format():
    async def cut(visit):
        await visit.start(200, ((b"content-type", b"text/turtle"),))
        raise ZeroDivisionError

    [seen], _ = follow(cut)
    assert (seen.outcome, seen.format) == ("failed", "ttl")


@pytest.mark.parametrize(
    ("method", "query", "count"),
    [
        ("GET", b"query=x", 1),
        ("HEAD", b"query=x", 1),
        ("GET", b"update=x", 1),
        ("POST", b"", 1),
        ("GET", b"", 0),
        ("GET", b"example=places", 0),
        ("OPTIONS", b"query=x", 0),
        ("PUT", b"", 0),
    ],
)
def test_only_queries_are_noted(method, query, count):
    notes, raised = follow(answer, query, method)
    assert (len(notes), raised) == (count, None)


@pytest.mark.parametrize(("wanted", "text"), [(False, ""), (True, "ASK {}")])
def test_the_text_of_an_answer_from_the_cache_is_read_only_where_it_is_wanted(wanted, text):
    [seen], _ = follow(hit, log_queries=wanted)
    assert (seen.hit, seen.form, seen.text) == (True, "DESCRIBE", text)


def test_a_request_that_cannot_be_read_has_no_text():
    [seen], raised = follow(fail, b"query=a&query=b", log_queries=True)
    assert (seen.text, raised) == ("", None)


def test_a_trace_is_taken_over_and_made_for_the_log_only():
    assert follow(answer, headers=[PARENT])[0][0].trace == TRACE
    assert follow(answer)[0][0].trace == ""
    made = follow(answer, query_log="queries.log")[0][0].trace
    assert len(made) == 32
    assert made != TRACE
