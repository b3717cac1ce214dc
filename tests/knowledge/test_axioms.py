"""The axioms of the ontology say what was meant and stay inside OWL 2 DL."""

from itertools import combinations

import pytest
from rdflib import OWL, RDF, RDFS, SKOS, XSD, Graph, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

BASE = "https://w3id.org/bionrw/"
TERM = Namespace(BASE + "ontology#")

HIERARCHY = [
    ("ClusterOrganisation", "LegalEntity"),
    ("Company", "LegalEntity"),
    ("CuratedStatement", "Statement"),
    ("FundingBody", "Funder"),
    ("FundingBody", "Organisation"),
    ("FundingProgramme", "Funder"),
    ("Funder", "Supporter"),
    ("HedgedClaim", "Claim"),
    ("Ministry", "PublicOrganisation"),
    ("MonetaryAmount", "QuantityValue"),
    ("Observation", "MeasuredStatement"),
    ("Observation", "QuantityValue"),
    ("Reading", "CuratedItem"),
    ("StateCluster", "Cluster"),
    ("University", "ResearchOrganisation"),
]
APART = [
    ("Cluster", "ClusterOffice"),
    ("Country", "FederalState"),
    ("DerivedValue", "MonetaryAmount"),
    ("DerivedValue", "Observation"),
    ("FundingProgramme", "FundingBody"),
    ("FundingProgramme", "Ministry"),
    ("FundingProgramme", "Participation"),
    ("FundingProgramme", "Place"),
    ("FundingProgramme", "Project"),
    ("Initiative", "Project"),
    ("Ministry", "Participation"),
    ("Ministry", "Place"),
    ("Ministry", "Project"),
    ("MonetaryAmount", "Observation"),
    ("Project", "ProjectPhase"),
    ("Reading", "Statement"),
]
TOGETHER = [
    ("Cluster", "ClusterOrganisation"),
    ("CuratedStatement", "CuratedItem"),
    ("FundingBody", "Supporter"),
    ("Ministry", "Supporter"),
    ("Post", "Supporter"),
]
CHAINS = [
    ("hasCoordinator", ["hasCoordination", "participant"]),
    ("hasParticipant", ["hasParticipation", "participant"]),
    ("hasSupportingBody", ["supportedBy", "implementedBy"]),
    ("inField", ["hasFlagship", "flagshipField"]),
    ("inField", ["inField", "broader"]),
    ("locatedIn", ["locatedIn", "partOf"]),
]
INVERSES = {
    ("hasPart", "partOf"),
    ("participatesIn", "hasParticipant"),
    ("participationIn", "hasParticipation"),
    ("phaseOf", "hasPhase"),
    ("pillarOf", "hasPillar"),
    ("supports", "supportedBy"),
}
SYMMETRIC = ["collaboratesWith", "overlaps", "partnerClusterOf"]
TRANSITIVE = ["hasPart", "partOf", "subPopulationOf"]
# The datatypes of OWL 2 RL that our ranges use; calendar types are in neither OWL 2 DL nor RL.
DATATYPES = {RDFS.Literal, XSD.boolean, XSD.dateTime, XSD.decimal, XSD.hexBinary, XSD.integer, XSD.string}


def short(node: Node) -> str:
    """Return the local name of a term of ours, or of SKOS."""
    return str(node).removeprefix(str(TERM)).removeprefix(str(SKOS))


def members(core: Graph, kind: URIRef) -> list[URIRef]:
    """Return our own terms of one kind, sorted."""
    return sorted(n for n in core.subjects(RDF.type, kind) if isinstance(n, URIRef) and n in TERM)


def above(core: Graph, term: Node, relation: URIRef = RDFS.subClassOf) -> set[Node]:
    """Return a term and everything above it."""
    return {upper for upper in core.transitive_objects(term, relation) if upper is not None}


def ends(core: Graph, term: Node) -> tuple[Node | None, Node | None]:
    """Return domain and range of a property."""
    return core.value(term, RDFS.domain), core.value(term, RDFS.range)


def chains(core: Graph, term: Node) -> list[list[str]]:
    """Return the links of each chain of a property."""
    heads = core.objects(term, OWL.propertyChainAxiom)
    return sorted([short(link) for link in Collection(core, head)] for head in heads)


def clash(core: Graph, one: Node, other: Node) -> bool:
    """Tell whether two classes are stated, or inherit, that they share no member."""
    lists = (core.value(axiom, OWL.members) for axiom in core.subjects(RDF.type, OWL.AllDisjointClasses))
    groups = [list(Collection(core, head)) for head in lists if head]
    return any(
        a != b and a in group and b in group
        for group in groups
        for a in above(core, one)
        for b in above(core, other)
    )


@pytest.mark.parametrize(("child", "parent"), HIERARCHY)
def test_a_class_lies_below_its_parent(core: Graph, child: str, parent: str) -> None:
    assert TERM[parent] in above(core, TERM[child])


@pytest.mark.parametrize("relation", [RDFS.subClassOf, RDFS.subPropertyOf, SKOS.broader], ids=short)
def test_no_term_lies_below_itself(ontology: Graph, relation: URIRef) -> None:
    pairs = ontology.subject_objects(relation)
    assert not [short(term) for term, up in pairs if term in above(ontology, up, relation)]


@pytest.mark.parametrize(("one", "other"), APART)
def test_these_kinds_never_meet(core: Graph, one: str, other: str) -> None:
    assert clash(core, TERM[one], TERM[other])


