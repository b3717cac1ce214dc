"""The graph gains what follows from its facts, and nothing of what only seems to follow."""

import pytest
from pyoxigraph import NamedNode, Quad, RdfFormat, Store, Triple, parse

from bionrw.content import find_content
from bionrw.library import Library
from bionrw.model import Release
from bionrw.names import CANONICAL_BASE, Names
from bionrw.release.reason import Reasoner, RlReasoner
from bionrw.release.reason.hermit import HermitReasoner
from bionrw.release.reason.rules import expand
from bionrw.release.sources import read_quads, source_files

NAMES = Names()
LIBRARY = Library(find_content().queries)
PREFIXES = LIBRARY.prefixes()

# From the facts of the text: what is asserted, and what the inferred graph holds because of it.
GAINED = [
    # A thing lies in whatever its place is part of.
    (
        "organisation:evoxx bionrw:locatedIn place:north-rhine-westphalia",
        [
            "organisation:evoxx bionrw:locatedIn place:germany",
            "organisation:evoxx bionrw:locatedIn place:europe",
        ],
    ),
    (
        "organisation:clib2021 bionrw:locatedIn place:north-rhine-westphalia",
        ["organisation:clib2021 bionrw:locatedIn place:europe"],
    ),
    (
        "place:rhine-ruhr bionrw:partOf place:north-rhine-westphalia",
        ["place:rhine-ruhr bionrw:partOf place:europe", "place:europe bionrw:hasPart place:rhine-ruhr"],
    ),
    # A partnership of clusters is one of both sides, and a collaboration.
    (
        "organisation:bio-nrw bionrw:partnerClusterOf organisation:clib2021",
        [
            "organisation:clib2021 bionrw:partnerClusterOf organisation:bio-nrw",
            "organisation:clib2021 bionrw:collaboratesWith organisation:bio-nrw",
        ],
    ),
    # Who stands in a participation takes part.
    (
        "project:biopen bionrw:hasParticipation participation:biopen-europe-unlimited",
        [
            "project:biopen bionrw:hasParticipant organisation:europe-unlimited",
            "organisation:europe-unlimited bionrw:participatesIn project:biopen",
        ],
    ),
    (
        "project:biopen bionrw:hasCoordination participation:biopen-ciaotech",
        [
            "project:biopen bionrw:hasCoordinator organisation:ciaotech",
            "project:biopen bionrw:hasParticipant organisation:ciaotech",
        ],
    ),
    # A programme among the supporters makes the kind of project.
    (
        "project:marine-enzymes bionrw:supportedBy funder:eu-h2020",
        [
            "project:marine-enzymes rdf:type bionrw:ProgrammeSupportedProject",
            "funder:eu-h2020 bionrw:supports project:marine-enzymes",
        ],
    ),
    # An initiative works in the field of its flagship.
    (
        "flagship:circular-economy-education bionrw:flagshipField field:circular-economy",
        ["initiative:big-cluster bionrw:inField field:circular-economy"],
    ),
    # Whatever is in a field is in the broader ones.
    (
        "project:marine-enzymes bionrw:inField field:marine-biotechnology",
        [
            "project:marine-enzymes bionrw:inField field:biotechnology",
            "project:marine-enzymes bionrw:inField field:life-sciences",
        ],
    ),
    # A pillar belongs to its cluster.
    *[
        (
            f"organisation:bio-nrw bionrw:hasPillar {pillar}",
            [f"{pillar} bionrw:pillarOf organisation:bio-nrw"],
        )
        for pillar in (
            "organisation:office-of-bio-nrw",
            "organisation:bio-clustermanagement-nrw",
            "organisation:foerderverein-biotechnologie-nrw",
        )
    ],
]
# What stands in no graph; None is any value.
NOT_GAINED = [
    "place:germany bionrw:locatedIn organisation:clib2021",
    "place:germany bionrw:partOf place:north-rhine-westphalia",
    "organisation:bio-nrw bionrw:hasParticipant organisation:clib2021",
    "organisation:bio-nrw bionrw:partnerClusterOf organisation:bio-nrw",
    "organisation:europe-unlimited bionrw:participatesIn project:marine-enzymes",
    "project:biopen bionrw:hasCoordinator organisation:europe-unlimited",
    "organisation:ciaotech bionrw:participatesIn organisation:ciaotech",
    "project:rin-material-flows rdf:type bionrw:ProgrammeSupportedProject",
    "project:high-performance-ingredients-roadmap rdf:type bionrw:ProgrammeSupportedProject",
    "organisation:bio-nrw rdf:type bionrw:ProgrammeSupportedProject",
    "project:biopen bionrw:inField field:circular-economy",
    "flagship:circular-economy-education bionrw:inField field:circular-economy",
    # It is in none of the narrower fields, and in none beside them.
    "project:high-performance-ingredients-roadmap bionrw:inField field:marine-biotechnology",
    "project:high-performance-ingredients-roadmap bionrw:inField field:industrial-biotechnology",
    "project:marine-enzymes bionrw:inField field:red-biotechnology",
    "organisation:bio-nrw bionrw:pillarOf None",
    # Its office is operated by somebody, the cluster is not.
    "organisation:bio-nrw bionrw:operatedBy None",
    # The members counted are those of the other cluster.
    "observation:clib2021-members bionrw:observationAbout organisation:bio-nrw",
    # Support is never turned into money.
    "project:rin-material-flows bionrw:fundedBy None",
    "project:biopen bionrw:fundedBy None",
    "funder:eu-h2020 rdf:type bionrw:Organisation",
    "organisation:ministry-of-culture-and-science rdf:type bionrw:Funder",
]
# What has to stand for the lines above to mean something.
STATED = [
    "project:high-performance-ingredients-roadmap bionrw:inField field:biotechnology",
    "organisation:office-of-bio-nrw bionrw:operatedBy organisation:research-center-juelich",
    "observation:clib2021-members bionrw:observationAbout organisation:clib2021",
    "project:rin-material-flows bionrw:supportedBy organisation:ministry-of-culture-and-science",
]
# The programme and the body that implements it are invented; the text names none.
BODY = """
project:net a bionrw:Project ; bionrw:supportedBy funder:fund .
funder:fund a bionrw:FundingProgramme ; bionrw:implementedBy organisation:agency .
project:other a bionrw:Project ; bionrw:supportedBy organisation:ministry .
organisation:ministry a bionrw:Ministry .
"""
ERRORS = [
    "funder:interreg-north-west-europe rdf:type bionrw:Place",
    "funder:interreg-north-west-europe rdf:type bionrw:Ministry",
    "organisation:ministry-of-culture-and-science rdf:type bionrw:Project",
    "project:biopen rdf:type bionrw:Initiative",
    "place:germany bionrw:participatesIn project:biopen",
]


