"""The format of an answer follows from what the client accepts (RFC 9110, section 12.5.1)."""

import pytest

from bionrw.errors import NotAcceptable
from bionrw.sparql.negotiation import choose

JSON, XML = "application/sparql-results+json", "application/sparql-results+xml"
CSV, TSV = "text/csv; charset=utf-8", "text/tab-separated-values; charset=utf-8"
TURTLE, N_TRIPLES, RDF_XML = "text/turtle", "application/n-triples", "application/rdf+xml"
JSON_LD, TRIG, N_QUADS = "application/ld+json", "application/trig", "application/n-quads"
HTML = "text/html; charset=utf-8"

CHROME = (
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,"
    "application/signed-exchange;v=b3;q=0.7"
)
FIREFOX = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
JAVA = "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2"
SPARQLWRAPPER_JSON = "application/sparql-results+json,application/json,text/javascript,application/javascript"
RDFLIB_STORE = "application/sparql-results+xml, application/rdf+xml"
RDFLIB_PARSE = (
    "application/rdf+xml,text/n3,text/turtle,application/n-triples,application/ld+json,application/n-quads,"
    "application/trix,application/trig"
)
RDFLIB_PARSE_NT = "text/plain, */*;q=0.1"
AXIOS = "application/json, text/plain, */*"
COMUNICA_RDF = (
    "application/n-quads,application/trig;q=0.95,application/ld+json;q=0.9,application/n-triples;q=0.8,"
    "text/turtle;q=0.6,application/rdf+xml;q=0.5"
)


@pytest.mark.parametrize(
    ("accept", "rows", "graph"),
    [
        (None, JSON, TURTLE),
        ("", JSON, TURTLE),
        ("*/*", JSON, TURTLE),
        ("*", JSON, TURTLE),
        (" , ,", JSON, TURTLE),
        ("application/*", JSON, N_TRIPLES),
        ("text/*", CSV, TURTLE),
        ("application/sparql-results+xml", XML, None),
        ("APPLICATION/SPARQL-RESULTS+XML", XML, None),
        ("application/sparql-results+xml;charset=utf-8", XML, None),
        ("text/csv", CSV, None),
        ("text/tab-separated-values", TSV, None),
        ("application/json", JSON, JSON_LD),
        ("application/xml", XML, RDF_XML),
        ("text/turtle;version=1.2", None, f"{TURTLE}; version=1.2"),
        ('application/ld+json;profile="http://www.w3.org/ns/json-ld#flattened"', None, JSON_LD),
        ("application/x-turtle", None, TURTLE),
        ("application/trig, application/n-quads;q=0.5", None, TRIG),
        ("application/n-quads", None, N_QUADS),
        # weights
        ("text/csv;q=0.5, application/sparql-results+xml;q=0.8", XML, None),
        ("text/csv;q=0.5,*/*;q=0.1", CSV, TURTLE),
        ("text/csv,*/*", CSV, TURTLE),  # of equal weights, the one that is named
        ("*/*;q=1, application/sparql-results+json;q=0, text/turtle;q=0", XML, N_TRIPLES),
        ("*/*, application/*;q=0", CSV, TURTLE),  # the more precise range decides, the order never
        ("application/*;q=0.2, application/json;q=0.9, text/csv;q=0.5", JSON, JSON_LD),
        ("application/json, application/sparql-results+json;q=0, */*;q=0.1", XML, JSON_LD),
        ("text/csv;q=0.3, text/csv;header=present;q=0.9, application/json;q=0.5", CSV, JSON_LD),
        ("text/csv;q=nonsense, application/sparql-results+xml", XML, None),
        ("text/csv;q=1.5, application/sparql-results+xml;q=0.1", XML, None),
        # lists without weights leave the choice to the server
        ("application/sparql-results+xml,application/sparql-results+json", JSON, None),
        # clients in the field
        (SPARQLWRAPPER_JSON, JSON, JSON_LD),
        ("application/turtle,text/turtle", None, TURTLE),
        (RDFLIB_STORE, XML, RDF_XML),
        (RDFLIB_PARSE, None, TURTLE),
        (COMUNICA_RDF, None, N_QUADS),
        ("application/sparql-results+json;q=1.0,application/sparql-results+xml;q=0.7", JSON, None),
        ("application/sparql-results+json;q=1,application/sparql-results+xml;q=.7", JSON, None),
        ("application/n-triples, text/turtle", None, TURTLE),
        ("text/plain", None, N_TRIPLES),
        (RDFLIB_PARSE_NT, JSON, N_TRIPLES),
        (AXIOS, JSON, JSON_LD),
        ("text/plain, text/turtle;q=0.9", None, N_TRIPLES),
        ("text/plain, application/n-triples;q=0", None, None),
        (CHROME, HTML, HTML),
        (FIREFOX, HTML, HTML),
        ("text/html", HTML, HTML),
        (JAVA, HTML, HTML),
        (JAVA.replace("text/html, ", ""), JSON, TURTLE),
        # nothing that is on offer
        ("image/png", None, None),
        ("*/*;q=0", None, None),
        ("application/sparql-results+json;q=0, image/*", None, None),
    ],
)
@pytest.mark.parametrize("form", ["SELECT * {}", "CONSTRUCT {} WHERE {}"])
def test_the_most_specific_range_wins(endpoint, accept, rows, graph, form):
    headers = {} if accept is None else {"Accept": accept}
    response = endpoint.get("/sparql", query_string={"query": form}, headers=headers)
    expected = rows if form.startswith("SELECT") else graph
    if expected is None:
        assert response.status_code == 406
    else:
        assert (response.status_code, response.content_type) == (200, expected)
    assert "Accept" in response.vary


