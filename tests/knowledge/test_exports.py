"""The graph in the words of EURIO and of schema.org: complete, in their terms, claiming no more than ours."""

from collections.abc import Callable, Container
from pathlib import Path
from typing import cast

import pytest
from pyoxigraph import NamedNode, QueryTriples, RdfFormat, Store, serialize
from rdflib import RDF, SDO, XSD, Graph, Literal, Namespace, URIRef
from rdflib.term import Node

from bionrw.content import Content
from bionrw.library import Library
from bionrw.release.sources import read_quads, source_files

ROOT = Path(__file__).resolve().parents[2]
SEEDED = Path(__file__).parent / "seeded"
BASE = "https://w3id.org/bionrw/"
THING = Namespace(BASE + "id/")
EURIO = Namespace("http://data.europa.eu/s66#")
SCHEMA = Namespace(str(SDO))
# In schema.org since version 13, hence missing from rdflib's list.
YOUNGER = {SCHEMA.observationAbout}

PROJECTS = {
    "biobase4sme",
    "biopen",
    "high-performance-ingredients-roadmap",
    "marine-enzymes",
    "rin-material-flows",
}
COSTS = [
    ("biobase4sme", "5800000.0"),
    ("biopen", "1200000.0"),
    ("high-performance-ingredients-roadmap", "200000.0"),
    ("marine-enzymes", "6000000.0"),
    ("rin-material-flows", "1236000.0"),  # 674,000 and 562,000: the sum of its two phases
]
COORDINATORS = [
    ("biopen", "ciaotech"),
    ("marine-enzymes", "university-of-bangor"),
    ("rin-material-flows", "clib2021"),
]
KINDS = [
    ("funder/bbi-ju", EURIO.FundingAgency),
    ("funder/eu-h2020", EURIO.FundingScheme),
    ("funder/interreg-north-west-europe", EURIO.FundingScheme),
    ("organisation/bayer", EURIO.ForProfitOrganisation),
    ("organisation/ministry-of-culture-and-science", EURIO.PublicBody),
    ("organisation/research-center-juelich", EURIO.ResearchOrganisation),
    ("organisation/york-university", EURIO.HigherOrSecondaryEducation),
    ("place/belgium", EURIO.Country),
]
SPONSORS = {
    ("organisation/bio-nrw", "organisation/ministry-of-innovation-science-research-and-technology"),
    ("project/biobase4sme", "funder/interreg-north-west-europe"),
    ("project/biopen", "funder/bbi-ju"),
    ("project/biopen", "funder/eu-h2020"),
    ("project/high-performance-ingredients-roadmap", "organisation/mkw-nrw"),
    ("project/marine-enzymes", "funder/eu-h2020"),
    ("project/rin-material-flows", "organisation/ministry-of-culture-and-science"),
}


def short(node: Node) -> str:
    """Return a thing of ours without the base."""
    return str(node).removeprefix(str(THING))


def constructed(store: Store, name: str) -> Graph:
    """Return what one export makes of a store."""
    result = store.query(Library(ROOT / "queries").text(f"rules/{name}-construct"))
    assert isinstance(result, QueryTriples)
    triples = serialize(result, format=RdfFormat.N_TRIPLES)
    assert triples is not None
    return Graph().parse(data=triples, format="nt")


def terms(graph: Graph) -> set[Node]:
    """Return the predicates and classes of a graph."""
    return set(graph.predicates()) | set(graph.objects(None, RDF.type))


@pytest.fixture(scope="module")
def real() -> Store:
    """Return the graph of the sources, without anything that is inferred."""
    store = Store()
    for source in source_files(Content.below(ROOT)):
        store.extend(read_quads(source, BASE))
    return store


@pytest.fixture(scope="module")
def invented() -> Store:
    """Return the ontology and two invented documents."""
    store = Store()
    for name in ("core.ttl", "codes.ttl"):
        graph = NamedNode(BASE + "graph/ontology")
        store.load(path=ROOT / "ontology" / name, format=RdfFormat.TURTLE, to_graph=graph)
    for name in ("sound.trig", "exports.trig"):
        store.load(path=SEEDED / name, format=RdfFormat.TRIG)
    return store


@pytest.fixture(scope="module")
def eurio(real: Store) -> Graph:
    """Return the real graph in the words of EURIO."""
    return constructed(real, "eurio")


@pytest.fixture(scope="module")
def schema(real: Store) -> Graph:
    """Return the real graph in the words of schema.org."""
    return constructed(real, "schema")


@pytest.mark.parametrize("name", ["eurio", "schema"])
def test_the_export_of_an_invented_graph_is_the_one_reviewed(
    invented: Store, golden: Callable[[str, bytes, RdfFormat], None], name: str
) -> None:
    golden(name, constructed(invented, name).serialize(format="nt", encoding="utf-8"), RdfFormat.N_TRIPLES)


def test_every_project_becomes_one_of_eurio(eurio: Graph) -> None:
    projects = {short(project) for project in eurio.subjects(RDF.type, EURIO.Project)}
    assert projects == {f"project/{name}" for name in PROJECTS}


def test_only_what_the_source_names_has_a_title(eurio: Graph) -> None:
    titles = {short(s): str(o) for s, o in eurio.subject_objects(EURIO.title)}
    assert titles == {
        "project/biobase4sme": "BioBase4SME",
        "project/biopen": "BiOPEN",
        "project/rin-material-flows": "RIN Material Flows",
    }


