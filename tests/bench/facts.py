"""Generate facts in the shape of the real ones; the same size and seed always give the same triples."""

from collections.abc import Iterator
from functools import cache
from random import Random

from pyoxigraph import Literal, NamedNode, Triple

from bionrw.content import find_content
from bionrw.names import CANONICAL_BASE, Names
from bionrw.release.sources import read_quads, source_files

NAMES = Names()
TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
LABEL = NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
XSD = "http://www.w3.org/2001/XMLSchema#"
DECIMAL, MONTH = NamedNode(f"{XSD}decimal"), NamedNode(f"{XSD}gYearMonth")
PLACES, FUNDERS, FIRMS_PER_PROJECT = 100, 20, 4
FIELDS, ROLES, PROJECTS_PER_CLUSTER, PILLARS = 20, 6, 50, 5
LARGEST_AMOUNT = 4_000_000
WORDS = (
    "algae",
    "barley",
    "carbon",
    "enzyme",
    "fibre",
    "lichen",
    "pepper",
    "poplar",
    "resin",
    "silk",
    "yeast",
)
WORDS_PER_SUMMARY = 10

# A thing is named by its kind and number.
Thing = tuple[str, int]


def terms() -> Iterator[Triple]:
    """Yield the axioms of the ontology."""
    for file in source_files(find_content()):
        if file.graph == "ontology":
            yield from (Triple(q.subject, q.predicate, q.object) for q in read_quads(file, CANONICAL_BASE))


def facts(size: int) -> Iterator[Triple]:
    """Yield about `size` triples, links only, for the reasoners: projects, participations, firms, places."""
    made = 0
    project = 0
    for triple in places():
        made += 1
        yield triple
    while made < size:
        for triple in undertaking(project):
            made += 1
            yield triple
        project += 1


def described_facts(size: int, seed: int) -> Iterator[tuple[str, Triple]]:
    """Yield about `size` triples, each after its graph: the links, what describes them, what follows."""
    chance = Random(seed)
    made = 0
    project = 0
    for triple in (*places(), *surroundings()):
        made += 1
        yield "document", triple
    while made < size:
        for graph, triple in (*described(project, chance), *concluded(project)):
            made += 1
            yield graph, triple
        project += 1


