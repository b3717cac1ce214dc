"""The engine on this machine, for threads: each call waits on the event loop that the engine belongs to."""

import asyncio
import threading
from collections.abc import Coroutine, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError, Future
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from typing import Any, TypeVar

from bionrw.config import Settings
from bionrw.errors import StoreUnavailable
from bionrw.model import Answer, Frames, Operation, Release, ResultFormat, Stream, Triple
from bionrw.store.engine import Engine
from bionrw.store.port import AsyncEngine

Value = TypeVar("Value")

# A loop holds its tasks weakly, so those that nobody waits for are held here.
_closing: set[asyncio.Future[None]] = set()


class Calls:
    """What one request waits for in its thread, to be ended from the loop when its client has gone."""

    def __init__(self) -> None:
        """Begin without any."""
        self._pending: set[Future[Any]] = set()
        self._gone = False

    @contextmanager
    def during(self, call: "Future[Any]") -> Iterator[None]:
        """Know `call` while it is waited for."""
        self._pending.add(call)
        if self._gone:
            call.cancel()
        try:
            yield
        finally:
            self._pending.discard(call)

    def end(self) -> None:
        """End what is waited for now, and whatever the request asks after this."""
        self._gone = True
        for call in tuple(self._pending):
            call.cancel()


# The calls of the request that the thread answers, None where nobody would end them.
CALLS: ContextVar[Calls | None] = ContextVar("calls", default=None)


class BlockingStore:
    """A `GraphStore` over an engine on another thread's event loop; safe to use from any other thread."""

    def __init__(self, engine: AsyncEngine, loop: asyncio.AbstractEventLoop) -> None:
        """Keep the engine and the loop that it belongs to."""
        self.engine = engine
        self._loop = loop

    @property
    def release(self) -> Release:
        """Return the release that is answered from."""
        return self.engine.release

    @property
    def network_guard(self) -> str:
        """Return what keeps the readers off the network: "seccomp", "descriptors" or "none"."""
        return self.engine.network_guard

    def query(self, operation: Operation, result_format: ResultFormat, deadline: float) -> Answer:
        """Start a query and return when its first 64 KiB, or all of a shorter answer, are there.

        `deadline` is in seconds from now and covers waiting, running and sending; `GraphStore.query`
        lists what is raised.
        """
        stream: Stream = self._wait(self.engine.query(operation, result_format, deadline))
        return Answer(stream.media_type, _Frames(stream.frames, self._loop), stream.sources)

    def write(
        self,
        triples: Sequence[Triple],
        result_format: ResultFormat,
        deadline: float,
        prefixes: Mapping[str, str],
    ) -> Answer:
        """Write `triples` in a reader, as the answers of queries are written; see `GraphStore.write`."""
        stream: Stream = self._wait(self.engine.write(triples, result_format, deadline, prefixes))
        return Answer(stream.media_type, _Frames(stream.frames, self._loop))

    def close(self) -> None:
        """End the readers; running queries fail."""
        self._wait(self.engine.close())

    def _wait(self, work: Coroutine[Any, Any, Value]) -> Value:
        return _on_loop(work, self._loop)


class EmbeddedStore(BlockingStore):
    """A store with an event loop of its own, in a thread of its own."""

    engine: Engine

    def __init__(self, release: Release, settings: Settings) -> None:
        """Start the readers; raise `StoreUnavailable` when they cannot open the release."""
        loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=loop.run_forever, name="store", daemon=True)
        self._thread.start()
        try:
            opened = asyncio.run_coroutine_threadsafe(Engine.open(release, settings), loop)
            super().__init__(opened.result(), loop)
        except BaseException:
            self._stop(loop)
            raise

    def close(self) -> None:
        """End the readers and the loop; running queries fail."""
        if self._thread.is_alive():
            super().close()
            self._stop(self._loop)

    def _stop(self, loop: asyncio.AbstractEventLoop) -> None:
        loop.call_soon_threadsafe(loop.stop)
        self._thread.join()
        loop.close()


class _Frames(Iterator[bytes]):
    """The frames of one answer; it belongs to one thread."""

    def __init__(self, frames: Frames, loop: asyncio.AbstractEventLoop) -> None:
        self._frames, self._loop = frames, loop
        self._open = True

    def __next__(self) -> bytes:
        frame = _on_loop(_next(self._frames), self._loop) if self._open else None
        if frame is None:
            self._open = False
            raise StopIteration
        return frame

    def close(self) -> None:
        """Give the reader free, ending its query if that still runs."""
        if self._open and not self._loop.is_closed():
            self._open = False
            _on_loop(_close(self._frames), self._loop)

    def __del__(self) -> None:
        """Give the reader free when the answer was dropped."""
        if self._open and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(_close_soon, self._frames)


def _on_loop(work: Coroutine[Any, Any, Value], loop: asyncio.AbstractEventLoop) -> Value:
    """Return what `work` returns on `loop`; raise `StoreUnavailable` when that is closed."""
    calls = CALLS.get()
    try:
        call = asyncio.run_coroutine_threadsafe(work, loop)
        with calls.during(call) if calls else nullcontext():
            return call.result()
    except CancelledError:
        message = "The client has gone, so its query was ended."
        raise StoreUnavailable(message) from None
    except RuntimeError as error:
        work.close()
        if not loop.is_closed():
            raise
        message = "The store is closed: the server is stopping."
        raise StoreUnavailable(message) from error


def _close_soon(frames: Frames) -> None:
    task = asyncio.ensure_future(_close(frames))
    _closing.add(task)
    task.add_done_callback(_closing.discard)


async def _close(frames: Frames) -> None:
    await frames.aclose()


async def _next(frames: Frames) -> bytes | None:
    return await anext(aiter(frames), None)
