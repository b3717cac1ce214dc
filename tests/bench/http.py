"""Measure the server beside its peers, in one run on one machine: `make bench BENCH=http ARGS=--help`."""

import argparse
import os
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from tests.bench import report
from tests.bench.figures import Figures
from tests.bench.load import have_wrk
from tests.bench.questions import read_kinds
from tests.bench.releases import CACHE, generate
from tests.bench.series import Bench, Plan
from tests.bench.servers import OURS, PEERS

SIZES = {"10k": 10_000, "1m": 1_000_000, "10m": 10_000_000}
SERIES = ("start", "repeated", "light", "heavy", "stream", "memory")
# At 10 thousand triples there is a peer that reaches no further; the others are measured at a million.
AT_10K = ("rdflib-endpoint",)
ABOVE = ("oxigraph-memory", "oxigraph-disk")


def _list(text: str) -> tuple[str, ...]:
    return tuple(text.split(","))


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(","))


def read_options(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Return what is to be measured."""
    kinds = [kind.name for kind in read_kinds().values() if kind.weight != "stream"]
    parser = argparse.ArgumentParser(prog="make bench BENCH=http ARGS=...", description=__doc__)
    parser.add_argument("--scale", type=_list, default=("10k", "1m"), help="10k,1m,10m (10k,1m)")
    parser.add_argument(
        "--series",
        type=_list,
        default=SERIES,
        help=f"{','.join(SERIES)} (all); also single queries, q01 to q12, or repeated:q01",
    )
    parser.add_argument(
        "--peers", type=_list, default=None, help=f"{','.join(PEERS)} (those that fit the scale)"
    )
    parser.add_argument("--clients", type=_numbers, default=(1, 8, 64), help="how many at a time (1,8,64)")
    parser.add_argument("--rounds", type=int, default=2, help="how often each is measured (2)")
    parser.add_argument(
        "--seconds", type=int, default=2, help="of each measurement; heavy ones twice that (2)"
    )
    parser.add_argument("--output", type=Path, default=CACHE / "report.json", help="file of all figures")
    options = parser.parse_args(arguments)
    known = {*SERIES, *kinds, *(f"repeated:{kind}" for kind in kinds)}
    for name, values, allowed in (
        ("--scale", options.scale, set(SIZES)),
        ("--series", options.series, known),
        ("--peers", options.peers or (), set(PEERS)),
    ):
        if wrong := [value for value in values if value not in allowed]:
            parser.error(f"{name} knows no {', '.join(wrong)}; it knows {', '.join(sorted(allowed))}")
    return options


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure at each scale, print tables and write the report."""
    options = read_options(arguments)
    if not have_wrk():
        print("wrk is missing, so the servers are not measured: install it (Debian: apt install wrk).")
        return
    # The servers are ended when this process is.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended"))
    start = time.monotonic()
    figures, kinds = Figures(), read_kinds()
    states = [report.machine()]
    plan = Plan(options.series, options.clients, options.rounds, options.seconds)
    texts: list[str] = []
    for scale in options.scale:
        peers = options.peers or (AT_10K if scale == "10k" else ABOVE)
        peers = [name for name in peers if PEERS[name].largest >= SIZES[scale]]
        given = generate(SIZES[scale], CACHE, _say)
        try:
            Bench(scale, given, kinds, figures, _say).run([OURS, *(PEERS[name] for name in peers)], plan)
        except (ValueError, RuntimeError) as error:
            sys.exit(f"{scale}: {error}")
        states.append(report.machine())
        report.save(options.output, {**vars(options), "output": str(options.output)}, states, figures)
        texts += [report.table(figures, scale, peer, given.extent.triples) for peer in peers]
        texts += report.faults(figures, scale, [OURS.name, *peers])
    loads = ", ".join(f"{state['load'][0]:.1f}" for state in states)
    print("\n\n".join(["", *texts]))
    print(
        f"\n{time.monotonic() - start:.0f} s, load of the machine {loads} on {os.cpu_count()} processors;",
        end=" ",
    )
    print(f"all figures in {options.output}")


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    main()
