"""Measure the rules on generated facts, beside owlrl: `make bench`; seconds and peak memory of each run."""

import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from pyoxigraph import NamedNode, RdfFormat, Triple, parse

from bionrw.content import find_content
from bionrw.library import Library
from bionrw.names import CANONICAL_BASE, Names
from bionrw.release.reason import RlReasoner
from bionrw.release.sources import read_quads, source_files

NAMES = Names()
TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
PLACES, FUNDERS, FIRMS_PER_PROJECT = 100, 20, 4


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
    project, supporter = ("project", number), ("funder", number % FUNDERS)
    yield kind(project, "Project")
    yield fact(project, "supportedBy", supporter)
    if number < FUNDERS:
        yield kind(supporter, "FundingProgramme")
    for place in range(FIRMS_PER_PROJECT):
        firm = ("organisation", number * 2 + place)
        share = ("participation", number * FIRMS_PER_PROJECT + place)
        yield kind(share, "Participation")
        yield fact(project, "hasParticipation" if place else "hasCoordination", share)
        yield fact(share, "participant", firm)
        # The first two firms are known from the project before.
        if place > 1 or number == 0:
            yield kind(firm, "Company")
            yield fact(firm, "locatedIn", ("place", firm[1] % PLACES))


def thing(name: tuple[str, int]) -> NamedNode:
    """Return the IRI of a generated thing."""
    return NamedNode(NAMES.thing(name[0], str(name[1])))


def fact(subject: tuple[str, int], predicate: str, value: tuple[str, int]) -> Triple:
    """Return a link between two generated things."""
    return Triple(thing(subject), NamedNode(NAMES.term(predicate)), thing(value))


def kind(subject: tuple[str, int], name: str) -> Triple:
    """Return the class of a generated thing."""
    return Triple(thing(subject), TYPE, NamedNode(NAMES.term(name)))


def by_rules(path: str) -> str:
    """Return a line about our rules: all conclusions drawn and read, then clashes looked for."""
    reasoner = RlReasoner(Library(find_content().queries))
    start = _now()
    given = (Triple(*quad.triple) for quad in parse(path=path, format=RdfFormat.N_TRIPLES))
    closure = reasoner.close(given)
    drawn = sum(1 for _ in closure.steps)
    closed = _now()
    reasoner.clashes(closure)
    return f"{drawn:>11,} inferred {_since(start, closed)}, clashes {_since(closed, _now())}"


def by_owlrl(path: str) -> str:
    """Return a line about owlrl, which draws more (what is equal to itself, and other matters of course)."""
    import rdflib
    from owlrl import DeductiveClosure, OWLRL_Semantics

    start = _now()
    graph = rdflib.Graph().parse(path, format="nt")
    asserted = len(graph)
    DeductiveClosure(OWLRL_Semantics).expand(graph)
    return f"{len(graph) - asserted:>11,} inferred {_since(start, _now())}"


def _now() -> tuple[float, float]:
    return time.perf_counter(), time.process_time()


def _since(start: tuple[float, float], end: tuple[float, float]) -> str:
    """Return seconds by the clock and, since the machine may be busy, those of the processor."""
    return f"{end[0] - start[0]:>6.1f} s ({end[1] - start[1]:.1f} s of work)"


ENGINES = {"rules": by_rules, "owlrl": by_owlrl}
RUNS = ((10_000, "owlrl"), (10_000, "rules"), (1_000_000, "rules"))


def write(size: int, path: Path) -> int:
    """Write axioms and facts as N-Triples; return how many."""
    lines = [f"{triple} .\n" for triple in (*terms(), *facts(size))]
    path.write_text("".join(lines), encoding="utf-8")
    return len(lines)


def measure(engine: str, path: str) -> str:
    """Return a line about one run in this process, with its peak of memory."""
    told = ENGINES[engine](path)
    return f"{told} {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20:>6.2f} GiB"


def main() -> None:
    """Measure each run in a process of its own, so that peaks do not mix."""
    if len(sys.argv) > 1:
        print(measure(*sys.argv[1:]))
        return
    with TemporaryDirectory() as folder:
        path = Path(folder) / "given.nt"
        for size, engine in RUNS:
            print(f"{engine:<6} {write(size, path):>11,} triples", end=" ", flush=True)
            subprocess.run([sys.executable, "-m", "tests.bench.reasoning", engine, str(path)], check=True)


if __name__ == "__main__":
    main()
