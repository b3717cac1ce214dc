"""One federated query: asks its endpoints, those that need nothing of each other at the same time."""

import asyncio
import hashlib
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from bionrw.errors import FederationRefused, SourceFailed
from bionrw.federation.endpoints import Endpoint
from bionrw.federation.plan import Call, Context, Plan
from bionrw.federation.terms import Row, Unwritable, written
from bionrw.model import Blank, Iri, Source, Term

if TYPE_CHECKING:
    from bionrw.federation.gate import Fetched, Gate

Local = Callable[[str], Awaitable[Iterable[Row]]]

# With more bindings than these, to ask without any is the smaller burden.
_MOST_BINDINGS = 10_000
# So many requests one query has under way at one endpoint.
_AT_ONCE = 2


class Inquiry:
    """Gives the calls of a plan their rows."""

    def __init__(self, plan: Plan, gate: "Gate", local: Local, until: float) -> None:
        """Ask until the moment `until` of the monotonic clock; `local` asks the graph here."""
        self._plan, self._gate, self._local, self._until = plan, gate, local, until
        self._sources: dict[str, Source] = {}
        self._places: dict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(_AT_ONCE))

    @property
    def sources(self) -> tuple[Source, ...]:
        """Return what each endpoint gave, so far."""
        return tuple(self._sources.values())

    async def run(self) -> None:
        """Ask all; raise `SourceFailed`, `FederationRefused`, and what the graph here raises."""
        waiting = list(self._plan.calls)
        while waiting:
            contexts = {call: self._plan.context(call) for call in waiting}
            await _all(self._answer(call, contexts[call]) for call in self._next(waiting, contexts))
            waiting = [call for call in waiting if call.rows is None]

    def _next(self, waiting: Sequence[Call], contexts: dict[Call, Context | None]) -> list[Call]:
        """Return the calls that can be asked now: what others will tell of may narrow the rest down."""
        able = [call for call in waiting if not call.variable or call.variable in _names(contexts[call])]
        if not able:
            raise _unbound(waiting[0])
        ready = [
            call
            for call in able
            if _shared(call, contexts[call])
            or not any(set(call.columns) & set(other.columns) for other in waiting if other is not call)
        ]
        return ready or able[:1]

    async def _answer(self, call: Call, context: Context | None) -> None:
        names = [*_shared(call, context), *([call.variable] if call.variable else [])]
        names, rows = await self._bindings(call, context, names)
        rows_of: dict[str, list[Row]] = defaultdict(list)
        if names and call.variable:
            for row in rows:
                rows_of[_endpoint_of(row, call.variable)].append(row)
        elif rows or not names:
            rows_of[call.endpoint] = rows
        # All have to be listed before one is asked.
        endpoints = [self._plan.allowed(iri) for iri in rows_of]
        bound = [name for name in names if name != call.variable]
        found: list[list[Row]] = await _all(
            self._ask(call, each, bound, rows_of[each.iri]) for each in endpoints
        )
        call.rows = [row for part in found for row in part]
        call.settle()

    async def _bindings(
        self, call: Call, context: Context | None, names: list[str]
    ) -> tuple[list[str], list[Row]]:
        """Return which of `names` all rows of the context bind, and to what."""
        if context is None or not names:
            return [], []
        wanted = dict.fromkeys(names)
        rows = list(await self._local(self._plan.select(context, wanted, _MOST_BINDINGS + 1)))
        if len(rows) > _MOST_BINDINGS:
            return await self._bindings(
                call, context, [call.variable] if len(names) > 1 and call.variable else []
            )
        kept = [name for name in names if all(name in row for row in rows)]
        if call.variable and call.variable not in kept:
            raise _unbound(call)
        distinct = {tuple(row[name] for name in kept): row for row in rows}
        # No blank node of ours is known elsewhere, so nothing there is bound to one.
        usable = [terms for terms in distinct if not any(isinstance(term, Blank) for term in terms)]
        bound: list[Row] = [dict(zip(kept, terms, strict=True)) for terms in usable]
        return kept, bound

    async def _ask(self, call: Call, endpoint: Endpoint, names: list[str], rows: list[Row]) -> list[Row]:
        """Return the rows of one endpoint for one call; where it fails and SILENT is there, an empty one."""
        given: Row = {call.variable: Iri(endpoint.iri)} if call.variable else {}
        batches = list(_batches(rows, endpoint.batch)) if names else [[]]
        try:
            parts = await _all(self._fetch(call, endpoint, names, batch) for batch in batches)
            found: list[Row] = [{**row, **given} for part in parts for row in part]
            if len(found) > endpoint.max_rows:
                raise _too_many(endpoint)
        except SourceFailed as error:
            if not call.silent:
                raise
            source = self._sources[endpoint.iri]
            self._sources[endpoint.iri] = replace(source, error=str(error.extra.get("reason", error.detail)))
            return [given]
        return found

    async def _fetch(self, call: Call, endpoint: Endpoint, names: list[str], rows: list[Row]) -> list[Row]:
        text = self._plan.request(call, dict.fromkeys(names), rows, endpoint.max_rows + 1)
        async with self._places[endpoint.iri]:
            self._asked(endpoint)
            fetched = await self._gate.ask(endpoint, text, self._until - time.monotonic())
        scope = hashlib.sha256(f"{endpoint.iri}\n{text}".encode()).hexdigest()[:24]
        found = [{name: self._known(term, scope) for name, term in row.items()} for row in fetched.rows]
        try:
            for row in found:
                for term in row.values():
                    written(term)
        except Unwritable:
            raise _unwritable(endpoint) from None
        self._note(endpoint, fetched)
        return [{name: term for name, term in row.items() if name != call.variable} for row in found]

    def _known(self, term: Term, scope: str) -> Term:
        """Return an IRI for a blank node, which no query can name (RDF 1.1 Concepts, section 3.5)."""
        if not isinstance(term, Blank):
            return term
        label = hashlib.sha256(f"{scope}\n{term.value}".encode()).hexdigest()[:32]
        return Iri(f"{self._plan.base_iri}.well-known/genid/{label}")

    def _asked(self, endpoint: Endpoint) -> None:
        source = self._sources.get(endpoint.iri, Source(endpoint.iri, endpoint.label))
        self._sources[endpoint.iri] = replace(source, requests=source.requests + 1)

    def _note(self, endpoint: Endpoint, fetched: "Fetched") -> None:
        source = self._sources[endpoint.iri]
        blanks = sum(isinstance(term, Blank) for row in fetched.rows for term in row.values())
        moments = [moment for moment in (source.since, fetched.since) if moment is not None]
        self._sources[endpoint.iri] = replace(
            source,
            rows=source.rows + len(fetched.rows),
            bytes=source.bytes + fetched.size,
            seconds=source.seconds + fetched.seconds,
            since=min(moments, default=None),
            blank_nodes=source.blank_nodes + blanks,
        )


