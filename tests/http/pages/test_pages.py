"""Every identifier leads to a page for people and to data for machines, each at its own address."""

import re

import pyoxigraph as ox
import pytest

from tests.http.pages.glow import GRAPHS, NAMES, PUBLIC, quads, subjects

FORMATS = {
    "html": ("text/html; charset=utf-8", None),
    "ttl": ("text/turtle", ox.RdfFormat.TURTLE),
    "jsonld": ("application/ld+json", ox.RdfFormat.JSON_LD),
    "rdf": ("application/rdf+xml", ox.RdfFormat.RDF_XML),
    "nt": ("application/n-triples", ox.RdfFormat.N_TRIPLES),
}
# One address of each kind that pages have.
ADDRESSES = [
    "/doc/organisation/lampyris",
    "/doc/project/glow",
    "/doc/participation/glow-lampyris",
    "/doc/amount/glow",
    "/doc/period/glow",
    "/doc/observation/worms",
    "/doc/statement/night-worms-value",
    "/doc/link/lampyris-registry",
    "/doc/span/night-200-220",
    "/doc/document/night",
    "/doc/activity/night",
    "/doc/issue/worm-count",
    "/doc/reading/worm-count",
    "/doc/agent/editors",
    "/doc/role/helper",
    "/doc/scheme/role",
    "/doc/organisation",
    "/doc/statement",
    "/ontology",
    "/ontology/2.1.0",
    "/graph/document",
    "/graph/ontology",
]
UNKNOWN = [
    "/id/organisation/nobody",
    "/doc/organisation/nobody",
    "/doc/organisation/nobody.ttl",
    "/doc/nothing/lampyris",
    "/doc/nothing",
    "/id/nothing",
    "/doc/organisation/%3Cscript%3E",
    "/doc/organisation/a%20b",
    "/doc/organisation/a%00b",
    "/doc/organisation/lampyris/more",
    "/ontology/9.9.9",
    "/ontology.zip",
    "/graph/nothing",
    "/graph/nothing.ttl",
    "/doc/place/meadow?page=9",
    "/doc/place?page=9",
]


def links_of(response):
    """Return the targets of a response's Link fields by relation and media type."""
    found = {}
    for value in response.headers.getlist("Link"):
        match = re.fullmatch(r'<(.*?)>; rel="(.*?)"(?:; type="(.*?)")?', value)
        assert match
        found[match[2], match[3] or ""] = match[1]
    return found


def triples_of(response, suffix):
    return set(ox.parse(response.data, format=FORMATS[suffix][1]))


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("suffix", FORMATS)
def test_a_suffix_or_the_accept_field_chooses_the_format(client, address, suffix):
    media_type = FORMATS[suffix][0]
    fixed = client.get(f"{address}.{suffix}", headers={"Accept": "image/png"})
    negotiated = client.get(address, headers={"Accept": media_type.partition(";")[0]})
    assert (fixed.status_code, fixed.headers["Content-Type"]) == (200, media_type)
    assert (negotiated.status_code, negotiated.headers["Content-Type"]) == (200, media_type)
    assert negotiated.headers["Vary"] == "Accept"
    assert negotiated.headers["Content-Location"] == f"{address}.{suffix}"
    assert "Vary" not in fixed.headers
    if suffix != "html":
        assert negotiated.data == fixed.data
        assert triples_of(fixed, suffix)


@pytest.mark.parametrize("address", ADDRESSES)
def test_all_formats_of_an_address_hold_the_same_facts(client, address):
    def ground(suffix):
        found = triples_of(client.get(f"{address}.{suffix}"), suffix)
        return {quad for quad in found if not isinstance(quad.subject, ox.BlankNode)}

    assert ground("ttl") == ground("nt") == ground("rdf") == ground("jsonld")


@pytest.mark.parametrize("address", ADDRESSES)
def test_links_lead_to_the_other_formats(client, address):
    found = links_of(client.get(address))
    assert found["canonical", ""] == address
    assert found["describes", ""].startswith(NAMES.base)
    others = {
        suffix: media_type.partition(";")[0]
        for suffix, (media_type, _) in FORMATS.items()
        if suffix != "html"
    }
    for suffix, media_type in others.items():
        assert found["alternate", media_type] == f"{address}.{suffix}"
        assert f'href="{address}.{suffix}"' in client.get(address).text


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("suffix", FORMATS)
def test_an_unchanged_representation_is_not_sent_again(client, address, suffix):
    first = client.get(f"{address}.{suffix}")
    tag = first.headers["ETag"]
    assert tag.startswith('"'), "a strong validator"
    again = client.get(f"{address}.{suffix}", headers={"If-None-Match": tag})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
    other = client.get(f"{address}.{suffix}", headers={"If-None-Match": '"another"'})
    assert (other.status_code, other.data) == (200, first.data)


