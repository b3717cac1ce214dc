"""The pages of the real ontology, its formats and its JSON-LD context."""

import json
import re

import pytest

from bionrw.names import Names
from bionrw.web.lookup import Lookup
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
            "/ontology/1.1.0",
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
        "reached by founded within, partner cluster of, pillar of",
        "elsewhere close match: schema:Consortium why Both consist of members; a consortium need not",
        "elsewhere is a kind of foaf:Agent why Both name whoever can act",
        "is a narrower property of org:heldBy why Both lead from a post to whoever fills it.",
        "status published",
        "leads to text (xsd:string)",
        "leads to any literal (rdfs:Literal)",
        "Change log Version 1.1.0, 25 November 2026 Added derived values, which the graph works out",
        "Version 1.0.0, 24 November 2026 First published version: classes and",
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


def test_the_change_log_is_that_of_the_ontology(client):
    section = client.get("/ontology").text.partition('id="change-log"')[2].partition("</section>")[0]
    versions = re.findall(r"<h3>Version ([\d.]+), ([^<]+)</h3>", section)
    assert versions == [("1.1.0", "25 November 2026"), ("1.0.0", "24 November 2026")]
    assert 'href="/ontology/1.0.0"' in section
    assert 'lang="de"' in section
