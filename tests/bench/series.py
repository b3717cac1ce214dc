"""What is measured in turn: loads of repeated and of new questions, streams, memory, starts."""

import math
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from urllib.error import HTTPError

from tests.bench import load, usage
from tests.bench.answers import STREAM_FORMATS, Rows, differ, fetch, rows, time_stream
from tests.bench.facts import thing
from tests.bench.figures import Figures, Measured
from tests.bench.questions import Asker, Kind, Question
from tests.bench.releases import Generated
from tests.bench.servers import OURS, Running, Server, running

REPEATED = "q02"
CHECKED = 3
# Series that ask nothing.
UNASKED = ("start", "memory")
# More questions than any server answers in a second, so that none comes twice; else the report says so.
FASTEST = {"light": 20_000, "heavy": 6_000}
FASTEST_ALONE = 8_000
# Heavy answers take a while, the more so with many clients: a series is long enough for some answers
# to each of them, going by the answers a second that were seen before, but not endless.
LONGER = {"heavy": 2}
ANSWERS_PER_CLIENT = 1.5
LONGEST = 12.0


@dataclass(frozen=True)
class Plan:
    """What to measure and how long."""

    series: tuple[str, ...]
    clients: tuple[int, ...]
    rounds: int
    seconds: float


class Bench:
    """Measures servers over one release, each series in alternating rounds."""

    def __init__(
        self,
        scale: str,
        given: Generated,
        kinds: Mapping[str, Kind],
        figures: Figures,
        say: Callable[[str], None],
    ) -> None:
        """Keep what all series need; the questions go on from one to the next."""
        self._scale, self._given, self._kinds = scale, given, kinds
        self._figures, self._say = figures, say
        self._asker = Asker(given.extent, seed=given.extent.triples)
        self._known = Question(kinds["q02"], {"project": str(thing(("project", 0))), "limit": "1000"})
        self._answer = thing(("organisation", 0)).value.encode()

    def run(self, servers: Sequence[Server], plan: Plan) -> None:
        """Measure all series of the plan; raise `ValueError` when servers disagree about an answer."""
        for server in servers:
            server.prepare(self._given)
        self._starts(servers, plan.rounds - 1 if "start" in plan.series else 0)
        with ExitStack() as stack:
            started = []
            for server in servers:
                one = stack.enter_context(running(server, self._given, self._known, self._answer))
                self._add("start", 0, one.server, plan.rounds, {"start": one.seconds * 1e3})
                started.append(one)
            self._check(started, plan.series)
            for name in plan.series:
                if name == "stream":
                    self._stream(started, plan.rounds)
                elif name not in UNASKED:
                    self._loads(name, started, plan)
            for one in started if "memory" in plan.series else ():
                usage.wait_for_rest(one.process.pid)
                self._add("memory", 0, one.server, 1, {"memory": usage.memory(one.process.pid) / 2**20})

    def _starts(self, servers: Sequence[Server], rounds: int) -> None:
        """Start each server that has its data on the disk, and end it again."""
        for number in range(1, rounds + 1):
            for server in servers:
                if not server.fill:
                    with running(server, self._given, self._known, self._answer) as one:
                        self._add("start", 0, server, number, {"start": one.seconds * 1e3})

    def _check(self, started: Sequence[Running], series: Sequence[str]) -> None:
        """Ask all servers what the series will ask, and compare what they answer."""
        asked = [name for name in series if name not in UNASKED]
        kinds = list({kind.name: kind for name in asked for kind in self._chosen(name)[0]}.values())
        ours = next(one for one in started if one.server is OURS)
        faults = []
        for question in self._asker.ask_in_turn(kinds, CHECKED * len(kinds)):
            try:
                mine = rows(*fetch(ours.endpoint, question))
                others = {
                    peer.server.title: rows(*fetch(peer.endpoint, question))
                    for peer in started
                    if peer is not ours
                }
            except HTTPError as error:
                error.close()
                message = f"{error.url.partition('?')[0]} answers {error.code} to:\n{question.text}"
                raise ValueError(message) from None
            for title, theirs in others.items():
                fault = self._disagreement(question, mine, theirs)
                faults += [f"{title} {fault}"] if fault else []
        if faults:
            message = "The servers disagree:\n" + "\n".join(faults)
            raise ValueError(message)
        self._say(f"check       {CHECKED * len(kinds)} questions, the same answers from all servers")

    @staticmethod
    def _disagreement(question: Question, mine: Rows, theirs: Rows) -> str:
        if question.kind.weight == "stream":
            # A part of the rows in no order: how many there are is all that is settled.
            ours, other = mine.total(), theirs.total()
            return "" if ours == other else f"{question.kind.name}: {ours} rows here, {other} there"
        return differ(question, mine, theirs)

    def _loads(self, name: str, started: Sequence[Running], plan: Plan) -> None:
        kinds, repeated = self._chosen(name)
        weight = kinds[0].weight
        least = plan.seconds * LONGER.get(weight, 1)
        for number in range(1, plan.rounds + 1):
            rates: dict[str, float] = {}
            for clients in plan.clients:
                fastest = min(FASTEST[weight], FASTEST_ALONE * clients)
                count = 1 if repeated else round(fastest * least)
                asked = list(self._asker.ask_in_turn(kinds, count))
                for one in started:
                    enough = ANSWERS_PER_CLIENT * clients / max(rates.get(one.server.name, math.inf), 0.1)
                    seconds = min(max(least, enough), LONGEST)
                    seen = self._load(one, asked, clients, seconds)
                    rates[one.server.name] = seen["rate"]
                    self._add(name, clients, one.server, number, seen)

    def _load(
        self, one: Running, asked: Sequence[Question], clients: int, seconds: float
    ) -> dict[str, float]:
        """Return what clients and server showed; without any answer there are no times of answers."""
        file = self._given.folder / "requests.txt"
        load.write_requests(asked, one.server.path, file)
        usage.wait_for_rest(one.process.pid)
        before = usage.processor_seconds(one.process.pid)
        seen = load.put_under_load(one.address, file, clients, seconds)
        work = usage.processor_seconds(one.process.pid) - before
        values = {"rate": seen.rate, "failures": seen.failures}
        if seen.requests:
            values |= {"p50": seen.p50, "p99": seen.p99, "work": work * 1e3 / seen.requests}
        if len(asked) > 1:
            values["begun_again"] = seen.begun_again
        return values

    def _chosen(self, name: str) -> tuple[list[Kind], bool]:
        """Return the kinds of a series, and whether one question is repeated."""
        if name.startswith("repeated"):
            return [self._kinds[name.partition(":")[2] or REPEATED]], True
        return [kind for kind in self._kinds.values() if name in (kind.name, kind.weight)], False

    def _stream(self, started: Sequence[Running], rounds: int) -> None:
        (kind,) = (kind for kind in self._kinds.values() if kind.weight == "stream")
        for number in range(1, rounds + 1):
            for name, media_type in STREAM_FORMATS.items():
                question = self._asker.ask(kind)
                for one in started:
                    usage.wait_for_rest(one.process.pid)
                    seen = time_stream(one.endpoint, question, media_type)
                    if seen.media_type == media_type:
                        values = {"first": seen.first * 1e3, "total": seen.total * 1e3}
                        self._add(f"stream {name}", 1, one.server, number, values)
                    else:
                        self._say(f"{one.server.title} has no {name}")

    def _add(self, series: str, clients: int, server: Server, number: int, values: dict[str, float]) -> None:
        self._figures.add(Measured(self._scale, series, clients, server.name, number, values))
        told = ", ".join(f"{name} {value:,.4g}" for name, value in values.items() if value or name == "rate")
        load_of = f"{clients} clients" if clients else ""
        self._say(f"{self._scale:<4} {series:<12} {load_of:<10} round {number}  {server.name:<16} {told}")
