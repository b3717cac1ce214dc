"""The quality report is served as a page, as JSON and as RDF."""

import json

import pytest

from tests.http.pages.markup import Page

PLACES = {"": "text/html", ".html": "text/html", ".json": "application/json", ".ttl": "text/turtle"}


@pytest.mark.parametrize(("suffix", "media_type"), PLACES.items())
def test_a_suffix_names_the_format(client, suffix, media_type):
    response = client.get(f"/quality{suffix}")
    assert (response.status_code, response.mimetype) == (200, media_type)


@pytest.mark.parametrize(
    ("accept", "place"),
    [
        ("text/html", "/quality.html"),
        ("application/json", "/quality.json"),
        ("text/turtle;q=0.5, application/json;q=0.4", "/quality.ttl"),
        ("*/*", "/quality.html"),
    ],
)
def test_a_client_gets_what_it_likes_best(client, accept, place):
    response = client.get("/quality", headers={"Accept": accept})
    assert response.headers["Content-Location"] == place
    assert response.headers["Vary"] == "Accept"
    assert f"<{place}>" not in ", ".join(response.headers.getlist("Link"))


@pytest.mark.parametrize("name", ["quality.json", "quality.ttl"])
def test_data_are_the_file_of_the_release(client, release_dir, name):
    response = client.get(f"/{name}")
    assert response.data == (release_dir / name).read_bytes()
    assert client.get(f"/{name}", headers={"If-None-Match": response.headers["ETag"]}).status_code == 304


def test_other_formats_are_not_found_or_not_acceptable(client):
    assert client.get("/quality.pdf").status_code == 404
    assert client.get("/quality", headers={"Accept": "application/pdf"}).status_code == 406


def test_a_release_without_a_report_says_how_to_mend_it(endpoint):
    response = endpoint.get("/quality.json", headers={"Accept": "application/json"})
    assert response.status_code == 404
    assert "bionrw build" in response.get_json()["detail"]


def test_the_page_is_well_formed_and_tells_all_of_the_report(client):
    page = Page(client.get("/quality").text)
    assert page.faults == []
    report = json.loads(client.get("/quality.json").data)
    said = " ".join(page.text.split())
    for section in report["sections"]:
        assert [m["label"] for m in section["measures"] if m["label"] not in said] == []
        assert [r["about"] for r in section["remarks"] if r["about"] not in said] == []


def test_the_home_page_leads_to_it(client):
    assert 'href="/quality"' in client.get("/").text
