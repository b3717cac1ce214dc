"""The pages of the real ontology, its formats and its JSON-LD context."""

import json
import re

import pyoxigraph as ox
import pytest

from bionrw.names import Names
from bionrw.web.lookup import Lookup
from tests.conftest import ROOT, canonical_lines
from tests.http.pages.markup import Page


class TestTheContext:
    """The JSON-LD context is served as the release holds it."""

    def test_it_is_the_file_of_the_release_for_any_origin(self, client, release_dir):
        response = client.get("/context.jsonld")
        assert response.status_code == 200
        assert response.data == (release_dir / "context.jsonld").read_bytes()
        assert response.headers["Content-Type"] == "application/ld+json"
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        assert "bionrw" in json.loads(response.data)["@context"]

    def test_a_client_that_holds_it_is_told_so(self, client):
        tag = client.get("/context.jsonld").headers["ETag"]
        assert client.get("/context.jsonld", headers={"If-None-Match": tag}).status_code == 304

    def test_a_release_without_one_says_how_to_mend_it(self, endpoint):
        response = endpoint.get("/context.jsonld", headers={"Accept": "application/json"})
        assert response.status_code == 404
        assert "bionrw build" in response.get_json()["detail"]


@pytest.mark.parametrize(
    "address",
    [
        *(
            "/ontology",
            "/ontology/1.0.0",
            "/ontology.ttl",
            "/ontology.rdf",
            "/ontology.nt",
            "/ontology.jsonld",
        ),
        *("/ontology.ofn", "/ontology.omn", "/ontology/1.0.0.ofn", "/ontology/1.0.0.omn"),
    ],
)
def test_the_ontology_answers_at_its_address_its_version_and_in_each_format(client, address):
    assert client.get(address).status_code == 200


def test_a_version_that_was_never_published_is_not_found(client):
    assert client.get("/ontology/0.0.1").status_code == 404


def test_the_page_is_well_formed(client):
    assert Page(client.get("/ontology").text).faults == []


@pytest.fixture(scope="module")
def page(client):
    """Return the page of the ontology."""
    return Page(client.get("/ontology").text)


@pytest.mark.parametrize(
    "words",
    [
        "part of partOf",
        "it leads from A to C. said of place leads to place",
        "Symmetric: it holds in both directions. special case of collaborates with said of cluster",
        "follows from located in, then part of",
        "the same as project with supported by some funding programme",
        "the other way round has part",
        "state cluster StateCluster class Cluster",
        "Landescluster: Cluster, das",
        "has the properties kind of cluster, has core aspect",
        "value of founded within, partner cluster of, pillar of",
        "elsewhere close match: schema:Consortium why Both consist of members; a consortium need not",
        "elsewhere is a kind of foaf:Agent why Both name whoever can act",
        "is a narrower property of org:heldBy why Both lead from a post to whoever fills it.",
        "status published",
        "Change log Version 1.0.0, 24 November 2026 First published version: classes and",
        "Erste veröffentlichte Fassung: Klassen und Eigenschaften",
        "funding body is a kind of frapo:FundingAgency Both are organisations that provide money",
        "http://data.europa.eu/s66# Our term How Their term Why",
        "monetary amount class",
        "wider than continent, country, federal state, region",
        "Code lists Closed lists of values that facts point to.",
        "licence creativecommons.org/licenses/by/4.0/",
        "to cite Editors of the BIO.NRW knowledge graph: Ontology",
        "usual prefix bionrw",
        "observation also quantity value",
    ],
)
def test_the_page_tells(page, words):
    assert words in page.text


def test_terms_stand_below_their_themes(page):
    headings = ["Organisations and clusters", "Places", "Figures, amounts and time", "Evidence"]
    anchors = [
        "theme-organisations",
        "Ministry",
        "theme-places",
        "locatedIn",
        "theme-figures",
        "theme-evidence",
    ]
    assert [page.text.rindex(words) for words in headings] == sorted(map(page.text.rindex, headings))
    order = [values["id"] for _, values in page.elements if "id" in values]
    assert sorted(anchors, key=order.index) == anchors


