"""What the gate reads, and what it takes from sources that are slow, broken or hostile."""

import asyncio
import gzip
import json
import zlib

import pytest

from bionrw.errors import SourceFailed
from bionrw.model import Blank, Iri, Literal
from tests.unit.federation.sources import QUERY, ROWS, gate, place, place_that, response, run


def test_rows_are_read_as_terms() -> None:
    async def test() -> None:
        async with place(response()) as there, gate() as made:
            found = await made.ask(there.endpoint(), QUERY, 5)
            (row,) = found.rows
            assert found.variables == ("s", "p", "o", "b")
            assert row["s"] == Iri("https://example.org/s")
            assert row["p"] == Literal("1", "", "http://www.w3.org/2001/XMLSchema#integer")
            assert row["o"] == Literal("x", "en")
            assert row["b"] == Blank("b0")
            assert (found.size, found.since) == (len(ROWS), None)
            (sent,) = there.requests
            assert sent.startswith(b"POST /sparql HTTP/1.1\r\n")
            assert b"Accept: application/sparql-results+json\r\n" in sent
            assert b"User-Agent: bionrw/" in sent
            assert b"Cookie" not in sent
            assert b"Authorization" not in sent
            assert sent.endswith(b"query=SELECT+%2A+%7B+%3Fs+%3Fp+%3Fo+%7D")

    run(test)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (response(status=404), "status 404"),
        (response(status=500), "status 500"),
        (response(status=302, Location="http://127.0.0.1:1/secret"), "redirect (302)"),
        (response(Content_Type="text/html"), "text/html"),
        (response(Content_Type="application/sparql-results+xml"), "xml"),
        (response(Content_Length="5000"), "cut off"),
        (response(b"{"), "no JSON"),
        (response(b"\xff\xfe"), "no JSON"),
        (response(b"[" * 5000), "no JSON"),
        (response(b'{"head": {}, "boolean": true}'), "no rows"),
        (response(b'{"head": {"vars": [1]}, "results": {"bindings": []}}'), "no rows"),
        (response(b'{"head": {"vars": []}, "results": {"bindings": [1]}}'), "no rows"),
        (response(b'{"head": {"vars": []}, "results": {"bindings": [{"a": 1}]}}'), "terms"),
        (response(ROWS.replace(b'"uri"', b'"triple"')), "triple terms"),
        (response(ROWS.replace(b'"uri"', b'"iri"')), "terms"),
        (response(ROWS.replace(b"xml:lang", b"its:dir")), "terms"),
        (response(gzip.compress(ROWS)[:-9], Content_Encoding="gzip"), "cut off"),
        (response(Content_Encoding="gzip"), "unpacked"),
        (response(Content_Encoding="br"), "packed"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: nine\r\n\r\n", "reached"),
        (b"\x15\x03\x01\x00\x02\x02\x46", "reached"),
        (b"", "reached"),
    ],
)
def test_what_is_no_answer_is_told_with_the_name_of_its_source(answer: bytes, words: str) -> None:
    async def test() -> None:
        async with place(answer) as there, gate() as made:
            with pytest.raises(SourceFailed) as failure:
                await made.ask(there.endpoint(), QUERY, 5)
            assert words in failure.value.detail
            assert there.endpoint().iri in failure.value.detail
            assert failure.value.extra["source"] == there.endpoint().iri
            assert "secret" not in failure.value.detail

    run(test)


def test_packed_answers_are_read() -> None:
    async def test() -> None:
        packed = (
            response(gzip.compress(ROWS), Content_Encoding="gzip"),
            response(zlib.compress(ROWS), Content_Encoding="deflate"),
        )
        async with place(*packed) as there, gate() as made:
            for _ in packed:
                assert (await made.ask(there.endpoint(), QUERY, 5)).size == len(ROWS)

    run(test)


def test_what_unpacks_to_very_much_is_not_unpacked() -> None:
    async def test() -> None:
        bomb = gzip.compress(b" " * 200_000_000, 1)
        async with place(response(bomb, Content_Encoding="gzip")) as there, gate() as made:
            with pytest.raises(SourceFailed, match="more than the 1000 bytes"):
                await made.ask(there.endpoint(max_bytes=1000), QUERY, 5)

    run(test)


def test_an_endless_answer_is_left_at_its_limit() -> None:
    async def endless(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(response(b"", Content_Length=str(10**12)))
        while True:
            writer.write(b" " * 65536)
            await writer.drain()

    async def test() -> None:
        async with place_that(endless) as there, gate() as made:
            with pytest.raises(SourceFailed, match="more than the 1000000 bytes"):
                await made.ask(there.endpoint(max_bytes=1_000_000), QUERY, 5)
            while not there.lost:
                await asyncio.sleep(0.01)

    run(test)


def test_more_rows_than_allowed_are_none() -> None:
    async def test() -> None:
        async with place(response()) as there, gate() as made:
            listed = there.endpoint(max_rows=1)
            assert len((await made.ask(listed, QUERY, 5)).rows) == 1
        two = json.dumps({"head": {"vars": ["s"]}, "results": {"bindings": [{}, {}]}}).encode()
        async with place(response(two)) as there, gate() as made:
            with pytest.raises(SourceFailed, match="1 rows"):
                await made.ask(there.endpoint(max_rows=1), QUERY, 5)

    run(test)


@pytest.mark.parametrize("begun", [b"", b"HTTP/1.1 200 OK\r\n", response(b"", Content_Length="9")])
def test_a_slow_source_is_left_in_time_and_its_connection_ended(begun: bytes) -> None:
    async def slow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(begun)
        while not reader.at_eof():
            await asyncio.sleep(0.02)
            writer.write(b" " if begun.endswith(b"\r\n\r\n") else b"")
        raise ConnectionError

    async def test() -> None:
        async with place_that(slow) as there, gate() as made:
            start = asyncio.get_running_loop().time()
            with pytest.raises(SourceFailed):
                await made.ask(there.endpoint(seconds=9), QUERY, 0.3)
            assert asyncio.get_running_loop().time() - start < 5
            while not there.lost:
                await asyncio.sleep(0.01)

    run(test)


def test_who_waits_no_more_ends_the_request() -> None:
    async def test() -> None:
        gone = asyncio.Event()

        async def wait(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
            await reader.read()
            gone.set()

        async with place_that(wait) as there, gate() as made:
            asking = asyncio.ensure_future(made.ask(there.endpoint(), QUERY, 9))
            while not there.requests:
                await asyncio.sleep(0.01)
            asking.cancel()
            await gone.wait()

    run(test)
