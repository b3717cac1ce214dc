"""How the gate spares its sources, and whom it does not dial."""

import asyncio
import socket
import ssl
from dataclasses import replace

import pytest
import trustme

from bionrw.errors import FederationRefused, SourceFailed
from tests.unit.federation.sources import QUERY, Place, gate, place, place_that, response, run


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
            with pytest.raises(FederationRefused, match=r"rebound\.example.*`private`") as refused:
                await made.ask(listed, QUERY, 5)
            assert refused.value.extra == {"source": listed.iri}
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
