"""Classes, properties, codes and code lists are described as ontology/README.md asks."""

import json
import re
from collections import Counter, defaultdict
from pathlib import Path

import pytest
from owlready2 import World
from pyoxigraph import RdfFormat, parse, serialize
from rdflib import DCTERMS, OWL, RDF, RDFS, SH, SKOS, VANN, XSD, Graph, Literal, URIRef
from rdflib.compare import isomorphic
from rdflib.term import Node

ROOT = Path(__file__).resolve().parents[2]
BASE = "https://w3id.org/bionrw/"
IRI = URIRef(BASE + "ontology")
LANGUAGES = ("de", "en")
VOCABULARY = (OWL.AnnotationProperty, OWL.Class, OWL.DatatypeProperty, OWL.ObjectProperty)
LISTED = (SKOS.Concept, SKOS.ConceptScheme)
STATUS = URIRef("http://www.w3.org/2003/06/sw-vocab-status/ns#term_status")
METADATA = [
    (OWL.versionIRI, URIRef(BASE + "ontology/1.1.0")),
    (OWL.priorVersion, URIRef(BASE + "ontology/1.0.0")),
    (OWL.versionInfo, Literal("1.1.0")),
    (DCTERMS.creator, URIRef(BASE + "id/agent/editors")),
    (DCTERMS.publisher, URIRef(BASE + "id/agent/editors")),
    (DCTERMS.license, URIRef("https://creativecommons.org/licenses/by/4.0/")),
    (DCTERMS.created, Literal("2026-11-24", datatype=XSD.date)),
    (VANN.preferredNamespacePrefix, Literal("bionrw")),
    (VANN.preferredNamespaceUri, Literal(BASE + "ontology#")),
]


def name(node: Node) -> str:
    """Return an IRI of ours in short."""
    return str(node).removeprefix(BASE).removeprefix("ontology#").removeprefix("id/")


def ours(ontology: Graph, *kinds: URIRef) -> list[URIRef]:
    """Return our own terms of these kinds, of all kinds if none is named, sorted."""
    found = {node for kind in kinds or VOCABULARY + LISTED for node in ontology.subjects(RDF.type, kind)}
    return sorted(node for node in found if isinstance(node, URIRef) and node.startswith(BASE))


def texts(ontology: Graph, term: Node, property_: URIRef, language: str) -> list[str]:
    """Return what a property says of a term in one language."""
    values = (v for v in ontology.objects(term, property_) if isinstance(v, Literal))
    return [str(value) for value in values if value.language == language]


