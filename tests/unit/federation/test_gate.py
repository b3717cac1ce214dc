"""The gate, between itself and sources that are slow, broken, elsewhere or hostile."""

import asyncio
import gzip
import json
import socket
import ssl
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

import pytest
import trustme

from bionrw.errors import FederationRefused, SourceFailed
from bionrw.federation.endpoints import Endpoint
from bionrw.federation.gate import Gate
from bionrw.model import Blank, Iri, Literal

Handle = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

QUERY = "SELECT * { ?s ?p ?o }"
JSON = "application/sparql-results+json"
TERMS = {
    "s": {"type": "uri", "value": "https://example.org/s"},
    "p": {"type": "literal", "value": "1", "datatype": "http://www.w3.org/2001/XMLSchema#integer"},
    "o": {"type": "literal", "value": "x", "xml:lang": "en"},
    "b": {"type": "bnode", "value": "b0"},
}
ROWS = json.dumps({"head": {"vars": list(TERMS)}, "results": {"bindings": [TERMS]}}).encode()


def response(body: bytes = ROWS, status: int = 200, **fields: str) -> bytes:
    """Return the bytes of a response."""
    told = {"Content-Type": JSON, "Content-Length": str(len(body)), "Connection": "close"}
    told |= {name.replace("_", "-"): value for name, value in fields.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in told.items())
    return f"HTTP/1.1 {status} X\r\n{head}\r\n".encode() + body


@dataclass
class Place:
    """A source on loopback: what it was sent, and how many connections it had, and lost."""

    handle: Handle
    port: int = 0
    requests: list[bytes] = field(default_factory=list)
    connections: int = 0
    lost: int = 0

    def endpoint(self, **limits: object) -> Endpoint:
        """Return the entry that lists it."""
        listed = Endpoint(f"http://127.0.0.1:{self.port}/sparql", "Place", private=True, cache_seconds=0)
        return replace(listed, **limits)  # type: ignore[arg-type]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
            self.requests.append(head + await reader.readexactly(length))
            await self.handle(reader, writer)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            self.lost += 1
        finally:
            writer.close()


