"""Whoever starts and balances servers learns how this one is, in front of Flask and from Flask alike."""

import pytest

from bionrw.errors import QueryTimeout, StoreUnavailable


@pytest.mark.parametrize(("path", "status"), [("/health/live", "live"), ("/health/ready", "ready")])
def test_a_good_answer_is_never_kept(endpoint, path, status):
    answer = endpoint.get(path)
    assert (answer.status_code, answer.json["status"]) == (200, status)
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.mimetype == "application/json"
    head = endpoint.head(path)
    assert (head.status_code, head.data) == (200, b"")


def test_the_release_that_is_ready_is_named(endpoint, scripted):
    assert endpoint.get("/health/ready").json["release"] == scripted.release.version


@pytest.mark.parametrize("failure", [StoreUnavailable("?"), QueryTimeout("?")])
def test_a_server_whose_readers_do_not_answer_lives_but_is_not_ready(endpoint, scripted, failure):
    scripted.failure = failure
    assert endpoint.get("/health/live").status_code == 200
    answer = endpoint.get("/health/ready")
    assert (answer.status_code, answer.json["title"]) == (503, "Store unavailable")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Retry-After"]
    scripted.failure = None
    assert endpoint.get("/health/ready").status_code == 200


@pytest.mark.parametrize("path", ["/health/live", "/health/ready"])
def test_health_is_only_read(endpoint, path):
    assert endpoint.post(path).status_code == 405


def test_nothing_else_is_there(endpoint):
    assert endpoint.get("/health").status_code == endpoint.get("/health/well").status_code == 404
