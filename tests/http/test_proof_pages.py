"""What was inferred leads to its proof, step by step, down to the words of the text."""

import re
import subprocess
import sys
from urllib.parse import parse_qs, urlencode, urlsplit

import pyoxigraph as ox
import pytest
from rdflib import Graph
from rdflib.compare import isomorphic

from bionrw.config import Settings
from bionrw.content import find_content
from bionrw.library import Library
from bionrw.names import Names
from bionrw.store import open_store
from bionrw.store.releases import current_release
from bionrw.web.app import create_app
from tests.http.pages import glow
from tests.http.pages.markup import Page

FORMATS = {
    "ttl": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "rdf": ox.RdfFormat.RDF_XML,
    "jsonld": ox.RdfFormat.JSON_LD,
}
EUROPE = "organisation:clib2021 bionrw:locatedIn place:europe"
SUPPORTED = "project:biopen rdf:type bionrw:ProgrammeSupportedProject"


def address(triple, suffix=""):
    """Return the address of the proof of a triple, written as three words."""
    parts = triple.split(" ", 2)
    return f"/proof{suffix}?" + urlencode(dict(zip(("subject", "predicate", "object"), parts, strict=True)))


@pytest.mark.parametrize(
    ("triple", "words"),
    [
        (EUROPE, "This is stated nowhere, but it follows."),
        (
            EUROPE,
            "CLIB2021 located in Europe inferred by prp-spo2: Two properties in a row make the property",
        ),
        (EUROPE, "located in follows from located in, then part of stated in the ontology"),
        (
            EUROPE,
            "North Rhine-Westphalia part of Europe located in the center of Europe characters 73 to 104",
        ),
        (SUPPORTED, "inferred by cax-eqc2: What meets the definition of a class is a member of it"),
        (SUPPORTED, "is the same as project with supported by some funding programme stated in the ontology"),
        (SUPPORTED, "BiOPEN is a project mentioned: BiOPEN characters 7465 to 7471"),
        (SUPPORTED, "The same on the command line: bionrw explain project:biopen rdf:type bionrw:Programme"),
        (
            "project:biopen rdf:type bionrw:Entity",
            "BiOPEN is an entity inferred by prp-dom: What has a value",
        ),
        (
            "organisation:clib2021 bionrw:partnerClusterOf organisation:bio-nrw",
            "is a symmetric property stated in",
        ),
        ("project:biopen rdf:type bionrw:Project", "This is stated, not inferred."),
        ("project:biopen rdf:type bionrw:Project", "mentioned: BiOPEN characters 7465 to 7471"),
        (
            "project:biopen bionrw:supportedBy funder:eu-h2020",
            "characters 7147 to 7177 BiOPEN characters 7465",
        ),
        ('amount:biopen bionrw:value "1200000.0"^^xsd:decimal', "BiOPEN: volume value 1,200,000.0"),
        (
            "bionrw:Project rdfs:subClassOf bionrw:Undertaking",
            "project is a kind of undertaking stated in the",
        ),
        ("bionrw:Agent rdfs:subClassOf foaf:Agent", "agent is a kind of agent stated in the alignments"),
        (
            "project:biopen skos:exactMatch https://cordis.europa.eu/project/rcn/210292",
            "added by the editors",
        ),
    ],
)
def test_a_proof_reads_from_the_triple_down_to_what_is_stated(client, triple, words):
    page = Page(client.get(address(triple)).text)
    assert page.faults == []
    assert words in page.text


def test_a_stated_premise_leads_to_its_statement_and_passage(client):
    hrefs = [link["href"] for link in Page(client.get(address(EUROPE)).text).links]
    assert "/doc/statement/bio-nrw-place-north-rhine-westphalia-partOf-2" in hrefs
    assert "/doc/span/bio-nrw-73-104" in hrefs


def test_premises_are_nested_below_what_they_prove(client):
    markup = client.get(address("place:germany bionrw:hasPart place:rhine-ruhr")).text
    depth = deepest = 0
    for tag in re.findall(r"<(/?)ol", markup):
        depth += -1 if tag else 1
        deepest = max(deepest, depth)
    assert (depth, deepest) == (0, 2)


def inferred(release):
    """Yield each triple of the inferred graph."""
    graph = Names(release.base_iri).graph("inferred")
    for quad in ox.parse(path=str(release.path / "graph.nq"), format=ox.RdfFormat.N_QUADS):
        if quad.graph_name.value == graph:
            yield quad.triple


