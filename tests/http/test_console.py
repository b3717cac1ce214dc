"""People write queries on a page and read there what they find, without JavaScript."""

import json
from html.parser import HTMLParser

import pytest

from bionrw.errors import MalformedQuery, QueryTimeout

SELECT, ASK, CONSTRUCT = "SELECT * {?s ?p ?o}", "ASK {}", "CONSTRUCT WHERE {?s ?p ?o}"
ROW_FORMATS = ["json", "xml", "csv", "tsv"]
GRAPH_FORMATS = ["ttl", "nt", "rdf", "jsonld", "trig", "nq"]
HTML = {"Accept": "text/html"}
HOSTILE = (
    """SELECT * { ?s ?p "</textarea><script>alert('1')</script>&amp;" } # <img src=x onerror=alert(1)>"""
)


def get(client, query, parameters=()):
    return client.get("/sparql", query_string=[("query", query), *parameters], headers=HTML)


def post_form(client, query):
    return client.post("/sparql", data={"query": query}, headers=HTML)


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
    response = ask(endpoint, SELECT)
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
    page = Page(get(endpoint, SELECT))
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
    page = Page(get(endpoint, SELECT))
    assert "These are the first 500 rows; there are more." in page.text["p"]
    assert sum(tag == "tr" for tag, _ in page.elements) == 501
    assert scripted.answers[-1].taken == 2
    assert scripted.answers[-1].closed


@pytest.mark.parametrize(("verdict", "word"), [(True, "Yes"), (False, "No")])
def test_ask_is_answered_by_a_sentence(endpoint, scripted, verdict, word):
    scripted.verdict = verdict
    page = Page(get(endpoint, ASK))
    assert page.text["strong"] == word
    assert not page.has("table")


def test_a_graph_is_shown_as_turtle(endpoint, scripted):
    page = Page(get(endpoint, CONSTRUCT))
    assert "<a:s> <a:p> <a:o> ." in page.text["pre"]
    assert scripted.formats[-1].name == "ttl"


def test_a_long_graph_says_that_there_is_more(endpoint, scripted):
    line = b"<a:s> <a:p> <a:o> .\n"
    scripted.will_send(line * 20_000, line)
    page = Page(get(endpoint, CONSTRUCT))
    assert "This is the beginning of the graph; there is more." in page.text["p"]
    assert scripted.answers[-1].closed


def test_the_whole_answer_can_be_fetched_in_each_format(endpoint):
    page = Page(get(endpoint, SELECT, [("default-graph-uri", "urn:a")]))
    addresses = {words: href for href, words in page.links.items() if words in ROW_FORMATS}
    assert set(addresses) == set(ROW_FORMATS)
    response = endpoint.get(addresses["csv"], headers=HTML)
    assert response.mimetype == "text/csv"


@pytest.mark.parametrize("ask", [get, post_form])
def test_a_mistake_is_shown_in_the_form_where_it_is(endpoint, scripted, ask):
    detail = "The query does not parse near line 2, column 3: unexpected “b”."
    scripted.failure = MalformedQuery(detail, {"line": 2, "column": 3})
    response = ask(endpoint, "SELECT * {\n  b ad\n}")
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
    response = get(endpoint, "ASK")
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
    response = ask(endpoint, HOSTILE)
    page = Page(response)
    assert response.status_code == status
    assert not page.has("script")
    assert not page.has("img")
    assert page.text["textarea"].strip() == HOSTILE
    assert b"<script" not in response.data


def test_a_fault_in_mid_stream_is_told_on_the_page(endpoint, scripted):
    scripted.will_send(b'{"head":{"vars":["x"]},"results":{"bindings":[', QueryTimeout("It took too long."))
    response = get(endpoint, SELECT)
    assert response.status_code == 504
    assert "It took too long." in Page(response).text["section"]
    assert scripted.answers[-1].closed


@pytest.mark.parametrize("fields", [{"query": ""}, {"query": "   "}])
def test_an_empty_form_is_told_so(endpoint, fields):
    response = endpoint.post("/sparql", data=fields, headers=HTML)
    assert response.status_code == 400
    assert "The query is empty." in Page(response).text["section"]
