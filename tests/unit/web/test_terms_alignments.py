"""Alignments read in words, with each term and with each vocabulary."""

from bionrw.model import Iri, Literal
from bionrw.web.terms_alignments import alignments, by_term, by_vocabulary
from tests.unit.web.conftest import NAMES, PREFIXES

FOAF = "http://xmlns.com/foaf/0.1/"
SPACES = {**PREFIXES, "foaf": FOAF}


def row(term, action, target, reason=""):
    """Return a row of the query `alignments`."""
    found = {"term": Iri(NAMES.term(term)), "action": Iri(action), "target": Iri(target)}
    return {**found, "reason": Literal(reason, "en")} if reason else found


ROWS = [
    row("Club", PREFIXES["skos"] + "closeMatch", FOAF + "Group", "Both have members."),
    row("Club", PREFIXES["rdfs"] + "subClassOf", FOAF + "Agent"),
    row("hasHead", PREFIXES["rdfs"] + "subPropertyOf", "https://other.example/head"),
    row("Club", PREFIXES["rdfs"] + "label", "https://other.example/no-mapping"),
]


def test_a_mapping_reads_in_words_and_what_binds_comes_first(naming):
    found = by_term(alignments(ROWS, naming(""), SPACES))
    told = [(item.action, item.target.text, item.reason) for item in found[NAMES.term("Club")]]
    assert told == [
        ("is a kind of", "foaf:Agent", ""),
        ("close match:", "foaf:Group", "Both have members."),
    ]
    (head,) = found[NAMES.term("hasHead")]
    assert (head.action, head.target.text) == ("is a narrower property of", "https://other.example/head")


def test_vocabularies_come_by_name_and_strangers_last(naming):
    families = by_vocabulary(alignments(ROWS, naming(""), SPACES), SPACES)
    assert [(family.title, family.namespace, len(family.alignments)) for family in families] == [
        ("FOAF", FOAF, 2),
        ("", "", 1),
    ]