def test_every_inferred_triple_has_its_page(client, release):
    lost = []
    for at, triple in enumerate(inferred(release)):
        subject, predicate, value = triple
        written = value.value if isinstance(value, ox.NamedNode) else str(value)
        named = urlencode({"subject": subject.value, "predicate": predicate.value, "object": written})
        response = client.get(f"/proof?{named}") if at % 20 == 0 else client.head(f"/proof.nt?{named}")
        if response.status_code != 200 or (at % 20 == 0 and "inferred by" not in response.text):
            lost.append(triple)
    assert lost == []


@pytest.mark.parametrize("thing", ["organisation/clib2021", "project/biopen", "place/europe"])
def test_the_page_of_a_thing_leads_to_the_proof_of_each_inferred_fact(client, thing):
    markup = client.get(f"/doc/{thing}").text
    whys = [link["href"] for link in Page(markup).links if link["href"].startswith("/proof?")]
    assert len(whys) == markup.count('<span class="tag">inferred</span>') + markup.count("(inferred)") > 0
    for href in whys:
        assert "inferred by" in client.get(href).text
        assert parse_qs(urlsplit(href).query)["subject"] == [f"https://w3id.org/bionrw/id/{thing}"]


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize("triple", [EUROPE, SUPPORTED, "project:biopen rdf:type bionrw:Project"])
def test_a_proof_is_data_too(client, triple, suffix):
    fixed = client.get(address(triple, f".{suffix}"))
    assert fixed.status_code == 200
    plain = client.get(address(triple), headers={"Accept": "application/n-triples"})
    assert plain.headers["Content-Location"].startswith("/proof.nt?subject=https%3A%2F%2F")

    def graph(content, form):
        text = ox.serialize((quad.triple for quad in ox.parse(content, format=form)), format=FORMATS["nt"])
        return Graph().parse(data=text, format="nt")

    found = graph(fixed.data, FORMATS[suffix])
    assert isomorphic(found, graph(plain.data, FORMATS["nt"]))
    subject, predicate, value = (part.partition(":")[2] for part in triple.split())
    assert [
        t
        for t in found
        if all(str(e).endswith(n) for e, n in zip(t, (subject, predicate, value), strict=True))
    ]


def test_the_data_hold_rule_premises_statement_and_passage(client):
    text = client.get(address(EUROPE, ".ttl")).text
    for words in (
        '"prp-spo2"',
        "prov:wasDerivedFrom",
        "bionrw:evidence span:bio-nrw-73-104",
        "owl:propertyChainAxiom",
    ):
        assert words in text
    assert text.index("organisation:clib2021 bionrw:locatedIn place:europe") < text.index(
        "span:bio-nrw-73-104 a"
    )


def test_formats_link_to_each_other_with_the_triple_in_their_addresses(client):
    links = client.get(address(EUROPE)).headers.getlist("Link")
    assert [link for link in links if link.startswith("</proof.ttl?subject=https%3A")]
    for link in Page(client.get(address(EUROPE)).text).links:
        if link.get("rel") == "alternate":
            assert client.get(link["href"]).status_code == 200


def test_an_unchanged_proof_is_not_sent_again(client):
    for suffix in ("", ".ttl"):
        tag = client.get(address(EUROPE, suffix)).headers["ETag"]
        again = client.get(address(EUROPE, suffix), headers={"If-None-Match": tag})
        assert (again.status_code, again.data) == (304, b"")
    assert client.head(address(SUPPORTED, ".ttl")).headers["ETag"] != tag


