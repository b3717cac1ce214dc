"""Answers of a real server as bytes: whole ones well-formed, broken ones never taken for whole ones."""

import csv
import io
import json
import os
import signal
import time
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import zstandard
from pyoxigraph import RdfFormat, parse

from tests.http.live import (
    Live,
    get,
    lives,
    parted,
    publish,
    resident,
    rest,
    running,
    unchunked,
    wait_until,
)

pytestmark = pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="looks into /proc")

THINGS, ROWS = 400, 100_000
LAST = b"0\r\n\r\n"
N = "<https://example.org/n>"
PAIRS = f"{{ ?x {N} ?a . ?y {N} ?b }}"
NEVER = "{ ?x ?p ?b . ?c ?q ?d . ?e ?r ?f . ?g ?s ?h FILTER(STRLEN(CONCAT(?b, ?d, ?f, ?h)) < 2) }"
ENDLESS = f"SELECT (COUNT(*) AS ?n) {NEVER}"
LIGHT = f"ASK {{ ?x {N} '7' }}"
# Rows at once, and then a search that finds nothing and does not end.
HANGING = f"{{ {PAIRS} UNION {{ ?x {N} ?b FILTER EXISTS {NEVER} }} }}"

ROW_TYPES = {
    "json": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
}
GRAPH_TYPES = {
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "rdf": "application/rdf+xml",
    "jsonld": "application/ld+json",
    "trig": "application/trig",
    "nq": "application/n-quads",
}
TYPES = ROW_TYPES | GRAPH_TYPES
CODINGS = ["identity", "gzip", "zstd"]
SRX = "{http://www.w3.org/2005/sparql-results#}"


