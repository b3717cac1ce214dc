"""The alignments are a graph and a page of their own; further syntaxes are files of the release."""

import pyoxigraph as ox
import pytest

from bionrw.names import Names
from tests.conftest import ROOT, canonical_lines
from tests.http.pages.markup import Page


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
