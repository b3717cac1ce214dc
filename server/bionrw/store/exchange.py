"""One query on one reader: the frames of its answer, and the reader given back when they end."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from typing import Any

from bionrw.errors import KnowledgeError, QueryTimeout, StoreUnavailable
from bionrw.store import diagnosis, wire
from bionrw.store.lease import Lease
from bionrw.store.link import ReaderGone
from bionrw.store.pool import ReaderPool


class Preempted(Exception):
    """The query ran longer than a quantum while others waited; it begins anew in a lane for longer ones."""


class Exchange(AsyncIterator[bytes]):
    """The frames of one answer; the first 64 KiB, or all of a shorter answer, are here.

    Iterating raises `QueryTimeout`, `ReaderDied`, `AnswerTooLarge` or `EngineFailure`. `complete` tells
    that no more than the first frame comes, `packed` that the reader compressed the answer.
    """

    def __init__(
        self, pool: ReaderPool, request: dict[str, Any], deadline: float, client: str = "", shape: str = ""
    ) -> None:
        """Prepare to run `request` for `client` within `deadline` seconds from now.

        Queries of one `shape` are expected to take the same time; by default it is the text.
        """
        self._shape = shape or request["text"]
        self._pool = pool
        self._request = request
        self._client = client
        self._deadline = deadline
        self._until = time.monotonic() + deadline
        self._lease: Lease | None = None
        self._first = b""
        self.complete = self.packed = False

    async def begin(self, patience: float) -> "Exchange":
        """Run the query until its first frame is here; raise what `GraphStore.query` raises."""
        again = False
        while True:
            try:
                await self._attempt(patience, again=again)
            except Preempted:
                # Nothing of the answer has left the house, so the query may begin anew.
                again, patience = True, self._deadline
            else:
                return self

    async def __anext__(self) -> bytes:
        """Return the next bytes of the answer."""
        first, self._first = self._first, b""
        if first:
            return first
        while self._lease is not None:
            if frame := (await self._receive(self._lease))[1]:
                return frame
        raise StopAsyncIteration

    async def aclose(self) -> None:
        """Give the reader free, ending its query if that goes on."""
        self._first = b""
        lease, self._lease = self._lease, None
        if lease is not None:
            self._pool.abandon(lease)

    async def _attempt(self, patience: float, *, again: bool) -> None:
        try:
            lease = self._lease = await self._pool.acquire(self._shape, self._client, patience, self._until)
        except StoreUnavailable:
            if again and time.monotonic() >= self._until:
                raise self._timeout() from None  # it has had its turn, which was not enough
            raise
        seconds = max(self._until - time.monotonic(), 0.0)
        padded = {**self._request, "text": self._request["text"] + diagnosis.PADDING, "seconds": seconds}
        try:
            lease.reader.ask(json.dumps(padded).encode())
            kind, self._first = await self._receive(lease)
            self.packed = kind in (wire.PACKED_MORE, wire.PACKED_LAST)
            self.complete = self._lease is None
            if not self.complete:
                await self._claim(lease)
        except asyncio.CancelledError:
            # The client has gone, so nobody wants the rest.
            self._lease = None
            self._pool.abandon(lease)
            raise

    async def _claim(self, lease: Lease) -> None:
        """An answer that goes on needs a place among the long ones before any of it leaves the house.

        One that gets it too late would be broken off at the deadline; to be refused is more honest.
        """
        try:
            async with asyncio.timeout(max(self._until - time.monotonic(), 0) / 2):
                await self._pool.claim(lease)
        except ReaderGone as gone:
            raise await self._give_up(lease) from gone
        except TimeoutError:
            self._lease = None
            self._pool.abandon(lease)
            message = "All places for long answers are taken; try again in a moment, or add LIMIT."
            raise StoreUnavailable(message) from None

    async def _receive(self, lease: Lease) -> tuple[bytes, bytes]:
        try:
            kind, payload = await lease.reader.receive()
        except ReaderGone as gone:
            raise await self._give_up(lease) from gone
        if kind in wire.ENDS:
            self._lease = None
            self._pool.release(lease)
        if kind == wire.FAULT:
            raise self._fault(**json.loads(payload))
        return kind, payload

    def _fault(self, kind: str, message: str) -> KnowledgeError:
        if kind == "syntax":
            return diagnosis.syntax_fault(self._request["text"], message)
        if kind == "argument":
            return diagnosis.argument_fault()
        if kind == "format":
            return diagnosis.format_fault()
        if kind == "merge":
            return diagnosis.merge_fault()
        if kind == "xml":
            return diagnosis.xml_fault()
        if kind in ("bytes", "rows"):
            return diagnosis.size_fault(self._request[f"max_{kind}"], kind)
        return diagnosis.engine_fault(message)

    async def _give_up(self, lease: Lease) -> Exception:
        """Let go of the reader and return the reason: preempted, the time is over, or ended by itself."""
        self._lease = None
        status = None if lease.preempted or lease.expired else await lease.reader.cause()
        self._pool.discard(lease)
        if lease.preempted:
            return Preempted()
        if lease.expired:
            return self._timeout()
        self._pool.counters["died"] += 1
        return diagnosis.death(status, self._pool.memory_limit)

    def _timeout(self) -> QueryTimeout:
        return QueryTimeout(
            f"The query ran longer than the {self._deadline:g} seconds allowed; narrow it or add LIMIT.",
            {"limit": self._deadline},
        )
