"""The operator's addresses answer this machine only, and show no more than was asked for."""

import json
import re
from html.parser import HTMLParser

import pytest
from prometheus_client import CollectorRegistry
from werkzeug.test import Client

from bionrw.serving.desk import Desk
from bionrw.serving.exposition import Exposition
from bionrw.serving.slowest import Slowest

ADDRESSES = ["/", "/slow", "/slow.json", "/metrics", "/style.css"]


@pytest.fixture
def desk(ledger):
    """Return a client of the operator's addresses."""
    registry = CollectorRegistry()
    registry.register(Exposition(ledger, arbiter=-1))
    return Client(Desk(registry, ledger))


@pytest.mark.parametrize("path", ADDRESSES)
def test_each_address_answers(desk, path):
    answer = desk.get(path)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert "script-src" not in answer.headers["Content-Security-Policy"]
    assert "Access-Control-Allow-Origin" not in answer.headers
    head = desk.head(path)
    assert (head.status_code, head.data) == (200, b"")


@pytest.mark.parametrize("host", ["127.0.0.1:9100", "localhost:9100", "localhost", "[::1]:9100"])
def test_this_machine_may_be_called_by_its_names(desk, host):
    assert desk.get("/slow", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "evil.example:9100", "127.0.0.1.evil.example", ""])
def test_another_name_leads_nowhere(desk, host):
    assert desk.get("/slow", headers={"Host": host}).status_code == 421


def test_what_is_not_there_is_not_found(desk):
    assert desk.get("/sparql").status_code == 404
    assert desk.post("/slow").status_code == 405


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [("*/*", "text/plain"), ("application/openmetrics-text;version=1.0.0", "application/openmetrics-text")],
)
@pytest.mark.usefixtures("place")
def test_metrics_come_in_the_form_that_is_asked_for(desk, accept, media_type):
    answer = desk.get("/metrics", headers={"Accept": accept})
    assert answer.content_type.startswith(f"{media_type};")
    assert 'bionrw_release_triples{version="v1"}' in answer.text


def test_an_empty_page_says_so(desk):
    assert "No query has come yet" in desk.get("/slow").text
    assert desk.get("/slow.json").json == {"queries": []}


def test_a_slow_query_is_shown_without_its_text(desk, place, observed):
    Slowest(place, with_text=False).note(observed(seconds=2.5, outcome="too_large"))
    page = desk.get("/slow").text
    assert "2.500" in page
    assert "too large" in page
    assert "secret" not in page
    assert "BIONRW_LOG_QUERIES" in page
    [query] = desk.get("/slow.json").json["queries"]
    assert (query["seconds"], query["bytes"], "query" in query) == (2.5, 100, False)


def test_a_text_is_shown_as_it_is_and_never_as_markup(desk, place, observed):
    text = "ASK { ?s ?p '<script>alert(1)</script>' }"
    Slowest(place, with_text=True).note(observed(text=text))
    page = desk.get("/slow").text
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert json.loads(desk.get("/slow.json").data)["queries"][0]["query"] == text


def test_the_page_is_sound(desk, place, observed):
    Slowest(place, with_text=True).note(observed())
    page = desk.get("/slow").text
    assert Nesting(page).open == []
    assert '<html lang="en">' in page
    assert len(re.findall(r"<h1>", page)) == 1
    assert page.count('<th scope="col">') == page.count("<th ")


class Nesting(HTMLParser):
    """Follows which elements are open."""

    EMPTY = ("meta", "link", "br", "!doctype")

    def __init__(self, page):
        super().__init__()
        self.open = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):  # noqa: ARG002 - as the parser calls it
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag
