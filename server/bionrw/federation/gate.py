"""The one way out: requests to listed endpoints, checked, bounded, kept for a while, tried twice at most."""

import asyncio
import sys
import time
from dataclasses import dataclass
from importlib.metadata import version

import aiohttp
import cachetools
import tenacity

from bionrw.errors import FederationRefused, SourceFailed
from bionrw.federation.address import reason_against
from bionrw.federation.breaker import Breaker
from bionrw.federation.dialling import NotPublic, connector
from bionrw.federation.endpoints import Endpoint
from bionrw.federation.response import ACCEPT, CUT, Down, Failure, Passing, read, require_rows
from bionrw.federation.results import NoRows, read_results
from bionrw.federation.tally import Tally
from bionrw.federation.terms import Row

_PAUSE = 0.2
# A time-out counts against an endpoint that had this part of its own time, at least.
_FAIR_SHARE = 0.5
_CACHE_BYTES = 32 * 1024**2
# To read a larger document takes a while, in which the loop serves others.
_LARGE = 65536
# What an entry of the cache takes beside its texts, generously.
_ENTRY_BYTES = 1024


@dataclass(frozen=True, slots=True)
class Fetched:
    """The rows that an endpoint gave, and what that took: bytes unpacked, seconds.

    `since` is when a kept answer was fetched, in seconds since 1970; None when it was fetched now.
    """

    variables: tuple[str, ...]
    rows: tuple[Row, ...]
    size: int
    seconds: float
    since: float | None


@dataclass(frozen=True, slots=True)
class _Kept:
    """A document, when it was fetched, and until which moment of the monotonic clock it is good.

    `cost` is what keeping it takes, in bytes, with the query that it is kept under.
    """

    document: bytes
    cost: int
    moment: float
    until: float


class _Flight:
    """A request under way, and how many wait for it."""

    def __init__(self, task: "asyncio.Task[_Kept]") -> None:
        self.task, self.waiting = task, 0


