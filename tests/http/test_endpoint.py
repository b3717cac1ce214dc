"""The endpoint speaks the SPARQL 1.1 Protocol to machines and shows a form to people."""

import json
from html.parser import HTMLParser

import pytest

from bionrw.errors import EngineFailure, MalformedQuery, QueryTimeout, ReaderDied
from bionrw.model import Dataset

SELECT, ASK, CONSTRUCT = "SELECT * {?s ?p ?o}", "ASK {}", "CONSTRUCT WHERE {?s ?p ?o}"
ROW_FORMATS = ["json", "xml", "csv", "tsv"]
GRAPH_FORMATS = ["ttl", "nt", "rdf", "jsonld", "trig", "nq"]
HTML = {"Accept": "text/html"}
HOSTILE = (
    """SELECT * { ?s ?p "</textarea><script>alert('1')</script>&amp;" } # <img src=x onerror=alert(1)>"""
)


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


class Page(HTMLParser):
    """Collects the elements of a page, the links, and the text of its parts."""

    def __init__(self, response):
        super().__init__()
        self.elements, self.links, self.text = [], {}, {}
        self._open = []
        self.feed(response.get_data(as_text=True))

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in ("meta", "link", "input", "img"):
            self._open.append(tag)
        if tag == "a":
            self._href = dict(attrs).get("href")
            self.links[self._href] = ""

    def handle_endtag(self, tag):
        self._open.remove(tag)

    def handle_data(self, data):
        for tag in set(self._open):
            self.text[tag] = self.text.get(tag, "") + data
        if "a" in self._open:
            self.links[self._href] += data

    def has(self, tag, **attributes):
        return any(name == tag and attributes.items() <= found.items() for name, found in self.elements)


# --- machines ---


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
    assert (scripted.asked[-1].dataset, scripted.asked[-1].own_dataset) == (None, True)
    ask(endpoint, query, [("default-graph-uri", "urn:a"), ("named-graph-uri", "urn:b")])
    assert scripted.asked[-1].dataset == Dataset(("urn:a",), ("urn:b",))
    assert not scripted.asked[-1].own_dataset


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
    assert "Content-Type" in response.headers["Access-Control-Allow-Headers"]
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


def test_frames_are_passed_on_one_by_one(endpoint, scripted):
    scripted.will_send(b"a", b"b", b"c")
    response = endpoint.get("/sparql", query_string={"query": SELECT}, buffered=False)
    frames = response.iter_encoded()
    assert next(frames) == b"a"
    assert scripted.answers[-1].taken == 1
    response.close()
    assert scripted.answers[-1].closed


# --- what is refused ---


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
        ({"method": "GET"}, 400),
        ({"method": "GET", "query_string": "query=ASK{}&query=ASK{}"}, 400),
        ({"method": "GET", "query_string": "query=%ff"}, 400),
        ({"method": "GET", "query_string": "update=DROP+ALL"}, 403),
        ({"method": "POST"}, 415),
        ({"method": "POST", "query_string": "query=ASK{}"}, 415),
        ({"method": "POST", "data": b"ASK {}", "content_type": "text/plain"}, 415),
        ({"method": "POST", "data": b"--x--", "content_type": "multipart/form-data; boundary=x"}, 415),
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
    assert set(endpoint.put("/sparql").headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "POST"}


# --- people ---


def test_a_visitor_gets_a_form_with_a_query_to_begin_with(endpoint, scripted):
    page = Page(endpoint.get("/sparql", headers=HTML))
    assert page.has("form", method="post", action="/sparql#result")
    assert page.text["textarea"].strip() == "PREFIX a: <a:>\nSELECT ?place {}"
    assert {option["value"] for tag, option in page.elements if tag == "option"} == {
        "html",
        *ROW_FORMATS,
        *GRAPH_FORMATS,
    }
    assert page.links["/sparql?example=places"] == "Places & more"
    assert "PREFIX place: <https://graph.example/id/place/>" in page.text["pre"]
    assert not page.has("script")
    assert scripted.asked == []


def test_an_example_is_put_into_the_form(endpoint):
    page = Page(endpoint.get("/sparql?example=places", headers=HTML))
    assert page.text["textarea"].strip() == "PREFIX a: <a:>\nSELECT ?place {}"
    assert endpoint.get("/sparql?example=none", headers=HTML).status_code == 404


@pytest.mark.parametrize("ask", [get, post_form])
def test_rows_are_shown_as_a_table_with_links_to_our_pages(endpoint, ask):
    response = ask(endpoint, SELECT, **HTML)
    page = Page(response)
    assert response.status_code == 200
    assert "Accept" in response.vary
    assert page.text["th"] == "thinglabel"
    assert page.links["/doc/place/aachen"] == "place:aachen"
    assert "Aachen" in page.text["td"]
    assert "One row" in page.text["caption"]
    assert page.text["textarea"].strip() == SELECT


