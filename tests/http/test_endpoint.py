"""The endpoint speaks the SPARQL 1.1 Protocol."""

import pytest

from bionrw.errors import EngineFailure, QueryTimeout, ReaderDied
from bionrw.model import Clauses, Dataset

SELECT, CONSTRUCT = "SELECT * {?s ?p ?o}", "CONSTRUCT WHERE {?s ?p ?o}"
ROW_FORMATS = ["json", "xml", "csv", "tsv"]
GRAPH_FORMATS = ["ttl", "nt", "rdf", "jsonld", "trig", "nq"]
HTML = {"Accept": "text/html"}
FORM = "application/x-www-form-urlencoded"


def get(client, query, parameters=(), **headers):
    return client.get("/sparql", query_string=[("query", query), *parameters], headers=headers)


def post_form(client, query, parameters=(), **headers):
    fields = {"query": query}
    for name, value in parameters:
        fields.setdefault(name, []).append(value)
    return client.post("/sparql", data=fields, headers=headers)


def post_direct(client, query, parameters=(), **headers):
    return client.post(
        "/sparql",
        query_string=list(parameters),
        data=query.encode(),
        content_type="application/sparql-query; charset=utf-8",
        headers=headers,
    )


WAYS = [get, post_form, post_direct]


@pytest.mark.parametrize("ask", WAYS)
@pytest.mark.parametrize(
    ("query", "name"),
    [*((SELECT, name) for name in ROW_FORMATS), *((CONSTRUCT, name) for name in GRAPH_FORMATS)],
)
def test_each_way_gets_each_format_as_the_engine_wrote_it(endpoint, scripted, ask, query, name):
    response = ask(endpoint, query, [("format", name)])
    assert response.status_code == 200
    assert scripted.formats[-1].name == name
    assert response.mimetype == scripted.formats[-1].media_type
    assert response.data
    assert scripted.asked[-1].text == query
    assert scripted.deadlines == [7.0]
    response.close()
    assert scripted.answers[-1].closed


@pytest.mark.parametrize("ask", WAYS)
def test_the_text_reaches_the_store_unchanged(endpoint, scripted, ask):
    query = "# é€🧬 %41+&=;\r\nSELECT * { ?s ?p '\t%25 + \\u0041' }"
    assert ask(endpoint, query).status_code == 200
    assert scripted.asked[-1].text == query


@pytest.mark.parametrize("ask", WAYS)
def test_the_request_names_graphs_and_so_overrides_the_text(endpoint, scripted, ask):
    query = "SELECT * FROM <https://graph.example/c> { }"
    ask(endpoint, query)
    ask(endpoint, query, [("default-graph-uri", "urn:a"), ("named-graph-uri", "urn:b")])
    own, given = Clauses("", ("<https://graph.example/c>",)), Dataset(("urn:a",), ("urn:b",))
    assert [(asked.dataset, asked.clauses) for asked in scripted.asked[-2:]] == [(None, own), (given, None)]


def test_head_gets_the_headers_of_get_and_frees_the_reader(endpoint, scripted):
    got = get(endpoint, SELECT)
    headed = endpoint.head("/sparql", query_string={"query": SELECT})
    assert headed.data == b""
    assert headed.status_code == 200
    assert {name: value for name, value in headed.headers if name != "Content-Length"} == dict(got.headers)
    assert scripted.answers[-1].closed


def test_options_names_the_methods_and_lets_other_origins_in(endpoint):
    response = endpoint.options("/sparql", headers={"Origin": "https://app.example"})
    assert response.status_code == 200
    assert set(response.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "POST"}
    assert {"Content-Type", "*"} <= set(response.headers["Access-Control-Allow-Headers"].split(", "))
    assert response.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    "path", ["/sparql", "/sparql?query=ASK{}", "/sparql?query=nonsense", "/nowhere", "/"]
)
def test_every_response_carries_the_headers_that_protect(endpoint, path):
    headers = endpoint.get(path, headers=HTML).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in headers
    assert "Set-Cookie" not in headers


def test_an_answer_that_the_client_holds_is_not_made_again(endpoint, scripted):
    etag = get(endpoint, SELECT).headers["ETag"]
    assert etag.startswith('"')  # strong: equal bytes, not only equal meaning
    again = get(endpoint, SELECT, **{"If-None-Match": f'"other", {etag}'})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", etag)
    assert "Accept" in again.vary
    assert len(scripted.asked) == 1


