"""What is kept in front of the application changes no answer: each is that of one without it."""

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bionrw.web.app import create_app
from tests.http.conftest import SETTINGS, FewQueries
from tests.http.gateway_client import GatewayClient
from tests.http.talking import CHANGING, SIZES, TalkingStore, gateway, told

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


@pytest.fixture(scope="module")
def applications():
    """Flask's application over a store, and the store, for the server with the cache and the one without."""
    stores = [TalkingStore(), TalkingStore()]
    return [(create_app(store, SETTINGS, FewQueries()), store) for store in stores]


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


def turn_of(method, page, tag, known):
    """Return one turn of a conversation, by a client that reads gzip and wishes nothing else."""
    wishes = {"Accept": "", "Accept-Language": "", "Accept-Encoding": "gzip"}
    turn = {"method": method, "target": (page, {}), "content_type": TYPES[0], "tag": tag}
    return turn | wishes | {"If-None-Match": known}


STYLE = "/static/style.css"


# Flask leaves the description of the content that it does not send in some of its 304s.
@example(turns=[turn_of("GET", STYLE, 0, ""), turn_of("HEAD", STYLE, 1, "{}")], cache_bytes=100_000)
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