def test_no_class_but_the_broadest_two_is_without_a_theme(page):
    order = [values["id"] for _, values in page.elements if "id" in values]
    last = order[order.index("theme-general") + 1 : order.index("code-lists")]
    assert [name for name in last if name[0].isupper()] == ["Entity", "SubjectMatter"]


@pytest.mark.parametrize("term", ["Cluster", "Participation", "collaboratesWith", "value", "mentionedIn"])
def test_the_linked_query_lists_as_many_uses_as_are_told(client, page, term):
    order = [(tag, values) for tag, values in page.elements if tag == "a" or values.get("id") == term]
    after = order[next(at for at, (tag, values) in enumerate(order) if tag == "article") :]
    href = next(values["href"] for _, values in after if values.get("href", "").startswith("/sparql?"))
    rows = client.get(f"{href}&format=csv").text.splitlines()[1:]
    article = client.get("/ontology").text.partition(f'id="{term}">')[2]
    told = re.search(r"Used ([\d,]+) times?<", article)
    assert told
    assert len(rows) == int(told[1].replace(",", "")) > 0


def test_each_class_is_drawn_and_leads_to_its_anchor(client, page):
    markup = client.get("/ontology").text
    drawn = {
        link
        for svg in re.findall(r"<svg.*?</svg>", markup, re.DOTALL)
        for link in re.findall(r'href="#(\w+)"', svg)
    }
    section = markup.partition('id="diagram"')[2].partition("</section>")[0]
    listed = set(re.findall(r'<li><a href="#(\w+)">', section))
    assert drawn == listed
    assert {"Ministry", "FundingBody", "Observation", "TextSpan"} <= drawn <= page.ids


def test_the_diagram_obeys_the_content_security_policy(page):
    assert [tag for tag, values in page.elements if "style" in values or tag in ("script", "style")] == []


def test_the_terms_are_counted_once_for_a_release(client, monkeypatch):
    client.get("/ontology")
    monkeypatch.setattr(Lookup, "rows", None)
    assert client.get("/ontology").status_code == 200


@pytest.mark.parametrize("term", ["locatedIn", "partOf", "hasParticipation", "collaboratesWith"])
def test_the_example_is_what_a_source_says_and_not_what_was_inferred(client, release, term):
    article = client.get("/ontology").text.partition(f'id="{term}">')[2].partition("</article>")[0]
    thing, value = re.findall(r'href="/doc/([^"]*)"', article.partition("for example:")[2])
    names = Names(release.base_iri)
    terms = (names.iri(f"id/{thing}"), names.term(term), names.iri(f"id/{value}"), names.graph("document"))
    line = "{} .\n".format(" ".join(f"<{iri}>" for iri in terms))
    assert line in (release.path / "graph.nq").read_text(encoding="utf-8")


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


