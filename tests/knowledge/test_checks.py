"""Each check query finds the fault seeded for it, says how to mend it, and lets a sound graph pass."""

import re
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, QuerySolutions, RdfFormat, Store
from rdflib import SH, Graph

ROOT = Path(__file__).resolve().parents[2]
SEEDED = Path(__file__).parent / "seeded"
CHECKS = ROOT / "queries" / "checks"
BASE = "https://w3id.org/bionrw/"
SUFFIX = "-violation"

FAULTS = [
    ("alignment-in-core", {"ontology#Project"}),
    ("broken-silence", {"id/project/foam-tiles"}),
    ("chain-ends", {"ontology#hasMission"}),
    ("class-as-property", {"id/role/coordinator", "ontology#Period"}),
    ("code-place", {"id/field/gull", "id/field/kelp", "id/unit/gull"}),
    ("containment-cycle", {"id/place/a", "id/place/b"}),
    ("contradiction-without-issue", {"id/statement/s01"}),
    ("count-below-list", {"id/observation/boats"}),
    ("curated-overreach", {"id/amount/foam-tiles"}),
    ("definition-form", {"ontology#Dune", "ontology#Spit"}),
    ("deprecated-use", {"id/project/foam-tiles"}),
    ("deprecation", {"ontology#paidBy", "ontology#sponsoredBy"}),
    ("derived-fact", {"id/amount/boats", "id/derived/sum", "id/project/foam-tiles"}),
    ("disjoint-kinds", {"id/place/nordland"}),
    ("doubled-datatype", {"ontology#Date", "ontology#TideTime"}),
    ("duplicate-label", {"ontology#Place"}),
    ("ends-of-property", {"ontology#leadsOn", "ontology#ridesTo"}),
    ("equivalent-class", {"ontology#Harbour"}),
    ("equivalent-property", {"ontology#floatsOn"}),
    ("hierarchy-cycle", {"ontology#Egg", "ontology#Hen"}),
    ("hijacked-term", {"http://xmlns.com/foaf/0.1/Project"}),
    ("identifier-form", {"id/link/x", "id/link/y", "id/link/z"}),
    ("idle-disjointness", {"ontology#Cluster", "ontology#Policy"}),
    ("inverse-ends", {"ontology#fedBy", "ontology#mirrors", "ontology#partnersWith"}),
    ("is-relation", {"ontology#isA", "ontology#kindOf"}),
    ("isolated-ontology", {"http://example.org/tides"}),
    ("matched-though-different", {"id/organisation/kelp-works", "id/organisation/tide-ring"}),
    ("members-of-memberless", {"id/observation/boats"}),
    ("merged-class", {"ontology#HarbourAndShipyard", "ontology#Mooring"}),
    ("miscellaneous-class", {"ontology#OtherVessel", "ontology#Raft"}),
    (
        "misplaced-thing",
        {
            "http://example.org/place/shoal",
            "http://w3id.org/bionrw/id/place/x",
            "id/organisation/shoal",
            "id/place/ShoalBay",
            "id/plcae/shoal",
        },
    ),
    ("misread-restriction", {"ontology#Anchorage", "ontology#Berth"}),
    ("missing-disjointness", {"http://example.org/tides"}),
    ("missing-inverse", {"ontology#hasCargo", "ontology#tows"}),
    ("misused-annotation", {"ontology#Ebb", "ontology#Flow", "ontology#Slack"}),
    (
        "naming-convention",
        {"id/role/Harbour-master", "ontology#LiesIn", "ontology#harbour", "ontology#lies_near"},
    ),
    ("observation-fit", {"id/observation/boats", "id/observation/crews", "id/observation/ships"}),
    ("ontology-header", {"http://example.org/tides.ttl", "http://example.org/undeclared"}),
    ("ontology-metadata", {"http://example.org/tides"}),
    ("ontology-namespace", {"http://example.org/tides", "http://example.org/tides#Ebb"}),
    ("ontology-version", {"http://example.org/ebb", "http://example.org/flow", "http://example.org/slack"}),
    ("part-exceeds-whole", {"id/observation/part"}),
    ("passage-length", {"id/span/x", "id/span/y"}),
    ("period-order", {"id/period/backwards"}),
    ("period-words", {"id/period/nets", "id/period/ropes"}),
    ("property-domain-range", {"ontology#growsOn"}),
    ("recursive-definition", {"ontology#Ferry"}),
    ("repeated-participation", {"id/participation/foam-tiles-kelp-works"}),
    ("repeated-phase", {"id/phase/p"}),
    ("repeated-statement", {"id/statement/twice1"}),
    ("repeated-triple", {"id/place/nordland"}),
    ("reversed-relation", {"id/organisation/tides", "id/place/land"}),
    ("self-relation", {"id/field/bioeconomy", "id/organisation/kelp-works", "id/place/nordland"}),
    ("several-values", {"id/project/foam-tiles"}),
    ("shared-identifier", {"id/organisation/kelp-board", "id/organisation/kelp-works"}),
    ("short-chain", {"ontology#anchoredIn"}),
    ("status-and-value", {"id/statement/e1", "id/statement/e6", "id/statement/e7", "id/statement/not1"}),
    ("stray-reading", {"id/reading/n", "id/reading/years"}),
    ("subproperty-ends", {"ontology#leadsTo"}),
    ("symmetric-ends", {"ontology#neighbours"}),
    ("term-outside-ontology", {"ontology#Dune"}),
    ("transitive-ends", {"ontology#driftsTo"}),
    ("twin-term", {"ontology#Quay", "ontology#Vessel", "ontology#hasMast"}),
    ("two-sorts-of-term", {"ontology#locatedIn"}),
    ("unasserted-statement", {"id/statement/forgotten"}),
    ("unconnected-term", {"ontology#Driftwood", "ontology#floatsPast"}),
    ("undeclared-class", {"http://xmlns.com/foaf/0.1/Person", "ontology#Lagoon", "ontology#Seabed"}),
    ("undeclared-property", {"http://xmlns.com/foaf/0.1/based_near", "ontology#touches", "ontology#washes"}),
    ("undefined-term", {"id/legal-form/gbr", "ontology#legalFrom"}),
    ("undescribed-term", {"ontology#Reef"}),
    ("undescribed-thing", {"id/place/nordlnad"}),
    ("unknown-language", {"id/organisation/kelp-works", "id/project/foam-tiles", "ontology#Dune"}),
    (
        "unknown-vocabulary",
        {"http://www.w3.org/2000/01/rdf-schema#lable", "http://www.w3.org/2002/07/owl#NamedIndividuals"},
    ),
    ("unrecorded-curation", {"id/link/v", "id/organisation/tide-ring"}),
    ("unstated-fact", {"id/organisation/kelp-works"}),
    ("unsupported-thing", {"id/place/seaside"}),
    ("untidy-text", {"id/place/a", "id/place/b", "id/place/c", "id/place/d", "id/place/e", "id/place/x"}),
    ("untyped-thing", {"id/place/x", "id/place/y"}),
    ("wrong-end", {"id/organisation/kelp-works", "id/project/foam-tiles"}),
]


