"""Send hostile requests and look what became of the server: `python -m tests.hostile.runner [GROUP ...]`."""

import argparse
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.hostile import processes
from tests.hostile.case import Case
from tests.hostile.corpus import GROUPS
from tests.hostile.door import Door, Limits
from tests.hostile.lure import Lure
from tests.hostile.messages import query_get
from tests.hostile.server import HOST, Server
from tests.hostile.verdict import NAMES, ROOT, complaints
from tests.hostile.wire import Reply

_SAMPLE_SECONDS = 0.25
_RECOVERY_SECONDS = 30.0
_LIGHT = "SELECT ?o {{ <https://w3id.org/bionrw/id/project/biopen> ?p ?o }} LIMIT 3 # {}"
_SIZE = "SELECT (COUNT(*) AS ?n) {{ {{ ?s ?p ?o }} UNION {{ GRAPH ?g {{ ?s ?p ?o }} }} }} # {}"


@dataclass(frozen=True)
class Outcome:
    """What a case did: its replies, what is wrong, and the most memory that all processes held meanwhile."""

    group: str
    case: Case
    replies: Sequence[Reply]
    faults: Sequence[str]
    seconds: float
    peak: int

    def __str__(self) -> str:
        first = self.replies[0] if self.replies else None
        told = f"{NAMES.get(first.status, first.status)} {first.body[:120]!r}" if first else "no reply"
        told += f" ({self.seconds:.1f} s)"
        return f"{self.group}: {self.case.name}\n    {told}\n" + "".join(
            f"    - {it}\n" for it in self.faults
        )


@dataclass
class Meter:
    """Watches how much memory the processes below `pid` hold, in a thread of its own."""

    pid: int
    peak: int = 0
    _end: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Self:
        self.peak = processes.memory(self.pid)
        self._thread = threading.Thread(target=self._watch, name="meter")
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._end.wait(_SAMPLE_SECONDS):
            self.peak = max(self.peak, processes.memory(self.pid))


class Runner:
    """Runs cases against one server, and looks at that server after each of them."""

    def __init__(self, server: Server, door: Door) -> None:
        self._server, self._door = server, door
        self._count = 0
        self._look()

    def run(self, group: str, case: Case) -> Outcome:
        """Send the case and return what became of it; a server that died of it is started anew."""
        visits = self._door.lure.visits
        begun = time.monotonic()
        with Meter(self._server.pid) as meter:
            try:
                replies, faults = list(case.attack(self._door)), []
            except OSError as error:
                replies, faults = [], [f"cannot connect: {error}"]
        seconds = time.monotonic() - begun
        for reply in replies:
            faults += [fault for fault in complaints(case, reply, self._door) if fault not in faults]
        if self._door.lure.visits > visits:
            faults.append("the server went where the request sent it")
        if meter.peak > self._memory + self._server.most_growth:
            faults.append(f"memory grew to {meter.peak >> 20} MiB from {self._memory >> 20} MiB")
        faults += self._afterwards(case)
        return Outcome(group, case, replies, faults, seconds, meter.peak)

    def _afterwards(self, case: Case) -> Iterator[str]:
        reply = self._ask(_LIGHT, self._door.limits.afterwards)
        if reply.status != 200:
            yield f"a light query afterwards: {NAMES.get(reply.status, reply.status)}"
        elif reply.body != self._light:
            yield f"a light query afterwards gets another answer: {reply.body[:200]!r}"
        if not self._serving <= self._listeners():
            yield "a serving process ended"
        elif reply.status == 200:
            if case.watches_data and self._ask(_SIZE, 10).body != self._size:
                yield "the graph is not what it was"
            return
        begun = time.monotonic()
        if self._server.answers(_RECOVERY_SECONDS):
            yield f"the home page comes {time.monotonic() - begun:.1f} s later"
        else:
            self._server.stop()
            self._server.start()
            yield "the server had to be started anew"
        self._look()

    def _look(self) -> None:
        """Remember the server as it is when all is well."""
        self._light = self._ask(_LIGHT, 30).body
        self._size = self._ask(_SIZE, 30).body
        # A child that was born a moment ago still holds what its parent does.
        self._serving = self._listeners()
        time.sleep(_SAMPLE_SECONDS)
        self._serving &= self._listeners()
        self._memory = processes.memory(self._server.pid)

    def _listeners(self) -> frozenset[tuple[int, str]]:
        return processes.serving(self._server.pid, self._server.port)

    def _ask(self, text: str, seconds: float) -> Reply:
        """Ask with a text that was never asked before, so that no cache answers."""
        self._count += 1
        message = query_get(text.format(self._count), "Accept: application/sparql-results+json")
        try:
            return self._door.talk(message, patience=seconds)
        except OSError:
            return Reply(0)


def report(outcomes: Sequence[Outcome]) -> str:
    """Return the table of groups and, below it, what failed."""
    lines = [f"{'group':28} cases passed seconds   peak MiB"]
    for group in GROUPS:
        ours = [outcome for outcome in outcomes if outcome.group == group]
        if ours:
            lines.append(_line(group, ours))
    lines.append(_line("all", outcomes))
    return "\n".join([*lines, "", *(str(outcome) for outcome in outcomes if outcome.faults)])


def _line(name: str, outcomes: Sequence[Outcome]) -> str:
    passed = sum(not outcome.faults for outcome in outcomes)
    seconds, peak = sum(it.seconds for it in outcomes), max(it.peak for it in outcomes)
    return f"{name:28} {len(outcomes):5} {passed:6} {seconds:7.1f} {peak >> 20:10}"


def run_all(server: Server, groups: Iterable[str], words: str = "", every: bool = False) -> list[Outcome]:
    """Run the cases of `groups` whose names hold `words`, and print each that fails, or `every` one."""
    outcomes = []
    with tempfile.TemporaryDirectory() as folder, Lure(Path(folder)) as lure:
        runner = Runner(server, Door(HOST, server.port, lure, Limits()))
        for group in groups:
            for case in GROUPS[group]:
                if words in case.name:
                    outcomes.append(outcome := runner.run(group, case))
                    if every or outcome.faults:
                        print(outcome, flush=True)
    return outcomes


def main() -> int:
    """Run the corpus, or some groups, against a server of the current release with default settings."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("groups", nargs="*", metavar="GROUP", help=f"any of: {', '.join(GROUPS)}")
    parser.add_argument("--words", default="", help="only cases whose names hold these")
    parser.add_argument("--all", action="store_true", help="print each case, not only those that fail")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a setting")
    chosen = parser.parse_args()
    if unknown := set(chosen.groups) - set(GROUPS):
        parser.error(f"no such group: {', '.join(sorted(unknown))}")
    settings = dict(item.split("=", 1) for item in chosen.set)
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        with Server(ROOT / "var", log, settings) as server:
            outcomes = run_all(server, chosen.groups or GROUPS, chosen.words, every=chosen.all)
        print(report(outcomes))
        print(log.read_text(errors="replace")[-3000:], file=sys.stderr)
    return int(any(outcome.faults for outcome in outcomes))


if __name__ == "__main__":
    sys.exit(main())