@pytest.mark.parametrize(
    ("query", "parameters", "accept"),
    [
        (SELECT + " ", [], "*/*"),
        (SELECT, [("default-graph-uri", "urn:a")], "*/*"),
        (SELECT, [("named-graph-uri", "urn:a")], "*/*"),
        (SELECT, [], "text/csv"),
    ],
)
def test_each_answer_has_its_own_validator(endpoint, query, parameters, accept):
    etag = get(endpoint, SELECT).headers["ETag"]
    other = get(endpoint, query, parameters, Accept=accept, **{"If-None-Match": etag})
    assert other.status_code == 200
    assert other.headers["ETag"] != etag


@pytest.mark.parametrize("query", ["SELECT (RAND() AS ?x) {}", "SELECT (NOW() AS ?x) {}"])
def test_an_answer_by_chance_is_never_kept(endpoint, query):
    response = get(endpoint, query, **{"If-None-Match": "*"})
    assert response.status_code == 200
    assert "ETag" not in response.headers
    assert response.headers["Cache-Control"] == "no-store"


def test_a_post_is_never_answered_from_what_the_client_holds(endpoint, scripted):
    etag = get(endpoint, SELECT).headers["ETag"]
    assert post_form(endpoint, SELECT, **{"If-None-Match": etag}).status_code == 200
    assert len(scripted.asked) == 2


@pytest.mark.parametrize(
    "error", [QueryTimeout("Too late."), ReaderDied("It died."), EngineFailure("It failed.")]
)
def test_a_fault_in_mid_stream_breaks_the_answer(endpoint, scripted, error):
    scripted.will_send(b'{"head":', error)
    response = get(endpoint, SELECT)
    with pytest.raises(
        type(error)
    ):  # into the HTTP server, which closes the connection without the last chunk
        response.get_data()
    response.close()
    assert scripted.answers[-1].closed


def test_frames_are_passed_on_one_by_one(flask_endpoint, scripted):
    scripted.will_send(b"a", b"b", b"c")
    response = flask_endpoint.get("/sparql", query_string={"query": SELECT}, buffered=False)
    frames = response.iter_encoded()
    assert next(frames) == b"a"
    assert scripted.answers[-1].taken == 1
    response.close()
    assert scripted.answers[-1].closed


@pytest.mark.parametrize("ask", WAYS)
@pytest.mark.parametrize(
    ("query", "status", "title"),
    [
        ("", 400, "The query does not parse"),
        ("FOO", 400, "The query does not parse"),
        ("ASK " + "{" * 300 + "}" * 300, 400, "The query is too complex"),
        ("ASK { FILTER(1" + "+1" * 1500 + ") }", 400, "The query is too complex"),
        ("INSERT DATA { <a:b> <a:b> 1 }", 403, "Operation refused"),
        ("PREFIX a: <a:b> load <http://x.example/>", 403, "Operation refused"),
        ("SELECT * { SERVICE <http://x.example/> {} }", 403, "Federated query refused"),
        ("ASK { { service silent ?x {} } }", 403, "Federated query refused"),
        (r"ASK { \u0053ERVICE <http://x.example/> {} }", 403, "Federated query refused"),
        ("ASK { ' SERVICE <http://x.example/> {} }", 403, "Federated query refused"),
        ("x" * 11_000, 413, None),
    ],
)
def test_a_bad_query_is_refused_before_it_runs(endpoint, scripted, ask, query, status, title):
    response = ask(endpoint, query)
    status = 414 if ask is get and status == 413 else status
    assert response.status_code == status
    assert response.mimetype == "application/problem+json"
    assert response.json["title"] == title or title is None
    assert scripted.asked == []


