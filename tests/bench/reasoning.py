"""Measure the rules on generated facts, beside owlrl: seconds and peak memory of each run."""

import resource
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from pyoxigraph import RdfFormat, Triple, parse

from bionrw.content import find_content
from bionrw.library import Library
from bionrw.release.reason import RlReasoner
from tests.bench.facts import facts, terms


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
