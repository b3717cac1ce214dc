"""What the quality report reads from graphs: use of terms, evidence, axioms at work, and the profiles."""

from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Quad, RdfFormat, parse

from bionrw.library import Library
from bionrw.names import Names
from bionrw.release.quality import profile, terms
from bionrw.release.quality.acceptances import Acceptance
from bionrw.release.quality.passages import Text
from bionrw.release.quality.report import Measure
from bionrw.release.quality.survey import Survey

ROOT = Path(__file__).resolve().parents[3]
LIBRARY = Library(ROOT / "queries")
NAMES = Names()
XSD = "http://www.w3.org/2001/XMLSchema#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
SPAN = "a bionrw:TextSpan ; bionrw:source document:tide ;"


def quads(graph: str, turtle: str) -> list[Quad]:
    """Return the triples of a text in one named graph."""
    prefixes = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in LIBRARY.prefixes().items())
    found = parse(prefixes + turtle, format=RdfFormat.TURTLE, rename_blank_nodes=True)
    return [Quad(q.subject, q.predicate, q.object, NamedNode(NAMES.graph(graph))) for q in found]


def test_the_owl_api_is_asked_of_all_but_what_is_held_back() -> None:
    stated = [
        *quads(
            "ontology",
            "bionrw:a a owl:DatatypeProperty . bionrw:b a owl:ObjectProperty , owl:TransitiveProperty .",
        ),
        *quads("ontology", "bionrw:b a owl:FunctionalProperty ."),
        *quads("document", 'place:x bionrw:a "1999"^^xsd:gYear . [] rdf:subject place:x ; rdf:object 3 .'),
    ]
    found = profile.ask(stated, NAMES, LIBRARY.shorten)
    assert {term for deviation in found.dl for term in deviation.terms} == {NAMES.term("b")}
    assert found.held_back == ((f"{RDF}object", 1), (f"{RDF}subject", 1), (f"{XSD}gYear", 1))


def test_of_too_many_triples_only_the_ontology_is_asked() -> None:
    stated = [
        *quads("ontology", "bionrw:a a owl:DatatypeProperty ."),
        *quads("document", "place:x foaf:undeclared place:y ."),
    ]
    whole = profile.ask(stated, NAMES, LIBRARY.shorten)
    part = profile.ask(stated, NAMES, LIBRARY.shorten, most=1)
    assert (whole.whole, bool(whole.dl)) == (True, True)
    assert (part.whole, part.dl) == (False, ())
    (remark,) = profile.section(part, [], LIBRARY.shorten).remarks
    assert (remark.level, remark.about) == ("notice", "OWL 2 DL")


def test_a_term_is_used_by_data_another_term_a_shape_or_a_query() -> None:
    named = ("InData", "InAxiom", "InShape", "InQuery", "Unused")
    graphs = [
        *quads(
            "ontology",
            "\n".join(f"bionrw:{name} a owl:Class ; rdfs:isDefinedBy bionrw:Unused ." for name in named),
        ),
        *quads(
            "ontology",
            "bionrw:links a owl:ObjectProperty ; rdfs:range bionrw:InAxiom ; rdfs:domain bionrw:links .",
        ),
        *quads("document", "place:x a bionrw:InData ."),
        *quads("proofs", "[] rdf:object bionrw:Unused ."),
    ]
    shapes = quads("document", "[] sh:class bionrw:InShape .")
    accepted = [Acceptance("unused-term", "bionrw:links", "why", 2)]
    use = terms.survey(graphs, shapes, ["SELECT * { ?this a bionrw:InQuery }"], NAMES)
    section = terms.section(use, accepted, LIBRARY.shorten)
    assert section.measures == (
        Measure("classes-in-data", 1, 5),
        Measure("properties-in-data", 0, 1),
        Measure("unused-terms", 2),
    )
    assert [(remark.level.value, remark.about) for remark in section.remarks] == [
        ("notice", "bionrw:Unused"),
        ("accepted", "bionrw:links"),
        ("checked", "bionrw:InAxiom"),
        ("checked", "bionrw:InQuery"),
        ("checked", "bionrw:InShape"),
    ]


SMALL = f"""
    document:tide a bionrw:Document ; bionrw:characterCount 40 .
    span:a {SPAN} bionrw:startOffset 0 ; bionrw:endOffset 10 .
    span:b {SPAN} bionrw:startOffset 20 ; bionrw:endOffset 30 .
    place:x a bionrw:Place ; bionrw:mentionedIn span:a ; bionrw:partOf place:y .
    place:y a bionrw:Place ; bionrw:partOf place:z .
    statement:one a bionrw:Statement ; bionrw:status status:stated ; bionrw:evidence span:a ;
      rdf:subject place:x ; rdf:predicate bionrw:partOf ; rdf:object place:y .
    statement:two a bionrw:Statement ; bionrw:status status:stated .
"""


def test_the_queries_of_the_report_measure_evidence() -> None:
    survey = Survey(quads("document", SMALL), LIBRARY, NAMES.base)
    assert list(survey.measures()) == [
        Measure("cited-statements", 1, 2),
        Measure("mentioned-things", 1, 2),
        Measure("stated-facts", 1, 2),
        Measure("statements", 2, about="status:stated"),
    ]
    assert list(survey.texts()) == [Text("tide", 40, ((0, 10),))]


@pytest.mark.parametrize(
    ("axiom", "facts", "works"),
    [
        ("bionrw:p a owl:SymmetricProperty .", "place:x bionrw:p place:y .", True),
        ("bionrw:p a owl:SymmetricProperty .", "place:x bionrw:q place:y .", False),
        ("bionrw:p a owl:TransitiveProperty .", "place:x bionrw:p place:y .", False),
        (
            "bionrw:p a owl:TransitiveProperty .",
            "place:x bionrw:p place:y . place:y bionrw:p place:z .",
            True,
        ),
        ("bionrw:p owl:inverseOf bionrw:q .", "place:x bionrw:q place:y .", True),
        ("bionrw:p rdfs:subPropertyOf bionrw:q .", "place:x bionrw:q place:y .", False),
        ("bionrw:p rdfs:subPropertyOf bionrw:q .", "place:x bionrw:p place:y .", True),
        ("bionrw:C owl:equivalentClass [ a owl:Class ] .", "place:x a bionrw:C .", True),
        (
            "bionrw:r owl:propertyChainAxiom ( bionrw:p bionrw:q ) .",
            "place:x bionrw:p place:y . place:y bionrw:q place:z .",
            True,
        ),
        (
            "bionrw:r owl:propertyChainAxiom ( bionrw:p bionrw:q ) .",
            "place:x bionrw:p place:y . place:x bionrw:q place:z .",
            False,
        ),
    ],
)
def test_an_axiom_is_at_work_when_facts_meet_it(axiom: str, facts: str, works: bool) -> None:
    graph = [*quads("ontology", axiom), *quads("inferred", facts)]
    (found,) = Survey(graph, LIBRARY, NAMES.base).axioms()
    assert found.works is works
