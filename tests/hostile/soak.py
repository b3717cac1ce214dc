"""The whole corpus, then a long mixed load, against a server as it is by default: `make soak SECONDS=600`."""

import argparse
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.hostile import processes
from tests.hostile.corpus import GROUPS
from tests.hostile.door import Door, Limits
from tests.hostile.lure import Lure
from tests.hostile.runner import report, run_all
from tests.hostile.server import HOST, Server
from tests.hostile.traffic import CLIENTS, Traffic, Visit
from tests.hostile.verdict import ROOT

_SHOWN = 20
_PAUSE = 0.02
_SETTLE_SECONDS = 2.0


@dataclass
class Soak:
    """What came of a load: each visit counted, and the memory of all processes at three moments."""

    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    light: list[float] = field(default_factory=list)
    memory: list[int] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, visits: Sequence[Visit]) -> None:
        """Count the visits of one client."""
        with self._lock:
            for visit in visits:
                self.outcomes[visit.kind, visit.outcome] += 1
                if visit.fault:
                    self.faults.append(f"{visit.kind}: {visit.fault}")
                if visit.light:
                    self.light.append(visit.seconds)

    def __str__(self) -> str:
        lines = [f"{'requests':28} {'outcome':16} number"]
        lines += [
            f"{kind:28} {outcome:16} {count:6}" for (kind, outcome), count in sorted(self.outcomes.items())
        ]
        lines.append(f"errors not asked for: {len(self.faults)}")
        lines += [f"  {fault}" for fault in self.faults[:_SHOWN]]
        if len(self.light) > 1:
            cuts = statistics.quantiles(self.light, n=100)
            lines.append(
                f"light queries: {len(self.light)}, p50 {cuts[49] * 1e3:.1f} ms, p99 {cuts[98] * 1e3:.1f} ms"
            )
        moments = zip(("begin", "middle", "end"), self.memory, strict=False)
        lines.append("memory: " + ", ".join(f"{name} {size >> 20} MiB" for name, size in moments))
        return "\n".join(lines)


def load(server: Server, door: Door, seconds: float) -> Soak:
    """Let all clients come for `seconds`, each as soon as it was served, and return what came of it."""
    soak = Soak(memory=[processes.memory(server.pid)])
    end = threading.Event()

    def keep_coming(traffic: Traffic, number: int, step: int) -> None:
        while not end.is_set():
            try:
                soak.note(traffic(door, number))
            except OSError as error:
                soak.note([Visit(traffic.__name__, type(error).__name__, 0.0, f"no connection: {error}")])
            number += step
            end.wait(_PAUSE)

    clients = [
        threading.Thread(target=keep_coming, args=(traffic, first, count), name=traffic.__name__)
        for traffic, count in CLIENTS.items()
        for first in range(count)
    ]
    for client in clients:
        client.start()
    for _ in range(2):
        time.sleep(seconds / 2)
        soak.memory.append(processes.memory(server.pid))
    end.set()
    for client in clients:
        client.join()
    time.sleep(_SETTLE_SECONDS)
    soak.memory[-1] = processes.memory(server.pid)
    if door.lure.visits:
        soak.faults.append(f"the server went {door.lure.visits} times where requests sent it")
    return soak


def main() -> int:
    """Print the table of the corpus and the figures of the load; end with 1 when anything went wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=600, help="how long the load lasts")
    parser.add_argument("--load-only", action="store_true", help="leave the corpus out")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a setting")
    chosen = parser.parse_args()
    settings = dict(item.split("=", 1) for item in chosen.set)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with Server(ROOT / "var", folder / "log", settings) as server:
            outcomes = [] if chosen.load_only else run_all(server, GROUPS)
            if outcomes:
                print(report(outcomes), flush=True)
            with Lure(folder) as lure:
                soak = load(server, Door(HOST, server.port, lure, Limits(light=20)), chosen.seconds)
        print(soak)
    return int(bool(soak.faults) or any(outcome.faults for outcome in outcomes))


if __name__ == "__main__":
    sys.exit(main())