def test_a_refusal_lists_the_offers_and_runs_nothing(endpoint, scripted):
    response = endpoint.get("/sparql?query=ASK{}", headers={"Accept": "image/png"})
    assert response.status_code == 406
    assert response.json["offers"] == [
        JSON,
        XML,
        *(item.partition(";")[0] for item in (CSV, TSV)),
        "text/html",
    ]
    assert scripted.asked == []


@pytest.mark.parametrize(
    ("parameters", "accept", "rows", "graph"),
    [
        ("format=csv", "*/*", CSV, TURTLE),  # a name that fits another form only is read over
        ("format=json", XML, JSON, JSON_LD),
        ("output=xml", JSON, XML, RDF_XML),
        ("results=tsv", JSON, TSV, None),
        ("format=json&output=json&results=json", "*/*", JSON, JSON_LD),
        ("format=ttl", "text/html", HTML, TURTLE),
        ("format=nt", "*/*", JSON, N_TRIPLES),
        ("format=nq", "*/*", JSON, N_QUADS),
        ("format=trig", "*/*", JSON, TRIG),
        ("format=rdf", "*/*", JSON, RDF_XML),
        ("format=jsonld", "*/*", JSON, JSON_LD),
        ("format=text/csv", "*/*", CSV, TURTLE),
        ("format=html", "*/*", HTML, HTML),
        ("format=yaml", "*/*", JSON, TURTLE),  # what is unknown is read over
        ("format=", "text/html", HTML, HTML),
    ],
)
@pytest.mark.parametrize("form", ["SELECT * {}", "DESCRIBE <a:b>"])
def test_a_format_called_by_name_overrides_accept(endpoint, parameters, accept, rows, graph, form):
    response = endpoint.post("/sparql?" + parameters, data={"query": form}, headers={"Accept": accept})
    expected = rows if form.startswith("SELECT") else graph
    if expected is None:
        assert response.status_code == 406
    else:
        assert (response.status_code, response.content_type) == (200, expected)


def test_the_order_of_the_offers_decides_only_between_equals():
    offers = ["a/one", "a/two"]
    assert choose("a/two, a/one", offers) == "a/one"
    assert choose("a/two, a/one;q=0.9", offers) == "a/two"
    with pytest.raises(NotAcceptable) as caught:
        choose("a/three", offers)
    assert caught.value.extra == {"offers": offers}


def test_of_a_field_without_end_only_the_beginning_counts():
    offers = ("text/html", "text/csv", "text/plain")
    assert choose("text/csv," + "a/b," * 5000 + "text/plain", offers) == "text/csv"
    with pytest.raises(NotAcceptable):
        choose("a/b," * 100_000 + "text/csv", offers)
