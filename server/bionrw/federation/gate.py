"""The one way out: requests to listed endpoints, checked, bounded, kept for a while, tried twice at most."""

import asyncio
import time
import zlib
from dataclasses import dataclass
from http import HTTPStatus
from importlib.metadata import version

import aiohttp
import cachetools
import pybreaker
import tenacity

from bionrw.errors import FederationRefused, SourceFailed
from bionrw.federation.address import reason_against
from bionrw.federation.dialling import connector
from bionrw.federation.endpoints import Endpoint
from bionrw.federation.results import NoRows, read_results
from bionrw.federation.tally import Tally
from bionrw.federation.terms import Row

_ACCEPT = "application/sparql-results+json"
_TYPES = (_ACCEPT, "application/json")
# A source that is overloaded may be well in a moment (RFC 9110, sections 15.5 and 15.6; RFC 6585, section 4).
_PASSING = (429, 502, 503, 504)
_SERVER_AT_FAULT = 500
_PAUSE = 0.2
_CUT = "its answer was cut off"
_CHUNK = 65536
_CACHE_BYTES = 32 * 1024**2
# To read a larger document takes a while, in which the loop serves others.
_LARGE = 65536
# Header and window of gzip or zlib, whichever comes (zlib manual, inflateInit2).
_WINDOW = 47


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
    """A document, when it was fetched, and until which moment of the monotonic clock it is good."""

    document: bytes
    moment: float
    until: float


class _Failure(Exception):
    """Why an endpoint gave nothing, in one clause."""


class _Down(_Failure):
    """The endpoint is at fault itself, which the breaker counts."""


class _Passing(_Down):
    """It may be well in a moment, so it is tried once more."""


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
        self._breakers: dict[str, pybreaker.CircuitBreaker] = {}
        self._flights: dict[tuple[str, str], _Flight] = {}
        self._cache: cachetools.TLRUCache[tuple[str, str], _Kept] = cachetools.TLRUCache(
            _CACHE_BYTES,
            ttu=lambda _key, kept, _now: kept.until,
            timer=time.monotonic,
            getsizeof=lambda kept: len(kept.document),
        )

    async def ask(self, endpoint: Endpoint, query: str, seconds: float) -> Fetched:
        """Return the rows of a SELECT, fetched within `seconds` or those that the endpoint has.

        Raises `SourceFailed` naming the endpoint, and `FederationRefused` when its address may not be
        dialled.
        """
        try:
            return await self._ask(endpoint, query, seconds)
        except (_Failure, NoRows) as failure:
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
            kept = await self._share(key, endpoint, min(endpoint.seconds, seconds))
            names, rows = await _rows(kept.document, endpoint.max_rows)
        except (_Failure, NoRows):
            self._tally.note(endpoint, time.monotonic() - began, failed=True)
            raise
        spent = time.monotonic() - began
        self._tally.note(endpoint, spent, len(rows), len(kept.document))
        return Fetched(tuple(names), tuple(rows), len(kept.document), spent, None)

    async def _share(self, key: tuple[str, str], endpoint: Endpoint, seconds: float) -> _Kept:
        """Return what one request gives to all who ask the same now; the last who leaves ends it."""
        flight = self._flights.get(key)
        if flight is None:
            task = asyncio.ensure_future(self._guarded(endpoint, key[1], seconds))
            flight = self._flights[key] = _Flight(task)
            task.add_done_callback(lambda _: self._flights.pop(key, None))
        flight.waiting += 1
        try:
            kept = await asyncio.shield(flight.task)
        finally:
            flight.waiting -= 1
            if not flight.waiting and not flight.task.done():
                flight.task.cancel()
                self._flights.pop(key, None)
        if endpoint.cache_seconds and len(kept.document) <= _CACHE_BYTES // 4:
            self._cache[key] = kept
        return kept

    async def _guarded(self, endpoint: Endpoint, query: str, seconds: float) -> _Kept:
        if reason := reason_against(endpoint.iri, private=endpoint.private):
            detail = f"{_named(endpoint)} is not asked: {reason}."
            raise FederationRefused(detail, {"source": endpoint.iri})
        breaker = self._breakers.get(endpoint.iri)
        if breaker is None:
            breaker = self._breakers[endpoint.iri] = pybreaker.CircuitBreaker(
                self._fail_max,
                self._reset_seconds,
                exclude=[lambda error: not isinstance(error, _Down)],
                throw_new_error_on_trip=False,
            )
        try:
            with breaker.calling():
                return await self._timely(endpoint, query, seconds)
        except pybreaker.CircuitBreakerError:
            message = (
                f"it failed several times in a row and is left alone for {self._reset_seconds:g} seconds"
            )
            raise _Failure(message) from None

    async def _timely(self, endpoint: Endpoint, query: str, seconds: float) -> _Kept:
        try:
            async with asyncio.timeout(max(seconds, 0.0)):
                return await self._twice(endpoint, query)
        except TimeoutError:
            message = f"it took longer than {seconds:.3g} seconds"
            raise _Down(message) from None

    async def _twice(self, endpoint: Endpoint, query: str) -> _Kept:
        retrying = tenacity.AsyncRetrying(
            stop=tenacity.stop_after_attempt(2),
            wait=tenacity.wait_fixed(_PAUSE),
            retry=tenacity.retry_if_exception_type(_Passing),
            reraise=True,
        )
        return await retrying(self._fetch, endpoint, query)

    async def _fetch(self, endpoint: Endpoint, query: str) -> _Kept:
        try:
            # SPARQL 1.1 Protocol, section 2.1.2: what every endpoint takes, however long the query is.
            async with self._session(endpoint).post(
                endpoint.iri, data={"query": query}, allow_redirects=False
            ) as response:
                _require_rows(response)
                document = await _read(response, endpoint.max_bytes)
        except aiohttp.ClientPayloadError:
            raise _Passing(_CUT) from None
        except aiohttp.ClientConnectorCertificateError:
            message = "its certificate is not valid"
            raise _Down(message) from None
        except (aiohttp.ClientError, OSError) as error:
            if refused := _refusal(error):
                raise refused from None
            message = "it cannot be reached"
            raise _Passing(message) from None
        return _Kept(document, time.time(), time.monotonic() + endpoint.cache_seconds)

    def _session(self, endpoint: Endpoint) -> aiohttp.ClientSession:
        if endpoint.private not in self._sessions:
            self._sessions[endpoint.private] = aiohttp.ClientSession(
                connector=connector(private=endpoint.private),
                headers={"Accept": _ACCEPT, "User-Agent": self._agent, "Accept-Encoding": "gzip"},
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


def _require_rows(response: aiohttp.ClientResponse) -> None:
    """Raise `_Failure` when the response is not one with rows."""
    status = response.status
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        message = f"it answers with a redirect ({status}), which is not followed; list where it leads"
        raise _Down(message)
    if status != HTTPStatus.OK:
        kind = _Passing if status in _PASSING else _Down if status >= _SERVER_AT_FAULT else _Failure
        message = f"it answers with status {status}"
        raise kind(message)
    if response.content_type not in _TYPES:
        message = f"it answers with {response.content_type[:100]} and not {_ACCEPT}"
        raise _Failure(message)


async def _read(response: aiohttp.ClientResponse, most: int) -> bytes:
    """Return the whole body, unpacked; raise `_Failure` as soon as it is too long."""
    coding = response.headers.get("Content-Encoding", "identity").strip().lower()
    if coding not in ("identity", "gzip", "x-gzip", "deflate"):
        message = "its answer is packed in a way that was not asked for"
        raise _Failure(message)
    unpacker = None if coding == "identity" else zlib.decompressobj(_WINDOW)
    parts: list[bytes] = []
    left = most
    async for chunk in response.content.iter_chunked(_CHUNK):
        try:
            part = unpacker.decompress(chunk, left + 1) if unpacker else chunk
        except zlib.error:
            message = "its answer cannot be unpacked"
            raise _Failure(message) from None
        left -= len(part)
        if left < 0:
            message = f"its answer has more than the {most} bytes that it may have"
            raise _Failure(message)
        parts.append(part)
    if unpacker is not None and not unpacker.eof:
        raise _Passing(_CUT)
    return b"".join(parts)


def _refusal(error: BaseException | None) -> FederationRefused | None:
    """Return the refusal that an error of the client came from."""
    while error is not None:
        if isinstance(error, FederationRefused):
            return error
        error = error.__cause__ or error.__context__
    return None


def _named(endpoint: Endpoint) -> str:
    return f"{endpoint.label} <{endpoint.iri}>"