@asynccontextmanager
async def place(*answers: bytes) -> AsyncIterator[Place]:
    """Yield a source that gives these answers in turn, the last one again and again."""
    left = list(answers)

    async def handle(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(left.pop(0) if len(left) > 1 else left[0])

    async with place_that(handle) as shown:
        yield shown


@asynccontextmanager
async def place_that(
    handle: Handle,
) -> AsyncIterator[Place]:
    shown = Place(handle)
    server = await asyncio.start_server(shown.serve, "127.0.0.1", 0)
    shown.port = server.sockets[0].getsockname()[1]
    try:
        yield shown
    finally:
        server.close()


@asynccontextmanager
async def gate(**options: float) -> AsyncIterator[Gate]:
    made = Gate("https://example.org", **options)  # type: ignore[arg-type]
    try:
        yield made
    finally:
        await made.close()


def run(test: Callable[[], Awaitable[None]]) -> None:
    async def timely() -> None:
        async with asyncio.timeout(20):
            await test()

    asyncio.run(timely())


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


def test_those_who_ask_the_same_at_once_share_a_request() -> None:
    async def test() -> None:
        async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await asyncio.sleep(0.2)
            writer.write(response())

        async with place_that(answer) as there, gate() as made:
            asking = [asyncio.ensure_future(made.ask(there.endpoint(), QUERY, 5)) for _ in range(5)]
            while not there.requests:
                await asyncio.sleep(0.01)
            asking[0].cancel()
            found = await asyncio.gather(*asking, return_exceptions=True)
            assert isinstance(found[0], asyncio.CancelledError)
            assert [len(each.rows) for each in found[1:] if not isinstance(each, BaseException)] == [1] * 4
            assert there.connections == 1

    run(test)


def test_an_answer_is_kept_for_its_time_and_says_since_when() -> None:
    async def test() -> None:
        async with place(response()) as there, gate() as made:
            listed = there.endpoint(cache_seconds=0.3)
            first, second = [await made.ask(listed, QUERY, 5) for _ in range(2)]
            assert (first.since, second.rows, second.seconds) == (None, first.rows, 0.0)
            assert second.since is not None
            await made.ask(listed, f"{QUERY} LIMIT 1", 5)
            assert there.connections == 2
            await asyncio.sleep(0.4)
            assert (await made.ask(listed, QUERY, 5)).since is None
            assert there.connections == 3

    run(test)


@pytest.mark.parametrize(
    "failing", [response(status=503), response(status=429), b"", response(Content_Length="5000")]
)
def test_what_may_pass_is_tried_once_more(failing: bytes) -> None:
    async def test() -> None:
        async with place(failing, response()) as there, gate() as made:
            assert len((await made.ask(there.endpoint(), QUERY, 5)).rows) == 1
            assert there.connections == 2
        async with place(failing) as there, gate() as made:
            with pytest.raises(SourceFailed):
                await made.ask(there.endpoint(), QUERY, 5)
            assert there.connections == 2

    run(test)


@pytest.mark.parametrize("failing", [response(status=400), response(status=500), response(b"{")])
def test_what_does_not_pass_is_not_tried_again(failing: bytes) -> None:
    async def test() -> None:
        async with place(failing, response()) as there, gate() as made:
            with pytest.raises(SourceFailed):
                await made.ask(there.endpoint(), QUERY, 5)
            assert there.connections == 1

    run(test)


def test_a_source_that_fails_again_and_again_is_left_alone_for_a_while() -> None:
    async def test() -> None:
        bad = response(status=500)
        async with place(bad, bad, response()) as there, gate(fail_max=2, reset_seconds=0.3) as made:
            for _ in range(2):
                with pytest.raises(SourceFailed, match="status 500"):
                    await made.ask(there.endpoint(), QUERY, 5)
            with pytest.raises(SourceFailed, match="left alone"):
                await made.ask(there.endpoint(), QUERY, 5)
            assert there.connections == 2
            await asyncio.sleep(0.4)
            assert len((await made.ask(there.endpoint(), QUERY, 5)).rows) == 1
            assert len((await made.ask(there.endpoint(), QUERY, 5)).rows) == 1

    run(test)


def test_queries_that_a_source_does_not_like_do_not_count_as_its_failures() -> None:
    async def test() -> None:
        async with place(response(status=400)) as there, gate(fail_max=2) as made:
            for _ in range(4):
                with pytest.raises(SourceFailed, match="status 400"):
                    await made.ask(there.endpoint(), QUERY, 5)

    run(test)


@pytest.mark.parametrize(
    "answers",
    [["127.0.0.1"], ["8.8.8.8", "127.0.0.1"], ["127.0.0.1", "8.8.8.8"], ["::1"], ["::ffff:127.0.0.1"]],
)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_name_that_leads_to_this_machine_is_not_dialled(
    monkeypatch: pytest.MonkeyPatch, answers: list[str], scheme: str
) -> None:
    async def test() -> None:
        loop = asyncio.get_running_loop()

        async def resolve(_host: str, port: int, **_: object) -> list[tuple[object, ...]]:
            kinds = {host: socket.AF_INET6 if ":" in host else socket.AF_INET for host in answers}
            places = {h: (h, port, 0, 0) if ":" in h else (h, port) for h in answers}
            return [(kinds[host], socket.SOCK_STREAM, 6, "", places[host]) for host in answers]

        async with place(response()) as there, gate() as made:
            monkeypatch.setattr(loop, "getaddrinfo", resolve)
            listed = replace(
                there.endpoint(private=False), iri=f"{scheme}://rebound.example:{there.port}/sparql"
            )
            with pytest.raises(FederationRefused):
                await made.ask(listed, QUERY, 5)
            assert there.connections == 0
            # The same name is dialled for an endpoint that may be here.
            if scheme == "http" and answers == ["127.0.0.1"]:
                await made.ask(replace(listed, private=True), QUERY, 5)
                assert there.connections == 1

    run(test)


def test_an_address_that_is_none_of_the_internet_is_not_dialled_even_if_it_was_listed() -> None:
    async def test() -> None:
        async with place(response()) as there, gate() as made:
            with pytest.raises(FederationRefused):
                await made.ask(there.endpoint(private=False), QUERY, 5)
            assert there.connections == 0

    run(test)


def test_the_last_check_stands_before_the_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    async def test() -> None:
        async with place(response()) as there, gate() as made:
            monkeypatch.setattr("bionrw.federation.gate.reason_against", lambda *_, **__: "")
            with pytest.raises(FederationRefused):
                await made.ask(there.endpoint(private=False), QUERY, 5)
            assert there.connections == 0

    run(test)


def test_a_redirect_is_not_followed() -> None:
    async def test() -> None:
        async with place(response()) as trap, gate() as made:
            leads = response(status=307, Location=f"http://127.0.0.1:{trap.port}/sparql")
            async with place(leads) as there:
                with pytest.raises(SourceFailed, match="redirect"):
                    await made.ask(there.endpoint(), QUERY, 5)
            assert trap.connections == 0

    run(test)


@pytest.mark.parametrize("trusted", [True, False])
def test_certificates_are_verified(monkeypatch: pytest.MonkeyPatch, trusted: bool) -> None:
    async def test() -> None:
        authority = trustme.CA()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("127.0.0.1").configure_cert(context)
        shown = Place(_well)
        server = await asyncio.start_server(shown.serve, "127.0.0.1", 0, ssl=context)
        shown.port = server.sockets[0].getsockname()[1]
        if trusted:
            default = ssl.create_default_context()
            authority.configure_trust(default)
            monkeypatch.setattr("aiohttp.connector._SSL_CONTEXT_VERIFIED", default)
        listed = shown.endpoint()
        listed = replace(listed, iri=listed.iri.replace("http:", "https:"))
        async with gate() as made:
            if trusted:
                assert len((await made.ask(listed, QUERY, 5)).rows) == 1
            else:
                with pytest.raises(SourceFailed, match="certificate"):
                    await made.ask(listed, QUERY, 5)
                assert shown.requests == []
        server.close()

    run(test)


async def _well(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(response())