@pytest.mark.parametrize(
    "query",
    [
        "ASK { ?s ?p 'SERVICE <http://x.example/> {}' } # SERVICE <http://x.example/> {}",
        "SELECT ?service { ?service <http://x.example/service> ?o }",
        "PREFIX service: <a:b> ASK { service:service service:service service:service }",
        "ASK { ?s ?p 'INSERT DATA' } # DROP ALL",
    ],
)
def test_words_that_only_look_dangerous_pass(endpoint, scripted, query):
    assert get(endpoint, query).status_code == 200
    assert len(scripted.asked) == 1


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        ({"method": "GET", "headers": {"Accept": "application/sparql-results+json"}}, 400),
        ({"method": "GET", "headers": {"Accept": "image/png"}}, 406),
        ({"method": "GET", "query_string": "query="}, 400),
        ({"method": "GET", "query_string": "query=ASK{}&query=ASK{}"}, 400),
        ({"method": "GET", "query_string": "query=%ff"}, 400),
        ({"method": "GET", "query_string": "query=ASK{}&default-graph-uri=graph/document"}, 400),
        ({"method": "GET", "query_string": "query=ASK{}&named-graph-uri=a%3Cb%3E"}, 400),
        ({"method": "POST", "query_string": "query=ASK{}", "data": {"query": "ASK {}"}}, 400),
        ({"method": "GET", "query_string": "update=DROP+ALL"}, 403),
        ({"method": "POST"}, 415),
        ({"method": "POST", "query_string": "query=ASK{}"}, 415),
        ({"method": "POST", "data": b"ASK {}", "content_type": "text/plain"}, 415),
        ({"method": "POST", "data": b"--x--", "content_type": "multipart/form-data; boundary=x"}, 415),
        (
            {"method": "POST", "data": b"ASK {}", "content_type": "application/sparql-query; charset=utf-16"},
            415,
        ),
        ({"method": "POST", "data": b"query=ASK", "content_type": f"{FORM}; charset=iso-8859-1"}, 415),
        ({"method": "POST", "data": b"DROP ALL", "content_type": "application/sparql-update"}, 403),
        ({"method": "POST", "data": {"update": "DROP ALL"}}, 403),
        ({"method": "POST", "data": b"\xff\xfeA\x00", "content_type": "application/sparql-query"}, 400),
        ({"method": "PUT"}, 405),
        ({"method": "DELETE"}, 405),
        ({"method": "PATCH"}, 405),
        ({"method": "TRACE"}, 405),
        ({"method": "GET", "query_string": "query=ASK{}", "headers": {"Accept": "image/png"}}, 406),
        ({"method": "POST", "data": b"x" * 10_001, "content_type": "application/sparql-query"}, 413),
        ({"method": "GET", "query_string": "query=" + "x" * 10_001}, 414),
    ],
)
def test_what_breaks_the_protocol_has_its_status(endpoint, scripted, request_, status):
    response = endpoint.open("/sparql", **request_)
    assert response.status_code == status
    assert response.json["status"] == status
    assert scripted.asked == []


def test_a_method_that_is_not_taken_names_those_that_are(endpoint):
    response = endpoint.put("/sparql")
    assert set(response.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "POST"}
    assert "Nothing is written over HTTP" in response.json["detail"]


@pytest.mark.parametrize("content_type", ["text/plain", "multipart/form-data; boundary=x", "text/turtle"])
def test_a_body_that_is_not_read_is_told_what_to_send(endpoint, content_type):
    response = endpoint.post("/sparql", data=b"--x--", content_type=content_type)
    assert response.json["accepted"] == ["application/sparql-query", FORM]


@pytest.mark.parametrize(
    "query_string", ["query=nonsense", "query=ASK{}&query=ASK{}", "update=DROP+ALL", "query=" + "x" * 10_001]
)
def test_an_error_to_head_has_no_body(endpoint, query_string):
    got, headed = (
        endpoint.open("/sparql", method=name, query_string=query_string) for name in ("GET", "HEAD")
    )
    assert (headed.status_code, headed.data) == (got.status_code, b"")
    assert headed.headers == got.headers


@pytest.mark.parametrize(
    ("query_string", "headers"),
    [
        ("query=ASK{}&timeout=1&debug=on&default-graph-uri=", {}),
        ("query=ASK{}&version=1.2", {}),
        ("query=ASK{}", {"Accept-Charset": "iso-8859-1, *;q=0"}),
        ("query=ASK{}", {"Accept-Language": "xx"}),
        ("query=ASK{}", {"Range": "bytes=0-1"}),
    ],
)
def test_what_asks_for_more_than_there_is_is_read_over(endpoint, scripted, query_string, headers):
    assert endpoint.get("/sparql", query_string=query_string, headers=headers).status_code == 200
    assert scripted.asked[-1].text == "ASK{}"
    assert scripted.asked[-1].dataset is None


@pytest.mark.parametrize("media_type", ["application/sparql-query; version=1.2", f"{FORM}; charset=UTF-8"])
def test_a_body_may_name_its_version_and_its_charset(endpoint, media_type):
    body = b"query=ASK{}" if media_type.startswith(FORM) else b"ASK {}"
    assert endpoint.post("/sparql", data=body, content_type=media_type).status_code == 200


def test_whoever_holds_any_answer_is_told_that_there_is_one(endpoint, scripted):
    """RFC 9110, section 13.1.2: `*` fits whatever there is; 13.2.1: but not what would be an error."""
    response = get(endpoint, SELECT, **{"If-None-Match": "*"})
    assert (response.status_code, response.data) == (304, b"")
    assert scripted.answers[-1].closed
    scripted.failure = EngineFailure("It failed.")
    assert get(endpoint, SELECT, **{"If-None-Match": "*"}).status_code == 500
