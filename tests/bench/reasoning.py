"""Measure the rules on generated facts: `make bench`; seconds and peak memory for each size."""

import resource
import subprocess
import sys
import time
from collections.abc import Iterator

from pyoxigraph import NamedNode, Triple

from bionrw.content import find_content
from bionrw.library import Library
from bionrw.names import CANONICAL_BASE, Names
from bionrw.release.reason import RlReasoner
from bionrw.release.sources import read_quads, source_files

SIZES = (10_000, 1_000_000)
NAMES = Names()
TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
PLACES, FIRMS_PER_PROJECT = 100, 4


def terms() -> Iterator[Triple]:
    """Yield the axioms of the ontology."""
    for file in source_files(find_content()):
        if file.graph == "ontology":
            yield from (Triple(q.subject, q.predicate, q.object) for q in read_quads(file, CANONICAL_BASE))


def facts(size: int) -> Iterator[Triple]:
    """Yield about `size` triples in the shape of the real facts: projects, participations, firms, places."""
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


def places() -> Iterator[Triple]:
    """Yield a tree of places, each part of the one at half its number."""
    for number in range(1, PLACES):
        yield fact(("place", number), "partOf", ("place", number // 2))


def undertaking(number: int) -> Iterator[Triple]:
    """Yield a project with its supporter and participations; a firm takes part in several projects."""
    project = ("project", number)
    yield kind(project, "Project")
    yield fact(project, "supportedBy", ("funder", number % 20))
    yield kind(("funder", number % 20), "FundingProgramme")
    for place in range(FIRMS_PER_PROJECT):
        share, firm = (
            ("participation", number * FIRMS_PER_PROJECT + place),
            ("organisation", number * 2 + place),
        )
        yield kind(share, "Participation")
        yield fact(project, "hasParticipation" if place else "hasCoordination", share)
        yield fact(share, "participant", firm)
        yield kind(firm, "Company")
        yield fact(firm, "locatedIn", ("place", (number + place) % PLACES))


def thing(name: tuple[str, int]) -> NamedNode:
    """Return the IRI of a generated thing."""
    return NamedNode(NAMES.thing(name[0], str(name[1])))


def fact(subject: tuple[str, int], predicate: str, value: tuple[str, int]) -> Triple:
    """Return a link between two generated things."""
    return Triple(thing(subject), NamedNode(NAMES.term(predicate)), thing(value))


def kind(subject: tuple[str, int], name: str) -> Triple:
    """Return the class of a generated thing."""
    return Triple(thing(subject), TYPE, NamedNode(NAMES.term(name)))


def measure(size: int) -> str:
    """Return a line about one run in this process."""
    given = {*terms(), *facts(size)}
    reasoner = RlReasoner(Library(find_content().queries))
    asserted = len(given)
    start = time.perf_counter()
    closure = reasoner.close(given)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    return f"{asserted:>11,} triples {len(closure.steps):>11,} inferred {seconds:>7.1f} s {peak:>6.2f} GiB"


def main() -> None:
    """Measure one size, or each size in a process of its own, so that peaks do not mix."""
    if len(sys.argv) > 1:
        print(measure(int(sys.argv[1])))
        return
    for size in SIZES:
        subprocess.run([sys.executable, "-m", "tests.bench.reasoning", str(size)], check=True)


if __name__ == "__main__":
    main()
