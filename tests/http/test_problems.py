"""Every error is a problem that says what was wrong, and nothing about the inside."""

import logging

import pytest

from bionrw.errors import (
    BadRequest,
    EngineFailure,
    MalformedQuery,
    QueryTimeout,
    QueryTooComplex,
    ReaderDied,
    StoreUnavailable,
)

QUERY = "/sparql?query=ASK{}"


@pytest.mark.parametrize(
    ("error", "status", "members"),
    [
        (MalformedQuery("Mend it.", {"line": 3, "column": 7}), 400, {"line": 3, "column": 7}),
        (QueryTooComplex("Shorten it.", {"limit": 5}), 400, {"limit": 5}),
        (BadRequest("Ask otherwise."), 400, {}),
        (EngineFailure("It failed."), 500, {}),
        (ReaderDied("It died."), 500, {}),
        (StoreUnavailable("Come back."), 503, {}),
        (QueryTimeout("Narrow it.", {"limit": 7.0}), 504, {"limit": 7.0}),
    ],
)
@pytest.mark.parametrize("accept", ["*/*", "application/json", "application/problem+json", "text/turtle"])
def test_an_error_of_ours_is_told_with_all_its_members(endpoint, scripted, accept, error, status, members):
    scripted.failure = error
    response = endpoint.get(QUERY + "&format=json", headers={"Accept": accept})
    assert response.status_code == status
    assert response.content_type == "application/problem+json"
    assert response.json == {
        "type": "about:blank",
        "title": error.title,
        "status": status,
        "detail": error.detail,
        **members,
    }
    assert response.headers["Cache-Control"] == "no-store"
    assert "Accept" in response.vary


def test_who_comes_too_early_is_told_when_to_come_again(endpoint, scripted):
    scripted.failure = StoreUnavailable("All readers are busy.")
    assert int(endpoint.get(QUERY).headers["Retry-After"]) > 0
    scripted.failure = QueryTimeout("Too late.")
    assert "Retry-After" not in endpoint.get(QUERY).headers


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        (None, "application/problem+json"),
        ("text/plain", "text/plain; charset=utf-8"),
        ("text/html", "text/html; charset=utf-8"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html; charset=utf-8"),
        ("application/json;q=0.5, text/plain", "text/plain; charset=utf-8"),
        ("image/png", "application/problem+json"),  # an error in JSON says more than no error
    ],
)
def test_the_client_chooses_the_form_of_a_problem(endpoint, accept, content_type):
    headers = {} if accept is None else {"Accept": accept}
    response = endpoint.get("/nowhere", headers=headers)
    assert (response.status_code, response.content_type) == (404, content_type)
    assert b"Not found" in response.data
    assert b"Nothing is known under this address" in response.data


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere", 404),
        ("GET", "/static/../../etc/passwd", 404),
        ("GET", "/static/%2e%2e/%2e%2e/app.py", 404),
        ("GET", "/%ff%fe", 404),
        ("GET", "//sparql", 404),
        ("GET", "/sparql/%00", 404),
        ("DELETE", "/sparql", 405),
        ("POST", "/", 405),
    ],
)
def test_what_flask_finds_wrong_is_a_problem_too(endpoint, method, path, status):
    response = endpoint.open(path, method=method)
    assert response.status_code == status
    assert response.content_type == "application/problem+json"
    assert response.json["status"] == status
    assert ("Allow" in response.headers) == (status == 405)


@pytest.mark.parametrize("path", ["/sparql/", "/sparql"])
def test_a_slash_more_leads_nowhere_else(endpoint, path):
    response = endpoint.get(path + "?query=ASK{}", headers={"Host": "evil.example"})
    assert response.status_code == 200
    assert "Location" not in response.headers


def test_head_has_the_status_of_a_problem_and_no_body(endpoint):
    response = endpoint.head("/nowhere")
    assert (response.status_code, response.data) == (404, b"")


@pytest.mark.parametrize("accept", ["*/*", "text/plain", "text/html"])
def test_an_unexpected_fault_leaves_only_a_reference(endpoint, scripted, caplog, accept):
    scripted.failure = ZeroDivisionError("secret of /srv/inside")
    with caplog.at_level(logging.ERROR):
        response = endpoint.get(QUERY + "&format=json", headers={"Accept": accept})
    assert response.status_code == 500
    reference = caplog.records[-1].args[0]
    body = response.get_data(as_text=True)
    assert reference in body
    assert reference in caplog.text
    assert "secret of /srv/inside" in caplog.text
    for inside in ("secret", "/srv", "Traceback", "ZeroDivision", ".py"):
        assert inside not in body


def test_a_hostile_address_is_not_echoed(endpoint):
    response = endpoint.get("/<script>alert(1)</script>", headers={"Accept": "text/html"})
    assert response.status_code == 404
    assert b"<script" not in response.data


def test_a_hostile_detail_is_escaped(endpoint, scripted):
    scripted.failure = BadRequest("<script>alert(1)</script>")
    response = endpoint.get(QUERY, headers={"Accept": "text/html"})
    assert b"&lt;script&gt;" in response.data
    assert b"<script" not in response.data


@pytest.mark.parametrize("field", ["If-Modified-Since", "If-Unmodified-Since", "If-Range"])
def test_a_date_that_is_none_is_read_over(endpoint, field):
    date = "Sat, 31 Dec 99999999999 23:59:59 GMT"
    with endpoint.get("/static/style.css", headers={field: date, "Range": "bytes=0-1"}) as response:
        assert response.status_code in (200, 206)