class TestTheAlignments:
    """They are a graph and a page of their own, and no answer rests on them."""

    @pytest.mark.parametrize(
        "address",
        [
            "/ontology/alignments",
            "/ontology/alignments/1.0.0",
            "/graph/alignments",
            "/ontology/alignments.ttl",
        ],
    )
    def test_they_answer_at_their_addresses(self, client, address):
        assert client.get(address).status_code == 200

    @pytest.mark.parametrize("address", ["/ontology/alignments/9.9.9", "/ontology/alignments.zip"])
    def test_others_are_not_found(self, client, address):
        assert client.get(address).status_code == 404

    @pytest.mark.parametrize("address", ["/ontology/alignments.ttl", "/graph/alignments.ttl"])
    def test_the_data_are_the_file(self, client, address):
        file = (ROOT / "ontology" / "alignments.ttl").read_bytes()
        assert canonical_lines(client.get(address).data, ox.RdfFormat.TURTLE) == canonical_lines(
            file, ox.RdfFormat.TURTLE
        )

    def test_the_page_tells_each_mapping_once_and_with_its_reason(self, client):
        page = Page(client.get("/ontology/alignments").text)
        rows = [tag for tag, _ in page.elements if tag == "tr"]
        file = (ROOT / "ontology" / "alignments.ttl").read_text(encoding="utf-8")
        families = [tag for tag, _ in page.elements if tag == "thead"]
        assert len(rows) - len(families) == file.count("a owl:Axiom") == 87
        assert page.faults == []

    def test_no_answer_over_the_default_graph_rests_on_them(self, client, release):
        names = Names(release.base_iri)
        assert names.graph("alignments") in release.graphs
        assert names.graph("alignments") not in names.default_graphs()
        pattern = "?ours rdfs:subClassOf <http://xmlns.com/foaf/0.1/Agent>"
        prologue = "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
        foreign = f"{prologue}ASK {{ {pattern} }}"
        answer = client.get("/sparql", query_string={"query": foreign, "format": "json"})
        named = f"{prologue}ASK {{ GRAPH <{names.graph('alignments')}> {{ {pattern} }} }}"
        known = client.get("/sparql", query_string={"query": named, "format": "json"})
        assert (answer.json["boolean"], known.json["boolean"]) == (False, True)

    def test_the_reasoner_has_not_seen_them(self, release):
        graph = f"<{Names(release.base_iri).graph('inferred')}>"
        lines = (release.path / "graph.nq").read_text(encoding="utf-8").splitlines()
        inferred = [line for line in lines if line.endswith(f"{graph} .")]
        assert inferred
        assert not [line for line in inferred if "foaf/0.1" in line or "/ns/org#" in line or "/s66#" in line]


def test_the_change_log_is_that_of_the_ontology(client):
    section = client.get("/ontology").text.partition('id="change-log"')[2].partition("</section>")[0]
    assert re.findall(r"<h3>Version ([\d.]+), ([^<]+)</h3>", section) == [("1.0.0", "24 November 2026")]
    assert 'href="/ontology/1.0.0"' in section
    assert 'lang="de"' in section


class TestFurtherSyntaxes:
    """The functional and the Manchester syntax are files of the release, offered like all other formats."""

    @pytest.mark.parametrize("address", ["/ontology", "/ontology/1.0.0"])
    @pytest.mark.parametrize(
        ("suffix", "media_type", "words"),
        [
            ("ofn", "text/owl-functional", "SubClassOf(bionrw:Ministry bionrw:PublicOrganisation)"),
            ("omn", "text/owl-manchester", "Class: bionrw:Ministry"),
        ],
    )
    def test_each_is_found_by_suffix_and_by_accept(
        self, client, release_dir, address, suffix, media_type, words
    ):
        fixed = client.get(f"{address}.{suffix}")
        chosen = client.get(address, headers={"Accept": f"{media_type}, text/html;q=0.5"})
        file = (release_dir / f"ontology.{suffix}").read_bytes()
        assert words in fixed.text
        for response in (fixed, chosen):
            assert (response.status_code, response.data) == (200, file)
            assert response.content_type == f"{media_type}; charset=utf-8"
        assert chosen.headers["Content-Location"] == f"{address}.{suffix}"
        tag = fixed.headers["ETag"]
        again = client.get(f"{address}.{suffix}", headers={"If-None-Match": tag})
        assert (again.status_code, again.data) == (304, b"")

    def test_the_page_and_the_header_lead_to_them(self, client):
        response = client.get("/ontology")
        for suffix, media_type in (("ofn", "text/owl-functional"), ("omn", "text/owl-manchester")):
            link = f'</ontology.{suffix}>; rel="alternate"; type="{media_type}"'
            assert link in response.headers.getlist("Link")
            assert response.text.count(f'href="/ontology.{suffix}"') == 2

    def test_they_are_offered_where_they_exist_only(self, client):
        assert client.get("/doc/project/biopen", headers={"Accept": "text/owl-functional"}).status_code == 406
        assert client.get("/graph/ontology.ofn").status_code == 404
        offers = client.get("/ontology", headers={"Accept": "image/png"}).json["offers"]
        assert offers[-2:] == ["text/owl-functional", "text/owl-manchester"]
