"""The engine for queries with SERVICE: endpoints are asked first, then the graph here with their rows."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bionrw.config import Settings
from bionrw.errors import QueryTimeout, SourceFailed
from bionrw.federation.inquiry import Inquiry
from bionrw.federation.plan import Call, Plan
from bionrw.federation.receipt import Receipts, linked
from bionrw.federation.results import read_results
from bionrw.federation.tally import Tally
from bionrw.federation.terms import Row
from bionrw.federation.turns import Turns
from bionrw.model import Dataset, Form, Frames, Operation, Release, ResultFormat, Stream, Triple
from bionrw.sparql.formats import JSON
from bionrw.sparql.reading import is_default_only
from bionrw.store.port import AsyncEngine

if TYPE_CHECKING:  # what the gate needs takes 20 MiB, and most servers have none
    from bionrw.federation.gate import Gate

_NOTICE = 0.25
# A graph without triples: over it a query shows whether it parses, and little else.
_NOTHING = Dataset(("urn:x-bionrw:nothing",))


class FederatedEngine:
    """Answers as the engine that it wraps, and SERVICE with it. Belongs to one event loop."""

    def __init__(self, engine: AsyncEngine, tally: Tally, gate: "Gate", settings: Settings) -> None:
        """Ask the endpoints of `tally` through `gate` before `engine` is asked."""
        self._engine, self._endpoints, self._gate = engine, tally.endpoints, gate
        self._receipts = Receipts(tally.key)
        self._receipt_address = f"{settings.address}/federation/receipt/"
        self._turns = Turns()

    @property
    def release(self) -> Release:
        """Return the release that is answered from."""
        return self._engine.release

    @property
    def network_guard(self) -> str:
        """Return what keeps the readers off the network; see `Engine.network_guard`."""
        return self._engine.network_guard

    async def query(
        self,
        operation: Operation,
        result_format: ResultFormat,
        deadline: float,
        client: str = "",
        encoding: str = "",
    ) -> Stream:
        """Answer as `Engine.query` does, and raise `FederationRefused` and `SourceFailed`, too."""
        if not operation.federated:
            return await self._engine.query(operation, result_format, deadline, client, encoding)
        until = time.monotonic() + deadline
        plan = Plan(operation.text, self._endpoints, self.release.base_iri)

        async def run(changed: Operation, wanted: ResultFormat, coding: str = "") -> Stream:
            changed = replace(changed, federated=False)
            return await self._engine.query(changed, wanted, max(until - time.monotonic(), 0), client, coding)

        # What does not parse is told with its place, and before anybody else hears of it.
        checked = await run(replace(operation, text=plan.plain(), dataset=_NOTHING), result_format)
        await checked.frames.aclose()
        async with self._turns.of(client):
            # The gate gives up before the query does, so that it can note who kept it waiting.
            inquiry = Inquiry(plan, self._gate, self._local(operation, run), until - _NOTICE)
            try:
                async with asyncio.timeout(max(until - time.monotonic(), 0)):
                    await inquiry.run()
            except (TimeoutError, SourceFailed) as error:
                if isinstance(error, SourceFailed) and time.monotonic() < until - _NOTICE:
                    raise
                raise QueryTimeout(_too_late(deadline, plan.calls)) from error
        text = plan.answered()
        default_only = operation.dataset is None and is_default_only(text)
        shape = f"federated {operation.shape}"
        answered = replace(operation, text=text, shape=shape, default_only=default_only)
        # A receipt is linked in the head of rows in JSON, which cannot be packed before.
        stream = await run(answered, result_format, "" if result_format == JSON else encoding)
        stream = replace(stream, sources=inquiry.sources)
        return self._linked(stream, operation.text) if result_format == JSON else stream

    async def write(
        self,
        triples: Sequence[Triple],
        result_format: ResultFormat,
        deadline: float,
        prefixes: Mapping[str, str],
    ) -> Stream:
        """Write `triples`; see `Engine.write`."""
        return await self._engine.write(triples, result_format, deadline, prefixes)

    async def close(self) -> None:
        """End the connections to endpoints and the readers."""
        await self._gate.close()
        await self._engine.close()

    def _linked(self, stream: Stream, query: str) -> Stream:
        if not stream.sources:
            return stream
        token = self._receipts.token(self.release.version, query, stream.sources)
        return replace(stream, frames=_Linked(stream.frames, f"{self._receipt_address}{token}"))

    def _local(
        self, operation: Operation, run: Callable[..., Coroutine[Any, Any, Stream]]
    ) -> Callable[[str], Coroutine[Any, Any, Iterable[Row]]]:
        """Return what asks the graph here, in the dataset of `operation`, and reads the rows."""

        async def ask(text: str) -> Iterable[Row]:
            default_only = operation.dataset is None and is_default_only(text)
            asked = replace(
                operation,
                text=text,
                form=Form.SELECT,
                shape=f"federating {operation.shape}",
                default_only=default_only,
            )
            stream = await run(asked, JSON)
            try:
                body = b"".join([frame async for frame in stream.frames])
            finally:
                await stream.frames.aclose()
            return (await asyncio.to_thread(read_results, body))[1]

        return ask


class _Linked(AsyncIterator[bytes]):
    """The frames of rows in JSON, with the address of the receipt in the first one."""

    def __init__(self, frames: Frames, address: str) -> None:
        self._frames, self._address = frames, address

    async def __anext__(self) -> bytes:
        frame = await anext(aiter(self._frames))
        address, self._address = self._address, ""
        return linked(frame, address) if address else frame

    async def aclose(self) -> None:
        await self._frames.aclose()


def _too_late(deadline: float, calls: Iterable[Call]) -> str:
    waiting = sorted({f"<{call.endpoint}>" for call in calls if call.rows is None and call.endpoint})
    named = f" by then {', '.join(waiting)} had not answered." if waiting else ""
    return f"The query ran longer than the {deadline:g} seconds allowed;{named} Narrow what SERVICE asks for."
