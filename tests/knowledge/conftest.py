"""The ontology, read once for the tests of this folder."""

from pathlib import Path

import pytest
from rdflib import Graph

ONTOLOGY = Path(__file__).resolve().parents[2] / "ontology"


@pytest.fixture(scope="session")
def core() -> Graph:
    """Return classes and properties."""
    return Graph().parse(ONTOLOGY / "core.ttl")


@pytest.fixture(scope="session")
def codes() -> Graph:
    """Return the code lists."""
    return Graph().parse(ONTOLOGY / "codes.ttl")


@pytest.fixture(scope="session")
def ontology(core: Graph, codes: Graph) -> Graph:
    """Return classes, properties and code lists in one graph."""
    return core + codes