@pytest.mark.parametrize(("one", "other"), TOGETHER)
def test_these_kinds_may_meet(core: Graph, one: str, other: str) -> None:
    assert not clash(core, TERM[one], TERM[other])


def test_no_class_is_empty_by_its_own_parents(core: Graph) -> None:
    classes = members(core, OWL.Class)
    assert not [
        short(c) for c in classes if any(clash(core, a, b) for a, b in combinations(above(core, c), 2))
    ]


@pytest.mark.parametrize("side", [RDFS.domain, RDFS.range], ids=short)
@pytest.mark.parametrize("kind", [OWL.DatatypeProperty, OWL.ObjectProperty], ids=short)
def test_a_property_has_one_domain_and_one_range(core: Graph, kind: URIRef, side: URIRef) -> None:
    # Several would intersect (OOPS! pitfall P19).
    assert not [short(p) for p in members(core, kind) if len(list(core.objects(p, side))) != 1]


@pytest.mark.parametrize(
    ("kind", "ranges"),
    [(OWL.ObjectProperty, {SKOS.Concept}), (OWL.DatatypeProperty, DATATYPES)],
    ids=["object", "datatype"],
)
def test_ends_are_classes_of_ours_codes_or_plain_datatypes(
    core: Graph, kind: URIRef, ranges: set[URIRef]
) -> None:
    classes = set(members(core, OWL.Class))
    allowed = ranges | classes if kind == OWL.ObjectProperty else ranges
    pairs = {p: ends(core, p) for p in members(core, kind)}
    assert not [short(p) for p, (start, end) in pairs.items() if start not in classes or end not in allowed]


def test_a_narrower_property_stays_within_the_ends_of_the_wider_one(core: Graph) -> None:
    def fits(child: Node, parent: Node) -> bool:
        pairs = zip(ends(core, child), ends(core, parent), strict=True)
        return all(narrow and wide in above(core, narrow) for narrow, wide in pairs)

    pairs = core.subject_objects(RDFS.subPropertyOf)
    assert not [short(child) for child, parent in pairs if not fits(child, parent)]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [(OWL.SymmetricProperty, SYMMETRIC), (OWL.TransitiveProperty, TRANSITIVE)],
    ids=["symmetric", "transitive"],
)
def test_symmetric_and_transitive_properties_stay_within_one_class(
    core: Graph, kind: URIRef, expected: list[str]
) -> None:
    assert [short(p) for p in members(core, kind)] == expected
    assert not [short(p) for p in members(core, kind) if len(set(ends(core, p))) != 1]


def test_inverses_are_the_listed_ones_with_swapped_ends(core: Graph) -> None:
    assert {(short(a), short(b)) for a, b in core.subject_objects(OWL.inverseOf)} == INVERSES
    assert all(ends(core, TERM[a]) == ends(core, TERM[b])[::-1] for a, b in INVERSES)


def test_chains_are_the_listed_ones(core: Graph) -> None:
    assert [
        (short(p), links) for p in members(core, OWL.ObjectProperty) for links in chains(core, p)
    ] == CHAINS


# SKOS gives its properties no ends that could fail to fit; what they join is a matter of the code lists.
@pytest.mark.parametrize(("term", "links"), [row for row in CHAINS if "broader" not in row[1]])
def test_a_chain_can_fire(core: Graph, term: str, links: list[str]) -> None:
    (_, arriving), (leaving, _) = (ends(core, TERM[link]) for link in links)
    assert arriving is not None
    assert leaving is not None
    assert not clash(core, arriving, leaving)
    assert ends(core, TERM[term])[1] == ends(core, TERM[links[-1]])[1]


def test_no_axiom_asks_for_a_simple_property(core: Graph) -> None:
    # OWL 2 structural specification, section 11.2: transitive and chained properties may not be counted.
    asking = {
        OWL.AllDisjointProperties,
        OWL.AsymmetricProperty,
        OWL.FunctionalProperty,
        OWL.InverseFunctionalProperty,
        OWL.IrreflexiveProperty,
        OWL.cardinality,
        OWL.hasSelf,
        OWL.maxCardinality,
        OWL.maxQualifiedCardinality,
        OWL.minCardinality,
        OWL.minQualifiedCardinality,
        OWL.qualifiedCardinality,
        OWL.hasKey,
        OWL.propertyDisjointWith,
    }
    assert not asking & {node for triple in core for node in triple}


def test_the_only_restriction_is_an_existential_of_two_named_terms(core: Graph) -> None:
    for node in core.subjects(RDF.type, OWL.Restriction):
        said = dict(core.predicate_objects(node))
        assert set(said) == {RDF.type, OWL.onProperty, OWL.someValuesFrom}
        assert {type(said[OWL.onProperty]), type(said[OWL.someValuesFrom])} == {URIRef}


def test_nothing_is_said_of_foreign_terms_but_what_they_are(ontology: Graph) -> None:
    # OOPS! pitfall P40: axioms about terms of others would hijack their namespaces.
    foreign = {(s, p) for s, p, _ in ontology if isinstance(s, URIRef) and not s.startswith(BASE)}
    assert {predicate for _, predicate in foreign} == {RDF.type}


def test_every_foreign_term_in_use_is_declared(ontology: Graph) -> None:
    built_in = tuple(str(space) for space in (OWL, RDF, RDFS, XSD))
    used = {str(p) for p in ontology.predicates()} | {str(c) for c in ontology.objects(None, RDF.type)}
    declared = {str(term) for term in ontology.subjects(RDF.type)}
    assert not {term for term in used if not term.startswith((*built_in, BASE))} - declared