class Gate:
    """Asks endpoints. Belongs to one event loop."""

    def __init__(
        self, contact: str = "", tally: Tally | None = None, *, fail_max: int = 5, reset_seconds: float = 30.0
    ) -> None:
        """Name `contact`, an address of this server, to those who are asked, and note calls in `tally`.

        An endpoint that failed `fail_max` times in a row is left alone for `reset_seconds`.
        """
        self._agent = f"bionrw/{version('bionrw')}{f' (+{contact})' if contact else ''}"
        self._tally = tally or Tally({})
        self._fail_max, self._reset_seconds = fail_max, reset_seconds
        self._sessions: dict[bool, aiohttp.ClientSession] = {}
        self._breakers: dict[str, Breaker] = {}
        self._flights: dict[tuple[str, str], _Flight] = {}
        self._cache: cachetools.TLRUCache[tuple[str, str], _Kept] = cachetools.TLRUCache(
            _CACHE_BYTES,
            ttu=lambda _key, kept, _now: kept.until,
            timer=time.monotonic,
            getsizeof=lambda kept: kept.cost,
        )

    async def ask(self, endpoint: Endpoint, query: str, seconds: float) -> Fetched:
        """Return the rows of a SELECT, fetched within `seconds` or those that the endpoint has.

        Raises `SourceFailed` naming the endpoint, and `FederationRefused` when its address may not be
        dialled.
        """
        try:
            return await self._ask(endpoint, query, seconds)
        except (Failure, NoRows) as failure:
            detail = (
                f"{_named(endpoint)} gave no usable answer: {failure}. Try again later, narrow its pattern, "
                "or write SERVICE SILENT to go on without it."
            )
            raise SourceFailed(detail, {"source": endpoint.iri, "reason": str(failure)}) from None

    async def close(self) -> None:
        """End all connections."""
        for flight in tuple(self._flights.values()):
            flight.task.cancel()
        for session in self._sessions.values():
            await session.close()
        self._sessions.clear()

    async def _ask(self, endpoint: Endpoint, query: str, seconds: float) -> Fetched:
        began = time.monotonic()
        key = (endpoint.iri, query)
        kept = self._cache.get(key)
        if kept is not None:
            names, rows = await _rows(kept.document, endpoint.max_rows)
            return Fetched(tuple(names), tuple(rows), len(kept.document), 0.0, kept.moment)
        try:
            kept = await self._patiently(key, endpoint, seconds)
            names, rows = await _rows(kept.document, endpoint.max_rows)
        except (Failure, NoRows):
            self._tally.note(endpoint, time.monotonic() - began, failed=True)
            raise
        # Kept now that it has proved to be an answer.
        if endpoint.cache_seconds and kept.cost <= _CACHE_BYTES // 4:
            self._cache[key] = kept
        spent = time.monotonic() - began
        self._tally.note(endpoint, spent, len(rows), len(kept.document))
        return Fetched(tuple(names), tuple(rows), len(kept.document), spent, None)

    async def _patiently(self, key: tuple[str, str], endpoint: Endpoint, seconds: float) -> _Kept:
        """Wait for `seconds` at most, whoever else waits for the same, and for longer."""
        if seconds >= endpoint.seconds:
            return await self._share(key, endpoint)
        try:
            async with asyncio.timeout(max(seconds, 0.0)):
                return await self._share(key, endpoint)
        except TimeoutError:
            failure = Down(f"it took longer than {seconds:.3g} seconds")
            # Who is in haste must not take the endpoint from all others, and a shared request counts once.
            if seconds >= endpoint.seconds * _FAIR_SHARE and key not in self._flights:
                self._breaker(endpoint).note(failure)
            raise failure from None

    async def _share(self, key: tuple[str, str], endpoint: Endpoint) -> _Kept:
        """Return what one request gives to all who ask the same now; the last who leaves ends it."""
        flight = self._flights.get(key) or self._begin(key, endpoint)
        flight.waiting += 1
        try:
            return await asyncio.shield(flight.task)
        finally:
            flight.waiting -= 1
            if not flight.waiting and not flight.task.done():
                flight.task.cancel()
                self._land(key, flight)

    def _begin(self, key: tuple[str, str], endpoint: Endpoint) -> _Flight:
        flight = self._flights[key] = _Flight(asyncio.ensure_future(self._guarded(endpoint, key[1])))
        flight.task.add_done_callback(lambda _: self._land(key, flight))
        return flight

    def _land(self, key: tuple[str, str], flight: _Flight) -> None:
        """Forget `flight`, and not the next one, which may be under way when the last one has ended."""
        if self._flights.get(key) is flight:
            del self._flights[key]

    async def _guarded(self, endpoint: Endpoint, query: str) -> _Kept:
        if reason := reason_against(endpoint.dialled, private=endpoint.private):
            detail = f"{_named(endpoint)} is not asked: {reason}."
            raise FederationRefused(detail, {"source": endpoint.iri})
        with self._breaker(endpoint).request():
            try:
                async with asyncio.timeout(endpoint.seconds):
                    return await self._twice(endpoint, query)
            except TimeoutError:
                message = f"it took longer than {endpoint.seconds:.3g} seconds"
                raise Down(message) from None

    def _breaker(self, endpoint: Endpoint) -> Breaker:
        if endpoint.iri not in self._breakers:
            self._breakers[endpoint.iri] = Breaker(self._fail_max, self._reset_seconds)
        return self._breakers[endpoint.iri]

    async def _twice(self, endpoint: Endpoint, query: str) -> _Kept:
        until = time.monotonic() + endpoint.seconds

        def worth(error: BaseException) -> bool:
            return isinstance(error, Passing) and time.monotonic() + _pause(error) < until

        retrying = tenacity.AsyncRetrying(
            stop=tenacity.stop_after_attempt(2),
            wait=lambda state: _pause(state.outcome.exception() if state.outcome else None),
            retry=tenacity.retry_if_exception(worth),
            reraise=True,
        )
        return await retrying(self._fetch, endpoint, query)

    async def _fetch(self, endpoint: Endpoint, query: str) -> _Kept:
        try:
            # SPARQL 1.1 Protocol, section 2.1.2: what every endpoint takes, however long the query is.
            async with self._session(endpoint).post(
                endpoint.dialled, data={"query": query}, allow_redirects=False
            ) as response:
                require_rows(response)
                document = await read(response, endpoint.max_bytes)
        except aiohttp.ClientPayloadError:
            raise Passing(CUT) from None
        except aiohttp.ClientConnectorCertificateError:
            message = "its certificate is not valid"
            raise Down(message) from None
        except (aiohttp.ClientError, OSError, NotPublic) as error:
            if _is_refusal(error):
                detail = (
                    f"{_named(endpoint)} is not asked: its name leads to a machine that is not on the public "
                    "internet; the operator can list it as `private`."
                )
                raise FederationRefused(detail, {"source": endpoint.iri}) from None
            message = "it cannot be reached"
            raise Passing(message) from None
        cost = len(document) + sys.getsizeof(query) + _ENTRY_BYTES
        return _Kept(document, cost, time.time(), time.monotonic() + endpoint.cache_seconds)

    def _session(self, endpoint: Endpoint) -> aiohttp.ClientSession:
        if endpoint.private not in self._sessions:
            self._sessions[endpoint.private] = aiohttp.ClientSession(
                connector=connector(private=endpoint.private),
                headers={"Accept": ACCEPT, "User-Agent": self._agent, "Accept-Encoding": "gzip"},
                cookie_jar=aiohttp.DummyCookieJar(),
                # Unpacked here, with an eye on the size.
                auto_decompress=False,
                timeout=aiohttp.ClientTimeout(total=None),
                trust_env=False,
            )
        return self._sessions[endpoint.private]


async def _rows(document: bytes, most: int) -> tuple[list[str], list[Row]]:
    if len(document) > _LARGE:
        return await asyncio.to_thread(read_results, document, most)
    return read_results(document, most)


def _pause(error: BaseException | None) -> float:
    """Return how many seconds to wait before the second try."""
    return max(_PAUSE, error.after) if isinstance(error, Passing) else _PAUSE


def _is_refusal(error: BaseException | None) -> bool:
    """Tell whether an error of the client came from an address that may not be dialled."""
    while error is not None and not isinstance(error, NotPublic):
        error = error.__cause__ or error.__context__
    return error is not None


def _named(endpoint: Endpoint) -> str:
    return f"{endpoint.label} <{endpoint.iri}>"
