"""The readers of one serving process: forked while there is work for more, let go when there is not."""

import asyncio
import logging
import time
from collections.abc import Callable
from contextlib import suppress

from bionrw.errors import StoreUnavailable
from bionrw.store.link import Reader
from bionrw.store.process import ZygoteProcess

_log = logging.getLogger(__name__)

_START_SECONDS = 60.0
_RETRY_SECONDS = 1.0
# What was forked for a crowd is let go when it has idled for so long; it holds pages of its own.
IDLE_SECONDS = 5.0


class Fleet:
    """Starts, holds and ends readers. Belongs to one event loop, so nothing here needs a lock.

    A reader copies each page of the graph that it touches, so those used last are lent first: few
    readers that know all of it are faster, and smaller, than many.
    """

    # Called when a reader has come or gone.
    when_changed: Callable[[], None]

    def __init__(
        self, zygote: ZygoteProcess, renew: Callable[[], ZygoteProcess], resident: int, most: int
    ) -> None:
        """Keep `resident` readers, and up to `most` while there is work for them.

        They are forked by `zygote`, or by what `renew` returns when that has gone.
        """
        self._zygote, self._renew = zygote, renew
        self.resident, self.most = resident, most
        # Since when each has idled; the last is the one that was used last.
        self._idle: dict[Reader, float] = {}
        self._lent: set[Reader] = set()
        self._starting: set[asyncio.Task[None]] = set()
        self._renewing = asyncio.Lock()
        self._retiring: asyncio.TimerHandle | None = None
        self._opened = self._closed = False

    async def open(self) -> None:
        """Start the resident readers; raise `StoreUnavailable` when they cannot open the release."""
        try:
            await self._fill()
        except (OSError, StoreUnavailable):
            # The zygote may have gone before this process came.
            await self._start_zygote(self._zygote)
            try:
                await self._fill()
            except OSError as error:
                message = "No query process can be started now; try again in a moment."
                raise StoreUnavailable(message) from error
        # Those that ended meanwhile are replaced from here on, and not twice.
        self._opened = True
        self.when_changed()

    async def close(self) -> None:
        """End all readers."""
        self._closed = True
        if self._retiring is not None:
            self._retiring.cancel()
        for task in list(self._starting):
            task.cancel()
        await asyncio.gather(*self._starting, return_exceptions=True)
        for reader in (*self._idle, *self._lent):
            reader.kill()
        self._idle.clear()
        self._lent.clear()
        await asyncio.to_thread(self._zygote.close)

    @property
    def readers(self) -> tuple[Reader, ...]:
        """Return the readers that are ready or at work."""
        return (*self._idle, *self._lent)

    @property
    def idle(self) -> int:
        """Return how many readers can be lent."""
        return len(self._idle)

    @property
    def starting(self) -> int:
        """Return how many readers are about to come."""
        return len(self._starting)

    @property
    def size(self) -> int:
        """Return how many readers there are, with those about to come."""
        return len(self._idle) + len(self._lent) + len(self._starting)

    def drop_dead(self) -> None:
        """Take those off the list that ended while they idled."""
        for reader in [reader for reader in self._idle if not reader.alive]:
            _log.warning("Reader %d ended while idle.", reader.pid)
            self._idle.pop(reader)
            reader.kill()

    def lend(self) -> Reader:
        """Return the idle reader that was used last; raise `KeyError` when there is none."""
        reader = self._idle.popitem()[0]
        self._lent.add(reader)
        return reader

    def take_back(self, reader: Reader) -> None:
        """Take back a reader that can go on, unless it was demoted and the system lets nobody restore it."""
        if reader.demoted and not reader.restore():
            self.end(reader)
            return
        self._lent.discard(reader)
        self._idle[reader] = time.monotonic()
        if self.size > self.resident and self._retiring is None:
            self._retiring = asyncio.get_running_loop().call_later(IDLE_SECONDS, self._retire)

    def end(self, reader: Reader) -> None:
        """End a reader that was lent."""
        self._lent.discard(reader)
        reader.kill()

    def start(self) -> None:
        """Have another reader forked in the background."""
        if not self._closed:
            task = asyncio.get_running_loop().create_task(self._start())
            self._starting.add(task)
            task.add_done_callback(self._started)

    def _started(self, task: asyncio.Task[None]) -> None:
        self._starting.discard(task)
        if not self._closed:
            self.when_changed()

    def _retire(self) -> None:
        """End those beyond the resident ones that have idled long enough, and look again later."""
        self._retiring = None
        now = time.monotonic()
        for reader, since in list(self._idle.items()):
            if self.size <= self.resident:
                return
            if now - since < IDLE_SECONDS:
                break
            self._idle.pop(reader)
            reader.kill()
        if self._idle and self.size > self.resident:
            wait = next(iter(self._idle.values())) + IDLE_SECONDS - now
            self._retiring = asyncio.get_running_loop().call_later(max(wait, 0.1), self._retire)

    async def _fill(self) -> None:
        self.drop_dead()
        starts = (self._connect() for _ in range(self.resident - len(self._idle)))
        for failure in filter(None, await asyncio.gather(*starts, return_exceptions=True)):
            raise failure

    async def _connect(self) -> None:
        reader = await Reader.connect(self._zygote.fork(), _START_SECONDS)
        # One that ends while it idles is replaced before somebody needs it.
        reader.when_gone = self._gone
        self._idle[reader] = time.monotonic()

    def _gone(self) -> None:
        if self._opened and not self._closed:
            self.when_changed()

    async def _start(self) -> None:
        while True:
            zygote = self._zygote
            try:
                await self._connect()
            except OSError:
                _log.warning("The zygote has gone; another one is started.")
                await self._start_zygote(zygote)
            except StoreUnavailable as error:
                _log.error("A reader could not be started: %s", error)
                await asyncio.sleep(_RETRY_SECONDS)
            else:
                return

    async def _start_zygote(self, gone: ZygoteProcess) -> None:
        async with self._renewing:
            if self._zygote is not gone:
                return  # another start was faster
            with suppress(StoreUnavailable):
                self._zygote = await asyncio.to_thread(self._renew)
                await asyncio.to_thread(gone.close)
                return
            await asyncio.sleep(_RETRY_SECONDS)
