"""IRIs below a base, and the way to a path and back."""

import pytest

from bionrw.names import CANONICAL_BASE, Names, rebase

NAMES = Names("https://data.example.org/graph/")


@pytest.mark.parametrize(
    ("iri", "path"),
    [
        (NAMES.thing("place", "lea"), "id/place/lea"),
        (NAMES.term("Place"), "ontology"),
        (NAMES.graph("document"), "graph/document"),
        (CANONICAL_BASE + "id/place/lea", None),
        ("https://data.example.org/other", None),
    ],
)
def test_an_iri_of_ours_has_a_path(iri: str, path: str | None) -> None:
    assert NAMES.path(iri) == path


def test_a_path_leads_back_to_its_iri() -> None:
    assert NAMES.iri("id/place/lea") == NAMES.thing("place", "lea")


@pytest.mark.parametrize(
    ("iri", "expected"),
    [
        (CANONICAL_BASE + "id/place/lea", "https://data.example.org/graph/id/place/lea"),
        ("https://w3id.org/other/x", "https://w3id.org/other/x"),
    ],
)
def test_only_what_lies_below_the_canonical_base_is_moved(iri: str, expected: str) -> None:
    assert rebase(iri, NAMES.base) == expected


def test_the_catalogue_is_no_part_of_the_default_graph() -> None:
    names = [iri.rpartition("/")[2] for iri in NAMES.default_graphs()]
    assert names == ["document", "curated", "ontology", "inferred"]
