"""A real server is watched: its health, its metrics, its log of queries, its slowest queries."""

import json
import os
import signal
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from http.client import IncompleteRead
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bionrw.model import Release
from tests.conftest import START_SECONDS, free_port, running_server

pytestmark = pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="looks into /proc")

TRACE = "0af7651916cd43dd8448eb211c80319c"
SECRET = "a-name-nobody-should-read"
GOOD = f'SELECT * {{ ?s ?p ?o FILTER(?o = "{SECRET}") }}'
MANY = "SELECT * { ?a ?b ?c . ?d ?e ?f }"
QUERIES = 10
READERS = 4
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


@dataclass(frozen=True)
class Watched:
    """A server that is watched: where it answers, where it is looked at, where it writes."""

    address: str
    desk: str
    log: Path
    pid: int

    def ask(self, query: str, **headers: str) -> int:
        return fetch(f"{self.address}/sparql?{urlencode({'query': query})}", **headers)[0]

    def leave(self, query: str) -> None:
        """Ask, and hang up as soon as the query runs."""
        place = urlsplit(self.address)
        with socket.create_connection((place.hostname or "", place.port or 0), timeout=30) as connection:
            path = f"/sparql?{urlencode({'query': query})}"
            connection.sendall(f"GET {path} HTTP/1.1\r\nHost: {place.netloc}\r\n\r\n".encode())
            wait_until(lambda: self.metrics()["bionrw_readers", "busy"] == 1)

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log.read_text().splitlines()]

    def metrics(self) -> dict[tuple[str, ...], float]:
        """Return the metrics by name and sorted values of labels."""
        families = text_string_to_metric_families(fetch(f"{self.desk}/metrics")[1].decode())
        return {
            (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
            for family in families
            for sample in family.samples
        }

    def serving(self) -> list[int]:
        """Return the ids of the processes that serve."""
        own = Path(f"/proc/{self.pid}/cmdline").read_bytes()
        return [child for child, command in self.children().items() if command == own]

    def desk_process(self) -> int:
        """Return the id of the process that shows the metrics."""
        [found] = (
            child for child, command in self.children().items() if b"bionrw.serving.metrics" in command
        )
        return found

    def children(self) -> dict[int, bytes]:
        """Return the processes that the server started, with their commands."""
        found = {}
        for child in Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split():
            with suppress(FileNotFoundError):  # it may end meanwhile
                found[int(child)] = Path(f"/proc/{child}/cmdline").read_bytes()
        return found


def fetch(address: str, **headers: str) -> tuple[int, bytes]:
    """Return status and body of a GET."""
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        with urllib.request.urlopen(urllib.request.Request(address, headers=fields), timeout=30) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()


def wait_until(holds: Callable[[], bool]) -> None:
    """Return when something holds; fail when it never does."""
    until = time.monotonic() + START_SECONDS
    while not holds():
        assert time.monotonic() < until, "it never came to that"
        time.sleep(0.05)


@pytest.fixture(scope="module")
def watched(release: Release, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    """Return a server after a mix of queries; nothing is changed of what it tells by default."""
    folder = tmp_path_factory.mktemp("watched")
    port = str(free_port())
    settings = {
        "METRICS_PORT": port,
        "QUERY_LOG": str(folder / "queries.log"),
        "DEADLINE": "1",
        "WORKERS": "1",
        "READERS": str(READERS),
    }
    with running_server(release, folder / "log", settings) as (address, process):
        server = Watched(address, f"http://127.0.0.1:{port}", folder / "queries.log", process.pid)
        assert server.ask(GOOD, traceparent=f"00-{TRACE}-b7ad6b7169203331-01") == 200
        assert server.ask(GOOD) == 200  # by now the cache has it
        assert server.ask(GOOD, Accept="text/html") == 200
        assert server.ask("ASK { ?s") == 400
        assert server.ask("AKS {}", Accept="text/html") == 400
        assert server.ask(GOOD, Accept="image/png") == 406
        assert server.ask("DROP ALL") == 403
        assert server.ask(ENDLESS) == 504
        with pytest.raises(IncompleteRead):
            server.ask(MANY)
        server.leave(ENDLESS)
        assert fetch(f"{address}/doc")[0] == fetch(f"{address}/sparql", Accept="text/html")[0] == 200
        wait_until(lambda: server.metrics()["bionrw_readers_ended_total", "killed"] == 2)
        wait_until(lambda: len(server.lines()) == QUERIES)
        yield server


def test_each_query_is_counted_by_its_outcome(watched: Watched) -> None:
    metrics = watched.metrics()
    counted = {key[1:]: value for key, value in metrics.items() if key[0] == "bionrw_queries_total" and value}
    assert counted == {
        ("miss", "ok"): 2,
        ("hit", "ok"): 1,
        ("miss", "malformed"): 2,
        ("miss", "not_acceptable"): 1,
        ("miss", "refused"): 1,
        ("miss", "timeout"): 2,
        ("miss", "gone"): 1,
    }
    assert metrics["bionrw_query_seconds_bucket", "miss", "0.5", "timeout"] == 0
    assert metrics["bionrw_query_seconds_count", "miss", "timeout"] == 2
    assert metrics["bionrw_query_seconds_sum", "miss", "timeout"] > 0.9
    assert metrics["bionrw_cache_requests_total", "hit"] == 1


def test_readers_memory_and_release_are_told(watched: Watched, release: Release) -> None:
    # Those that were ended are replaced, and nobody asks any more.
    wait_until(lambda: readers_in(watched, "busy") == readers_in(watched, "starting") == 0)
    assert 1 <= readers_in(watched, "idle") <= READERS
    metrics = watched.metrics()
    assert metrics["bionrw_queue_length",] == 0
    assert metrics["bionrw_release_info", release.created, release.version] == 1
    assert metrics["bionrw_release_triples", release.version] == release.triples
    for kind in ("arbiter", "metrics", "serving", "zygote", "reader"):
        assert metrics["bionrw_memory_bytes", kind] > 1024**2


def readers_in(watched: Watched, state: str) -> float:
    return watched.metrics()["bionrw_readers", state]


def test_each_query_has_its_line(watched: Watched, release: Release) -> None:
    # A line is written when all of the answer is sent, so a next query may overtake it.
    told = [
        (line["outcome"], line["status"], line["form"], line["format"], line["cache"])
        for line in watched.lines()
    ]
    assert sorted(told[:QUERIES]) == sorted(
        [
            ("ok", 200, "SELECT", "json", False),
            ("ok", 200, "SELECT", "json", True),
            ("ok", 200, "SELECT", "html", False),
            ("malformed", 400, "ASK", "", False),
            ("malformed", 400, "", "", False),
            ("not_acceptable", 406, "", "", False),
            ("refused", 403, "", "", False),
            ("timeout", 504, "SELECT", "", False),
            ("timeout", 200, "SELECT", "json", False),  # in mid answer
            ("gone", 0, "SELECT", "", False),
        ]
    )
    assert {line["release"] for line in watched.lines()} == {release.version}
    good = ("ok", "json")
    first, second = (line for line in watched.lines()[:QUERIES] if (line["outcome"], line["format"]) == good)
    assert first["bytes"] == second["bytes"] > 0


def test_a_trace_is_taken_over_and_others_are_new(watched: Watched) -> None:
    traces = [line["trace"] for line in watched.lines()]
    assert traces.count(TRACE) == 1
    assert len(set(traces)) == len(traces)
    assert {len(trace) for trace in traces} == {32}


def test_no_address_and_no_text_stands_anywhere(watched: Watched) -> None:
    for text in (watched.log.read_text(), fetch(f"{watched.desk}/slow")[1].decode()):
        assert SECRET not in text
        assert "127.0.0.1" not in text
        assert "?s" not in text
    assert SECRET.encode() not in fetch(f"{watched.desk}/slow.json")[1]


def test_the_slowest_query_stands_first(watched: Watched) -> None:
    queries = json.loads(fetch(f"{watched.desk}/slow.json")[1])["queries"]
    assert (queries[0]["outcome"], queries[0]["form"]) == ("timeout", "SELECT")
    slowest = max(watched.lines(), key=lambda line: float(line["seconds"]))
    assert queries[0]["trace"] == slowest["trace"]


@pytest.mark.parametrize("path", ["/health/live", "/health/ready"])
def test_a_healthy_server_says_so_and_nobody_keeps_that(watched: Watched, path: str) -> None:
    with urllib.request.urlopen(watched.address + path, timeout=30) as answer:
        assert (answer.status, answer.headers["Cache-Control"]) == (200, "no-store")
        assert answer.headers.get_content_type() == "application/json"


def test_what_a_killed_process_counted_stays_counted(watched: Watched) -> None:
    before = watched.metrics()["bionrw_queries_total", "miss", "ok"]
    [serving] = watched.serving()
    os.kill(serving, signal.SIGKILL)
    wait_until(lambda: watched.serving() not in ([], [serving]))
    assert watched.metrics()["bionrw_queries_total", "miss", "ok"] == before
    wait_until(lambda: watched.metrics()["bionrw_serving_processes",] == 1)
    wait_until(lambda: answers(watched, GOOD))
    wait_until(lambda: watched.metrics()["bionrw_queries_total", "miss", "ok"] == before + 1)


def test_the_metrics_go_on_when_a_release_is_taken_up_and_come_back_when_they_were_killed(
    watched: Watched,
) -> None:
    before = watched.metrics()["bionrw_queries_total", "miss", "timeout"]
    serving = watched.serving()
    os.kill(watched.desk_process(), signal.SIGKILL)
    wait_until(lambda: is_silent(f"{watched.desk}/metrics"))
    os.kill(watched.pid, signal.SIGHUP)
    wait_until(lambda: not is_silent(f"{watched.desk}/metrics"))
    wait_until(lambda: len(watched.serving()) == 1 and watched.serving() != serving)
    wait_until(lambda: watched.metrics()["bionrw_serving_processes",] == 1)
    assert watched.metrics()["bionrw_queries_total", "miss", "timeout"] == before


def answers(watched: Watched, query: str) -> bool:
    try:
        return watched.ask(query) == 200
    except OSError:
        return False


def test_texts_and_addresses_are_told_where_they_are_wanted(release: Release, tmp_path: Path) -> None:
    log = tmp_path / "queries.log"
    settings = {
        "QUERY_LOG": str(log),
        "LOG_QUERIES": "true",
        "LOG_ADDRESSES": "true",
        "PUBLIC_URL": "http://a.example/graph",
    }
    with running_server(release, tmp_path / "log", settings) as (address, _):
        assert fetch(f"{address}/graph/sparql?{urlencode({'query': GOOD})}")[0] == 200
        body = urlencode({"query": GOOD}).encode()
        for _ in range(2):
            urllib.request.urlopen(f"{address}/sparql", body, timeout=30).close()
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert [(line["query"], line["address"]) for line in lines] == [(GOOD, "127.0.0.1")] * 3


def test_the_metrics_end_with_the_server_however_it_ends(release: Release, tmp_path: Path) -> None:
    port = free_port()
    with running_server(release, tmp_path / "log", {"METRICS_PORT": str(port)}) as (_, process):
        assert fetch(f"http://127.0.0.1:{port}/metrics")[0] == 200
        process.kill()
        process.wait()
        wait_until(lambda: is_silent(f"http://127.0.0.1:{port}/metrics"))


def is_silent(address: str) -> bool:
    try:
        fetch(address)
    except OSError:
        return True
    return False