def query_for(name: str, pattern: str, rest: str = "") -> str:
    """Return a query for the pairs of `pattern` whose answer can be written in that format."""
    head = "SELECT ?x ?b" if name in ROW_TYPES else "CONSTRUCT { ?x <https://example.org/with> ?b } WHERE"
    return f"{head} {pattern} {rest}"


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with one small release."""
    folder = tmp_path_factory.mktemp("streams") / "var"
    publish(folder, THINGS)
    return folder


@pytest.fixture(scope="module")
def patient(releases: Path) -> Iterator[Live]:
    """Return a server of one reader, with a deadline that no test waits for."""
    settings = {"WORKERS": 1, "READERS": 1, "DEADLINE": 120, "CACHE_BYTES": 0}
    with running(releases, releases.parent / "patient.log", settings) as server:
        yield server


@pytest.fixture(scope="module")
def hasty(releases: Path) -> Iterator[Live]:
    """Return a server with a short deadline, which waits for clients a second or two."""
    settings = {"WORKERS": 1, "READERS": 6, "DEADLINE": 2, "CACHE_BYTES": 0}
    with running(releases, releases.parent / "hasty.log", settings, "tests.http.impatient") as server:
        yield server


@pytest.fixture(scope="module")
def narrow(releases: Path) -> Iterator[Live]:
    """Return a server that sends 200,000 bytes at most."""
    settings = {"WORKERS": 1, "READERS": 1, "DEADLINE": 120, "MAX_RESPONSE_BYTES": 200_000}
    with running(releases, releases.parent / "narrow.log", settings) as server:
        yield server


@pytest.fixture(scope="module")
def tight(releases: Path) -> Iterator[Live]:
    """Return a server that sends less than the first block of an answer that is streamed."""
    settings = {"WORKERS": 1, "READERS": 1, "DEADLINE": 120, "MAX_RESPONSE_BYTES": 50_000}
    with running(releases, releases.parent / "tight.log", settings) as server:
        yield server


def unpacked(body: bytes, coding: str) -> bytes:
    """Return the content of a whole body."""
    if coding == "gzip":
        return zlib.decompress(body, 31)
    return zstandard.ZstdDecompressor().decompressobj().decompress(body) if coding == "zstd" else body


def is_whole(body: bytes, coding: str) -> bool:
    """Tell whether a packed body comes to its end."""
    packed = zlib.decompressobj(31) if coding == "gzip" else zstandard.ZstdDecompressor().decompressobj()
    packed.decompress(body)
    return packed.eof


def count(name: str, body: bytes) -> int:
    """Return the number of distinct rows or triples of an answer."""
    if name == "json":
        rows = json.loads(body)["results"]["bindings"]
        return len({(row["x"]["value"], row["b"]["value"]) for row in rows})
    if name == "xml":
        results = ET.fromstring(body).findall(f"{SRX}results/{SRX}result")
        return len({tuple(binding[0].text for binding in result) for result in results})
    if name in ("csv", "tsv"):
        text = io.StringIO(body.decode(), newline="")
        rows = csv.reader(text, delimiter="," if name == "csv" else "\t", quoting=csv.QUOTE_NONE)
        return len({tuple(row) for row in rows}) - 1
    formats = {**{item: RdfFormat.from_media_type(TYPES[item]) for item in GRAPH_TYPES}}
    return len({(quad.subject, quad.object) for quad in parse(body, format=formats[name])})


@pytest.mark.parametrize(
    ("name", "coding"),
    [
        *((name, "identity") for name in TYPES),
        ("json", "gzip"),
        ("xml", "zstd"),
        ("nt", "zstd"),
        ("ttl", "gzip"),
    ],
)
def test_a_hundred_thousand_rows_arrive_whole(patient: Live, name: str, coding: str) -> None:
    query = query_for(name, PAIRS, f"LIMIT {ROWS}")
    status, fields, body = patient.ask(query, Accept=TYPES[name], Accept_Encoding=coding)
    assert (status, fields.get("content-encoding", "identity")) == (200, coding)
    assert count(name, unpacked(body, coding)) == ROWS


@pytest.mark.parametrize("coding", CODINGS)
@pytest.mark.parametrize("name", TYPES)
def test_the_first_rows_come_though_the_last_never_do_and_a_dead_reader_is_seen(
    patient: Live, name: str, coding: str
) -> None:
    with patient.connect() as connection:
        connection.sendall(get(query_for(name, HANGING), Accept=TYPES[name], Accept_Encoding=coding))
        got = b""
        while len(first_rows(got, coding)) < 1000:
            part = connection.recv(65536)
            assert part, "the answer ended before its first rows"
            got += part
        [reader] = patient.readers()
        os.kill(reader, signal.SIGKILL)
        got += rest(connection)
    assert_broken(got, coding)


def first_rows(got: bytes, coding: str) -> bytes:
    """Return what a client can read of the beginning of a response."""
    body = unchunked(got.partition(b"\r\n\r\n")[2])
    if coding == "gzip":
        return zlib.decompressobj(31).decompress(body)
    return zstandard.ZstdDecompressor().decompressobj().decompress(body) if coding == "zstd" else body


def assert_broken(got: bytes, coding: str) -> None:
    """Fail unless every client sees that this response is not whole."""
    assert got.startswith(b"HTTP/1.1 200 ")
    assert b"\r\ntransfer-encoding: chunked" in got.partition(b"\r\n\r\n")[0]
    assert not got.endswith(LAST)
    if coding != "identity":
        assert not is_whole(unchunked(got.partition(b"\r\n\r\n")[2]), coding)


@pytest.mark.parametrize("coding", CODINGS)
@pytest.mark.parametrize("name", TYPES)
def test_a_limit_on_bytes_breaks_an_answer_off(narrow: Live, name: str, coding: str) -> None:
    got = narrow.raw(get(query_for(name, PAIRS), Accept=TYPES[name], Accept_Encoding=coding))
    assert_broken(got, coding)


def assert_problem(got: bytes, status: int) -> None:
    """Fail unless this is a whole response that tells of a problem and nothing of the inside."""
    told, fields, body = parted(got)
    assert told == status
    assert fields["content-type"] == "application/problem+json"
    assert fields["cache-control"] == "no-store"
    problem = json.loads(body)
    assert problem["status"] == status
    assert len(problem["detail"]) > 10
    for inside in (b"Traceback", b"File ", b"bionrw/", b"site-packages", b"0x", b"Error("):
        assert inside not in body


@pytest.mark.parametrize("coding", CODINGS)
@pytest.mark.parametrize("name", TYPES)
def test_a_limit_that_is_passed_before_the_first_block_is_told(tight: Live, name: str, coding: str) -> None:
    query = query_for(name, PAIRS)
    fields = {"Accept": TYPES[name], "Accept_Encoding": coding}
    assert_problem(tight.raw(get(query, Connection="close", **fields)), 422)
    assert tight.ask(f"{query} LIMIT 100", **fields)[0] == 200


def test_a_deadline_is_told_or_breaks_the_answer_off(hasty: Live) -> None:
    """All at once, since each takes the whole time allowed."""
    hanging = [("json", "identity"), ("ttl", "gzip"), ("csv", "zstd")]
    requests = [
        get(query_for(name, HANGING), Accept=TYPES[name], Accept_Encoding=coding) for name, coding in hanging
    ]
    requests.append(get(ENDLESS, Connection="close"))
    with ThreadPoolExecutor(len(requests)) as pool:
        *broken, told = pool.map(hasty.raw, requests)
    assert_problem(told, 504)
    for got, (_, coding) in zip(broken, hanging, strict=True):
        if got.startswith(b"HTTP/1.1 504"):
            # Others were in front of it, so that its time was over before it ran.
            assert parted(got)[0] == 504
        else:
            assert_broken(got, coding)
    assert sum(got.startswith(b"HTTP/1.1 200") for got in broken) > 0


def test_a_reader_that_dies_before_the_first_block_is_told(patient: Live) -> None:
    with patient.connect() as connection:
        connection.sendall(get(ENDLESS, Connection="close"))
        wait_until(lambda: is_at_work(patient))
        os.kill(patient.readers()[0], signal.SIGKILL)
        assert_problem(rest(connection), 500)


def is_at_work(server: Live) -> bool:
    """Tell whether a reader of the server is running, and not waiting for a question."""
    states = [
        Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()[0] for pid in server.readers()
    ]
    return b"R" in states


DATA_BY_FLASK = "text/html;q=0.1, text/csv"


def test_data_by_way_of_the_pages_are_broken_off_as_well(patient: Live) -> None:
    with patient.connect() as connection:
        connection.sendall(get(query_for("csv", HANGING), Accept=DATA_BY_FLASK))
        got = connection.recv(65536)
        assert b"text/csv" in got
        os.kill(patient.readers()[0], signal.SIGKILL)
        got += rest(connection)
    assert_broken(got, "identity")


def test_data_by_way_of_the_pages_that_pass_a_limit_are_a_problem(narrow: Live) -> None:
    """Up to a megabyte is held back there, and so the limit comes first."""
    got = narrow.raw(get(query_for("csv", PAIRS), Accept=DATA_BY_FLASK, Connection="close"))
    assert_problem(got, 422)


def test_a_page_tells_what_befell_its_query(patient: Live, tight: Live, hasty: Live) -> None:
    assert tight.ask(query_for("json", PAIRS), Accept="text/html")[0] == 422
    assert hasty.ask(ENDLESS, Accept="text/html")[0] == 504
    with patient.connect() as connection:
        connection.sendall(get(ENDLESS, Accept="text/html", Connection="close"))
        wait_until(lambda: is_at_work(patient))
        os.kill(patient.readers()[0], signal.SIGKILL)
        status, fields, body = parted(rest(connection))
    assert (status, fields["content-type"]) == (500, "text/html; charset=utf-8")
    assert b"Traceback" not in body


@pytest.mark.parametrize("accept", ["application/json", "text/csv"])
@pytest.mark.parametrize("query", [ENDLESS, query_for("json", HANGING)])
def test_the_query_of_a_client_that_hangs_up_ends(patient: Live, query: str, accept: str) -> None:
    """There is one reader only, so that the next query shows it."""
    with patient.connect() as connection:
        connection.sendall(get(query, Accept=accept))
        wait_until(lambda: is_at_work(patient) or can_read(connection))
        if query != ENDLESS:
            assert connection.recv(1000).startswith(b"HTTP/1.1 200")
        [reader] = patient.readers()
    wait_until(lambda: not lives(reader))
    assert patient.ask(LIGHT)[0] == 200


def can_read(connection) -> bool:  # type: ignore[no-untyped-def]
    """Tell whether bytes have come."""
    import select

    return bool(select.select([connection], [], [], 0)[0])


def test_clients_that_do_not_read_are_bounded_in_time_and_memory(hasty: Live) -> None:
    [serving] = hasty.serving()
    hasty.ask(query_for("json", PAIRS, "LIMIT 20000"))
    before = resident(serving)
    connections = [hasty.connect() for _ in range(4)]
    try:
        for connection in connections:
            connection.sendall(get(query_for("xml", PAIRS), Accept=TYPES["xml"]))
        grown, until = 0, time.monotonic() + 4.5
        slow = connections[0]
        slow.settimeout(5)
        while time.monotonic() < until:
            assert hasty.ask(LIGHT)[0] == 200
            slow.recv(1)
            grown = max(grown, resident(serving) - before)
            time.sleep(0.1)
        assert grown < 8 * 1024**2
        # By then each of them was given up: what had been sent is there, and the end is not.
        for connection in connections:
            connection.settimeout(10)
            assert not rest(connection).endswith(LAST)
    finally:
        for connection in connections:
            connection.close()


HOST = b"Host: localhost\r\n"


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"GET /sparql HTTP/1.1\r\nHo", 408),
        (b"GET /sparql?query=ASK", 408),
        (
            b"POST /sparql HTTP/1.1\r\n"
            + HOST
            + b"Content-Length: 20\r\nContent-Type: application/sparql-query\r\n\r\nASK",
            408,
        ),
        (b"POST /sparql HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n5\r\nASK", 408),
        (
            b"GET / HTTP/1.1\r\n"
            + HOST
            + b"".join(b"X-%d: x\r\n" % number for number in range(120))
            + b"\r\n",
            431,
        ),
        (b"GET / HTTP/1.1\r\n" + HOST + b"X: " + b"x" * 40_000 + b"\r\n\r\n", 431),
        (b"GET / HTTP/1.1\r\n" + HOST + b"X: " + b"x" * 200_000, 431),
        (b"GET /" + b"x" * 70_000 + b" HTTP/1.1\r\n" + HOST + b"\r\n", 414),
        (b"GET /" + b"x" * 200_000, 414),
        (b"GET / HTTP/1.1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n" + HOST + HOST + b"\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400),
        (b"nonsense\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n" + HOST + b"No colon\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n" + HOST + b"Content-Length: x\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n" + HOST + b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400),
    ],
)
def test_what_is_no_whole_request_gets_a_problem_and_the_connection_is_closed(
    hasty: Live, request_bytes: bytes, status: int
) -> None:
    got = hasty.raw(request_bytes, seconds=10)
    assert_problem(got, status)
    assert b"\r\nconnection: close\r\n" in got.lower()


def test_a_request_that_comes_byte_by_byte_is_not_waited_for(hasty: Live) -> None:
    with hasty.connect(10) as connection:
        for byte in b"GET /sparql?query=ASK%20%7B%7D":
            connection.sendall(bytes([byte]))
            if can_read(connection):
                break
            time.sleep(0.2)
        assert_problem(rest(connection), 408)


def test_a_silent_connection_is_closed(hasty: Live) -> None:
    got = hasty.raw(b"", seconds=10)
    assert got == b"" or got.startswith(b"HTTP/1.1 408")


def test_a_connection_that_idles_between_requests_is_closed_without_a_word(hasty: Live) -> None:
    status, _, body = parted(hasty.raw(get(LIGHT), seconds=10))
    assert (status, json.loads(body)["boolean"]) == (200, True)
