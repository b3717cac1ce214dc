"""The service description says what is there (SPARQL 1.1 Service Description, section 3)."""

import re
from pathlib import Path

import pytest

from bionrw.config import Settings
from bionrw.model import Blank, Iri, Literal, Release
from bionrw.names import Names
from bionrw.sparql.description import FORMAT_IRIS, LIMITS, describe
from bionrw.sparql.extensions import FUNCTIONS, LANGUAGE
from bionrw.sparql.formats import GRAPH_FORMATS, ROW_FORMATS

SD = "http://www.w3.org/ns/sparql-service-description#"
TRIPLES = Iri("http://rdfs.org/ns/void#triples")
ENDPOINT, STORE = "https://data.example.org/graph/sparql", "https://data.example.org/graph/graph-store"
LABEL = re.compile(r"[A-Za-z0-9-]+")
NAMES = Names("https://graph.example/")
COUNTS = {NAMES.graph("document"): 7, NAMES.graph("curated"): 2, NAMES.graph("proofs"): 5}


def described(graphs=COUNTS, settings=None):
    release = Release("0123456789abcdef", Path(), NAMES.base, "2026-11-01T00:00:00Z", graphs)
    return describe(release, settings or Settings(), ENDPOINT, STORE)


def values(triples, subject, predicate):
    return {o.value for s, p, o in triples if s == subject and p.value == predicate}


def of_service(triples, name):
    return values(triples, Blank("service"), SD + name)


def test_the_endpoint_is_the_public_one():
    triples = described()
    assert of_service(triples, "endpoint") == {ENDPOINT}
    assert triples[0][0] == Blank("service")


def test_each_format_of_answers_is_told_by_the_iri_of_the_w3c():
    told = of_service(described(), "resultFormat")
    assert told == {FORMAT_IRIS[item].value for item in (*ROW_FORMATS, *GRAPH_FORMATS)}
    assert len(told) == 10
    assert all(iri.startswith("http://www.w3.org/ns/formats/") for iri in told)


def test_the_languages_are_those_of_queries_and_never_of_updates():
    triples = described()
    assert of_service(triples, "supportedLanguage") == {SD + "SPARQL11Query", SD + "SPARQLQuery"}
    versions = {iri.rpartition("#")[2] for iri in of_service(triples, "supportedVersion")}
    assert versions == {"version-1.1", "version-1.2"}
    assert of_service(triples, "inputFormat") == set()


@pytest.mark.parametrize(
    ("graphs", "features"),
    [
        (COUNTS, set()),  # the proofs lie outside the default graph
        ({NAMES.graph("document"): 7, NAMES.graph("curated"): 2}, {SD + "UnionDefaultGraph"}),
        ({NAMES.graph("proofs"): 1}, set()),
    ],
)
def test_only_features_that_hold_are_told(graphs, features):
    assert of_service(described(graphs), "feature") == features


def test_nothing_is_inferred_while_a_query_runs():
    assert of_service(described(), "defaultEntailmentRegime") == {"http://www.w3.org/ns/entailment/Simple"}


def test_each_graph_is_told_with_its_name_and_number_of_triples():
    triples = described()
    (dataset,) = of_service(triples, "defaultDataset")
    assert of_service(triples, "availableGraphs") == {dataset}
    found = {}
    for node in values(triples, Blank(dataset), SD + "namedGraph"):
        (name,) = values(triples, Blank(node), SD + "name")
        (graph,) = values(triples, Blank(node), SD + "graph")
        (count,) = values(triples, Iri(graph), TRIPLES.value)
        found[name] = int(count)
    assert found == COUNTS
    assert values(triples, Blank(dataset), TRIPLES.value) == {"14"}


def test_the_default_graph_is_told_as_queries_see_it():
    triples = described()
    (default,) = values(triples, Blank("dataset"), SD + "defaultGraph")
    assert values(triples, Blank(default), TRIPLES.value) == {"9"}
    parts = values(triples, Blank(default), "http://purl.org/dc/terms/hasPart")
    assert parts == {NAMES.graph("document"), NAMES.graph("curated")}


