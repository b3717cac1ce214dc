"""The readers at hand: lends them out by lanes, ends those that overrun, and has new ones forked."""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress

from bionrw.errors import StoreUnavailable
from bionrw.store.lanes import QUANTUM, Census, Experience, Lanes, Pace, Queue, Ticket
from bionrw.store.lease import Lease
from bionrw.store.link import Reader, ReaderGone
from bionrw.store.process import ZygoteProcess

_log = logging.getLogger(__name__)

# Seconds between two looks at what runs; so much later than its deadline a query may end.
_TICK = 0.05
_DEMOTE_SECONDS = 1.0
_START_SECONDS = 60.0
_RETRY_SECONDS = 1.0


class ReaderPool:
    """Keeps a number of readers. Belongs to one event loop, so nothing here needs a lock."""

    def __init__(
        self,
        zygote: ZygoteProcess,
        renew: Callable[[], ZygoteProcess],
        size: int,
        queue: int,
        memory_limit: int,
    ) -> None:
        """Keep `size` readers forked by `zygote`, or by what `renew` returns when that has gone.

        At most `queue` queries wait for a reader; `memory_limit` is what a query may use, in bytes.
        """
        self._zygote, self._renew = zygote, renew
        self.memory_limit = memory_limit
        self.lanes = Lanes.of(size)
        self.counters: Counter[str] = Counter()
        self._queue = Queue(queue)
        self._experience = Experience()
        self._waiting: dict[Ticket, asyncio.Future[Lease]] = {}
        self._asked: dict[Ticket, tuple[str, float]] = {}
        self._idle: list[Reader] = []
        self._busy: set[Lease] = set()
        self._running: Counter[str] = Counter()
        self._starting: set[asyncio.Task[None]] = set()
        self._renewing = asyncio.Lock()
        self._ticker: asyncio.TimerHandle | None = None
        self._closed = False

    async def open(self) -> None:
        """Start the readers; raise `StoreUnavailable` when they cannot open the release."""
        try:
            await self._fill()
        except (OSError, StoreUnavailable):
            # The zygote may have gone before this process came.
            await self._start_zygote(self._zygote)
            try:
                await self._fill()
            except OSError as error:
                raise _busy() from error

    async def _fill(self) -> None:
        missing = self.lanes.readers - len(self._idle)
        starts = (self._connect() for _ in range(missing))
        for failure in filter(None, await asyncio.gather(*starts, return_exceptions=True)):
            raise failure

    async def _connect(self) -> None:
        reader = await Reader.connect(self._zygote.fork(), _START_SECONDS)
        # One that ends while it idles is replaced before somebody needs it.
        reader.when_gone = self._dispatch
        self._idle.append(reader)

    async def acquire(
        self, shape: str, client: str, patience: float, until: float, pace: Pace | None = None
    ) -> Lease:
        """Return a reader for a query of that `shape`, the caller's until `until` (`time.monotonic`).

        Raises `StoreUnavailable` when the queue is full or `patience` seconds bring no reader.
        """
        ticket = Ticket(client, self._experience.pace(shape) if pace is None else pace)
        if self._closed:
            raise _stopping()
        if ticket.pace in (paces := self._open_lanes()) and not self._queue.waits(*paces):
            return self._lend(ticket, shape, until)
        if not self._queue.has_room(client):
            self.counters["refused"] += 1
            raise _busy()
        granted: asyncio.Future[Lease] = asyncio.get_running_loop().create_future()
        self._waiting[ticket] = granted
        self._asked[ticket] = (shape, until)
        self._queue.add(ticket)
        self._dispatch()
        try:
            async with asyncio.timeout(max(min(patience, until - time.monotonic()), 0)):
                return await granted
        except TimeoutError:
            if _is_granted(granted):
                return granted.result()
            self.counters["refused"] += 1
            raise _busy() from None
        except asyncio.CancelledError:
            if _is_granted(granted):
                self.release(granted.result())
            raise
        finally:
            self._queue.remove(ticket)
            self._waiting.pop(ticket, None)
            self._asked.pop(ticket, None)

    async def claim(self, lease: Lease) -> None:
        """Wait until `lease` has a place among the long ones; raise `ReaderGone` when it gets none."""
        self._overrun(lease)
        if not lease.long:
            lease.claim = asyncio.get_running_loop().create_future()
            self._dispatch()
            await lease.claim

    def release(self, lease: Lease) -> None:
        """Take back a reader that has ended its answer."""
        if self._end(lease):
            self._experience.learn(lease.shape, time.monotonic() - lease.began)
            if lease.reader.demoted and not lease.reader.restore():
                self._replace(lease.reader)
            else:
                self._idle.append(lease.reader)
            self._dispatch()

    def discard(self, lease: Lease) -> None:
        """End a reader that its user can no longer use; another one is started in the background."""
        if self._end(lease):
            self._replace(lease.reader)
            self._dispatch()

    async def close(self) -> None:
        """End all readers; running queries fail."""
        self._closed = True
        for ticket in list(self._queue):
            self._queue.remove(ticket)
            if not self._waiting[ticket].done():
                self._waiting[ticket].set_exception(_stopping())
        for task in list(self._starting):
            task.cancel()
        await asyncio.gather(*self._starting, return_exceptions=True)
        for lease in list(self._busy):
            self.discard(lease)
        for reader in self._idle:
            reader.kill()
        self._idle.clear()
        await asyncio.to_thread(self._zygote.close)

    @property
    def readers(self) -> tuple[Reader, ...]:
        """Return the readers that are ready or at work."""
        return (*self._idle, *(lease.reader for lease in self._busy))

    @property
    def census(self) -> Census:
        """Return how many queries and readers there are, by what they do."""
        return Census(len(self._queue), len(self._idle), len(self._busy), len(self._starting))

    def _open_lanes(self) -> tuple[Pace, ...]:
        self._drop_dead()
        if not self._idle:
            return ()
        if len(self._idle) <= self.lanes.reserved:
            return (Pace.LIGHT,)
        return (Pace.LIGHT, Pace.UNKNOWN, Pace.HEAVY)[: 3 if self._long() < self.lanes.long else 2]

    def _long(self) -> int:
        return sum(lease.long for lease in self._busy)

    def _drop_dead(self) -> None:
        if all(reader.alive for reader in self._idle):
            return
        for reader in [reader for reader in self._idle if not reader.alive]:
            _log.warning("Reader %d ended while idle.", reader.pid)
            self._idle.remove(reader)
            self._replace(reader)

    def _lend(self, ticket: Ticket, shape: str, until: float) -> Lease:
        heavy = ticket.pace is Pace.HEAVY
        lease = Lease(self._idle.pop(), ticket, shape, until, time.monotonic(), long=heavy)
        self._busy.add(lease)
        self._running[ticket.client] += 1
        if self._ticker is None:
            self._ticker = asyncio.get_running_loop().call_later(_TICK, self._tick)
        return lease

    def _end(self, lease: Lease) -> bool:
        """Take `lease` off the list and tell whether it was on it."""
        if lease not in self._busy:
            return False
        if lease.claim is not None and not lease.claim.done():
            lease.claim.set_exception(ReaderGone())
        self._busy.remove(lease)
        self._running[lease.ticket.client] -= 1
        if not self._running[lease.ticket.client]:
            del self._running[lease.ticket.client]
        return True

    def _dispatch(self) -> None:
        self._promote()
        while (paces := self._open_lanes()) and (ticket := self._queue.take(paces, self._running)):
            granted = self._waiting[ticket]
            if not granted.done():  # who gave up this very moment has not left the queue yet
                granted.set_result(self._lend(ticket, *self._asked[ticket]))
        if self._queue.waits(Pace.LIGHT, Pace.UNKNOWN) and not self._starting:
            victims = [lease for lease in self._busy if lease.over and not lease.long]
            if victims:
                self._preempt(min(victims, key=lambda each: each.began))

    def _promote(self) -> None:
        """Give free places among the long ones to those that have run longest without one."""
        overdue = sorted(
            (each for each in self._busy if each.over and not each.long), key=lambda it: it.began
        )
        for lease in overdue[: max(self.lanes.long - self._long(), 0)]:
            lease.long = True
            if lease.claim is not None and not lease.claim.done():
                lease.claim.set_result(None)

    def _overrun(self, lease: Lease) -> None:
        lease.over = True
        if not lease.long and self._long() < self.lanes.long:
            lease.long = True

    def _preempt(self, lease: Lease) -> None:
        lease.preempted = True
        self.counters["preempted"] += 1
        self._experience.learn(lease.shape, float("inf"))
        self.discard(lease)

    def _tick(self) -> None:
        now = time.monotonic()
        for lease in sorted(self._busy, key=lambda each: each.began):
            if now >= lease.until:
                lease.expired = True
                self.counters["killed"] += 1
                self._experience.learn(lease.shape, now - lease.began)
                self.discard(lease)
            elif now - lease.began > QUANTUM and not lease.over:
                self._overrun(lease)
            elif now - lease.began > _DEMOTE_SECONDS and not lease.reader.demoted:
                lease.reader.demote()
        self._dispatch()
        self._ticker = asyncio.get_running_loop().call_later(_TICK, self._tick) if self._busy else None

    def _replace(self, reader: Reader) -> None:
        reader.kill()
        if not self._closed:
            task = asyncio.get_running_loop().create_task(self._start())
            self._starting.add(task)
            task.add_done_callback(self._starting.discard)

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
                # This task is still on the list of those that start, though its reader is here.
                asyncio.get_running_loop().call_soon(self._dispatch)
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


def _is_granted(future: asyncio.Future[Lease]) -> bool:
    return future.done() and not future.cancelled() and future.exception() is None


def _busy() -> StoreUnavailable:
    return StoreUnavailable("All query processes are busy; try again in a moment.")


def _stopping() -> StoreUnavailable:
    return StoreUnavailable("The store is closed: the server is stopping.")
