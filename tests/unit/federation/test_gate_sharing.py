"""How those who ask at the same time get on with each other, and what is kept for those who come later."""

import asyncio
import gzip
import time
from email.utils import formatdate

import pytest

from bionrw.errors import SourceFailed
from tests.unit.federation.sources import QUERY, ROWS, Handle, gate, place, place_that, response, run


def after(seconds: float) -> Handle:
    async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(seconds)
        writer.write(response())

    return answer


def test_who_is_in_haste_leaves_and_the_patient_get_their_answer() -> None:
    async def test() -> None:
        async with place_that(after(0.5)) as there, gate() as made:
            for patient_first in (True, False):
                times = (9, 0.1) if patient_first else (0.1, 9)
                asking = [asyncio.ensure_future(made.ask(there.endpoint(), QUERY, each)) for each in times]
                patient, hasty = asking if patient_first else reversed(asking)
                begun = time.monotonic()
                with pytest.raises(SourceFailed, match=r"longer than 0\.1 seconds"):
                    await hasty
                assert time.monotonic() - begun < 0.4
                assert len((await patient).rows) == 1
            assert there.connections == 2

    run(test)


def test_who_is_in_haste_does_not_take_the_source_from_others() -> None:
    async def test() -> None:
        async with place_that(after(0.2)) as there, gate(fail_max=2) as made:
            for number in range(4):
                with pytest.raises(SourceFailed, match="longer than"):
                    await made.ask(there.endpoint(), f"{QUERY} LIMIT {number}", 0.05)
            assert len((await made.ask(there.endpoint(), QUERY, 9)).rows) == 1

    run(test)


@pytest.mark.parametrize("seconds", [9, 0.15])
def test_a_source_that_had_its_time_is_left_alone(seconds: float) -> None:
    async def test() -> None:
        async with place_that(after(1)) as there, gate(fail_max=2) as made:
            for _ in range(2):
                with pytest.raises(SourceFailed, match="longer than"):
                    await made.ask(there.endpoint(seconds=0.2), QUERY, seconds)
            with pytest.raises(SourceFailed, match="left alone"):
                await made.ask(there.endpoint(), QUERY, 9)

    run(test)


def test_a_shared_request_that_is_late_counts_once() -> None:
    async def test() -> None:
        async with place_that(after(0.3)) as there, gate(fail_max=2) as made:
            listed = there.endpoint(seconds=0.4)
            late = await asyncio.gather(
                *(made.ask(listed, QUERY, 0.21) for _ in range(4)), return_exceptions=True
            )
            assert all(isinstance(each, SourceFailed) for each in late)
            assert len((await made.ask(listed, QUERY, 9)).rows) == 1

    run(test)


def test_who_comes_after_an_ended_request_shares_the_next_one() -> None:
    async def test() -> None:
        async with place_that(after(0.3)) as there, gate() as made:
            given_up = asyncio.ensure_future(made.ask(there.endpoint(), QUERY, 9))
            while not there.requests:
                await asyncio.sleep(0.01)
            given_up.cancel()
            second = asyncio.ensure_future(made.ask(there.endpoint(), QUERY, 9))
            await asyncio.sleep(0.1)
            await asyncio.gather(second, made.ask(there.endpoint(), QUERY, 9))
            assert there.connections == 2

    run(test)


def test_what_proved_to_be_no_answer_is_not_kept() -> None:
    async def test() -> None:
        async with place(response(b"{"), response()) as there, gate() as made:
            listed = there.endpoint(cache_seconds=60)
            with pytest.raises(SourceFailed, match="no JSON"):
                await made.ask(listed, QUERY, 9)
            assert len((await made.ask(listed, QUERY, 9)).rows) == 1

    run(test)


def test_long_queries_with_short_answers_do_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    async def test() -> None:
        monkeypatch.setattr("bionrw.federation.gate._CACHE_BYTES", 400_000)
        async with place(response()) as there, gate() as made:
            listed = there.endpoint(cache_seconds=60)
            for number in range(20):
                await made.ask(listed, f"{QUERY} #{number}{'x' * 50_000}", 9)
            assert 0 < sum(len(query) for _, query in made._cache) <= 400_000

    run(test)


def test_what_comes_behind_a_packed_answer_is_not_read_on_and_on() -> None:
    async def endless(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        packed = gzip.compress(ROWS)
        writer.write(response(packed, Content_Encoding="gzip", Content_Length=str(10**12)))
        while True:
            writer.write(b"x" * 65536)
            await writer.drain()

    async def test() -> None:
        async with place_that(endless) as there, gate() as made:
            with pytest.raises(SourceFailed, match="behind its packed end"):
                await made.ask(there.endpoint(), QUERY, 3)

    run(test)


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_a_source_is_asked_again_when_it_says(form: str) -> None:
    async def test() -> None:
        told = "1" if form == "seconds" else formatdate(time.time() + 2, usegmt=True)
        async with place(response(status=503, Retry_After=told), response()) as there, gate() as made:
            begun = time.monotonic()
            assert len((await made.ask(there.endpoint(), QUERY, 9)).rows) == 1
            assert time.monotonic() - begun > 0.9

    run(test)


@pytest.mark.parametrize("told", ["60", "9" * 400])
def test_a_source_that_asks_for_more_time_than_there_is_is_not_asked_again(told: str) -> None:
    async def test() -> None:
        async with place(response(status=503, Retry_After=told), response()) as there, gate() as made:
            begun = time.monotonic()
            with pytest.raises(SourceFailed, match="status 503"):
                await made.ask(there.endpoint(), QUERY, 9)
            assert time.monotonic() - begun < 5
            assert there.connections == 1

    run(test)


@pytest.mark.parametrize("told", ["", "soon", "-1", "Wed, 01 Jan 2020 00:00:00 GMT"])
def test_a_time_that_is_none_or_over_means_soon(told: str) -> None:
    async def test() -> None:
        async with place(response(status=503, Retry_After=told), response()) as there, gate() as made:
            begun = time.monotonic()
            assert len((await made.ask(there.endpoint(), QUERY, 9)).rows) == 1
            assert time.monotonic() - begun < 5

    run(test)
