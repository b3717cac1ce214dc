"""The conformance report is served as a page, as JSON and as EARL."""

import json

import pyoxigraph as ox
import pytest

from tests.http.pages.markup import Page

PLACES = {"": "text/html", ".html": "text/html", ".json": "application/json", ".ttl": "text/turtle"}
EARL = "http://www.w3.org/ns/earl#"


@pytest.mark.parametrize(("suffix", "media_type"), PLACES.items())
def test_a_suffix_names_the_format(endpoint, suffix, media_type):
    response = endpoint.get(f"/conformance{suffix}")
    assert (response.status_code, response.mimetype) == (200, media_type)


@pytest.mark.parametrize(
    ("accept", "place"),
    [
        ("text/html", "/conformance.html"),
        ("application/json", "/conformance.json"),
        ("text/turtle", "/conformance.ttl"),
        ("*/*", "/conformance.html"),
    ],
)
def test_a_client_gets_what_it_likes_best(endpoint, accept, place):
    response = endpoint.get("/conformance", headers={"Accept": accept})
    assert response.headers["Content-Location"] == place
    assert "Accept" in response.vary


def test_other_formats_are_not_found_or_not_acceptable(endpoint):
    assert endpoint.get("/conformance.pdf").status_code == 404
    assert endpoint.get("/conformance", headers={"Accept": "application/pdf"}).status_code == 406


def test_a_client_that_has_it_is_told_so(endpoint):
    etag = endpoint.get("/conformance.ttl").headers["ETag"]
    assert endpoint.get("/conformance.ttl", headers={"If-None-Match": etag}).status_code == 304


def test_the_page_is_well_formed_and_tells_all_of_the_report(endpoint):
    page = Page(endpoint.get("/conformance").text)
    report = json.loads(endpoint.get("/conformance.json").data)
    assert page.faults == []
    for suite in report["suites"]:
        assert f"{suite['title']} {suite['tests']:,} {suite['passed']:,} {suite['failed']:,}" in page.text
        assert [reason["text"] for reason in suite["reasons"] if reason["text"] not in page.text] == []
    linked = {link["href"] for link in page.links}
    assert [item for item in report["failures"] if item["reason"] not in page.text] == []
    assert {item["test"] for item in report["failures"]} <= linked


def test_the_two_files_agree(endpoint):
    store = ox.Store()
    store.load(endpoint.get("/conformance.ttl").data, format=ox.RdfFormat.TURTLE)
    outcomes = [quad.object for quad in store.quads_for_pattern(None, ox.NamedNode(EARL + "outcome"), None)]
    told = {name: outcomes.count(ox.NamedNode(EARL + name)) for name in ("passed", "failed", "inapplicable")}
    suites = json.loads(endpoint.get("/conformance.json").data)["suites"]
    assert told["passed"] == sum(suite["passed"] for suite in suites)
    assert told["failed"] == sum(suite["failed"] for suite in suites)
    assert told["inapplicable"] == sum(suite["refused"] + suite["inapplicable"] for suite in suites)


def test_the_home_page_leads_to_it(client):
    assert 'href="/conformance"' in client.get("/").text