def test_each_representation_has_a_validator_of_its_own(client):
    tags = {
        client.get(f"{address}.{suffix}").headers["ETag"] for address in ADDRESSES[:4] for suffix in FORMATS
    }
    pages = {client.get(f"/doc/place/meadow?page={page}").headers["ETag"] for page in (1, 2)}
    assert (len(tags), len(pages)) == (4 * len(FORMATS), 2)


@pytest.mark.parametrize("address", ["/", "/doc", *ADDRESSES, "/doc/project/glow.ttl"])
def test_head_tells_the_same_without_a_body(client, address):
    got, head = client.get(address), client.head(address)
    assert (head.status_code, head.data) == (200, b"")
    for name in ("Content-Type", "ETag"):
        assert head.headers[name] == got.headers[name]


@pytest.mark.parametrize("iri", subjects())
def test_every_identifier_leads_to_a_page_and_to_data(client, iri):
    path = f"/{NAMES.path(iri)}"
    response = client.get(path)
    if path.startswith("/id/"):
        assert response.status_code == 303
        assert response.headers["Location"] == PUBLIC + path.replace("/id/", "/doc/", 1)
        response = client.get(response.headers["Location"].removeprefix(PUBLIC))
    assert response.status_code == 200
    shown = response.text
    anchor = iri.partition("#")[2]
    assert (f'id="{anchor}"' if anchor else iri) in shown
    data = client.get(links_of(response)["alternate", "application/n-triples"])
    assert f"<{iri}> " in data.text


@pytest.mark.parametrize(
    ("path", "target"), [("/id/project", "/doc/project"), ("/id/project/", "/doc/project"), ("/id", "/doc")]
)
def test_a_kind_leads_to_its_list(client, path, target):
    response = client.get(path)
    assert (response.status_code, response.headers["Location"]) == (303, PUBLIC + target)


def test_the_host_field_never_reaches_an_address(client):
    response = client.get("/id/project/glow", headers={"Host": "evil.example"})
    assert response.headers["Location"] == f"{PUBLIC}/doc/project/glow"


@pytest.mark.parametrize("path", UNKNOWN)
def test_what_is_unknown_is_a_problem(client, path):
    response = client.get(path, headers={"Accept": "application/problem+json, text/html;q=0.5"})
    assert (response.status_code, response.content_type) == (404, "application/problem+json")
    assert response.json["status"] == 404
    assert client.get(path, headers={"Accept": "text/html"}).status_code == 404


@pytest.mark.parametrize("page", ["0", "-1", "1.5", "x", "", "٣", "1e3", "9999999999"])
@pytest.mark.parametrize("address", ["/doc/place/meadow", "/doc/place"])
def test_a_page_that_is_no_number_is_a_bad_request(client, address, page):
    response = client.get(address, query_string={"page": page}, headers={"Accept": "application/json"})
    assert (response.status_code, response.json["parameter"]) == (400, "page")


@pytest.mark.parametrize(
    "accept", ["image/png", "text/html;q=0, text/csv", "application/sparql-results+json"]
)
def test_what_is_not_on_offer_is_not_acceptable(client, accept):
    response = client.get("/doc/project/glow", headers={"Accept": accept})
    assert response.status_code == 406
    assert response.json["offers"] == [media_type.partition(";")[0] for media_type, _ in FORMATS.values()]


@pytest.mark.parametrize(
    "accept", [None, "*/*", "text/*", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"]
)
def test_who_has_no_wish_gets_a_page(client, accept):
    response = client.get("/doc/project/glow", headers={"Accept": accept} if accept else {})
    assert response.content_type == "text/html; charset=utf-8"


@pytest.mark.parametrize("graph", GRAPHS)
def test_a_named_graph_is_given_whole(client, graph):
    own = [quad for quad in quads() if str(quad.graph_name) == f"<{NAMES.graph(graph)}>"]
    facts = {(quad.subject, quad.predicate, quad.object) for quad in own}
    found = triples_of(client.get(f"/graph/{graph}.nt"), "nt")
    assert {(quad.subject, quad.predicate, quad.object) for quad in found} == facts


def test_evidence_travels_with_the_data(client):
    text = client.get("/doc/organisation/lampyris.nt").text
    assert NAMES.thing("statement", "night-lampyris-locatedIn") in text
    assert f'<{NAMES.thing("span", "night-40-46")}> <{NAMES.term("quote")}> "Meadow"' in text
    assert "The registry lists the same club." in text
    assert (
        f'<{NAMES.thing("place", "meadow")}> <http://www.w3.org/2000/01/rdf-schema#label> "Wiese"@de' in text
    )


def test_data_of_a_thing_says_nothing_of_others(client):
    text = client.get("/doc/organisation/lampyris.nt").text
    assert "hostile" not in text
    assert "alert" not in text