@pytest.mark.parametrize(("project", "value"), COSTS)
def test_a_volume_becomes_a_cost_in_euro(eurio: Graph, project: str, value: str) -> None:
    [amount] = eurio.objects(THING[f"project/{project}"], EURIO.hasTotalCost)
    assert (amount, RDF.type, EURIO.MonetaryAmount) in eurio
    assert [
        number.toPython() for number in eurio.objects(amount, EURIO.value) if isinstance(number, Literal)
    ] == [Literal(value, datatype=XSD.decimal).toPython()]
    assert list(eurio.objects(amount, EURIO.currency)) == [Literal("EUR")]


def test_months_become_a_duration_and_years_do_not(eurio: Graph) -> None:
    # 2017-05 to 2019-10 are 30 months; 34 and 36 are those of the two phases.
    durations = {short(s): int(str(o)) for s, o in eurio.subject_objects(EURIO.duration)}
    assert durations == {"project/biopen": 30, "project/rin-material-flows": 70}


@pytest.mark.parametrize(("project", "organisation"), COORDINATORS)
def test_a_coordinator_is_labelled_so(eurio: Graph, project: str, organisation: str) -> None:
    roles = eurio.objects(THING[f"project/{project}"], EURIO.hasInvolvedParty)
    leading = [role for role in roles if (role, EURIO.roleLabel, Literal("coordinator")) in eurio]
    assert [short(eurio.value(role, EURIO.isRoleOf) or role) for role in leading] == [
        f"organisation/{organisation}"
    ]


def test_every_role_has_one_project_one_bearer_and_one_label(eurio: Graph) -> None:
    roles = set(eurio.subjects(RDF.type, EURIO.OrganisationRole))
    assert len(roles) == 27  # 37 participations, ten of them in an initiative
    for role in roles:
        for part in (EURIO.isInvolvedIn, EURIO.isRoleOf, EURIO.roleLabel):
            assert len(list(eurio.objects(role, part))) == 1
    bearers = set(eurio.objects(None, EURIO.isRoleOf))
    assert bearers <= set(eurio.subjects(RDF.type, EURIO.Organisation))


@pytest.mark.parametrize(("thing", "kind"), KINDS)
def test_a_thing_has_the_kind_that_eurio_gives_it(eurio: Graph, thing: str, kind: URIRef) -> None:
    assert (THING[thing], RDF.type, kind) in eurio
    assert len(list(eurio.objects(THING[thing], EURIO.name))) == 1


def test_nothing_becomes_a_grant_and_nobody_funds(eurio: Graph) -> None:
    assert not terms(eurio) & {EURIO.Grant, EURIO.isFundedBy, EURIO.hasFundingScheme, EURIO.hasFundingAmount}


def test_the_export_uses_no_term_that_eurio_lacks(eurio: Graph, invented: Store, shared: Path) -> None:
    definitions = Graph().parse(shared / "standards" / "eurio-2.4" / "EURIO.ttl")
    known = set(definitions.subjects(RDF.type)) | {RDF.type}
    assert terms(eurio) | terms(constructed(invented, "eurio")) <= known


def test_role_labels_are_those_that_eurio_lists(eurio: Graph) -> None:
    listed = {"coordinator", "international partner", "participant", "partner", "third party"}
    assert {str(label) for label in eurio.objects(None, EURIO.roleLabel)} <= listed


def test_every_project_becomes_a_research_project(schema: Graph) -> None:
    projects = {short(project) for project in schema.subjects(RDF.type, SCHEMA.ResearchProject)}
    assert projects == {f"project/{name}" for name in PROJECTS}


def test_supporters_are_sponsors_and_never_funders(schema: Graph) -> None:
    assert {(short(s), short(o)) for s, o in schema.subject_objects(SCHEMA.sponsor)} == SPONSORS
    assert not terms(schema) & {SCHEMA.funder, SCHEMA.funding, SCHEMA.Grant, SCHEMA.MonetaryGrant}


@pytest.mark.parametrize(("project", "organisation"), COORDINATORS)
def test_a_coordinator_is_a_member_in_that_role(schema: Graph, project: str, organisation: str) -> None:
    roles = schema.objects(THING[f"project/{project}"], SCHEMA.member)
    leading = [r for r in roles if (r, SCHEMA.roleName, Literal("coordinator", lang="en")) in schema]
    assert [short(schema.value(role, SCHEMA.member) or role) for role in leading] == [
        f"organisation/{organisation}"
    ]


def test_an_upper_bound_is_no_value(schema: Graph) -> None:
    voucher = THING["amount/innovation-voucher"]
    assert [str(value) for value in schema.objects(voucher, SCHEMA.maxValue)] == ["100000"]
    assert not list(schema.objects(voucher, SCHEMA.value))
    assert list(schema.objects(voucher, SCHEMA.currency)) == [Literal("EUR")]


def test_dates_keep_their_precision(schema: Graph) -> None:
    assert list(schema.objects(THING["project/biopen"], SCHEMA.foundingDate)) == [
        Literal("2017-05", datatype=XSD.gYearMonth)
    ]
    assert list(schema.objects(THING["project/biobase4sme"], SCHEMA.dissolutionDate)) == [
        Literal("2019", datatype=XSD.gYear)
    ]


def test_a_volume_is_an_observation_about_its_project(schema: Graph) -> None:
    [observation] = schema.subjects(SCHEMA.observationAbout, THING["project/biopen"])
    assert list(schema.objects(observation, SCHEMA.value)) == [THING["amount/biopen"]]


def test_the_export_uses_no_term_that_schema_org_lacks(schema: Graph, invented: Store) -> None:
    listed = cast(Container[object], SDO)
    used = terms(schema) | terms(constructed(invented, "schema"))
    assert not {term for term in used - YOUNGER - {RDF.type} if term not in listed}
