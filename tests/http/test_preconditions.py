"""A client may demand the very representation that it knows (RFC 9110, sections 13.1.1, 13.1.4 and 13.2)."""

import pytest

from bionrw.web.app import create_app
from tests.http.conftest import SETTINGS, FewQueries
from tests.http.gateway_client import GatewayClient
from tests.http.talking import TalkingStore, gateway

SOME = {"query": "SELECT ?a { ?a ?b 'some' }"}
CHANCE = {"query": "SELECT (RAND() AS ?a) { ?b ?c 'some' }"}
PATHS = [("/sparql", SOME), ("/sparql", {}), ("/graph-store?default", {}), ("/static/style.css", {})]


@pytest.fixture
def asked():
    """Return a function that asks a server which keeps nothing yet, or has kept the answer already."""

    def ask(path, query, kept, method="GET", **headers):
        store = TalkingStore()
        client = GatewayClient(gateway((create_app(store, SETTINGS, FewQueries()), store), 8 * 1024**2))
        if kept:
            client.get(path, query_string=query or None)
        fields = {name.replace("_", "-"): value for name, value in headers.items()}
        return client.open(path, method=method, query_string=query or None, headers=fields)

    return ask


@pytest.mark.parametrize("kept", [True, False])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(("path", "query"), PATHS)
def test_only_the_representation_that_is_meant_is_sent(asked, path, query, method, kept):
    tag = asked(path, query, kept, method).headers["ETag"]
    for known in (tag, f'"other", {tag}', "*"):
        response = asked(path, query, kept, method, If_Match=known)
        assert (response.status_code, response.headers["ETag"]) == (200, tag)
    for known in ('"other"', f"W/{tag}", "other"):
        response = asked(path, query, kept, method, If_Match=known)
        assert (response.status_code, response.mimetype) == (412, "application/problem+json")
        assert response.data == b"" if method == "HEAD" else response.json["etag"] == tag


@pytest.mark.parametrize("kept", [True, False])
def test_another_coding_is_another_representation(asked, kept):
    packed = asked("/sparql", SOME, kept, Accept_Encoding="gzip").headers["ETag"]
    plain = asked("/sparql", SOME, kept).headers["ETag"]
    assert packed != plain
    for known, coding, status in ((packed, "gzip", 200), (plain, "", 200), (plain, "gzip", 412)):
        assert asked("/sparql", SOME, kept, Accept_Encoding=coding, If_Match=known).status_code == status


def test_what_is_demanded_comes_before_what_is_known(asked):
    tag = asked("/sparql", SOME, False).headers["ETag"]
    assert asked("/sparql", SOME, True, If_Match=tag, If_None_Match=tag).status_code == 304
    assert asked("/sparql", SOME, True, If_Match='"other"', If_None_Match=tag).status_code == 412


def test_what_has_no_tag_has_none_that_is_meant(asked):
    assert asked("/sparql", CHANCE, False, If_Match='"other"').status_code == 412
    assert asked("/sparql", CHANCE, False, If_Match="*").status_code == 200


def test_nothing_is_demanded_of_errors_and_of_what_is_no_reading(asked):
    assert asked("/nowhere", {}, False, If_Match='"other"').status_code == 404
    assert asked("/sparql", {"query": "AKS"}, False, If_Match='"other"').status_code == 400
    assert asked("/sparql", SOME, False, "OPTIONS", If_Match='"other"').status_code == 200


def test_a_date_counts_for_what_has_one_and_without_tags(asked):
    path = "/static/style.css"
    last = asked(path, {}, False).headers["Last-Modified"]
    old = "Sun, 06 Nov 1994 08:49:37 GMT"
    assert asked(path, {}, False, If_Unmodified_Since=last).status_code == 200
    assert asked(path, {}, True, If_Unmodified_Since=old).status_code == 412
    assert asked(path, {}, True, If_Unmodified_Since=old, If_Match="*").status_code == 200
    assert (
        asked(path, {}, True, If_Unmodified_Since="Sun, 06 Nov 99999999999999 08:49:37 GMT").status_code
        == 200
    )
    assert asked("/sparql", SOME, True, If_Unmodified_Since=old).status_code == 200
