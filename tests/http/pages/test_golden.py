"""The data of a page is the same graph in every format, and the one that was reviewed."""

import pytest
from pyoxigraph import RdfFormat

FORMATS = {
    "ttl": RdfFormat.TURTLE,
    "nt": RdfFormat.N_TRIPLES,
    "rdf": RdfFormat.RDF_XML,
    "jsonld": RdfFormat.JSON_LD,
}


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("project", "/doc/project/glow"),
        ("observation", "/doc/observation/worms"),
        ("kind", "/doc/place"),
        ("ontology", "/ontology"),
    ],
)
def test_the_data_of_a_page_are_those_reviewed(client, golden, name, address, suffix):
    answer = client.get(f"{address}.{suffix}")
    assert answer.status_code == 200
    golden(name, answer.get_data(), FORMATS[suffix])
