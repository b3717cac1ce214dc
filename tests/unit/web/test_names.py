"""Things are called by the best name that is known of them, in English where there is a choice."""

import pytest

from bionrw.model import Blank, Iri, Literal
from bionrw.names import Names
from bionrw.web.resource import Piece

NAMES = Names("https://graph.example/")
THINGS = """
organisation:both rdfs:label "Verein"@de , "Club"@en .
organisation:plain rdfs:label "Verein"@de , "VEREIN" .
organisation:german rdfs:label "Verein"@de .
organisation:preferred skos:prefLabel "Preferred"@en .
organisation:regional rdfs:label "Centre"@en-GB , "Zentrum"@de .
span:words bionrw:quote "some words" .
statement:fact rdf:subject organisation:both ; rdf:predicate bionrw:hasMember ; rdf:object "yes" .
statement:half rdf:subject organisation:both .
organisation:mixed a bionrw:Body , bionrw:Club , skos:Concept .
statement:typed a rdf:Statement .
"""


@pytest.mark.parametrize(
    ("iri", "name", "language"),
    [
        (NAMES.thing("organisation", "both"), "Club", ""),
        (NAMES.thing("organisation", "plain"), "VEREIN", ""),
        (NAMES.thing("organisation", "german"), "Verein", "de"),
        (NAMES.thing("organisation", "preferred"), "Preferred", ""),
        (NAMES.thing("organisation", "regional"), "Centre", ""),
        (NAMES.thing("span", "words"), "“some words”", ""),
        (NAMES.thing("statement", "fact"), "Club · has member · yes", ""),
        (NAMES.thing("statement", "half"), "half", ""),
        (NAMES.thing("place", "far-north"), "far north", ""),
        (NAMES.term("hasMember"), "has member", ""),
        (NAMES.term("notKnown"), "not known", ""),
        ("http://www.w3.org/2004/02/skos/core#exactMatch", "the same as", ""),
        ("https://other.example/x", "other.example/x", ""),
        ("urn:isbn:1", "urn:isbn:1", ""),
    ],
)
def test_a_thing_has_a_name(naming, iri, name, language):
    piece = naming(THINGS).link(iri)
    assert (piece.text, piece.language) == (name, language)


@pytest.mark.parametrize(
    ("term", "piece"),
    [
        (Literal("hello"), Piece("hello")),
        (Literal("hallo", "de"), Piece("hallo", language="de")),
        (
            Literal("https://other.example/", datatype="http://www.w3.org/2001/XMLSchema#anyURI"),
            Piece("https://other.example/", "https://other.example/", external=True),
        ),
        (
            Literal("javascript:alert(1)", datatype="http://www.w3.org/2001/XMLSchema#anyURI"),
            Piece("javascript:alert(1)"),
        ),
        (Literal("https://other.example/"), Piece("https://other.example/")),
        (Iri("javascript:alert(1)"), Piece("javascript:alert(1)")),
        (Iri("https://other.example/"), Piece("other.example/", "https://other.example/", external=True)),
        (Blank("b0"), Piece("(a node without a name)", style="muted")),
    ],
)
def test_only_safe_addresses_become_links(naming, term, piece):
    assert naming(THINGS).piece(term) == piece


@pytest.mark.parametrize(
    ("kind", "slug", "names"),
    [
        ("organisation", "mixed", ["club"]),
        ("statement", "typed", ["statement"]),
        ("organisation", "both", []),
    ],
)
def test_the_narrowest_classes_are_named(naming, kind, slug, names):
    assert [piece.text for piece in naming(THINGS).kinds(NAMES.thing(kind, slug))] == names


@pytest.mark.parametrize(
    ("term", "heading"),
    [
        ("bionrw:hasMember", "Member of"),
        ("bionrw:memberOf", "Has member"),
        ("bionrw:evidence", "Statements that rest on it"),
        ("bionrw:hasHead", ""),
    ],
)
def test_what_points_to_a_thing_has_a_heading(vocabulary, term, heading):
    assert vocabulary.inverse_heading(vocabulary.terms.expand(term)) == heading


def test_a_circle_of_terms_comes_to_an_end(excerpt):
    from bionrw.web.vocabulary import Vocabulary

    terms = excerpt("bionrw:a rdfs:subPropertyOf bionrw:b . bionrw:b rdfs:subPropertyOf bionrw:a .")
    assert Vocabulary(terms).more_special(NAMES.term("a")) == [NAMES.term("b")]
