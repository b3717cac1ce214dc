"""What is kept in front of the application changes no answer: each is that of one without it."""

import hashlib
import json
import zlib
from dataclasses import replace
from typing import Any

import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bionrw.errors import QueryTimeout
from bionrw.model import Answer, Stream
from bionrw.web.app import create_app
from bionrw.web.gateway import Gateway
from tests.http.conftest import SETTINGS, FewQueries, Frames, ScriptedStore
from tests.http.gateway_client import GatewayClient

FRAME = 64 * 1024
# Of the same query, in bytes: nothing packable, one frame, and several.
SIZES = {"little": 10, "some": 3_000, "much": 150_000}
CHANGING = ("RAND()", "NOW()", "UUID()", "STRUUID()", "BNODE()")

QUERIES = [
    *(f"SELECT ?a {{ ?a ?b '{size}' }}" for size in SIZES),
    "SELECT ?a { ?a ?b 'much', 'other' }",
    "ASK { ?a ?b ?c }",
    "CONSTRUCT WHERE { ?a ?b 'some' }",
    *(f"SELECT ({call} AS ?a) {{ ?b ?c 'some' }}" for call in CHANGING),
    "SELECT ?a { ?a ?b 'late' }",
    "SELECT ?a { ?a ?b 'broken' }",
    "AKS {}",
    "DROP ALL",
]
ACCEPTS = [
    "",
    "*/*",
    "application/sparql-results+json",
    "application/sparql-results+xml",
    "text/csv",
    "text/turtle",
    "text/html",
    "TEXT/HTML",
    "text/html;q=0.1, application/json",
    "application/ld+json; version=1.2",
    "image/png",
]
CODINGS = ["", "gzip", "zstd", "gzip, zstd;q=0.5", "identity", "br", "*"]
PAGES = ["/", "/sparql", "/graph-store?default", "/static/style.css", "/nowhere", "/sparql?example=places"]


class TalkingStore(ScriptedStore):
    """A store whose answers tell the query, the release and, where two may differ, their number."""

    def __init__(self, version="0123456789abcdef"):
        super().__init__()
        self.release = replace(self.release, version=version)

    def query(self, operation, result_format, _deadline):
        self.asked.append(operation)
        if "'late'" in operation.text:
            message = "The query ran too long."
            raise QueryTimeout(message)
        number = 0 if operation.deterministic else len(self.asked)
        asked = repr((operation.text, operation.dataset, result_format.name, self.release.version, number))
        body = written(result_format, asked, size_of(asked, result_format))
        frames = [body[at : at + FRAME] for at in range(0, len(body), FRAME)]
        if "'broken'" in operation.text:
            frames += [body, QueryTimeout("The query ran too long.")]
        return Answer(result_format.media_type, Frames(*frames))


def size_of(asked, result_format):
    usual = SIZES["some" if result_format.kind == "graph" else "little"]
    return next((size for word, size in SIZES.items() if word in asked), usual)


