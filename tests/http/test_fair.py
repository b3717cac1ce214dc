"""What OOPS! and FOOPS! ask of an ontology on the web, asked of our server, by the names of the criteria."""

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from pyoxigraph import NamedNode, RdfFormat, parse

from bionrw.content import find_content
from bionrw.names import CANONICAL_BASE, Names
from bionrw.release.quality.criteria import SERVER, read_criteria

ONTOLOGY = Names().ontology
OWL = "http://www.w3.org/2002/07/owl#"
FORMATS = {
    "text/turtle": RdfFormat.TURTLE,
    "application/n-triples": RdfFormat.N_TRIPLES,
    "application/rdf+xml": RdfFormat.RDF_XML,
    "application/ld+json": RdfFormat.JSON_LD,
}
# Registers of persistent addresses that the test knows; ours is the first.
PERSISTENT = ("w3id.org", "doi.org", "purl.org", "www.w3.org")


class Site:
    """The server, asked for IRIs of ours by the paths that the persistent addresses lead to."""

    def __init__(self, client: FlaskClient) -> None:
        self._client = client

    def fetch(self, iri: str, accept: str) -> bytes:
        """Return what an IRI leads to, in a media type."""
        assert iri.startswith(CANONICAL_BASE)
        response = self._client.get(f"/{iri.removeprefix(CANONICAL_BASE)}", headers={"Accept": accept})
        assert (response.status_code, response.mimetype) == (200, accept)
        return bytes(response.data)

    def declared(self, iri: str, accept: str) -> list[str]:
        """Return the ontologies that the data behind an IRI declare."""
        kind = NamedNode(f"{OWL}Ontology")
        found = parse(self.fetch(iri, accept), format=FORMATS[accept])
        return [str(getattr(quad.subject, "value", "")) for quad in found if quad.object == kind]

    def said(self, predicate: str) -> str:
        """Return the one value of a property of the ontology."""
        subject = NamedNode(ONTOLOGY)
        found = parse(self.fetch(ONTOLOGY, "text/turtle"), format=RdfFormat.TURTLE)
        (value,) = [q.object for q in found if q.subject == subject and q.predicate.value == predicate]
        return str(getattr(value, "value", ""))


def page(site: Site) -> None:
    assert b"<h1" in site.fetch(ONTOLOGY, "text/html")


def data(site: Site) -> None:
    assert [name for name in FORMATS if site.declared(ONTOLOGY, name) != [ONTOLOGY]] == []


def both(site: Site) -> None:
    page(site)
    data(site)


def version(site: Site) -> None:
    assert site.declared(site.said(f"{OWL}versionIRI"), "text/turtle") == [ONTOLOGY]


def persistent(site: Site) -> None:
    (iri,) = site.declared(ONTOLOGY, "text/turtle")
    assert urlsplit(iri).netloc in PERSISTENT


def protocol(site: Site) -> None:
    (iri,) = site.declared(ONTOLOGY, "text/turtle")
    assert urlsplit(iri).scheme in ("http", "https")


def licence(site: Site) -> None:
    iri = site.said("http://purl.org/dc/terms/license")
    assert urlsplit(iri).scheme == "https"
    assert f'href="{iri}"'.encode() in site.fetch(ONTOLOGY, "text/html")


TESTS = {
    "P37": both,
    "CN1": both,
    "DOC1": page,
    "HTTP1": protocol,
    "OM4.2": licence,
    "PURL1": persistent,
    "RDF1": data,
    "URI1": data,
    "VER2": version,
}


@pytest.mark.parametrize("test", TESTS.values(), ids=list(TESTS))
def test_the_ontology_on_the_web_meets_a_criterion(test: Callable[[Site], None], client: FlaskClient) -> None:
    test(Site(client))


def test_each_criterion_that_needs_a_server_is_tested() -> None:
    assert {c.name for c in read_criteria(find_content().ontology) if c.how == SERVER} == set(TESTS)
