"""The rules draw what each kind of axiom allows, refuse what they cannot read, and tell clashes in words."""

import re
from collections.abc import Iterable

import pytest
from pyoxigraph import NamedNode, RdfFormat, Triple, parse

from bionrw.content import find_content
from bionrw.errors import BuildError, SourceError
from bionrw.library import Library, Query
from bionrw.release.reason import RlReasoner
from bionrw.release.reason.closure import Closure
from bionrw.release.reason.facts import Facts
from bionrw.release.reason.proof import Prover
from bionrw.release.reason.rules import RuleBook, read_rules

LIBRARY = Library(find_content().queries)
EX = "http://example.org/"
PREFIXES = f"""
@prefix : <{EX}> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
OBJECT = ":p a owl:ObjectProperty . :q a owl:ObjectProperty . :r a owl:ObjectProperty . "
BOTH = "owl:intersectionOf ( :A [ a owl:Restriction ; owl:onProperty :p ; owl:someValuesFrom :B ] )"

FOLLOWS = [
    ("cax-sco", ":A rdfs:subClassOf :B . :x a :A .", ":x a :B ."),
    ("cax-eqc1", ":A owl:equivalentClass :B . :x a :A .", ":x a :B ."),
    ("cax-eqc2", ":A owl:equivalentClass :B . :x a :B .", ":x a :A ."),
    ("cls-int1", f":D owl:equivalentClass [ {BOTH} ] . :x a :A ; :p :y . :y a :B .", ":x a :D ."),
    ("cls-svf1", f":D owl:equivalentClass [ {BOTH} ] . :x a :A ; :p :y . :y a :B .", ":x a :D ."),
    ("cls-int2", ":D owl:equivalentClass [ owl:intersectionOf ( :A :B ) ] . :x a :D .", ":x a :A ."),
    ("cls-int2-second", ":D owl:equivalentClass [ owl:intersectionOf ( :A :B ) ] . :x a :D .", ":x a :B ."),
    ("prp-dom", ":p rdfs:domain :A . :x :p 1 .", ":x a :A ."),
    ("prp-rng", ":p rdfs:range :A . :x :p :y .", ":y a :A ."),
    ("prp-spo1", ":p rdfs:subPropertyOf :q . :x :p 1 .", ":x :q 1 ."),
    ("prp-spo2", ":r owl:propertyChainAxiom ( :p :q ) . :x :p :y . :y :q :z .", ":x :r :z ."),
    ("prp-inv1", ":p owl:inverseOf :q . :x :p :y .", ":y :q :x ."),
    ("prp-inv2", ":p owl:inverseOf :q . :x :q :y .", ":y :p :x ."),
    ("prp-symp", ":p a owl:SymmetricProperty . :x :p :y .", ":y :p :x ."),
    ("prp-trp", ":p a owl:TransitiveProperty . :x :p :y . :y :p :z .", ":x :p :z ."),
    ("eq-sym", ":x owl:sameAs :y .", ":y owl:sameAs :x ."),
    ("eq-trans", ":x owl:sameAs :y . :y owl:sameAs :z .", ":x owl:sameAs :z ."),
    ("eq-rep-s", ":x owl:sameAs :y . :x :p :z .", ":y :p :z ."),
    ("eq-rep-o", ":x owl:sameAs :y . :z :p :x .", ":z :p :y ."),
    ("scm-sco", ":A rdfs:subClassOf :B . :B rdfs:subClassOf :C .", ":A rdfs:subClassOf :C ."),
    ("scm-spo", ":p rdfs:subPropertyOf :q . :q rdfs:subPropertyOf :r .", ":p rdfs:subPropertyOf :r ."),
    ("scm-eqc1", ":A owl:equivalentClass :B .", ":A rdfs:subClassOf :B ."),
    ("scm-eqc1-second", ":A owl:equivalentClass :B .", ":B rdfs:subClassOf :A ."),
    ("scm-int", ":D owl:equivalentClass [ owl:intersectionOf ( :A :B ) ] .", ":D rdfs:subClassOf :A ."),
    (
        "scm-int-second",
        ":D owl:equivalentClass [ owl:intersectionOf ( :A :B ) ] .",
        ":D rdfs:subClassOf :B .",
    ),
]
SILENT = [
    ("the wider class", ":A rdfs:subClassOf :B . :x a :B .", ":x a :A ."),
    ("one half of a definition", f":D owl:equivalentClass [ {BOTH} ] . :x :p :y . :y a :B .", ":x a :D ."),
    ("the wider property", ":p rdfs:subPropertyOf :q . :x :q :y .", ":x :p :y ."),
    ("half a chain", ":r owl:propertyChainAxiom ( :p :q ) . :x :p :y .", ":x :r :y ."),
    ("a chain backwards", ":r owl:propertyChainAxiom ( :p :q ) . :x :q :y . :y :p :z .", ":x :r :z ."),
    ("an annotation", ":n a owl:AnnotationProperty ; rdfs:domain :A . :x :n 1 .", ":x a :A ."),
]
UNCOVERED = [
    (":p a owl:FunctionalProperty .", " a owl:FunctionalProperty: no rule reads this kind of axiom"),
    (":A owl:unionOf ( :B :C ) .", "owl:unionOf"),
    (":r owl:propertyChainAxiom ( :p :q :p ) .", "the rules read lists of two only"),
    (
        ":A rdfs:subClassOf [ owl:onProperty :p ; owl:someValuesFrom :B ] .",
        " some <http://example.org/B>): the rules read such a restriction on the narrower side only",
    ),
    (":A owl:hasKey ( :p ) .", "owl:hasKey"),
]
DIFFERENT = [
    ":x owl:differentFrom :y . :x owl:sameAs :y .",
    ":y owl:differentFrom :x . :x owl:sameAs :y .",
    "[] a owl:AllDifferent ; owl:members ( :z :y :x ) . :x owl:sameAs :y .",
    "[] a owl:AllDifferent ; owl:distinctMembers ( :x :y ) . :x owl:sameAs :y .",
    # Found although neither statement says it alone.
    "[] a owl:AllDifferent ; owl:members ( :x :y ) . :x owl:sameAs :z . :y owl:sameAs :z .",
]
NOT_DIFFERENT = [
    ":x owl:differentFrom :y . :x owl:sameAs :z .",
    "[] a owl:AllDifferent ; owl:members ( :x :y ) . :x owl:sameAs :z .",
    "[] a owl:AllDifferent ; owl:members ( :x :y ) . :z owl:differentFrom :y . :x owl:sameAs :z .",
]
CLASHES = [
    ":A owl:disjointWith :B . :x a :A , :B .",
    ":A owl:disjointWith :B . :p rdfs:range :B . :x a :A . :y :p :x .",
    "[] a owl:AllDisjointClasses ; owl:members ( :A :B :C ) . :D rdfs:subClassOf :B . :x a :A , :D .",
]


def read(turtle: str) -> list[Triple]:
    """Return the triples of a Turtle text in which three object properties are declared."""
    quads = parse(PREFIXES + OBJECT + turtle, format=RdfFormat.TURTLE)
    return [Triple(quad.subject, quad.predicate, quad.object) for quad in quads]


def only(turtle: str) -> Triple:
    """Return the one triple of a text."""
    (quad,) = parse(PREFIXES + turtle, format=RdfFormat.TURTLE)
    return Triple(quad.subject, quad.predicate, quad.object)


@pytest.fixture(scope="module")
def reasoner() -> RlReasoner:
    return RlReasoner(LIBRARY)


@pytest.fixture(scope="module")
def book() -> RuleBook:
    return read_rules(LIBRARY)


@pytest.mark.parametrize(("rule", "given", "conclusion"), FOLLOWS, ids=[row[0] for row in FOLLOWS])
def test_a_rule_draws_its_conclusion(reasoner: RlReasoner, rule: str, given: str, conclusion: str) -> None:
    closure = reasoner.close(read(given))
    assert only(conclusion) in closure.steps
    assert closure.fired[rule]


def test_every_rule_has_its_case(book: RuleBook) -> None:
    assert sorted(row[0] for row in FOLLOWS) == sorted(rule.name for rule in book.rules)
    assert all(rule.summary for rule in book.rules)


@pytest.mark.parametrize(("rule", "given", "conclusion"), FOLLOWS, ids=[row[0] for row in FOLLOWS])
def test_without_a_rule_its_conclusion_is_lost(
    book: RuleBook, rule: str, given: str, conclusion: str
) -> None:
    # What subclasses give, types give too; those rules stand in for one another.
    others = tuple(other for other in book.rules if other.name != rule and not other.about_terms)
    assert only(conclusion) not in Closure(Facts(read(given)), others).steps


@pytest.mark.parametrize(("case", "given", "conclusion"), SILENT, ids=[row[0] for row in SILENT])
def test_nothing_is_drawn_against_the_direction_of_a_rule(
    reasoner: RlReasoner, case: str, given: str, conclusion: str
) -> None:
    assert only(conclusion) not in reasoner.close(read(given)).steps, case


def test_conclusions_are_new_and_speak_of_named_things(reasoner: RlReasoner) -> None:
    given = read(
        f":D owl:equivalentClass [ {BOTH} ] . :D rdfs:subClassOf owl:Thing . :x a :A ; :p :y . :y a :B ."
    )
    drawn = reasoner.infer(given).triples
    assert only(":x a :D .") in drawn
    assert not drawn & set(given)
    assert all(isinstance(term, NamedNode) for triple in drawn for term in triple)
    assert only(":x a owl:Thing .") not in drawn
    assert only(":D rdfs:subClassOf :D .") not in drawn


@pytest.mark.parametrize(("axiom", "words"), UNCOVERED)
def test_an_axiom_that_no_rule_reads_is_named(reasoner: RlReasoner, axiom: str, words: str) -> None:
    with pytest.raises(BuildError, match=re.escape(words)):
        reasoner.infer(read(axiom))


@pytest.mark.parametrize("given", CLASHES)
def test_a_clash_is_told_with_both_classes_and_the_facts(reasoner: RlReasoner, given: str) -> None:
    verdict = reasoner.judge(read(given))
    assert not verdict.consistent
    (sentence,) = verdict.clashes
    assert sentence.startswith(f"<{EX}x> would be <{EX}A> and <{EX}B>, which are disjoint; ")
    assert f"it is <{EX}A> as asserted" in sentence


def test_a_clash_names_the_axiom_and_the_fact_that_lead_to_it(reasoner: RlReasoner) -> None:
    (sentence,) = reasoner.judge(read(CLASHES[1])).clashes
    assert f"it is <{EX}B> by <{EX}p> rdfs:range <{EX}B> and <{EX}y> <{EX}p> <{EX}x>" in sentence


@pytest.mark.parametrize("given", DIFFERENT)
def test_a_wrong_merger_is_told_with_both_things_and_the_facts(reasoner: RlReasoner, given: str) -> None:
    verdict = reasoner.judge(read(given))
    (sentence,) = [clash for clash in verdict.clashes if f"<{EX}x> and <{EX}y>" in clash]
    assert "would be one thing, but are said to be different; they are the same by" in sentence
    assert f"<{EX}x> owl:sameAs <{EX}" in sentence


@pytest.mark.parametrize("given", NOT_DIFFERENT)
def test_a_merger_of_what_nobody_holds_apart_is_consistent(reasoner: RlReasoner, given: str) -> None:
    assert reasoner.judge(read(given)).consistent


@pytest.mark.parametrize(
    ("denied", "holds"),
    [
        (":p ; owl:targetIndividual :z", True),
        (":p ; owl:targetIndividual :w", False),
        (":d ; owl:targetValue 3", True),
        (":d ; owl:targetValue 4", False),
    ],
)
def test_what_is_denied_and_holds_is_told_with_its_proof(
    reasoner: RlReasoner, denied: str, holds: bool
) -> None:
    given = ":p a owl:TransitiveProperty . :x :p :y . :y :p :z . :d a owl:DatatypeProperty . :x :d 3 ."
    denial = (
        f"[] a owl:NegativePropertyAssertion ; owl:sourceIndividual :x ; owl:assertionProperty {denied} ."
    )
    clashes = reasoner.judge(read(f"{given} {denial}")).clashes
    assert len(clashes) == holds
    assert all(" is denied, but holds by " in sentence for sentence in clashes)


@pytest.mark.parametrize(("kind", "consistent"), [(":B", True), (":A", False)])
def test_a_thing_is_no_member_of_a_class_and_of_its_complement(
    reasoner: RlReasoner, kind: str, consistent: bool
) -> None:
    verdict = reasoner.judge(read(f":x a [ a owl:Class ; owl:complementOf :A ] , {kind} ."))
    assert verdict.consistent is consistent
    assert all(f"(not <{EX}A>)" in sentence for sentence in verdict.clashes)


def test_what_does_not_clash_is_consistent(reasoner: RlReasoner) -> None:
    assert reasoner.judge(read(":A owl:disjointWith :B . :x a :A . :y a :B .")).consistent


@pytest.mark.parametrize(("rule", "given", "conclusion"), FOLLOWS, ids=[row[0] for row in FOLLOWS])
def test_a_proof_ends_in_what_was_asserted(
    reasoner: RlReasoner, book: RuleBook, rule: str, given: str, conclusion: str
) -> None:
    asserted = read(given)
    proof = Prover(reasoner.close(asserted), book.rules).prove(only(conclusion))
    assert proof.rule is not None
    leaves = set(proof.leaves())
    assert leaves
    assert leaves <= set(asserted), rule


def test_a_proof_never_leans_on_itself(reasoner: RlReasoner, book: RuleBook) -> None:
    # Either link gives the other; the proof has to begin with the asserted one.
    given = read(
        ":p owl:inverseOf :q ; a owl:TransitiveProperty . :q a owl:TransitiveProperty . :x :p :y . :y :p :x ."
    )
    proof = Prover(reasoner.close(given), book.rules).prove(only(":x :p :x ."))
    assert {(leaf.subject, leaf.object) for leaf in proof.leaves()} >= {
        (NamedNode(EX + "x"), NamedNode(EX + "y")),
        (NamedNode(EX + "y"), NamedNode(EX + "x")),
    }


def test_what_does_not_hold_has_no_proof(reasoner: RlReasoner, book: RuleBook) -> None:
    with pytest.raises(LookupError, match="does not hold"):
        Prover(reasoner.close(read(":x a :A .")), book.rules).prove(only(":x a :B ."))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("CONSTRUCT { ?x a ?y } WHERE { ?x ?p ?y }", "is no rule"),
        ("CONSTRUCT { ?x rdf:type ?y . ?y rdf:type ?x }\nWHERE {\n  ?x rdf:type ?y .\n}\n", "is no rule"),
        ("CONSTRUCT { ?x nowhere:type ?y }\nWHERE {\n  ?x rdf:type ?y .\n}\n", "nowhere:type is no name"),
    ],
)
def test_a_malformed_rule_is_refused_by_its_file(text: str, words: str) -> None:
    class Odd(Library):
        def rules(self) -> tuple[Query, ...]:
            return (Query("odd-construct", "queries/rules/rl/odd-construct.rq", text),)

    with pytest.raises(SourceError, match=f"queries/rules/rl/odd-construct.rq.*{words}"):
        read_rules(Odd(find_content().queries))


def test_the_order_of_what_is_given_does_not_matter(reasoner: RlReasoner) -> None:
    given: Iterable[Triple] = read(" ".join(row[1] for row in FOLLOWS if "Restriction" not in row[1]))
    assert reasoner.infer(list(given)).triples == reasoner.infer(list(given)[::-1]).triples
