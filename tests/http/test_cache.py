"""What the cache keeps, how much of it, and what it never does."""

import pytest

from bionrw.web.app import create_app
from tests.http.conftest import SETTINGS, FewQueries
from tests.http.gateway_client import GatewayClient
from tests.http.talking import CHANGING, TalkingStore, gateway, told


@pytest.fixture
def store():
    """Return a store that nobody has asked."""
    return TalkingStore()


@pytest.fixture
def kept(store):
    """Return a client of a gateway whose cache is empty."""
    return GatewayClient(gateway((create_app(store, SETTINGS, FewQueries()), store), 8 * 1024**2))


def ask(client, query, method="GET", **headers):
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    if method == "POST":
        return client.post("/sparql", data={"query": query}, headers=fields)
    return client.open("/sparql", method=method, query_string={"query": query}, headers=fields)


SOME, MUCH = "SELECT ?a { ?a ?b 'some' }", "SELECT ?a { ?a ?b 'much' }"


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("query", [SOME, MUCH, "ASK {}"])
@pytest.mark.parametrize("coding", ["", "gzip", "zstd"])
def test_a_repeated_query_runs_once(kept, store, method, query, coding):
    first, second = (told(ask(kept, query, method, Accept_Encoding=coding)) for _ in range(2))
    assert first == second
    assert len(store.asked) == 1


@pytest.mark.parametrize("accept", ["application/json", "text/csv", "text/html"])
@pytest.mark.parametrize("call", CHANGING)
def test_what_may_differ_is_never_kept(kept, store, accept, call):
    query = f"SELECT ({call} AS ?a) {{ ?b ?c 'some' }}"
    for method in ("GET", "POST", "HEAD", "GET"):
        response = ask(kept, query, method, Accept=accept)
        assert response.headers["Cache-Control"] == "no-store"
        assert "ETag" not in response.headers
    assert len(store.asked) == 4
    assert kept.application.cache.used == 0


@pytest.mark.parametrize("accept", ["application/json", "text/html"])
@pytest.mark.parametrize("query", ["AKS {}", "DROP ALL", "SELECT ?a { ?a ?b 'late' }"])
def test_problems_are_never_kept(kept, query, accept):
    for method in ("GET", "POST", "GET"):
        assert ask(kept, query, method, Accept=accept).status_code >= 400
    assert ask(kept, SOME, Accept="image/png").status_code == 406
    assert kept.get("/nowhere").status_code == 404
    assert kept.application.cache.used == 0


@pytest.mark.parametrize("coding", ["", "gzip", "zstd"])
def test_an_answer_that_broke_off_is_never_kept(kept, store, coding):
    for _ in range(2):
        assert told(ask(kept, "SELECT ?a { ?a ?b 'broken' }", Accept_Encoding=coding))[2] is None
    assert len(store.asked) == 2
    assert kept.application.cache.used == 0


def test_each_coding_has_its_validator_and_all_of_them_are_known(kept):
    tags = {
        coding: ask(kept, SOME, Accept_Encoding=coding).headers["ETag"] for coding in ("", "gzip", "zstd")
    }
    assert len(set(tags.values())) == 3
    for tag in tags.values():
        for field in (tag, f"W/{tag}", f'"other", {tag}'):
            for coding in tags:
                response = ask(kept, SOME, Accept_Encoding=coding, If_None_Match=field)
                assert (response.status_code, response.data) == (304, b"")
                assert response.headers["ETag"] == tag
    assert ask(kept, SOME, If_None_Match="*").status_code == 304
    assert ask(kept, SOME, If_None_Match='"other"').status_code == 200
    assert ask(kept, SOME, "POST", If_None_Match="*").status_code == 200


@pytest.mark.parametrize("path", ["/", "/graph-store?default", "/sparql?query=ASK{}"])
def test_a_validator_of_one_coding_is_known_in_another_before_anything_is_kept(store, path):
    def fresh():
        return GatewayClient(gateway((create_app(store, SETTINGS, FewQueries()), store), 0))

    for coding in ("gzip", "zstd"):
        tag = fresh().get(path, headers={"Accept-Encoding": coding}).headers.get("ETag")
        if tag is None:
            continue
        for other in ("", "gzip", "zstd"):
            fields = {"Accept-Encoding": other, "If-None-Match": tag}
            response = fresh().get(path, headers=fields)
            assert (response.status_code, response.headers["ETag"]) == (304, tag)


@pytest.mark.parametrize("query", [SOME, MUCH, "ASK {}"])
def test_head_leaves_nothing_that_get_would_take_for_the_answer(kept, query):
    assert ask(kept, query, "HEAD").data == b""
    first = ask(kept, query)
    assert len(first.data) > 10
    head = ask(kept, query, "HEAD")
    assert head.data == b""
    assert int(head.headers["Content-Length"]) == len(first.data)
    assert ask(kept, query).data == first.data


def test_a_language_gets_no_other_language_s_page(kept):
    pages = {language: kept.get("/", headers={"Accept-Language": language}).data for language in ("en", "de")}
    for language, page in pages.items():
        assert kept.get("/", headers={"Accept-Language": language}).data == page


def test_a_field_that_comes_twice_is_read_as_one_list(kept):
    """RFC 9110, section 5.3: else a request could have a page kept under what others ask data by."""

    async def twice(scope, receive, send):
        fields = [(b"accept", b"text/html"), *scope["headers"]]
        await kept.application({**scope, "headers": fields}, receive, send)

    for _ in range(2):
        page = GatewayClient(twice).get("/sparql", headers={"Accept": "text/turtle;q=0.5"})
        assert page.content_type.startswith("text/html")
    assert kept.get("/sparql", headers={"Accept": "text/turtle;q=0.5"}).content_type.startswith("text/turtle")


