"""What people read on a page: words, each fact with its evidence, nothing unescaped."""

import re

import pytest

from tests.http.pages.glow import NAMES, subjects
from tests.http.pages.markup import Page

PAGES = ["/", "/doc", "/doc/organisation", "/doc/statement", "/ontology", "/graph/curated"]
PAGES += [iri.replace(f"{NAMES.base}id/", "/doc/") for iri in subjects() if "/id/" in iri]


@pytest.fixture(scope="module")
def read(client):
    """Return a function that reads a page."""

    def fetch(address):
        response = client.get(address, headers={"Accept": "text/html"})
        assert response.status_code == 200
        return Page(response.get_data(as_text=True))

    return fetch


@pytest.mark.parametrize("address", PAGES)
def test_a_page_is_well_formed_and_needs_nothing_from_elsewhere(read, address):
    page = read(address)
    assert page.faults == []
    tags = [tag for tag, _ in page.elements]
    assert not {"script", "img", "iframe", "style", "base"} & set(tags)
    forms = [(values["method"], values["action"]) for tag, values in page.elements if tag == "form"]
    assert forms == ([("get", "/ontology")] if address == "/ontology" else []), "a form only asks, and here"
    assert [tags.count(tag) for tag in ("h1", "main", "header", "footer", "title")] == [1, 1, 1, 1, 1]
    assert all(deeper - higher <= 1 for higher, deeper in zip(page.headings, page.headings[1:], strict=False))
    assert not [
        name for _, values in page.elements for name in values if name.startswith("on") or name == "style"
    ]
    assert [values["href"] for tag, values in page.elements if values.get("rel") == "stylesheet"] == [
        "/static/style.css"
    ]
    assert page.links[0] == {"class": "skip", "href": "#main"}


@pytest.mark.parametrize("address", PAGES)
def test_links_lead_to_our_pages_by_path_and_out_by_http_alone(client, read, address):
    page = read(address)
    for link in page.links:
        href = link["href"]
        if link.get("rel") == "external noreferrer":
            assert re.match(r"https?://[^/]", href)
        elif href.startswith("#"):
            assert href[1:] in page.ids
        else:
            assert href.startswith("/")
            assert not href.startswith("//")
            assert href == "/sparql" or client.head(href.partition("#")[0]).status_code == 200


@pytest.mark.parametrize("address", PAGES)
def test_nobody_is_led_to_an_address_below_the_base(read, address):
    assert not [link["href"] for link in read(address).links if link["href"].startswith(NAMES.base)]


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/doc/project/glow", "period May 2014 to February 2017"),
        ("/doc/project/glow", "volume at most EUR 1,500,000.5 “up to 1.5 MEUR”"),
        ("/doc/project/glow", "Lampyris · coordinator · from Meadow coordination"),
        ("/doc/project/glow", "The source says that this list is not complete."),
        ("/doc/project/glow", "supported by not stated in the source contextual"),
        ("/doc/project/glow", "up to 1.5 MEUR characters 100 to 112 stated · statement"),
        (
            "/doc/organisation/lampyris",
            "cluster Lampyris Lampyris is called the brightest club. Lampyris gilt als",
        ),
        ("/doc/organisation/lampyris", "In the text: Lampyris characters 0 to 8"),
        (
            "/doc/organisation/lampyris",
            "located in Meadow in the words somewhere in contextual Evidence Lampyris",
        ),
        ("/doc/organisation/lampyris", "Leuchtverein de"),
        (
            "/doc/organisation/lampyris",
            "registry.example/lampyris added by the editors Reason The registry lists the",
        ),
        (
            "/doc/organisation/lampyris",
            "high confidence · 24 November 2026 · https://registry.example/lampyris · statement",
        ),
        ("/doc/organisation/lampyris", "Figures about it 1 more than 4,400 glow-worms · period not stated"),
        ("/doc/organisation/lampyris", "Takes part in 1 Glow · coordinator · from Meadow"),
        ("/doc/observation/worms", "more than 4,400 glow-worms · Lampyris · period not stated"),
        ("/doc/observation/worms", "4,400 in the words more than contradicted contradiction Evidence"),
        (
            "/doc/observation/worms",
            "4,400 or 4,000 worms contradiction Our reading: The larger number is meant",
        ),
        ("/doc/period/ever", "for ever unlimited"),
        ("/doc/statement/night-worms-value", "more than 4,400 glow-worms · value · 4,400"),
        ("/doc/span/night-0-8", "“Lampyris” characters 0 to 8 of the night letter"),
        ("/doc/span/night-0-8", "Statements that rest on it 1 Lampyris · located in · Meadow · statement"),
        ("/doc/issue/worm-count", "A record of the editors, not of the source."),
        ("/doc/role/helper", "No longer in use. Use partner instead."),
        ("/doc/scheme/role", "Codes of this list 3 coordinator helper partner"),
        ("/doc/role", "Roles Parts that people play. 3 in the graph · about this code list"),
        (
            "/doc/statement",
            "4 in the graph Glow · has volume · Glow: volume Statement Glow · not stated · supported by",
        ),
        (
            "/doc/status/contextual",
            "Statements with this status 2 Glow · not stated · supported by · statement",
        ),
        ("/ontology", "Ontology · version 2.1.0 Terms of the glowing graph Words for glow-worms"),
        (
            "/ontology",
            "Links a project to who is in it. said of project leads to Participation",
        ),
        ("/ontology", "society Society class No longer in use. Use organisation instead. Older word."),
        ("/ontology", "Cluster: Organisation, die andere verbindet."),
        ("/graph/curated", "What it describes"),
        (
            "/doc/document/night",
            "Passages of it 4 characters 0 to 8 characters 40 to 46 characters 100 to 112 Page 1",
        ),
        (
            "/doc/span",
            "4 in the graph characters 0 to 8 Text span characters 40 to 46 Text span characters 100 to 112",
        ),
        ("/", "Where to begin Glow project Lampyris cluster All there is Who and where Organisations 2"),
        ("/", "facts with evidence 4 quoted passages 4 triples 261"),
    ],
)
def test_a_page_says_in_words(read, address, words):
    assert words in read(address).text


