"""Measure HermiT on generated facts: `python -m tests.bench.hermit`; seconds for each size."""

import resource
import time

from bionrw.release.reason.hermit import HermitReasoner
from tests.bench.facts import facts, terms

SIZES = (10_000, 20_000, 50_000, 100_000)
SECONDS = 600.0


def measure(size: int) -> str:
    """Return a line about one judgement, which raises `OutOfReach` after ten minutes."""
    given = {*terms(), *facts(size)}
    start, work = time.perf_counter(), _work()
    verdict = HermitReasoner(most=len(given), seconds=SECONDS).judge(given)
    words = "consistent" if verdict.consistent else "inconsistent"
    seconds, work = time.perf_counter() - start, _work() - work
    return f"{len(given):>11,} triples {words} {seconds:>7.1f} s ({work:.1f} s of work)"


def _work() -> float:
    """Return the seconds that processors have spent on children so far."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Measure each size."""
    for size in SIZES:
        print(measure(size), flush=True)


if __name__ == "__main__":
    main()