@pytest.mark.parametrize("property_", [RDFS.label, SKOS.definition], ids=["label", "definition"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_term_has_one_text_in_each_language(ontology: Graph, property_: URIRef, language: str) -> None:
    wrong = [t for t in ours(ontology) if len(texts(ontology, t, property_, language)) != 1]
    assert not [name(term) for term in wrong]


@pytest.mark.parametrize("language", LANGUAGES)
def test_labels_are_unique_among_their_kind(ontology: Graph, language: str) -> None:
    groups: dict[Node | None, Counter[str]] = defaultdict(Counter)
    for term in ours(ontology):
        is_list = (term, RDF.type, SKOS.ConceptScheme) in ontology
        group = SKOS.ConceptScheme if is_list else ontology.value(term, SKOS.inScheme)
        groups[group].update(text.casefold() for text in texts(ontology, term, RDFS.label, language))
    assert not [text for group in groups.values() for text, times in group.items() if times > 1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_definitions_are_sentences_that_do_not_repeat_the_label(ontology: Graph, language: str) -> None:
    def circular(term: URIRef) -> bool:
        [label] = texts(ontology, term, RDFS.label, language)
        [text] = texts(ontology, term, SKOS.definition, language)
        words = rf"\b{re.escape(label)}\b"
        return not text.endswith(".") or re.search(words, text, re.IGNORECASE) is not None

    assert not [name(term) for term in ours(ontology) if circular(term)]


def test_no_two_terms_share_a_definition(ontology: Graph) -> None:
    times = Counter(ontology.objects(None, SKOS.definition))
    assert not [str(text) for text, count in times.items() if count > 1]


def test_every_term_names_its_ontology(ontology: Graph) -> None:
    wrong = [t for t in ours(ontology) if list(ontology.objects(t, RDFS.isDefinedBy)) != [IRI]]
    assert not [name(term) for term in wrong]


def test_every_term_tells_its_status(ontology: Graph) -> None:
    known = {Literal(status) for status in ("deprecated", "stable", "testing")}
    wrong = [t for t in ours(ontology) if not set(ontology.objects(t, STATUS)) <= known]
    assert not [name(term) for term in wrong]
    assert not [name(t) for t in ours(ontology) if len(list(ontology.objects(t, STATUS))) != 1]


def test_a_deprecated_term_names_its_successor(ontology: Graph) -> None:
    deprecated = set(ontology.subjects(OWL.deprecated, Literal(True)))
    assert deprecated == set(ontology.subjects(STATUS, Literal("deprecated")))
    assert not [name(t) for t in deprecated if not list(ontology.objects(t, DCTERMS.isReplacedBy))]


@pytest.mark.parametrize(("property_", "value"), METADATA, ids=name)
def test_the_ontology_describes_itself(core: Graph, property_: URIRef, value: Node) -> None:
    assert list(core.objects(IRI, property_)) == [value]


@pytest.mark.parametrize("property_", [DCTERMS.title, DCTERMS.description], ids=["title", "description"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_ontology_is_introduced_in_each_language(core: Graph, property_: URIRef, language: str) -> None:
    assert len(texts(core, IRI, property_, language)) == 1


def test_codes_lie_in_the_list_that_their_iri_names(codes: Graph) -> None:
    def scheme(code: URIRef) -> URIRef:
        return URIRef(BASE + "id/scheme/" + name(code).partition("/")[0])

    concepts = ours(codes, SKOS.Concept)
    assert not [name(c) for c in concepts if list(codes.objects(c, SKOS.inScheme)) != [scheme(c)]]


def test_codes_are_top_concepts_or_lie_below_one_of_the_same_list(codes: Graph) -> None:
    def placed(code: URIRef) -> bool:
        scheme = codes.value(code, SKOS.inScheme)
        wider = list(codes.objects(code, SKOS.broader))
        top = codes.value(code, SKOS.topConceptOf)
        return all(codes.value(w, SKOS.inScheme) == scheme for w in wider) if wider else top == scheme

    assert not [name(code) for code in ours(codes, SKOS.Concept) if not placed(code)]


def test_codes_carry_the_same_names_for_both_label_properties(codes: Graph) -> None:
    def names(term: URIRef, property_: URIRef) -> set[Node]:
        return set(codes.objects(term, property_))

    wrong = [t for t in ours(codes, *LISTED) if names(t, RDFS.label) != names(t, SKOS.prefLabel)]
    assert not [name(term) for term in wrong]


@pytest.mark.parametrize("file", ["core.ttl", "codes.ttl"])
def test_terms_stand_in_blocks_sorted_by_iri(file: str) -> None:
    text = (ROOT / "ontology" / file).read_text(encoding="utf-8")
    for section in re.split(r"^# .*$", text, flags=re.MULTILINE):
        subjects = re.findall(r"^([\w-]+:[\w-]+) a ", section, re.MULTILINE)
        assert subjects == sorted(set(subjects))


def test_owlready2_loads_the_same_classes(ontology: Graph, tmp_path: Path) -> None:
    file = tmp_path / "ontology.nt"
    ontology.serialize(file, format="nt", encoding="utf-8")
    world = World()
    loaded = [c.iri for c in world.get_ontology(file.as_uri()).load().classes()]
    world.close()
    assert sorted(iri for iri in loaded if iri.startswith(BASE)) == [
        str(c) for c in ours(ontology, OWL.Class)
    ]


def context() -> dict[str, object]:
    """Return the JSON-LD context."""
    text = (ROOT / "ontology" / "context.jsonld").read_text(encoding="utf-8")
    entries = json.loads(text)["@context"]
    assert isinstance(entries, dict)
    return entries


def test_the_context_translates_every_term(core: Graph) -> None:
    links = {"mentionedIn", "notStated", "openListOf"}  # annotation properties with IRIs as values

    def entry(term: URIRef) -> object:
        target = str(core.value(term, RDFS.range))
        if (term, RDF.type, OWL.Class) in core:
            return f"bionrw:{name(term)}"
        if (term, RDF.type, OWL.ObjectProperty) in core or name(term) in links:
            return {"@id": f"bionrw:{name(term)}", "@type": "@id"}
        # A plain string of JSON has the type xsd:string anyway, and some readers take the two for different.
        if target.startswith(str(XSD)) and target != str(XSD.string):
            return {"@id": f"bionrw:{name(term)}", "@type": "xsd:" + target.removeprefix(str(XSD))}
        return {"@id": f"bionrw:{name(term)}"}

    expected = {name(term): entry(term) for term in ours(core, *VOCABULARY)}
    assert {key: value for key, value in context().items() if key in expected} == expected


def test_a_record_written_with_the_context_is_read_as_meant() -> None:
    record = {
        "@context": context(),
        "id": BASE + "id/amount/reef",
        "type": "MonetaryAmount",
        "label": {"en": "volume of Reef", "de": "Volumen von Reef"},
        "value": "5.0",
        "currency": BASE + "id/currency/eur",
        "notStated": "bionrw:comparator",
    }
    meant = f"""
        @prefix bionrw: <{BASE}ontology#> .
        @prefix rdfs: <{RDFS}> .
        <{BASE}id/amount/reef> a bionrw:MonetaryAmount ;
            rdfs:label "volume of Reef"@en , "Volumen von Reef"@de ;
            bionrw:value 5.0 ; bionrw:currency <{BASE}id/currency/eur> ; bionrw:notStated bionrw:comparator .
    """
    quads = parse(json.dumps(record), format=RdfFormat.JSON_LD)
    triples = serialize((quad.triple for quad in quads), format=RdfFormat.N_TRIPLES)
    assert triples is not None
    assert isomorphic(Graph().parse(data=triples, format="nt"), Graph().parse(data=meant, format="turtle"))


def test_each_prefix_stands_for_one_namespace_of_its_name(codes: Graph) -> None:
    graph = Graph().parse(ROOT / "queries" / "prefixes.ttl")
    pairs = [
        (str(graph.value(node, SH.prefix)), str(graph.value(node, SH.namespace)))
        for node in graph.objects(IRI, SH.declare)
    ]
    kinds = {prefix: space for prefix, space in pairs if space.startswith(BASE + "id/")}
    assert len(pairs) == len(dict(pairs)) == len({space for _, space in pairs})
    assert kinds == {prefix: f"{BASE}id/{prefix}/" for prefix in kinds}
    assert {name(s).removeprefix("scheme/") for s in ours(codes, SKOS.ConceptScheme)} <= set(kinds)