@pytest.mark.parametrize("release", ["0123456789abcdef", "fedcba9876543210"])
def test_another_release_begins_with_nothing(kept, store, release):
    before = ask(kept, SOME)
    other = TalkingStore(release)
    after = ask(GatewayClient(gateway((create_app(other, SETTINGS, FewQueries()), other), 8 * 1024**2)), SOME)
    assert (len(store.asked), len(other.asked)) == (1, 1)
    same = release == store.release.version
    assert (after.data == before.data) is same
    assert (after.headers["ETag"] == before.headers["ETag"]) is same


@pytest.mark.parametrize("field", ["query", "Accept", "Accept-Language", "Content-Type", "body"])
def test_no_part_of_a_request_grows_the_cache_beyond_its_bound(store, field):
    """What is kept is found again, so what is found times its size is what is held."""
    size, bound = 8_000, 400_000
    client = GatewayClient(gateway((create_app(store, SETTINGS, FewQueries()), store), bound))

    def send(number):
        filler = f"{number:04d}".ljust(size, "x")
        if field in ("Accept", "Accept-Language"):
            value = {"Accept": f"text/csv, x/{filler}", "Accept-Language": filler}[field]
            return ask(client, "ASK {}", **{field: value})
        if field == "query":
            return ask(client, f"ASK {{}} #{filler}")
        text = f"ASK {{}} #{filler}" if field == "body" else "ASK {}"
        content_type = "application/sparql-query"
        if field == "Content-Type":
            content_type += f"; x={filler}"
        return client.post("/sparql", data=text, content_type=content_type)

    numbers = range(100)
    for number in numbers:
        assert send(number).status_code == 200
        assert client.application.cache.used <= bound
    found = 0
    for number in reversed(numbers):
        before = len(store.asked)
        send(number)
        found += len(store.asked) == before
    assert 10 < found < bound / size


def test_one_answer_takes_a_small_part_of_the_cache(store):
    bound = 16 * 100_000
    client = GatewayClient(gateway((create_app(store, SETTINGS, FewQueries()), store), bound))
    for query, runs in ((MUCH, 2), (SOME, 1)):
        before = len(store.asked)
        for _ in range(2):
            ask(client, query)
        assert len(store.asked) - before == runs


def test_no_cache_keeps_nothing(store):
    client = GatewayClient(gateway((create_app(store, SETTINGS, FewQueries()), store), 0))
    for _ in range(3):
        ask(client, SOME)
    assert len(store.asked) == 3
    assert client.application.cache.used == 0


FORM = {"path": "/sparql", "method": "POST", "data": {"query": SOME}}
DIRECTLY = {"path": "/sparql", "method": "POST", "data": SOME, "content_type": "application/sparql-query"}
OF_GRAPH = {"query": SOME, "default-graph-uri": "https://graph.example/graph/document"}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (FORM, FORM | {"data": {"query": MUCH}}),
        (FORM, FORM | {"data": OF_GRAPH}),
        (FORM, FORM | {"headers": {"Accept": "text/csv"}}),
        (DIRECTLY, DIRECTLY | {"query_string": {"default-graph-uri": OF_GRAPH["default-graph-uri"]}}),
        (DIRECTLY, DIRECTLY | {"content_type": "text/plain"}),
        (DIRECTLY, DIRECTLY | {"headers": {"Content-Encoding": "gzip"}}),
    ],
)
def test_a_request_by_post_that_differs_gets_an_answer_of_its_own(kept, first, second):
    answers = [told(kept.open(**options)) for options in (first, second, first, second)]
    assert answers[:2] == answers[2:]
    assert answers[0][2] != answers[1][2]


@pytest.mark.parametrize("coding", ["gzip", "zstd"])
def test_a_range_counts_the_bytes_of_a_file_that_is_not_packed(kept, coding):
    path, headers = "/static/style.css", {"Accept-Encoding": coding}
    whole = kept.get(path)
    for _ in range(2):
        part = kept.get(f"{path}?part", headers=headers | {"Range": "bytes=100-4999"})
        assert (part.status_code, part.headers["ETag"]) == (206, whole.headers["ETag"])
        assert part.headers["Content-Range"] == f"bytes 100-4999/{len(whole.data)}"
        assert part.data == whole.data[100:5000]
        assert "Content-Encoding" not in part.headers
    assert kept.get(f"{path}?part", headers=headers).headers["Content-Encoding"] == coding
    beyond = kept.get(f"{path}?part2", headers=headers | {"Range": "bytes=999999-"})
    assert (beyond.status_code, beyond.headers["Content-Range"]) == (416, f"bytes */{len(whole.data)}")


@pytest.mark.parametrize("path", ["/sparql", "/sparql/"])
def test_the_notice_that_the_coding_is_chosen_stands_there_once(kept, path):
    response = kept.get(path, query_string={"query": SOME})
    assert response.headers["Vary"] == "Accept, Accept-Encoding"


def test_a_slash_behind_the_endpoint_s_name_changes_nothing(kept):
    one, other = (kept.get(path, query_string={"query": SOME}) for path in ("/sparql", "/sparql/"))
    assert told(one) == told(other)
    assert kept.application._endpoints == {"/sparql", "/sparql/"}
