"""A term stands where people look for it: by its own theme, else by what it hangs on."""

import pytest

from bionrw.web.terms_themes import THEMES, Themes
from tests.unit.web.conftest import NAMES, parse

TERMS = """
bionrw:Ministry rdfs:subClassOf bionrw:Office . bionrw:Office rdfs:subClassOf bionrw:Agent .
bionrw:Round rdfs:subClassOf bionrw:About . bionrw:About rdfs:subClassOf bionrw:Round .
bionrw:near rdfs:domain bionrw:Entity ; rdfs:range bionrw:Place .
bionrw:runs rdfs:domain bionrw:Ministry ; rdfs:range bionrw:Entity .
bionrw:name rdfs:domain bionrw:Entity .
bionrw:notStated rdfs:domain bionrw:Place .
"""


@pytest.fixture(scope="module")
def themes():
    return Themes(parse(TERMS, "ontology"), NAMES.ontology)


@pytest.mark.parametrize(
    ("name", "theme"),
    [("Agent", "organisations"), ("Ministry", "organisations"), ("Round", "general"), ("Unheard", "general")],
)
def test_a_class_has_its_own_theme_or_that_of_a_wider_one(themes, name, theme):
    assert themes.of_class(NAMES.term(name)) == theme


@pytest.mark.parametrize(
    ("name", "theme"),
    [("near", "places"), ("runs", "organisations"), ("name", "general"), ("notStated", "evidence")],
)
def test_a_property_has_the_theme_of_what_it_is_about(themes, name, theme):
    assert themes.of_property(NAMES.term(name)) == theme


def test_every_theme_that_a_term_has_is_a_heading(themes):
    assert set(themes._stated.values()) == set(THEMES)
