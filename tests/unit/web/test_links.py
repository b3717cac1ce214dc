"""An IRI leads to our page about it, out into the web, or nowhere."""

import pytest

from bionrw.names import Names
from bionrw.web.links import Links

BASE = "https://graph.example/"


@pytest.mark.parametrize(
    ("iri", "path"),
    [
        (f"{BASE}id/place/north", "/doc/place/north"),
        (f"{BASE}id/place/köln", "/doc/place/k%C3%B6ln"),
        (f"{BASE}id/place/k%C3%B6ln", "/doc/place/k%C3%B6ln"),
        (f"{BASE}id/place/a b", "/doc/place/a%20b"),
        (f'{BASE}id/place/"><script>', "/doc/place/%22%3E%3Cscript%3E"),
        (f"{BASE}ontology", "/ontology"),
        (f"{BASE}ontology#Place", "/ontology#Place"),
        (f"{BASE}ontology/1.0.0", "/ontology/1.0.0"),
        (f"{BASE}graph/document", "/graph/document"),
        ("https://graph.example.org/id/place/north", ""),
        ("https://other.example/id/place/north", ""),
        ("javascript:alert(1)", ""),
    ],
)
def test_what_lies_below_the_base_has_a_path(iri, path):
    assert Links(Names(BASE)).local(iri) == path
    assert Links(Names(BASE), "/mount").local(iri) == (f"/mount{path}" if path else "")


@pytest.mark.parametrize(
    ("iri", "followed"),
    [
        ("https://other.example/a?b=c#d", True),
        ("http://other.example", True),
        ("HTTPS://other.example/", True),
        ("javascript:alert(1)", False),
        ("JavaScript://other.example/%0Aalert(1)", False),
        ("data:text/html,x", False),
        ("mailto:somebody", False),
        ("urn:isbn:1", False),
        ("//other.example/", False),
        ("https:other", False),
        ("https://[broken", False),
        ("", False),
    ],
)
def test_only_web_addresses_are_followed(iri, followed):
    assert Links(Names(BASE)).external(iri) == (iri if followed else "")