def terms(text: str) -> list[NamedNode | None]:
    """Return the terms of a line; None for the word None."""
    return [None if word == "None" else NamedNode(expand(word, PREFIXES)) for word in text.split()]


def triple(text: str) -> Triple:
    """Return the triple of a line."""
    subject, predicate, value = terms(text)
    assert subject is not None
    assert predicate is not None
    assert value is not None
    return Triple(subject, predicate, value)


@pytest.fixture(scope="module")
def graphs(release: Release) -> Store:
    """Return the built graphs."""
    store = Store()
    store.bulk_load(path=str(release.path / "graph.nq"), format=RdfFormat.N_QUADS)
    return store


@pytest.fixture(scope="module")
def sources() -> list[Triple]:
    """Return axioms and facts as they are written."""
    return [
        Triple(quad.subject, quad.predicate, quad.object)
        for file in source_files(find_content())
        for quad in read_quads(file, CANONICAL_BASE)
    ]


def stands(store: Store, text: str) -> set[str]:
    """Return the names of the graphs that hold a line."""
    subject, predicate, value = terms(text)
    quads = store.quads_for_pattern(subject, predicate, value)
    return {str(getattr(quad.graph_name, "value", "")).rpartition("/")[2] for quad in quads}


@pytest.mark.parametrize(("stated", "gained"), GAINED, ids=[row[0] for row in GAINED])
def test_what_is_asserted_leads_to_what_is_inferred(graphs: Store, stated: str, gained: list[str]) -> None:
    assert stands(graphs, stated) == {"document"}
    assert [stands(graphs, line) for line in gained] == [{"inferred"}] * len(gained)