def test_the_release_is_told_with_version_and_date():
    triples = described()
    assert values(triples, Blank("dataset"), "http://www.w3.org/ns/dcat#version") == {"0123456789abcdef"}
    issued = Literal("2026-11-01T00:00:00Z", datatype="http://www.w3.org/2001/XMLSchema#dateTime")
    assert (Blank("dataset"), Iri("http://purl.org/dc/terms/issued"), issued) in triples


def test_each_limit_is_told_with_its_value_and_unit():
    triples = described(settings=Settings(deadline=7.5, max_nesting=50))
    schema = "https://schema.org/"
    found = {}
    for node in values(triples, Blank("service"), schema + "additionalProperty"):
        (name,), (value,), (unit,), (meaning,) = (
            values(triples, Blank(node), schema + word)
            for word in ("name", "value", "unitText", "description")
        )
        found[name] = (value, unit)
        assert unit in meaning or name == "max_joints"
    assert found["deadline"] == ("7.5", "seconds")
    assert found["max_nesting"] == ("50", "brackets")
    assert found["max_joints"] == ("1000", "joints")
    assert found.keys() == {*LIMITS, "max_joints"}


def test_the_graph_store_is_a_service_of_the_same_dataset():
    dcat = "http://www.w3.org/ns/dcat#"
    triples = described()
    assert values(triples, Blank("graph-store"), dcat + "endpointURL") == {STORE}
    assert values(triples, Blank("graph-store"), dcat + "servesDataset") == {"dataset"}


def test_each_extension_is_told_with_a_label():
    triples = described()
    assert of_service(triples, "extensionFunction") == {iri.value for iri in FUNCTIONS.values()}
    assert of_service(triples, "languageExtension") == {iri.value for iri in LANGUAGE.values()}
    labels = {o.value for _, p, o in triples if p.value.endswith("#label")}
    assert {*FUNCTIONS, *LANGUAGE} <= labels


def test_any_name_of_a_graph_will_do():
    odd = {"http://www.example/a%2Fb?c=d&e": 1, "urn:graph:ä.": 1, "http://www.example/": 1}
    triples = described(odd)
    assert {o.value for _, p, o in triples if p.value == SD + "name"} == odd.keys()
    assert all(
        LABEL.fullmatch(node.value) for triple in triples for node in triple if isinstance(node, Blank)
    )


def test_each_node_is_described_and_none_twice():
    triples = described()
    assert len(set(triples)) == len(triples)
    subjects = {s for s, _, _ in triples}
    assert {o for _, _, o in triples if isinstance(o, Blank)} <= subjects


def test_what_the_build_counted_is_told_of_the_default_graph():
    count = {"triples": 3, "subjects": 2, "objects": 1}
    links = [{"predicate": "a:same", "space": "https://b.example/", "triples": 4}]
    statistics = {**count, "classes": {"a:C": 2}, "properties": {"a:p": count}, "links": links}
    release = Release("0123456789abcdef", Path(), NAMES.base, "2026-11-01T00:00:00Z", COUNTS)
    triples = describe(release, Settings(), ENDPOINT, STORE, statistics=statistics)
    void = "http://rdfs.org/ns/void#"
    told = {p.value.removeprefix(void): o for s, p, o in triples if s == Blank("default")}
    assert {name: told[name].value for name in ("triples", "distinctSubjects", "classes")} == {
        "triples": "3",
        "distinctSubjects": "2",
        "classes": "1",
    }
    assert values(triples, told["classPartition"], void + "class") == {"a:C"}
    assert values(triples, told["classPartition"], void + "entities") == {"2"}
    assert values(triples, told["propertyPartition"], void + "property") == {"a:p"}
    assert values(triples, told["propertyPartition"], void + "distinctObjects") == {"1"}
    assert values(triples, Blank("links-1"), void + "linkPredicate") == {"a:same"}
    assert values(triples, Blank("links-1"), void + "triples") == {"4"}
    assert values(triples, Blank("target-1"), void + "uriSpace") == {"https://b.example/"}