@pytest.mark.parametrize(
    ("term", "href", "words"),
    [
        ({"type": "uri", "value": "https://graph.example/ontology#Place"}, "/ontology#Place", None),
        (
            {"type": "uri", "value": "https://other.example/x?a=1&b=2"},
            "https://other.example/x?a=1&b=2",
            None,
        ),
        ({"type": "uri", "value": "javascript:alert(1)"}, None, "javascript:alert(1)"),
        ({"type": "uri", "value": "data:text/html,x"}, None, "data:text/html,x"),
        ({"type": "uri", "value": "urn:x"}, None, "urn:x"),
        ({"type": "bnode", "value": "b0"}, None, "_:b0"),
        ({"type": "literal", "value": "<script>alert(1)</script>"}, None, "<script>alert(1)</script>"),
        ({"type": "literal", "value": "\u202egnp.exe"}, None, "\u202egnp.exe"),
        (
            {"type": "literal", "value": "2", "datatype": "http://www.w3.org/2001/XMLSchema#gYear"},
            None,
            "2 xsd:gYear",
        ),
    ],
)
def test_a_value_is_a_link_only_where_following_it_is_safe(endpoint, scripted, term, href, words):
    result = {"head": {"vars": ["x"]}, "results": {"bindings": [{"x": term}]}}
    scripted.will_send(json.dumps(result).encode())
    page = Page(get(endpoint, SELECT, **HTML))
    assert not page.has("script")
    if href:
        assert href in page.links
    else:
        assert page.text["td"] == words
        assert not any(link.startswith(term["value"][:5]) for link in page.links)
    assert page.has("bdi")  # letters that run from right to left stay within their cell


def test_a_long_result_says_that_there_is_more_and_frees_the_reader(endpoint, scripted):
    row = '{"x":{"type":"literal","value":"1"}},'
    scripted.will_send(
        b'{"head":{"vars":["x"]},"results":{"bindings":[', (row * 600).encode(), b"never taken"
    )
    page = Page(get(endpoint, SELECT, **HTML))
    assert "These are the first 500 rows; there are more." in page.text["p"]
    assert sum(tag == "tr" for tag, _ in page.elements) == 501
    assert scripted.answers[-1].taken == 2
    assert scripted.answers[-1].closed


@pytest.mark.parametrize(("verdict", "word"), [(True, "Yes"), (False, "No")])
def test_ask_is_answered_by_a_sentence(endpoint, scripted, verdict, word):
    scripted.verdict = verdict
    page = Page(get(endpoint, ASK, **HTML))
    assert page.text["strong"] == word
    assert not page.has("table")


def test_a_graph_is_shown_as_turtle(endpoint, scripted):
    page = Page(get(endpoint, CONSTRUCT, **HTML))
    assert "<a:s> <a:p> <a:o> ." in page.text["pre"]
    assert scripted.formats[-1].name == "ttl"


def test_a_long_graph_says_that_there_is_more(endpoint, scripted):
    line = b"<a:s> <a:p> <a:o> .\n"
    scripted.will_send(line * 20_000, line)
    page = Page(get(endpoint, CONSTRUCT, **HTML))
    assert "This is the beginning of the graph; there is more." in page.text["p"]
    assert scripted.answers[-1].closed


def test_the_whole_answer_can_be_fetched_in_each_format(endpoint):
    page = Page(get(endpoint, SELECT, [("default-graph-uri", "urn:a")], **HTML))
    addresses = {words: href for href, words in page.links.items() if words in ROW_FORMATS}
    assert set(addresses) == set(ROW_FORMATS)
    response = endpoint.get(addresses["csv"], headers=HTML)
    assert response.mimetype == "text/csv"


@pytest.mark.parametrize("ask", [get, post_form])
def test_a_mistake_is_shown_in_the_form_where_it_is(endpoint, scripted, ask):
    detail = "The query does not parse near line 2, column 3: unexpected “b”."
    scripted.failure = MalformedQuery(detail, {"line": 2, "column": 3})
    response = ask(endpoint, "SELECT * {\n  b ad\n}", **HTML)
    page = Page(response)
    assert response.status_code == 400
    assert page.text["mark"] == "b ad"
    assert detail in page.text["section"]
    assert page.text["textarea"].strip() == "SELECT * {\n  b ad\n}"
    assert page.has("section", role="alert")


@pytest.mark.parametrize(
    ("line", "column", "marked"), [(1, 4, " "), (1, 99, " "), (9, 1, None), (0, 0, None), (1, 1, "ASK")]
)
def test_a_place_outside_the_text_does_no_harm(endpoint, scripted, line, column, marked):
    scripted.failure = MalformedQuery("Bad.", {"line": line, "column": column})
    response = get(endpoint, "ASK", **HTML)
    assert response.status_code == 400
    assert Page(response).text.get("mark") == marked


@pytest.mark.parametrize(
    ("failure", "status"),
    [
        (None, 200),
        (MalformedQuery("Bad <script>.", {"line": 1, "column": 1}), 400),
        (QueryTimeout("Late."), 504),
    ],
)
@pytest.mark.parametrize("ask", [get, post_form])
def test_a_hostile_text_stays_text(endpoint, scripted, ask, failure, status):
    scripted.failure = failure
    response = ask(endpoint, HOSTILE, **HTML)
    page = Page(response)
    assert response.status_code == status
    assert not page.has("script")
    assert not page.has("img")
    assert page.text["textarea"].strip() == HOSTILE
    assert b"<script" not in response.data


def test_a_fault_in_mid_stream_is_told_on_the_page(endpoint, scripted):
    scripted.will_send(b'{"head":{"vars":["x"]},"results":{"bindings":[', QueryTimeout("It took too long."))
    response = get(endpoint, SELECT, **HTML)
    assert response.status_code == 504
    assert "It took too long." in Page(response).text["section"]
    assert scripted.answers[-1].closed


@pytest.mark.parametrize("fields", [{"query": ""}, {"query": "   "}])
def test_an_empty_form_is_told_so(endpoint, fields):
    response = endpoint.post("/sparql", data=fields, headers=HTML)
    assert response.status_code == 400
    assert "The query is empty." in Page(response).text["section"]