@pytest.mark.parametrize("line", NOT_GAINED)
def test_its_neighbour_does_not_follow(graphs: Store, line: str) -> None:
    assert stands(graphs, line) == set()


@pytest.mark.parametrize("line", STATED)
def test_the_neighbours_facts_are_there(graphs: Store, line: str) -> None:
    assert stands(graphs, line) == {"document"}


def test_the_body_of_a_programme_supports_what_the_programme_supports() -> None:
    prologue = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())
    facts = [
        Triple(q.subject, q.predicate, q.object) for q in parse(prologue + BODY, format=RdfFormat.TURTLE)
    ]
    core = [
        Triple(quad.subject, quad.predicate, quad.object)
        for file in source_files(find_content())
        if file.graph == "ontology"
        for quad in read_quads(file, CANONICAL_BASE)
    ]
    drawn = RlReasoner(LIBRARY).infer([*core, *facts]).triples
    assert triple("project:net bionrw:hasSupportingBody organisation:agency") in drawn
    assert triple("organisation:agency rdf:type bionrw:FundingBody") in drawn
    body = NamedNode(NAMES.term("hasSupportingBody"))
    assert [found.subject for found in drawn if found.predicate == body] == [terms("project:net")[0]]
    assert triple("project:other rdf:type bionrw:ProgrammeSupportedProject") not in drawn


@pytest.mark.parametrize("error", ERRORS)
@pytest.mark.parametrize("reasoner", [RlReasoner(LIBRARY), HermitReasoner()], ids=["rules", "hermit"])
def test_kinds_that_never_meet_make_the_graph_inconsistent(
    sources: list[Triple], reasoner: Reasoner, error: str
) -> None:
    assert triple(error) not in sources
    assert not reasoner.judge([*sources, triple(error)]).consistent


@pytest.mark.parametrize(
    ("one", "other", "consistent"),
    [
        ("organisation:clib2021", "organisation:bio-nrw", False),
        ("place:germany", "place:europe", False),
        ("project:biopen", "project:biobase4sme", False),
        ("organisation:ministry-of-culture-and-science", "organisation:mkw-nrw", True),
        ("organisation:flanders-bio-economy-valley", "organisation:flanders-biobased-valley", True),
    ],
)
def test_a_wrong_merger_contradicts_the_graph(
    sources: list[Triple], one: str, other: str, consistent: bool
) -> None:
    merged = [*sources, triple(f"{one} owl:sameAs {other}")]
    assert HermitReasoner().judge(merged).consistent is consistent
    clashes = RlReasoner(LIBRARY).judge(merged).clashes
    words = [clash for clash in clashes if "would be one thing, but are said to be different" in clash]
    assert bool(words) is not consistent


def test_the_cluster_has_three_pillars(graphs: Store) -> None:
    pillar = NamedNode(NAMES.term("pillarOf"))
    cluster = NamedNode(NAMES.thing("organisation", "bio-nrw"))
    assert len(list(graphs.quads_for_pattern(None, pillar, cluster))) == 3


def test_nothing_inferred_is_asserted_anywhere(graphs: Store) -> None:
    inferred = NamedNode(NAMES.graph("inferred"))
    found = list(graphs.quads_for_pattern(None, None, None, inferred))
    assert found
    others = [NamedNode(NAMES.graph(name)) for name in ("document", "curated", "ontology")]
    repeated = [
        quad
        for quad in found
        for other in others
        if Quad(quad.subject, quad.predicate, quad.object, other) in graphs
    ]
    assert repeated == []