@pytest.mark.parametrize(
    ("parameters", "parameter"),
    [
        ({}, "subject"),
        ({"subject": "project:biopen"}, "predicate"),
        ({"subject": "project:biopen", "predicate": "rdf:type"}, "object"),
        ({"subject": " ", "predicate": "rdf:type", "object": "bionrw:Project"}, "subject"),
        ({"subject": ["a:b", "a:c"], "predicate": "rdf:type", "object": "bionrw:Project"}, "subject"),
        ({"subject": "biopen", "predicate": "rdf:type", "object": "bionrw:Project"}, "subject"),
        ({"subject": "_:b1", "predicate": "rdf:type", "object": "bionrw:Project"}, "subject"),
        ({"subject": "project:biopen", "predicate": '"type"', "object": "bionrw:Project"}, "predicate"),
        ({"subject": "project:biopen", "predicate": "rdf:type", "object": "Project"}, "object"),
        ({"subject": "project:biopen", "predicate": "rdf:type", "object": '"open'}, "object"),
        ({"subject": "project:biopen", "predicate": "rdf:type", "object": '"a"^^decimal'}, "object"),
        ({"subject": "project:biopen", "predicate": "rdf:type", "object": '"\\q"'}, "object"),
        ({"subject": "https://a.example/ b", "predicate": "rdf:type", "object": "a:b"}, "subject"),
    ],
)
def test_what_is_no_triple_is_a_bad_request(client, parameters, parameter):
    response = client.get(
        "/proof", query_string=urlencode(parameters, doseq=True), headers={"Accept": "application/json"}
    )
    assert (response.status_code, response.content_type) == (400, "application/problem+json")
    assert response.json["parameter"] == parameter


@pytest.mark.parametrize(
    "triple",
    [
        "project:biopen bionrw:locatedIn place:europe",
        "project:biopen bionrw:locatedIn <https://a.example/>",
        'project:biopen rdfs:label "Biopen"',
        "bionrw:StateCluster rdfs:subClassOf bionrw:Agent",
        'project:biopen rdf:type "x"^^<https://a.example/\u00e4>',
    ],
)
@pytest.mark.parametrize("suffix", ["", ".ttl"])
def test_what_does_not_hold_is_not_found(client, triple, suffix):
    response = client.get(address(triple, suffix), headers={"Accept": "application/json"})
    assert (response.status_code, "bionrw explain" in response.json["detail"]) == (404, True)


def test_an_unknown_format_is_not_found(client):
    assert client.get(address(EUROPE, ".zip")).status_code == 404


@pytest.fixture(scope="module")
def without_proofs(tmp_path_factory):
    """Return a client of the application over a release that holds conclusions and no proofs."""
    var_dir = tmp_path_factory.mktemp("var")
    parts = ("project/glow", "participation/glow-lampyris", "organisation/lampyris")
    project, _, club = (ox.NamedNode(f"{glow.NAMES.base}id/{part}") for part in parts)
    drawn = ox.Quad(
        project,
        ox.NamedNode(glow.NAMES.term("hasParticipant")),
        club,
        ox.NamedNode(glow.NAMES.graph("inferred")),
    )
    glow.write_release(var_dir, [drawn])
    opened = open_store(current_release(var_dir), Settings(readers=1))
    yield create_app(opened, Settings(), Library(find_content().queries, glow.NAMES.base)).test_client()
    opened.close()


def test_a_release_without_proofs_says_so_and_names_the_command(without_proofs):
    triple = "project:glow bionrw:hasParticipant organisation:lampyris"
    page = Page(without_proofs.get(address(triple)).text)
    assert "This follows, but the release keeps no proof of it" in page.text
    assert f"bionrw explain {triple}" in page.text
    line = " ".join(
        f"<{glow.NAMES.base}{path}>"
        for path in ("id/project/glow", "ontology#hasParticipant", "id/organisation/lampyris")
    )
    assert without_proofs.get(address(triple, ".nt")).text == f"{line} .\n"
    stated = "project:glow bionrw:hasVolume amount:glow"
    assert "This is stated, not inferred." in without_proofs.get(address(stated)).text


def test_the_command_that_is_shown_gives_the_same_proof(client, release, tmp_path):
    (tmp_path / "var").symlink_to(release.path.parent)
    shown = Page(client.get(address(EUROPE)).text)
    command = (
        shown.text.partition("The same on the command line: bionrw ")[2].partition(" Identifier")[0].split()
    )
    done = subprocess.run(
        [sys.executable, "-m", "bionrw", *command], cwd=tmp_path, capture_output=True, text=True
    )
    rules = re.findall(r"inferred by ([\w-]+): ([^\n]+)", done.stdout)
    assert rules
    assert all(f"inferred by {name}: {words}" in shown.text for name, words in rules)
    for words in re.findall(r"“([^”]+)” \(characters (\d+) to (\d+)", done.stdout):
        assert f"{words[0]} characters {words[1]} to {words[2]}" in shown.text
