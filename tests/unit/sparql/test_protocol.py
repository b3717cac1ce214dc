"""Requests are read as the SPARQL 1.1 Protocol says."""

import pytest

from bionrw.errors import BadRequest, BodyTooLarge, OperationRefused, UnsupportedMediaType
from bionrw.model import Dataset
from bionrw.sparql.protocol import FORM, QUERY, Request, read_request

A, B = "https://graph.example/a", "https://graph.example/b"


@pytest.mark.parametrize(
    ("method", "query_string", "content_type", "body"),
    [
        ("GET", b"query=ASK%20%7B%7D", "", b""),
        ("GET", b"query=ASK+%7B%7D", "", b""),
        ("HEAD", b"query=ASK+%7B%7D", "", b""),
        ("POST", b"", FORM, b"query=ASK+%7B%7D"),
        ("POST", b"", FORM + "; charset=UTF-8", b"query=ASK+%7B%7D"),
        ("POST", b"", QUERY, b"ASK {}"),
        ("POST", b"", QUERY.upper() + ";charset=utf-8", b"ASK {}"),
        ("POST", b"", QUERY + '; charset="utf-8"', b"ASK {}"),
        ("GET", b"query=ASK+%7B%7D&foo=bar&foo=baz&timeout=1", "", b""),  # what is unknown is read over
        ("GET", b"query=ASK+%7B%7D&default-graph-uri=&named-graph-uri=&format=", "", b""),
    ],
)
def test_three_ways_carry_the_same_query(method, query_string, content_type, body):
    assert read_request(method, query_string, content_type, body) == Request("ASK {}")


def test_a_form_is_decoded_exactly_once():
    asked = read_request("POST", b"", FORM, b"query=ASK+%7B%3Fs+%3Fp+%22%2525+%252B%22%7D")
    assert asked.text == 'ASK {?s ?p "%25 %2B"}'


def test_a_direct_post_is_not_decoded_at_all():
    assert read_request("POST", b"", QUERY, b"ASK {?s ?p '%25+'}").text == "ASK {?s ?p '%25+'}"


def test_letters_beyond_ascii_survive():
    assert read_request("GET", "query='ü€\U0001f9ec'".encode()).text == "'ü€\U0001f9ec'"


@pytest.mark.parametrize(
    ("query_string", "dataset"),
    [
        (b"", None),
        (b"&default-graph-uri=" + A.encode(), Dataset((A,), ())),
        (b"&default-graph-uri=" + A.encode() + b"&default-graph-uri=" + B.encode(), Dataset((A, B), ())),
        (b"&named-graph-uri=" + A.encode() + b"&default-graph-uri=" + B.encode(), Dataset((B,), (A,))),
        (b"&named-graph-uri=urn:x", Dataset((), ("urn:x",))),
        (b"&named-graph-uri=urn:x&named-graph-uri=urn:x", Dataset((), ("urn:x",))),
        ((b"&default-graph-uri=" + A.encode()) * 2, Dataset((A,), ())),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST form", "POST direct"])
def test_graphs_are_named_by_repeated_parameters(method, query_string, dataset):
    asked = {
        "GET": lambda: read_request("GET", b"query=ASK{}" + query_string),
        "POST form": lambda: read_request("POST", b"", FORM, b"query=ASK{}" + query_string),
        "POST direct": lambda: read_request("POST", query_string, QUERY, b"ASK{}"),
    }[method]()
    assert asked.dataset == dataset


def test_formats_are_called_by_three_parameters():
    asked = read_request("GET", b"query=ASK{}&format=json&output=xml&results=csv")
    assert asked.formats == ("json", "xml", "csv")


@pytest.mark.parametrize(
    ("method", "query_string", "content_type", "body", "error"),
    [
        ("GET", b"", "", b"", BadRequest),
        ("GET", b"quer=ASK{}", "", b"", BadRequest),
        ("GET", b"query=ASK{}&query=ASK{}", "", b"", BadRequest),
        ("POST", b"query=ASK{}", FORM, b"query=ASK{}", BadRequest),
        ("POST", b"query=ASK{}", QUERY, b"ASK{}", BadRequest),
        ("POST", b"", FORM, b"", BadRequest),
        ("GET", b"query=%FF", "", b"", BadRequest),
        ("GET", b"query=\xff", "", b"", BadRequest),
        ("POST", b"", FORM, b"query=%C3%28", BadRequest),
        ("POST", b"", QUERY, "ASK {}".encode("utf-16"), BadRequest),
        ("GET", b"query=ASK{}" + b"&a=1" * 1001, "", b"", BadRequest),
        ("GET", b"query=ASK{}&default-graph-uri=relative", "", b"", BadRequest),
        ("GET", b"query=ASK{}&named-graph-uri=http://x.example/%20y", "", b"", BadRequest),
        ("GET", b"query=ASK{}&named-graph-uri=http://x.example/%3E%20SERVICE", "", b"", BadRequest),
        ("POST", b"query=ASK{}", "", b"", UnsupportedMediaType),
        ("POST", b"", "text/plain", b"ASK{}", UnsupportedMediaType),
        ("POST", b"", "application/json", b"{}", UnsupportedMediaType),
        ("POST", b"", "multipart/form-data; boundary=x", b"--x--", UnsupportedMediaType),
        ("POST", b"", QUERY + "; charset=utf-16", "ASK {}".encode("utf-16"), UnsupportedMediaType),
        ("POST", b"", FORM + "; charset=latin-1", b"query=ASK{}", UnsupportedMediaType),
        ("GET", b"update=DROP+ALL", "", b"", OperationRefused),
        ("GET", b"query=ASK{}&update=DROP+ALL", "", b"", OperationRefused),
        ("POST", b"", FORM, b"update=DROP+ALL", OperationRefused),
        ("POST", b"", "application/sparql-update", b"DROP ALL", OperationRefused),
        ("GET", b"query=" + b"x" * 1024**2, "", b"", BodyTooLarge),
        ("POST", b"", QUERY, b"x" * (1024**2 + 1), BodyTooLarge),
    ],
)
def test_what_breaks_the_protocol_is_refused_by_kind(method, query_string, content_type, body, error):
    with pytest.raises(error) as caught:
        read_request(method, query_string, content_type, body)
    assert type(caught.value) is error
    assert caught.value.detail.endswith(".")


@pytest.mark.parametrize("coding", ["gzip", "x-unknown", "deflate, gzip"])
def test_a_packed_body_is_refused(coding):
    with pytest.raises(UnsupportedMediaType):
        read_request("POST", b"", QUERY, b"ASK {}", coding=coding)


def test_a_body_that_says_it_is_not_packed_is_read():
    assert read_request("POST", b"", QUERY, b"ASK {}", coding="Identity").text == "ASK {}"
