"""Answers of a real server as bytes: whole ones well-formed, broken ones never taken for whole ones."""

import csv
import io
import json
import os
import signal
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import zstandard
from pyoxigraph import RdfFormat, parse

from tests.http.live import Live, assert_problem, get, is_at_work, parted, rest, unchunked, wait_until
from tests.http.questions import ENDLESS, GRAPH_TYPES, HANGING, PAIRS, TYPES, query_for

pytestmark = pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="looks into /proc")

ROWS = 100_000
CODINGS = ["identity", "gzip", "zstd"]
SRX = "{http://www.w3.org/2005/sparql-results#}"
LAST = b"0\r\n\r\n"


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


@pytest.mark.parametrize("coding", CODINGS)
@pytest.mark.parametrize("name", TYPES)
def test_a_limit_that_is_passed_before_the_first_block_is_told(tight: Live, name: str, coding: str) -> None:
    query = query_for(name, PAIRS)
    fields = {"Accept": TYPES[name], "Accept_Encoding": coding}
    assert_problem(tight.raw(get(query, Connection="close", **fields)), 422)
    assert tight.ask(f"{query} LIMIT 100", **fields)[0] == 200


def test_a_deadline_breaks_an_answer_off(hasty: Live) -> None:
    """All at once, since each takes the whole time allowed."""
    hanging = [("json", "identity"), ("ttl", "gzip"), ("csv", "zstd")]
    requests = [
        get(query_for(name, HANGING), Accept=TYPES[name], Accept_Encoding=coding) for name, coding in hanging
    ]
    with ThreadPoolExecutor(len(requests)) as pool:
        broken = list(pool.map(hasty.raw, requests))
    for got, (_, coding) in zip(broken, hanging, strict=True):
        if got.startswith(b"HTTP/1.1 504"):
            # Others were in front of it, so that its time was over before it ran.
            assert parted(got)[0] == 504
        else:
            assert_broken(got, coding)
    assert sum(got.startswith(b"HTTP/1.1 200") for got in broken) > 0


def test_a_deadline_before_the_first_block_is_told(hasty: Live) -> None:
    assert_problem(hasty.raw(get(ENDLESS, Connection="close")), 504)


def test_a_reader_that_dies_before_the_first_block_is_told(patient: Live) -> None:
    with patient.connect() as connection:
        connection.sendall(get(ENDLESS, Connection="close"))
        wait_until(lambda: is_at_work(patient))
        os.kill(patient.readers()[0], signal.SIGKILL)
        assert_problem(rest(connection), 500)


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
