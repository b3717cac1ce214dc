"""The closure is complete, draws each conclusion after its premises, and agrees with a reasoner of others."""

import warnings

import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st
from owlrl import DeductiveClosure, OWLRL_Semantics
from pyoxigraph import BlankNode, NamedNode, RdfFormat, Triple, Variable, parse
from rdflib.namespace import RDF, RDFS

from bionrw.content import find_content
from bionrw.library import Library
from bionrw.names import CANONICAL_BASE
from bionrw.release.reason import RlReasoner
from bionrw.release.reason.closure import Closure
from bionrw.release.reason.facts import Facts
from bionrw.release.reason.instances import MOST_INSTANCES
from bionrw.release.reason.proof import Prover
from bionrw.release.sources import read_quads, source_files

REASONER = RlReasoner(Library(find_content().queries))
EX = "http://example.org/"
PREFIXES = f"""
@prefix : <{EX}> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
"""
CLASSES, PROPERTIES, THINGS = "ABCD", "pqr", "vwxyz"
DEFINITION = (
    ":D owl:equivalentClass [ owl:intersectionOf ( :A [ owl:onProperty :p ; owl:someValuesFrom :B ] ) ] ."
)
AXIOMS = [
    *(f":{one} rdfs:subClassOf :{other} ." for one in CLASSES for other in CLASSES if one != other),
    *(f":{one} owl:equivalentClass :{other} ." for one, other in ("AB", "BC")),
    *(f":{name} rdfs:{end} :{kind} ." for name in PROPERTIES for end in ("domain", "range") for kind in "AC"),
    *(f":{one} rdfs:subPropertyOf :{other} ." for one in PROPERTIES for other in PROPERTIES if one != other),
    *(f":{one} owl:inverseOf :{other} ." for one, other in ("pq", "qr")),
    *(f":{name} a owl:{kind}Property ." for name in PROPERTIES for kind in ("Symmetric", "Transitive")),
    *(
        f":{name} owl:propertyChainAxiom ( :{chain[0]} :{chain[1]} ) ."
        for name in "qr"
        for chain in ("pq", "rp")
    ),
    DEFINITION,
]
FACTS = [
    *(f":{thing} a :{kind} ." for thing in THINGS for kind in CLASSES),
    *(f":{one} :{name} :{other} ." for one in THINGS for name in PROPERTIES for other in THINGS),
]


def read(turtle: str) -> list[Triple]:
    """Return the triples of a text, its properties declared."""
    declared = " ".join(f":{name} a owl:ObjectProperty ." for name in PROPERTIES)
    return [Triple(*q.triple) for q in parse(PREFIXES + declared + turtle, format=RdfFormat.TURTLE)]


def real() -> list[Triple]:
    """Return the facts of the document and the axioms of the ontology."""
    return [
        Triple(*quad.triple)
        for file in source_files(find_content())
        if file.graph in ("document", "ontology")
        for quad in read_quads(file, CANONICAL_BASE)
    ]


def missing(closure: Closure) -> set[Triple]:
    """Return what the rules, run as they stand over everything, conclude beyond the closure."""
    found = set()
    for rule in REASONER.book.rules:
        for row in closure.facts.rows(rule.bindings):
            subject, predicate, value = (row.get(getattr(slot, "value", ""), slot) for slot in rule.head)
            # A literal has nothing said of it.
            if isinstance(subject, NamedNode | BlankNode) and isinstance(predicate, NamedNode):
                assert not isinstance(value, Variable)
                found.add(Triple(subject, predicate, value))
    return {triple for triple in found if triple not in closure}


def by_owlrl(turtle: str) -> set[tuple[str, ...]]:
    """Return what owlrl holds to be true of our things and terms."""
    graph = rdflib.Graph().parse(data=PREFIXES + turtle, format="turtle")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        DeductiveClosure(OWLRL_Semantics).expand(graph)
    return {tuple(map(str, triple)) for triple in graph if is_ours(*map(str, triple))}


def is_ours(subject: str, predicate: str, value: str) -> bool:
    """Tell whether a triple is a fact about things, or places a term below another one."""
    told = predicate.startswith(EX) or predicate == str(RDF.type)
    placed = predicate in (str(RDFS.subClassOf), str(RDFS.subPropertyOf)) and subject != value
    return subject.startswith(EX) and value.startswith(EX) and (told or placed)


@given(
    st.lists(st.sampled_from(AXIOMS), max_size=8, unique=True),
    st.lists(st.sampled_from(FACTS), max_size=8, unique=True),
)
@settings(deadline=None, max_examples=60)
def test_any_small_graph_closes_as_owlrl_closes_it(axioms: list[str], facts: list[str]) -> None:
    turtle = " ".join([*axioms, *facts])
    closure = REASONER.close(read(turtle))
    ours = {
        tuple(str(getattr(term, "value", term)) for term in triple)
        for triple in (*closure.steps, *read(turtle))
    }
    assert {triple for triple in ours if is_ours(*triple)} == by_owlrl(turtle)
    assert missing(closure) == set()


def test_no_rule_run_as_it_stands_adds_to_the_real_graph() -> None:
    closure = REASONER.close(real())
    assert missing(closure) == set()
    assert len(closure.steps) == sum(closure.fired.values()) > 800


def test_a_closure_that_lacks_a_rule_is_seen_to_be_incomplete() -> None:
    given = read(":p a owl:TransitiveProperty . :v :p :w . :w :p :x .")
    rules = tuple(rule for rule in REASONER.book.rules if rule.name != "prp-trp")
    lacking = Closure(Facts(given), rules)
    assert {str(triple.object) for triple in missing(lacking)} == {f"<{EX}x>"}


@pytest.mark.parametrize("length", [2, 3, 40])
def test_a_long_way_is_closed_from_each_stop_to_each_later_one(length: int) -> None:
    links = "".join(f":t{at} :p :t{at + 1} . " for at in range(length))
    closure = REASONER.close(read(f":p a owl:TransitiveProperty . {links}"))
    assert len(closure.steps) == length * (length - 1) // 2


def test_the_premises_of_a_conclusion_were_there_before_it() -> None:
    closure = REASONER.close(real())
    prover = Prover(closure, REASONER.book.rules)
    for triple, step in closure.steps.items():
        premises = prover.step(triple).premises
        assert premises
        assert all(closure.steps.get(premise.triple, 0) < step for premise in premises)


def test_many_axioms_of_one_kind_are_read_by_the_rule_as_it_stands() -> None:
    tree = "".join(f":C{at} rdfs:subClassOf :C{at // 2} . " for at in range(1, MOST_INSTANCES + 100))
    closure = REASONER.close(read(f"{tree} :x a :C{MOST_INSTANCES} ."))
    kinds = {triple.object for triple in closure.steps if triple.subject == NamedNode(f"{EX}x")}
    assert len(kinds) == MOST_INSTANCES.bit_length()


def test_what_has_no_name_keeps_its_label() -> None:
    (drawn,) = REASONER.close(read(":A rdfs:subClassOf :B . _:somebody a :A .")).steps
    assert str(drawn.subject).startswith("_:")
    assert drawn.object == NamedNode(f"{EX}B")