async def _all(work: Iterable[Awaitable[object]]) -> list:  # type: ignore[type-arg]
    """Return what all of `work` returns; when one raises, end the others and raise the same."""
    tasks = [asyncio.ensure_future(each) for each in work]
    try:
        return list(await asyncio.gather(*tasks))
    except BaseException:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        raise


def _names(context: Context | None) -> Iterable[str]:
    return context.variables if context is not None else ()


def _shared(call: Call, context: Context | None) -> list[str]:
    known = _names(context)
    return [name for name in call.joinable if name in known]


def _batches(rows: Sequence[Row], size: int) -> Iterator[list[Row]]:
    return (list(rows[at : at + size]) for at in range(0, len(rows), size))


def _endpoint_of(row: Row, variable: str) -> str:
    term = row[variable]
    if isinstance(term, Iri):
        return term.value
    detail = f"?{variable} names the endpoint of SERVICE, but is bound to something else than an IRI."
    raise FederationRefused(detail)


def _unbound(call: Call) -> FederationRefused:
    detail = (
        f"?{call.variable} names the endpoint of SERVICE, and nothing beside it says which ones: "
        f"add VALUES ?{call.variable} {{ … }} with listed endpoints to its group."
    )
    return FederationRefused(detail)


def _too_many(endpoint: Endpoint) -> SourceFailed:
    detail = (
        f"{endpoint.label} <{endpoint.iri}> has more than the {endpoint.max_rows} rows that one SERVICE may "
        "get; narrow its pattern, or bind more of its variables beside it."
    )
    reason = f"it has more than {endpoint.max_rows} rows"
    return SourceFailed(detail, {"source": endpoint.iri, "reason": reason, "limit": endpoint.max_rows})


def _unwritable(endpoint: Endpoint) -> SourceFailed:
    detail = (
        f"{endpoint.label} <{endpoint.iri}> gave an IRI or a language tag that is none, so nothing can be "
        "joined with it."
    )
    return SourceFailed(detail, {"source": endpoint.iri, "reason": "one of its terms is none"})
