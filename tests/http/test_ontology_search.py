"""A stranger finds a term on the page of the ontology: by words, or from A to Z."""

import re

import pytest

from tests.http.pages.markup import Page


@pytest.fixture(scope="module")
def page(client):
    """Return the page of the ontology."""
    return Page(client.get("/ontology").text)


class TestTheSearch:
    """A stranger finds a term by words, without JavaScript."""

    @pytest.mark.parametrize(
        ("words", "anchor"),
        [
            ("Förderprogramm", "#FundingProgramme"),
            ("foerderprogramm", "#FundingProgramme"),
            ("who pays", "#FundingBody"),
            ("locatedIn", "#locatedIn"),
            ("foaf:Project", "#Project"),
            ("company", "#Company"),
            ("Ministerium", "#Ministry"),
            ("quotes", "#quote"),
        ],
    )
    def test_the_first_hit_leads_to_the_term(self, client, words, anchor):
        page = Page(client.get("/ontology", query_string={"q": words}).text)
        assert page.faults == []
        hits = [link["href"] for link in page.links if link["href"].startswith("/ontology#")]
        found = [href for href in hits if href not in ("/ontology#alphabet", "/ontology#diagram")]
        assert f"/ontology{anchor}" in found[:3]

    def test_a_code_leads_to_its_page(self, client):
        page = Page(client.get("/ontology?q=coordinator").text)
        assert "/doc/role/coordinator" in [link["href"] for link in page.links]

    def test_when_nothing_fits_it_tells_what_to_try(self, client):
        page = Page(client.get("/ontology?q=xylophone").text)
        assert "No term or code has this word" in page.text
        assert "What to try:" in page.text
        assert {"/ontology#alphabet", "/ontology#diagram"} <= {link["href"] for link in page.links}

    def test_words_that_attack_are_only_words(self, client):
        text = client.get("/ontology", query_string={"q": '"><script>alert(1)</script>'}).text
        assert "<script" not in text
        assert Page(text).faults == []

    @pytest.mark.parametrize("words", ["", "   "])
    def test_no_words_are_no_search(self, client, words):
        assert "Contents" in client.get("/ontology", query_string={"q": words}).text

    def test_a_search_that_is_too_long_is_a_bad_request(self, client):
        response = client.get("/ontology?q=" + "x" * 201, headers={"Accept": "application/json"})
        assert (response.status_code, response.json["parameter"]) == (400, "q")


class TestTheIndex:
    """All terms stand from A to Z, in both languages."""

    def test_each_term_stands_in_it_twice_and_each_letter_is_linked(self, client, page):
        markup = client.get("/ontology").text
        section = markup.partition('id="alphabet"')[2].partition('<section aria-labelledby="theme-')[0]
        listed = re.findall(r'<li><a href="#(\w+)"><bdi>([^<]*)', section)
        terms = {values["id"] for tag, values in page.elements if tag == "article"}
        assert {anchor for anchor, _ in listed} == terms
        assert len(listed) == 2 * len(terms)
        letters = set(re.findall(r'href="#(alphabet-[a-z]+-\d+)"', section))
        assert letters == {name for name in page.ids if name.startswith("alphabet-")}

    def test_umlauts_stand_with_their_letter(self, client):
        section = client.get("/ontology").text.partition("Alle Begriffe von A bis Z")[2]
        letters = re.findall(r'<h3 id="alphabet-de-\d+">([^<]*)', section)
        assert letters == sorted(letters)
        assert not {"Ä", "Ö", "Ü"} & set(letters)
