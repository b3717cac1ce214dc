"""The OWL API tells profiles and writes further syntaxes, and its failures are sentences."""

import pytest
from pyoxigraph import RdfFormat, Triple, parse

from bionrw.content import find_content
from bionrw.errors import BuildError
from bionrw.library import Library
from bionrw.names import CANONICAL_BASE
from bionrw.release.reason import owlapi
from bionrw.release.sources import read_quads, source_files

LIBRARY = Library(find_content().queries)
EX = "http://example.org/"
TERMS = """
    :Ship a owl:Class ; rdfs:subClassOf :Craft ; rdfs:label "Schiff „Tide“"@de , "two\\nlines" .
    :Craft a owl:Class ; owl:disjointWith :Port . :Port a owl:Class .
    :Trader a owl:Class ; owl:equivalentClass [ a owl:Class ; owl:intersectionOf (
        :Ship [ a owl:Restriction ; owl:onProperty :calls ; owl:someValuesFrom :Port ] ) ] .
    :calls a owl:ObjectProperty ; rdfs:domain :Craft ; owl:inverseOf :called .
    :called a owl:ObjectProperty ; owl:propertyChainAxiom ( :called :near ) .
    :near a owl:ObjectProperty , owl:SymmetricProperty .
    :built a owl:DatatypeProperty ; rdfs:range xsd:integer . :sunk a owl:DatatypeProperty .
    :note a owl:AnnotationProperty . :other a owl:AnnotationProperty .
    [] a owl:Axiom ; owl:annotatedSource :Ship ; owl:annotatedProperty rdfs:subClassOf ;
        owl:annotatedTarget :Craft ; :note "why" .
    <http://example.org/> a owl:Ontology ; owl:versionIRI <http://example.org/1> ; :note "whole"@en .
"""


def read(turtle: str) -> list[Triple]:
    """Return the triples of a text."""
    prefixes = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in LIBRARY.prefixes().items())
    return [q.triple for q in parse(f"{prefixes}PREFIX : <{EX}>\n{turtle}", format=RdfFormat.TURTLE)]


@pytest.fixture(scope="module")
def ontology() -> list[Triple]:
    """Return the terms of the graph."""
    files = [file for file in source_files(find_content()) if file.graph == "ontology"]
    return [quad.triple for file in files for quad in read_quads(file, CANONICAL_BASE)]


def test_the_ontology_is_in_owl_2_dl(ontology: list[Triple]) -> None:
    assert owlapi.profile(ontology, "DL") == ()


def test_what_leaves_owl_2_rl_is_told_with_its_terms(ontology: list[Triple]) -> None:
    outside = [each for each in owlapi.profile(ontology, "RL", LIBRARY.shorten) if "Equivalent" in each.axiom]
    defined = "bionrw:Project and (bionrw:supportedBy some bionrw:FundingProgramme)"
    assert [each.axiom for each in outside] == [f"bionrw:ProgrammeSupportedProject EquivalentTo {defined}"]
    assert f"{CANONICAL_BASE}ontology#ProgrammeSupportedProject" in outside[0].terms
    assert outside[0].why.startswith("Use of non-equivalent class expression")


@pytest.mark.parametrize(
    ("axioms", "axiom", "why"),
    [
        (
            ":called a owl:FunctionalProperty .",
            "Functional: <http://example.org/called>",
            "Use of non-simple property in FunctionalObjectProperty axiom.",
        ),
        (
            ":near a owl:DatatypeProperty .",
            "DataProperty: <http://example.org/near>",
            "Cannot pun between properties: <http://example.org/near>.",
        ),
        (
            ":tug a :Tug .",
            "<http://example.org/tug> Type <http://example.org/Tug>",
            "Use of undeclared class: <http://example.org/Tug>.",
        ),
        (
            ":built rdfs:range xsd:gYear .",
            "<http://example.org/built> Range: <http://www.w3.org/2001/XMLSchema#gYear>",
            "The datatype <http://www.w3.org/2001/XMLSchema#gYear> is none of OWL 2.",
        ),
        (
            ":tug rdf:predicate :near .",
            f"<{EX}tug> <http://www.w3.org/1999/02/22-rdf-syntax-ns#predicate> <{EX}near>",
            "This triple is part of no axiom of OWL 2.",
        ),
    ],
)
def test_an_axiom_outside_owl_2_dl_is_told_with_its_reason(axioms: str, axiom: str, why: str) -> None:
    found = owlapi.profile(read(TERMS + axioms), "DL")
    assert (axiom, why) in {(each.axiom, each.why) for each in found}
    assert all(each.terms for each in found)


@pytest.mark.parametrize("syntax", ["functional", "manchester"])
def test_the_same_ontology_gives_the_same_bytes(ontology: list[Triple], syntax: owlapi.Syntax) -> None:
    first = owlapi.render(ontology, syntax, LIBRARY.prefixes())
    assert first == owlapi.render(reversed(ontology), syntax, LIBRARY.prefixes())
    assert "Behörde".encode() in first


@pytest.mark.parametrize(
    ("syntax", "lines"),
    [
        (
            "functional",
            ['SubClassOf(Annotation(ex:note "why") ex:Ship ex:Craft)', 'Annotation(ex:note "whole"@en)'],
        ),
        ("manchester", ['ex:note "whole"@en', "ex:called o ex:near", "Class: ex:Trader"]),
    ],
)
def test_axioms_and_annotations_are_kept(syntax: owlapi.Syntax, lines: list[str]) -> None:
    text = owlapi.render(read(TERMS), syntax, {"ex": EX}).decode()
    assert [
        line for line in [*lines, "„Tide“", "two\nlines", "ex:sunk", "ex:other"] if line not in text
    ] == []


@pytest.mark.parametrize(
    ("axioms", "message"),
    [
        (
            "[ a owl:Restriction ; owl:onProperty :near ; owl:someValuesFrom :Port ] rdfs:subClassOf :Ship .",
            r"The manchester syntax does not keep SubClassOf\(ObjectSomeValuesFrom",
        ),
        (":a rdf:predicate :near .", "these triples are part of none: <http://example.org/a>"),
        ("<http://example.org/> owl:imports <http://example.org/i> .", r"gave up: it met a \w+Exception\.$"),
    ],
)
def test_a_syntax_that_would_lose_something_is_refused(axioms: str, message: str) -> None:
    with pytest.raises(BuildError, match=message):
        owlapi.render(read(TERMS + axioms), "manchester", {"ex": EX})


def test_an_import_is_kept_and_not_fetched() -> None:
    text = owlapi.render(
        read(f"<{EX}> a owl:Ontology ; owl:imports <http://127.0.0.1:9/i> ."), "functional", {}
    )
    assert b"Import(<http://127.0.0.1:9/i>)" in text
