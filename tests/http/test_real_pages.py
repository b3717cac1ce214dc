"""The pages of the real graph: every identifier leads somewhere, and no page falls back to identifiers."""

from itertools import groupby

import pyoxigraph as ox
import pytest

from bionrw.names import Names
from bionrw.web.pages import current_lookup
from tests.http.pages.markup import Page

# So many things of each kind are read; all of them are asked for.
SAMPLE = 4


@pytest.fixture(scope="module")
def identifiers(release_dir, release):
    """Return every IRI below the base that stands anywhere in the graph."""
    found = set()
    for quad in ox.parse(path=str(release_dir / "graph.nq"), format=ox.RdfFormat.N_QUADS):
        terms = (quad.subject, quad.predicate, quad.object, quad.graph_name)
        found |= {term.value for term in terms if isinstance(term, ox.NamedNode)}
    return sorted(iri for iri in found if iri.startswith(release.base_iri))


def test_every_identifier_leads_to_its_description(client, identifiers, release):
    names = Names(release.base_iri)
    lost = []
    for iri in identifiers:
        path = f"/{names.path(iri)}"
        response = client.head(path)
        wanted = 303 if path.startswith("/id/") else 200
        if response.status_code != wanted:
            lost.append(iri)
    assert lost == []


def test_every_term_has_its_anchor(client, identifiers):
    page = Page(client.get("/ontology").text)
    assert {iri.partition("#")[2] for iri in identifiers if "#" in iri} <= page.ids


def test_every_property_in_use_has_a_name(release_dir, client):
    quads = ox.parse(path=str(release_dir / "graph.nq"), format=ox.RdfFormat.N_QUADS)
    used = {quad.predicate.value for quad in quads if not str(quad.graph_name).endswith("/ontology>")}
    with client.application.test_request_context("/"):
        vocabulary = current_lookup().vocabulary
        assert sorted(iri for iri in used if vocabulary.name(iri) is None) == []


def test_pages_speak_in_words(client, identifiers, release):
    kinds = groupby((iri for iri in identifiers if "/id/" in iri), key=lambda iri: iri.split("/")[-2])
    for _, members in kinds:
        for iri in list(members)[:SAMPLE]:
            page = Page(client.get(iri.replace(f"{release.base_iri}id/", "/doc/")).text)
            assert page.faults == []
            assert page.text.count(release.base_iri) == 1, f"{iri}: only its own identifier is shown"
            assert "http://www.w3.org/" not in page.text


def test_what_follows_is_marked_and_claims_no_passage(client):
    page = client.get("/doc/organisation/clib2021").text
    group = page[page.index(">located in</bdi>") :]
    entries = group[: group.index("</dd>")].split('<span class="value">')[1:]
    inferred = [entry for entry in entries if "Europe" in entry]
    stated = [entry for entry in entries if "Germany" in entry]
    assert [('<span class="tag">inferred</span>' in entry, "Evidence" in entry) for entry in inferred] == [
        (True, False)
    ]
    assert [('<span class="tag">inferred</span>' in entry, "Evidence" in entry) for entry in stated] == [
        (False, True)
    ]


@pytest.mark.parametrize(
    ("thing", "words", "inferred"),
    [
        ("project/biopen", "programme-supported project (inferred)", True),
        ("project/rin-material-flows", "project", False),
        ("organisation/clib2021", "cluster organisation", False),
    ],
)
def test_a_kind_that_only_follows_says_so(client, thing, words, inferred):
    page = client.get(f"/doc/{thing}").text
    head = page[page.index('<p class="eyebrow">') : page.index("<h1")]
    assert f"<bdi>{words}</bdi>" in head
    assert ("(inferred)" in head) is inferred