def prologue() -> str:
    """Return the prefix declarations that the loader puts in front of a query."""
    prefixes = Graph().parse(ROOT / "queries" / "prefixes.ttl")
    return "".join(
        f"PREFIX {prefixes.value(node, SH.prefix)}: <{prefixes.value(node, SH.namespace)}>\n"
        for node in prefixes.objects(None, SH.declare)
    )


def sound_store() -> Store:
    """Return the ontology and the invented sound document, each in its graph."""
    store = Store()
    for name in ("core.ttl", "codes.ttl"):
        store.load(
            path=ROOT / "ontology" / name,
            format=RdfFormat.TURTLE,
            to_graph=NamedNode(BASE + "graph/ontology"),
        )
    store.load(path=SEEDED / "sound.trig", format=RdfFormat.TRIG)
    return store


def offenders(store: Store, check: Path) -> dict[str, str]:
    """Return the offending nodes of one check with their messages."""
    solutions = store.query(prologue() + check.read_text(encoding="utf-8"))
    assert isinstance(solutions, QuerySolutions)
    found = {}
    for solution in solutions:
        node, message = solution["this"], solution["message"]
        assert isinstance(node, NamedNode)
        assert isinstance(message, Literal)
        found[node.value.removeprefix(BASE)] = message.value
    return found


def decorators(check: Path) -> list[str]:
    """Return the names of the decorators at the head of a query file, in their order."""
    return re.findall(r"^#\+ (\w+):", check.read_text(encoding="utf-8"), re.MULTILINE)


def every_check() -> list[Path]:
    """Return the check queries in the order of their names."""
    return sorted(CHECKS.glob(f"*{SUFFIX}.rq"))


@pytest.mark.parametrize(("name", "nodes"), FAULTS)
def test_a_check_finds_exactly_the_seeded_offenders(name: str, nodes: set[str]) -> None:
    store = sound_store()
    store.load(path=SEEDED / "checks" / f"{name}.trig", format=RdfFormat.TRIG)
    assert set(offenders(store, CHECKS / f"{name}{SUFFIX}.rq")) == nodes


@pytest.mark.parametrize("name", [name for name, _ in FAULTS])
def test_a_message_says_how_to_mend(name: str) -> None:
    store = sound_store()
    store.load(path=SEEDED / "checks" / f"{name}.trig", format=RdfFormat.TRIG)
    for message in offenders(store, CHECKS / f"{name}{SUFFIX}.rq").values():
        what, _, remedy = message.partition(": ")
        assert what
        assert remedy.endswith(".")


@pytest.mark.parametrize("check", every_check(), ids=lambda check: check.stem)
def test_a_sound_graph_gives_no_row(check: Path) -> None:
    assert not offenders(sound_store(), check)


def test_every_check_is_seeded_with_a_fault() -> None:
    assert [check.stem.removesuffix(SUFFIX) for check in every_check()] == [name for name, _ in FAULTS]


@pytest.mark.parametrize("check", every_check(), ids=lambda check: check.stem)
def test_a_check_says_what_it_is_for(check: Path) -> None:
    assert decorators(check) == ["summary", "description", "tags"]


@pytest.mark.parametrize("check", every_check(), ids=lambda check: check.stem)
def test_a_check_leaves_prefixes_to_the_one_list(check: Path) -> None:
    assert "prefix" not in check.read_text(encoding="utf-8").casefold()
