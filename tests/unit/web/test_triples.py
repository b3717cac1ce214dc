"""A triple in an address is read as it was written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bionrw.errors import BadRequest
from bionrw.model import Blank, Iri, Literal
from bionrw.web.triples import Triple, read_triple, spell

PREFIXES = {"place": "https://graph.example/id/place/", "xsd": "http://www.w3.org/2001/XMLSchema#"}
NORTH = Iri("https://graph.example/id/place/north")


def read(value, subject="place:north", predicate="place:north"):
    return read_triple({"subject": [subject], "predicate": [predicate], "object": [value]}, PREFIXES)


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("https://other.example/a#b", Iri("https://other.example/a#b")),
        ("<https://other.example/a>", Iri("https://other.example/a")),
        ("urn:isbn:1", Iri("urn:isbn:1")),
        ("place:north", NORTH),
        ("place://north", Iri("place://north")),  # an address, as RFC 3986 writes them
        ('"words"', Literal("words")),
        ('""', Literal("")),
        ('"Wörter"@de-1996', Literal("Wörter", "de-1996")),
        ('"1.5"^^xsd:decimal', Literal("1.5", datatype=PREFIXES["xsd"] + "decimal")),
        (f'"1.5"^^<{PREFIXES["xsd"]}decimal>', Literal("1.5", datatype=PREFIXES["xsd"] + "decimal")),
        (r'"a \"b\" \\ \n \u00e4 \U0001F9EC"', Literal('a "b" \\ \n ä \U0001f9ec')),
        (r'"\uD800"', Literal("\ufffd")),
    ],
)
def test_a_term_is_read(text, term):
    assert read(text) == Triple(NORTH, NORTH, term)


@pytest.mark.parametrize(
    "text",
    ["north", "_:b1", '"open', '"a"@', '"a" b', '"a"^^', '"a"^^decimal', r'"\x"', "https://a b/", "<a:b"],
)
def test_what_is_no_term_is_refused(text):
    with pytest.raises(BadRequest, match="object") as caught:
        read(text)
    assert caught.value.extra == {"parameter": "object"}


@pytest.mark.parametrize("part", ["subject", "predicate"])
def test_only_the_object_may_be_a_literal(part):
    with pytest.raises(BadRequest) as caught:
        read("place:north", **{part: '"words"'})
    assert caught.value.extra == {"parameter": part}


LITERALS = st.one_of(
    st.builds(Literal, st.text()),
    st.builds(Literal, st.text(), st.sampled_from(["en", "de-1996"])),
    st.builds(Literal, st.text(), datatype=st.just(PREFIXES["xsd"] + "decimal")),
)


@given(LITERALS)
def test_any_literal_is_read_as_it_was_spelt(literal):
    assert read(spell(literal)).object == literal


def test_a_node_without_a_name_cannot_be_spelt():
    assert spell(Blank("b1")) == ""
    assert spell(NORTH) == NORTH.value