def test_what_contradicts_itself_is_marked_and_led_to_its_reading(read):
    page = read("/doc/observation/worms")
    assert {
        "class": "flag contradiction",
        "href": "#problem-worm-count",
        "title": "4,400 or 4,000 worms",
    } in page.links
    assert ("span", {"class": "value contradicted"}) in page.elements
    assert {"href": "/doc/issue/worm-count"} in page.links
    assert {"href": "/doc/reading/worm-count"} in page.links


def test_a_fact_of_the_source_is_not_called_an_addition(read):
    assert read("/doc/organisation/lampyris").text.count("added by the editors") == 1
    assert "added by the editors" not in read("/doc/issue/worm-count").text


def test_a_name_that_attacks_is_only_a_name(client, read):
    page = read("/doc/organisation/hostile")
    assert "<script>alert('label')</script>\u202e & co" in page.words
    assert "{{ 7 * 7 }}" in page.words
    assert '"><img src=x onerror=alert(1)>' in page.words
    assert "javascript:alert(1)" in page.words
    hrefs = [link["href"] for link in page.links]
    assert not [href for href in hrefs if href.startswith(("javascript:", "data:"))]
    assert "https://hostile.example/'onmouseover='alert(1)" in hrefs
    assert "<script" not in client.get("/doc/organisation/hostile").text


def test_a_name_that_turns_its_direction_is_isolated(client):
    for address in ("/doc/organisation/hostile", "/doc/organisation", "/doc/project/glow"):
        markup = client.get(address).text
        for at in (match.start() for match in re.finditer("\u202e", markup)):
            before = markup[:at]
            opened = re.findall(r"<[^/!][^>]*>", before)[-1]
            assert opened.startswith(("<bdi", "<title")) or 'dir="auto"' in opened


def test_an_editors_address_is_a_link_only_when_it_is_safe(read):
    page = read("/doc/observation/worms")
    assert "javascript:alert(2)" in page.words
    assert not [link for link in page.links if "javascript" in link["href"]]


def test_links_to_a_thing_come_in_pages_with_whole_counts(read):
    first, second = read("/doc/place/meadow"), read("/doc/place/meadow?page=2")
    assert "What points here 5" in first.text
    assert "What points here 5" in second.text
    assert "Located here 4 Lampyris North Meadow South Meadow Page 1 of 2 Next" in first.text
    assert "Located here 4 West Meadow" in second.text
    assert "Previous Page 2 of 2" in second.text
    assert {"rel": "next", "href": "/doc/place/meadow?page=2"} in first.links
    assert {"rel": "prev", "href": "/doc/place/meadow"} in second.links


def test_a_kind_comes_in_pages(read):
    assert (
        "4 in the graph Meadow place North Meadow place South Meadow place Page 1 of 2"
        in read("/doc/place").text
    )
    assert "West Meadow place Previous Page 2 of 2" in read("/doc/place?page=2").text


def test_each_term_stands_at_its_anchor(read):
    page = read("/ontology")
    assert {"Cluster", "hasParticipation", "statedName", "mentionedIn"} <= page.ids
    assert {"href": "/ontology#Organisation"} in page.links


def test_pages_stay_below_the_path_where_the_server_is_mounted(client):
    response = client.get("/doc/project/glow", environ_overrides={"SCRIPT_NAME": "/graph-of-worms"})
    hrefs = [link["href"] for link in Page(response.text).links]
    assert not [href for href in hrefs if href.startswith("/") and not href.startswith("/graph-of-worms/")]
