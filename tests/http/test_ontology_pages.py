"""The pages of the real ontology, its formats and its JSON-LD context."""

import json

import pytest

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
    ["/ontology", "/ontology/1.0.0", "/ontology.ttl", "/ontology.rdf", "/ontology.nt", "/ontology.jsonld"],
)
def test_the_ontology_answers_at_its_address_its_version_and_in_each_format(client, address):
    assert client.get(address).status_code == 200


def test_a_version_that_was_never_published_is_not_found(client):
    assert client.get("/ontology/0.0.1").status_code == 404


def test_the_page_is_well_formed(client):
    assert Page(client.get("/ontology").text).faults == []
