"""Measure HermiT on generated facts: `python -m tests.bench.hermit`; seconds for each size."""

import time

from bionrw.release.reason.hermit import HermitReasoner
from tests.bench.reasoning import facts, terms

SIZES = (10_000, 20_000, 50_000, 100_000)
SECONDS = 600.0


def measure(size: int) -> str:
    """Return a line about one judgement, which raises `OutOfReach` after ten minutes."""
    given = {*terms(), *facts(size)}
    start = time.perf_counter()
    verdict = HermitReasoner(most=len(given), seconds=SECONDS).judge(given)
    words = "consistent" if verdict.consistent else "inconsistent"
    return f"{len(given):>11,} triples {words} {time.perf_counter() - start:>7.1f} s"


def main() -> None:
    """Measure each size."""
    for size in SIZES:
        print(measure(size), flush=True)


if __name__ == "__main__":
    main()
