"""`open_ontology` gives the whole released graph as objects of owlready2."""

import datetime
import subprocess
import sys
from collections import Counter

import owlready2
import pyoxigraph as ox
import pytest

from bionrw import open_ontology
from bionrw.errors import NotFound, StoreUnavailable
from bionrw.names import Names
from bionrw.workspace import Lexical

OWL = "http://www.w3.org/2002/07/owl#"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
NAMES = Names()


@pytest.fixture(scope="module")
def graph(release):
    opened = open_ontology(release.path.parent)
    yield opened
    opened.world.close()


@pytest.fixture(scope="module")
def triples(release):
    """Return what the default graph of the release says between named things and literals."""
    quads = ox.parse(path=str(release.path / "graph.nq"), format=ox.RdfFormat.N_QUADS)
    held = {ox.NamedNode(name) for name in NAMES.default_graphs()}
    return [
        quad.triple
        for quad in quads
        if quad.graph_name in held
        and isinstance(quad.subject, ox.NamedNode)
        and not isinstance(quad.object, ox.BlankNode)
    ]


def declared(triples, kind):
    return {
        triple.subject.value
        for triple in triples
        if triple.predicate.value == TYPE and triple.object == ox.NamedNode(OWL + kind)
    }


def test_the_package_is_imported_without_any_library():
    code = (
        "import sys, bionrw; print(sorted({'owlready2', 'pyoxigraph', 'flask', 'rdflib'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_thing_has_its_facts_as_attributes(graph):
    project = graph.thing("project", "biopen")
    assert isinstance(project, graph.terms.Project)
    assert list(project.label) == [owlready2.locstr("BiOPEN", "en")]
    assert graph.thing("organisation", "ciaotech") in [
        agent for part in project.hasParticipation for agent in part.participant
    ]


def test_what_the_graph_does_not_speak_of_is_not_found(graph):
    with pytest.raises(NotFound):
        graph.thing("project", "moon-base")


def test_a_folder_without_a_release_is_told(tmp_path):
    with pytest.raises(StoreUnavailable, match="bionrw build"):
        open_ontology(tmp_path)


def test_a_release_without_its_graph_is_told(release, tmp_path):
    (tmp_path / "current").mkdir()
    (tmp_path / "current" / "release.json").write_bytes((release.path / "release.json").read_bytes())
    with pytest.raises(StoreUnavailable, match="no readable graph"):
        open_ontology(tmp_path)


def test_every_class_and_every_member_of_one_is_there(graph, triples):
    classes = declared(triples, "Class")
    assert {item.iri for item in graph.world.classes()} == classes
    members = {
        triple.subject.value
        for triple in triples
        if triple.predicate.value == TYPE and triple.object.value in classes
    }
    assert {item.iri for item in graph.world.individuals()} == members
    assert graph.thing("role", "coordinator").iri in members


@pytest.mark.parametrize("kind", ["DatatypeProperty", "ObjectProperty", "AnnotationProperty"])
def test_no_value_is_lost(graph, triples, kind):
    properties = declared(triples, kind)
    wanted = Counter(
        (triple.subject.value, triple.predicate.value)
        for triple in triples
        if triple.predicate.value in properties
    )
    told = {
        (subject, predicate): len(graph.world[predicate][graph.world[subject]])
        for subject, predicate in wanted
        if graph.world[subject] is not None
    }
    assert {subject for subject, _ in wanted.keys() - told.keys()} <= {NAMES.ontology}
    assert {pair: count for pair, count in told.items() if count < wanted[pair]} == {}
    assert len(told) > 0


def test_what_python_has_no_type_for_keeps_its_lexical_form(graph):
    period = graph.thing("project", "biopen").hasPeriod[0]
    (begin,) = period.begin
    assert isinstance(begin, Lexical)
    assert (begin, type(begin).__name__) == ("2017-05", "GYearMonth")
    assert type(begin).datatype == "http://www.w3.org/2001/XMLSchema#gYearMonth"


def test_dates_and_numbers_are_those_of_python(graph):
    assert graph.terms.curatedOn[graph.terms.CuratedStatement.instances()[0]][0].__class__ is datetime.date
    assert graph.thing("project", "biopen").hasVolume[0].value == [1_200_000.0]


def test_of_two_properties_with_one_name_ours_is_the_attribute(graph):
    passage = graph.terms.TextSpan.instances()[0]
    assert passage.source == [graph.thing("document", "bio-nrw")]
    assert graph.world["http://purl.org/dc/terms/source"].python_name == "foreign_source"


def test_a_statement_leads_to_its_fact_and_to_its_words(graph):
    project = graph.thing("project", "biopen")
    statements = graph.world.search(type=graph.terms.Statement, subject=project)
    curated = [statement for statement in statements if isinstance(statement, graph.terms.CuratedStatement)]
    assert 0 < len(curated) < len(statements)
    for statement in statements:
        assert statement.subject == [project]
        # The editors give a reason for what they say, a text its words.
        assert statement.reason if statement in curated else statement.evidence[0].quote
        assert len(statement.predicate) == len(statement.object) == 1


def test_axioms_are_objects_too(graph):
    assert graph.terms.Organisation in graph.terms.University.ancestors()
    assert graph.terms.locatedIn.get_property_chain()[0].properties == [
        graph.terms.locatedIn,
        graph.terms.partOf,
    ]
