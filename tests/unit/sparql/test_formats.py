"""Formats go by several names, and each form has its own."""

import pytest

from bionrw.model import Form
from bionrw.sparql.formats import GRAPH_FORMATS, ROW_FORMATS, content_type, formats_of, named_format


@pytest.mark.parametrize(
    ("name", "rows", "graph"),
    [
        ("json", "application/sparql-results+json", "application/ld+json"),
        ("xml", "application/sparql-results+xml", "application/rdf+xml"),
        ("CSV ", "text/csv", None),
        ("tsv", "text/tab-separated-values", None),
        ("ttl", None, "text/turtle"),
        ("turtle", None, "text/turtle"),
        ("nt", None, "application/n-triples"),
        ("nq", None, "application/n-quads"),
        ("trig", None, "application/trig"),
        ("rdf", None, "application/rdf+xml"),
        ("jsonld", None, "application/ld+json"),
        ("application/sparql-results+json", "application/sparql-results+json", None),
        ("text/turtle", None, "text/turtle"),
        ("yaml", None, None),
        ("", None, None),
    ],
)
def test_people_call_formats_by_name(name, rows, graph):
    found = [named_format(name, offers) for offers in (ROW_FORMATS, GRAPH_FORMATS)]
    assert [item and item.media_type for item in found] == [rows, graph]


def test_each_form_has_its_formats_and_its_favourite():
    assert formats_of(Form.SELECT) == formats_of(Form.ASK) == ROW_FORMATS
    assert formats_of(Form.CONSTRUCT) == formats_of(Form.DESCRIBE) == GRAPH_FORMATS
    assert (ROW_FORMATS[0].name, GRAPH_FORMATS[0].name) == ("json", "ttl")
    assert len({item.media_type for item in ROW_FORMATS + GRAPH_FORMATS}) == 10


@pytest.mark.parametrize(
    ("media_type", "field"),
    [
        ("text/csv", "text/csv; charset=utf-8"),
        ("text/html", "text/html; charset=utf-8"),
        ("text/turtle", "text/turtle"),
        ("application/ld+json", "application/ld+json"),
    ],
)
def test_text_says_that_it_is_utf_8(media_type, field):
    assert content_type(media_type) == field