def described(number: int, chance: Random) -> Iterator[tuple[str, Triple]]:
    """Yield a project with all around it that is told for the first time."""
    for triple in undertaking(number):
        yield "document", triple
    for organisation in newcomers(number):
        for triple in firm(organisation, chance):
            yield "document", triple
    if number % PROJECTS_PER_CLUSTER == 0:
        for triple in cluster(number // PROJECTS_PER_CLUSTER, chance):
            yield "document", triple
    for triple in account(number, chance):
        yield "document", triple


def concluded(number: int) -> Iterator[tuple[str, Triple]]:
    """Yield some of what the rules conclude of the participations of a project."""
    project = ("project", number)
    for place in range(FIRMS_PER_PROJECT):
        yield "inferred", fact(project, "hasParticipant", ("organisation", number * 2 + place))
    yield "inferred", fact(project, "hasCoordinator", ("organisation", number * 2))


def places() -> Iterator[Triple]:
    """Yield a tree of places, each part of the one at half its number."""
    for number in range(1, PLACES):
        yield fact(("place", number), "partOf", ("place", number // 2))


def surroundings() -> Iterator[Triple]:
    """Yield the names of places, funders, fields of technology and roles."""
    for kind_of, count in (("place", PLACES), ("funder", FUNDERS), ("field", FIELDS), ("role", ROLES)):
        for number in range(count):
            yield Triple(thing((kind_of, number)), LABEL, Literal(f"{kind_of} {number}", language="en"))
    for number in range(FIELDS):
        yield kind(("field", number), "TechnologyField")


def undertaking(number: int) -> Iterator[Triple]:
    """Yield a project with its supporter and participations; a firm takes part in several projects."""
    project, supporter = ("project", number), ("funder", number % FUNDERS)
    yield kind(project, "Project")
    yield fact(project, "supportedBy", supporter)
    if number < FUNDERS:
        yield kind(supporter, "FundingProgramme")
    for place in range(FIRMS_PER_PROJECT):
        share = ("participation", number * FIRMS_PER_PROJECT + place)
        yield kind(share, "Participation")
        yield fact(project, "hasParticipation" if place else "hasCoordination", share)
        yield fact(share, "participant", ("organisation", number * 2 + place))
    for organisation in newcomers(number):
        yield kind(("organisation", organisation), "Company")
        yield fact(("organisation", organisation), "locatedIn", ("place", organisation % PLACES))


def newcomers(number: int) -> range:
    """Return the numbers of the firms of a project that are not known from the project before."""
    return range(number * 2 + (2 if number else 0), number * 2 + FIRMS_PER_PROJECT)


def account(number: int, chance: Random) -> Iterator[Triple]:
    """Yield what is told of a project: names, fields, time, volume, roles, and the cluster it belongs to."""
    project, period, amount = ("project", number), ("period", number), ("amount", number)
    yield Triple(thing(project), LABEL, Literal(f"{phrase(chance, 2)} {number}", language="en"))
    yield Triple(thing(project), term("summary"), Literal(phrase(chance, WORDS_PER_SUMMARY), language="en"))
    for field in sorted({below(FIELDS, chance), below(2 * FIELDS, chance)}):
        if field < FIELDS:
            yield fact(project, "inField", ("field", field))
    yield fact(project, "hasPeriod", period)
    yield kind(period, "Period")
    year = 2000 + below(25, chance)
    for name, month in (("begin", f"{year}-04"), ("end", f"{year + 1 + below(5, chance)}-03")):
        yield Triple(thing(period), term(name), Literal(month, datatype=MONTH))
    yield fact(project, "hasVolume", amount)
    yield kind(amount, "MonetaryAmount")
    yield Triple(thing(amount), term("value"), Literal(str(below(LARGEST_AMOUNT, chance)), datatype=DECIMAL))
    yield fact(amount, "currency", ("currency", 0))
    for place in range(FIRMS_PER_PROJECT):
        share = ("participation", number * FIRMS_PER_PROJECT + place)
        yield fact(share, "role", ("role", below(ROLES, chance)))
    yield fact(("cluster", below(number // PROJECTS_PER_CLUSTER + 1, chance)), "participatesIn", project)


def cluster(number: int, chance: Random) -> Iterator[Triple]:
    """Yield a cluster with its name, place, partner and pillars."""
    this = ("cluster", number)
    yield kind(this, "Cluster")
    yield Triple(thing(this), LABEL, Literal(f"cluster {phrase(chance, 1)} {number}", language="en"))
    yield fact(this, "locatedIn", ("place", below(PLACES, chance)))
    if number:
        yield fact(this, "partnerClusterOf", ("cluster", below(number, chance)))
    for pillar in range(PILLARS):
        yield fact(this, "hasPillar", ("organisation", number * PROJECTS_PER_CLUSTER * 2 + pillar))


def firm(number: int, chance: Random) -> Iterator[Triple]:
    """Yield the name and the field of a firm, and of one in three an abbreviation."""
    node = thing(("organisation", number))
    yield Triple(node, LABEL, Literal(f"{phrase(chance, 2)} firm {number}", language="en"))
    yield Triple(node, term("inField"), thing(("field", below(FIELDS, chance))))
    if below(3, chance) == 0:
        yield Triple(node, term("abbreviation"), Literal(f"F{number}"))


def below(limit: int, chance: Random) -> int:
    """Return a whole number from 0 to below `limit`; only `random` keeps its sequence over versions."""
    return int(chance.random() * limit)


def phrase(chance: Random, count: int) -> str:
    """Return `count` words."""
    return " ".join(WORDS[below(len(WORDS), chance)] for _ in range(count))


def thing(name: Thing) -> NamedNode:
    """Return the IRI of a generated thing."""
    return NamedNode(NAMES.thing(name[0], str(name[1])))


@cache
def term(name: str) -> NamedNode:
    """Return the IRI of a term of the ontology."""
    return NamedNode(NAMES.term(name))


def fact(subject: Thing, predicate: str, value: Thing) -> Triple:
    """Return a link between two generated things."""
    return Triple(thing(subject), term(predicate), thing(value))


def kind(subject: Thing, name: str) -> Triple:
    """Return the class of a generated thing."""
    return Triple(thing(subject), TYPE, term(name))
