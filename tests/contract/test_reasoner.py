"""Each reasoner keeps the contract, and both draw the same from the real graph."""

from collections import Counter
from dataclasses import replace

import pytest
from pyoxigraph import RdfFormat, Triple, parse

from bionrw.content import find_content
from bionrw.library import Library
from bionrw.names import CANONICAL_BASE
from bionrw.release.reason import Reasoner, RlReasoner
from bionrw.release.reason.hermit import HermitReasoner
from bionrw.release.sources import read_quads, source_files

EX = "http://example.org/"
TURTLE = f"""
@prefix : <{EX}> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
:Ship a owl:Class ; rdfs:subClassOf :Craft . :Craft a owl:Class . :Port a owl:Class .
:Trader a owl:Class ; owl:equivalentClass [ a owl:Class ; owl:intersectionOf (
    :Ship [ a owl:Restriction ; owl:onProperty :callsAt ; owl:someValuesFrom :Port ] ) ] .
:Craft owl:disjointWith :Port .
:callsAt a owl:ObjectProperty . :calledAtBy a owl:ObjectProperty ; owl:inverseOf :callsAt .
:near a owl:ObjectProperty , owl:SymmetricProperty . :in a owl:ObjectProperty , owl:TransitiveProperty .
:fliesFor a owl:ObjectProperty ; owl:propertyChainAxiom ( :callsAt :in ) ; rdfs:range :Land .
:Land a owl:Class .
:sloop a :Ship ; :callsAt :haven . :haven a :Port ; :in :isle ; :near :cape . :isle :in :realm .
"""
FOLLOWS = {
    ("calledAtBy", "haven", "sloop"),
    ("fliesFor", "sloop", "isle"),
    ("fliesFor", "sloop", "realm"),
    ("in", "haven", "realm"),
    ("near", "cape", "haven"),
    ("type", "isle", "Land"),
    ("type", "realm", "Land"),
    ("type", "sloop", "Craft"),
    ("type", "sloop", "Trader"),
    ("subClassOf", "Trader", "Craft"),
    ("subClassOf", "Trader", "Ship"),
}


def read(turtle: str) -> list[Triple]:
    """Return the triples of a text."""
    return [Triple(q.subject, q.predicate, q.object) for q in parse(turtle, format=RdfFormat.TURTLE)]


def short(triple: Triple) -> tuple[str, ...]:
    """Return the local names of a triple, its predicate first."""
    terms = (triple.predicate, triple.subject, triple.object)
    return tuple(str(getattr(term, "value", term)).replace("#", "/").rpartition("/")[2] for term in terms)


@pytest.fixture(scope="module", params=["rules", "hermit"])
def reasoner(request: pytest.FixtureRequest) -> Reasoner:
    """Return each reasoner in turn."""
    return RlReasoner(Library(find_content().queries)) if request.param == "rules" else HermitReasoner()


def test_what_follows_is_drawn_and_nothing_else(reasoner: Reasoner) -> None:
    assert {short(triple) for triple in reasoner.infer(read(TURTLE)).triples} == FOLLOWS


def test_a_sound_graph_is_judged_sound(reasoner: Reasoner) -> None:
    verdict = reasoner.judge(read(TURTLE))
    assert (verdict.consistent, verdict.unsatisfiable) == (True, ())


@pytest.mark.parametrize("fact", [":sloop a :Port .", ":isle a :Ship , :Port ."])
def test_a_clash_is_found(reasoner: Reasoner, fact: str) -> None:
    verdict = reasoner.judge(read(TURTLE + fact))
    assert not verdict.consistent
    assert verdict.clashes


@pytest.fixture(scope="module")
def given() -> list[Triple]:
    """Return the axioms and facts of the document."""
    return [
        Triple(quad.subject, quad.predicate, quad.object)
        for file in source_files(find_content())
        if file.graph in ("document", "ontology")
        for quad in read_quads(file, CANONICAL_BASE)
    ]


@pytest.fixture(scope="module")
def by_hermit(given: list[Triple]) -> frozenset[Triple]:
    """Return what HermiT draws from them."""
    return HermitReasoner().infer(given).triples


def test_both_draw_the_same_from_the_real_graph(given: list[Triple], by_hermit: frozenset[Triple]) -> None:
    by_rules = RlReasoner(Library(find_content().queries)).infer(given).triples
    assert by_rules ^ by_hermit == set()
    kinds = Counter(short(triple)[0] for triple in by_rules)
    assert kinds["type"] > 100
    assert kinds["subClassOf"] > 10
    assert kinds["participatesIn"] > 10


@pytest.mark.parametrize(
    "missing", ["cax-sco", "cls-int1", "cls-svf1", "prp-inv2", "prp-spo2", "prp-symp", "prp-trp", "scm-sco"]
)
def test_a_rule_that_is_missing_shows_as_a_difference(
    given: list[Triple], by_hermit: frozenset[Triple], missing: str
) -> None:
    reasoner = RlReasoner(Library(find_content().queries))
    kept = tuple(rule for rule in reasoner.book.rules if rule.name != missing)
    assert len(kept) == len(reasoner.book.rules) - 1
    reasoner.book = replace(reasoner.book, rules=kept)
    assert reasoner.infer(given).triples < by_hermit