def written(result_format, asked, size):
    """Return an answer of about that many bytes, which no other question gets."""
    told = hashlib.sha256(asked.encode()).hexdigest()
    words = told + " filler" * (size // 7)
    if result_format.name == "json" and "ASK" in asked:
        return json.dumps({"head": {}, "boolean": int(told, 16) % 2 == 0}).encode()
    if result_format.name == "json":
        rows = [{"a": {"type": "literal", "value": words}}]
        return json.dumps({"head": {"vars": ["a"]}, "results": {"bindings": rows}}).encode()
    return words.encode()


class TalkingEngine:
    """The same store for an event loop, packing as the readers do."""

    def __init__(self, store):
        self.store, self.release = store, store.release

    async def query(self, operation, result_format, deadline, _client="", encoding=""):
        answer = self.store.query(operation, result_format, deadline)
        frames = list_with_faults(answer.frames)
        whole = len(frames) == 1
        packed = encoding if not whole or len(frames[0]) >= 1024 else ""
        return Stream(answer.media_type, packed_frames(frames, packed), packed, whole)


def list_with_faults(frames):
    """Return the frames, a fault as the last of them."""
    found = []
    try:
        found.extend(frames)
    except QueryTimeout as fault:
        found.append(fault)
    return found


async def packed_frames(frames, encoding):
    stream: Any = None
    if encoding == "gzip":
        stream = zlib.compressobj(4, zlib.DEFLATED, 31)
    elif encoding == "zstd":
        stream = zstandard.ZstdCompressor().compressobj()
    for frame in frames:
        if isinstance(frame, Exception):
            raise frame
        if packed := stream.compress(frame) if stream else frame:
            yield packed
    if stream:
        yield stream.flush()


@pytest.fixture(scope="module")
def applications():
    """Flask's application over a store, and the store, for the server with the cache and the one without."""
    stores = [TalkingStore(), TalkingStore()]
    return [(create_app(store, SETTINGS, FewQueries()), store) for store in stores]


def gateway(application, cache_bytes):
    """Return a gateway over an application; its cache is empty."""
    app, store = application
    return Gateway(app, TalkingEngine(store), replace(SETTINGS, cache_bytes=cache_bytes, workers=1))


def unpacked(body, encoding):
    if not body:  # HEAD, and 304
        return body
    if encoding == "gzip":
        return zlib.decompress(body, 31)
    if encoding == "zstd":
        return zstandard.ZstdDecompressor().decompressobj().decompress(body)
    return body


def told(response):
    """Return status, header fields that matter, and the body as it is read, None for a broken one."""
    fields = {name.lower(): value for name, value in response.headers if name.lower() != "content-length"}
    fields.pop("link", None)
    fields["links"] = response.headers.getlist("Link")
    try:
        sent = b"".join(response.response)
    except QueryTimeout:
        return response.status_code, fields, None
    if (length := response.headers.get("Content-Length")) and response.request.method != "HEAD":
        assert int(length) == len(sent)
    return response.status_code, fields, unpacked(sent, response.headers.get("Content-Encoding"))


LANGUAGES = ["", "de", "en, de;q=0.5"]
TARGETS = [*(("/sparql", {"query": query}) for query in QUERIES), *((page, {}) for page in PAGES)]
TYPES = ["application/x-www-form-urlencoded", "application/sparql-query", "text/plain"]
# A validator seen before, alone and in company, and what stands for any.
KNOWN = ["", "", "{}", "W/{}", '"x", {}', "*", '"x"']


@st.composite
def conversations(draw):
    """Return requests that are like each other, so that one may get the other's answer."""

    def some(values):
        return st.sampled_from(draw(st.lists(st.sampled_from(values), min_size=1, max_size=2)))

    return draw(
        st.lists(
            st.fixed_dictionaries(
                {
                    "method": some(["GET", "HEAD", "POST"]) | st.just("GET"),
                    "target": some(TARGETS),
                    "content_type": some(TYPES),
                    "Accept": some(ACCEPTS),
                    "Accept-Language": some(LANGUAGES),
                    "Accept-Encoding": some(CODINGS),
                    "If-None-Match": st.sampled_from(KNOWN),
                    "tag": st.integers(0, 9),
                }
            ),
            min_size=2,
            max_size=16,
        )
    )


def options_of(asked, tags):
    """Return what is sent for one turn of a conversation."""
    path, parameters = asked["target"]
    names = ("Accept", "Accept-Language", "Accept-Encoding", "If-None-Match")
    headers = {
        name: asked[name].replace("{}", tags[asked["tag"] % len(tags)]) for name in names if asked[name]
    }
    options = {"method": asked["method"], "headers": headers}
    if asked["method"] != "POST":
        path, _, more = path.partition("?")
        return options | {"path": path, "query_string": more or parameters}
    content_type = asked["content_type"]
    data = parameters if content_type == TYPES[0] else parameters.get("query", "")
    return options | {"path": path, "data": data, "content_type": content_type}


@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow])
@given(turns=conversations(), cache_bytes=st.sampled_from([0, 100_000, 8 * 1024**2]))
def test_each_answer_is_the_one_without_a_cache(applications, turns, cache_bytes):
    kept = gateway(applications[0], cache_bytes)
    plain = gateway(applications[1], 0)
    tags = ['"none"']
    for asked in turns:
        options = options_of(asked, tags)
        # So many queries ran on either side, and those that may differ tell that number.
        applications[0][1].asked[:] = applications[1][1].asked[:]
        got, expected = (told(GatewayClient(each).open(**options)) for each in (kept, plain))
        assert alike(got, options) == alike(expected, options)
        assert kept.cache.used <= cache_bytes
        if tag := expected[1].get("etag"):
            tags.append(tag)


def alike(answer, sent):
    """Return what must be the same of two answers, of which one may know the length beforehand."""
    status, fields, body = answer
    if sent["method"] == "HEAD" or sent["headers"].get("If-None-Match") == "*":
        # Data that stream are packed when they turn out to be small, which HEAD does not find out.
        fields = {**fields, "etag": fields.get("etag", "").replace("-gzip", "").replace("-zstd", "")}
        fields.pop("content-encoding", None)
    return status, fields, body


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
