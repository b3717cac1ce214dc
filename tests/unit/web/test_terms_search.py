"""Words in English or German find a term, with umlauts or without, and near words when none fits."""

import pytest

from bionrw.web.resource import Piece
from bionrw.web.terms_search import Candidate, fold, search


def term(short, english, german, definition="", also=(), code=False):
    """Return a candidate with a name in each language."""
    names = (Piece(english), Piece(german, language="de"))
    return Candidate(f"#{short}", short, "class", names, (Piece(definition),), also, code)


TERMS = [
    term("FundingBody", "funding body", "Förderorganisation", "Organisation that pays for undertakings."),
    term("FundingProgramme", "funding programme", "Förderprogramm", "Scheme with a budget."),
    term("Office", "office", "Büro", "Place where work is done.", also=("org:OrganizationalUnit",)),
    term("Organisation", "organisation", "Organisation", "Agent of many people."),
    term("hasPart", "has part", "hat Teil", "Leads to what is inside."),
    term("Street", "street", "Straße", "Way between houses."),
    term("office", "office", "Büro", "Code for an office.", code=True),
]


def shorts(candidates):
    return [candidate.short for candidate in candidates]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("office", ["Office", "office"]),  # a term before a code
        ("Büro", ["Office", "office"]),
        ("buro", ["Office", "office"]),
        ("BUERO", ["Office", "office"]),
        ("förder", ["FundingBody", "FundingProgramme"]),
        ("foerder", ["FundingBody", "FundingProgramme"]),
        ("strasse", ["Street"]),
        ("Straße", ["Street"]),
        ("haspart", ["hasPart"]),
        ("budget", ["FundingProgramme"]),
        ("programme funding", ["FundingProgramme"]),  # all words, in any order and place
        ("  funding   body ", ["FundingBody"]),
        ("organisation", ["Organisation", "FundingBody"]),  # the name itself before a part of one
        ("OrganizationalUnit", ["Office"]),  # by the term that it is aligned with
        ("funding street", []),
        ("", []),
    ],
)
def test_words_find_terms_the_best_first(words, found):
    assert shorts(search(words, TERMS).found) == found


@pytest.mark.parametrize(
    ("words", "near"),
    [
        ("offices", "Office"),
        ("ofice", "Office"),
        ("organization", "Organisation"),
        ("Förderung", "FundingBody"),
        ("Foerderung", "FundingBody"),
        ("streets", "Street"),
        ("who pays", "FundingBody"),  # by one of the words
    ],
)
def test_what_comes_near_is_told_when_little_fits(words, near):
    findings = search(words, TERMS)
    assert near in shorts((*findings.found, *findings.near))


@pytest.mark.parametrize("words", ["xylophone", "zz", "12"])
def test_nothing_is_near_to_a_strange_word(words):
    findings = search(words, TERMS)
    assert (findings.found, findings.near) == ((), ())


def test_nothing_is_told_twice():
    findings = search("office", TERMS)
    assert not set(findings.found) & set(findings.near)


@pytest.mark.parametrize(("text", "folded"), [("Ärger", "arger"), ("A\u0308rger", "arger"), ("Éß", "ess")])
def test_letters_are_folded(text, folded):
    assert fold(text) == folded
