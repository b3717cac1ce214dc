"""Who gets a reader: lends them by lanes, ends those that overrun, and asks for more while there is need."""

import asyncio
import time
from collections import Counter

from bionrw.errors import StoreUnavailable
from bionrw.store import wire
from bionrw.store.fleet import Fleet
from bionrw.store.lanes import HARDER, LIGHT_SECONDS, QUANTUM, Census, Experience, Lanes, Pace, Queue, Ticket
from bionrw.store.lease import Lease
from bionrw.store.link import Reader, ReaderGone

# Seconds between two looks at what runs; so much later than its deadline a query may end.
_TICK = 0.05
_DEMOTE_SECONDS = 1.0
# What a query counts as that was ended beyond the quantum (who knows what it would have worked), and before.
_LONG_SECONDS, _SOME_SECONDS = 4 * QUANTUM, 2 * LIGHT_SECONDS
# So long an answer that nobody wants may take to end by itself.
_ABANDONED_SECONDS = 1.0


class ReaderPool:
    """Lends readers to queries. Belongs to one event loop, so nothing here needs a lock."""

    def __init__(self, fleet: Fleet, lanes: Lanes, queue: int, memory_limit: int) -> None:
        """Lend the readers of `fleet` by `lanes`.

        At most `queue` queries wait for a reader; `memory_limit` is what a query may use, in bytes.
        """
        self._fleet = fleet
        fleet.when_changed = self._dispatch
        self.memory_limit = memory_limit
        self.lanes = lanes
        self.counters: Counter[str] = Counter()
        self._queue = Queue(queue)
        self._experience = Experience()
        self._waiting: dict[Ticket, asyncio.Future[Lease]] = {}
        self._asked: dict[Ticket, tuple[str, float]] = {}
        self._busy: set[Lease] = set()
        self._running: Counter[str] = Counter()
        self._drains: set[asyncio.Task[None]] = set()
        self._ticker: asyncio.TimerHandle | None = None
        self._closed = False

    async def open(self) -> None:
        """Start the resident readers; raise `StoreUnavailable` when they cannot open the release."""
        await self._fleet.open()

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
            lease = self._lend(ticket, shape, until)
            if ticket.pace is not Pace.LIGHT:
                self._staff()
            return lease
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
        """Wait until a part of the answer may leave the house; raise `ReaderGone` when it never may."""
        if lease not in self._busy:
            raise ReaderGone
        lease.claim = asyncio.get_running_loop().create_future()
        self._dispatch()
        await lease.claim

    def release(self, lease: Lease) -> None:
        """Take back a reader that has ended its answer."""
        if self._end(lease):
            self._learn(lease.shape, lease.worked)
            self._fleet.take_back(lease.reader)
            if self._busy or len(self._queue) or self._fleet.size < self._fleet.resident:
                self._dispatch()

    def discard(self, lease: Lease) -> None:
        """End a reader that its user can no longer use; another one is started where there is need."""
        if self._end(lease):
            self._fleet.end(lease.reader)
            self._dispatch()

    def abandon(self, lease: Lease) -> None:
        """Take back a reader whose answer nobody wants any more.

        One that would be done in a moment is let go on, for another reader would cost more than that.
        """
        if lease.over or self._closed:
            self.discard(lease)
        elif lease in self._busy and not lease.abandoned:
            lease.abandoned = True
            lease.until = min(lease.until, time.monotonic() + _ABANDONED_SECONDS)
            task = asyncio.get_running_loop().create_task(self._drain(lease))
            self._drains.add(task)
            task.add_done_callback(self._drains.discard)

    async def _drain(self, lease: Lease) -> None:
        try:
            while (await lease.reader.receive())[0] not in wire.ENDS:
                pass
        except ReaderGone:
            self.discard(lease)
        else:
            self.release(lease)

    async def close(self) -> None:
        """End all readers; running queries fail."""
        self._closed = True
        for ticket in list(self._queue):
            self._queue.remove(ticket)
            if not self._waiting[ticket].done():
                self._waiting[ticket].set_exception(_stopping())
        for lease in list(self._busy):
            self.discard(lease)
        await self._fleet.close()

    @property
    def readers(self) -> tuple[Reader, ...]:
        """Return the readers that are ready or at work."""
        return self._fleet.readers

    @property
    def census(self) -> Census:
        """Return how many queries and readers there are, by what they do."""
        return Census(len(self._queue), self._fleet.idle, len(self._busy), self._fleet.starting)

    def _learn(self, shape: str, seconds: float) -> None:
        """Remember what a query worked, and let its like wait where that belongs."""
        self._experience.learn(shape, seconds)
        if self._queue.waits(*HARDER):
            pace = self._experience.pace(shape)
            for ticket, (waiting, _) in self._asked.items():
                if ticket.pace is not pace and waiting == shape:
                    self._queue.move(ticket, pace)

    def _roomy(self) -> tuple[Pace, ...]:
        """Return the lanes from which another query may run beside those at work; see `Lanes.roomy`."""
        fresh = [each.ticket.pace for each in self._busy if not each.over and not each.reader.stalls]
        light = fresh.count(Pace.LIGHT)
        return self.lanes.roomy(light, len(fresh) - light, self._long())

    def _open_lanes(self) -> tuple[Pace, ...]:
        """Return the lanes from which a query can be given an idle reader now."""
        self._fleet.drop_dead()
        if not self._fleet.idle:
            return ()
        paces = self._roomy()
        if self._fleet.idle > self.lanes.reserved:
            return paces
        # The last one is for light queries, unless another can be there in a moment.
        lent = (Pace.LIGHT, Pace.UNKNOWN) if self._can_grow(beside=1) else (Pace.LIGHT,)
        return tuple(pace for pace in paces if pace in lent)

    def _can_grow(self, beside: int = 0) -> bool:
        """Tell whether there may be another reader, with so many more at work `beside` those that are.

        Those who wait for their clients do not count.
        """
        active = beside + sum(not lease.reader.stalls for lease in self._busy)
        return self._fleet.size < self._fleet.most and active < self.lanes.active

    def _long(self) -> int:
        """Return how many long queries keep a processor busy, for those of slow clients do not."""
        return sum((it.long or (it.over and it.begun)) and not it.reader.stalls for it in self._busy)

    def _lend(self, ticket: Ticket, shape: str, until: float) -> Lease:
        reader = self._fleet.lend()
        lease = Lease(reader, ticket, shape, until, time.monotonic(), reader.processor_seconds())
        lease.long = ticket.pace is Pace.HEAVY
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
        if not self._is_calm():
            self._promote()
        while (paces := self._open_lanes()) and (ticket := self._queue.take(paces, self._running)):
            granted = self._waiting[ticket]
            if not granted.done():  # who gave up this very moment has not left the queue yet
                granted.set_result(self._lend(ticket, *self._asked[ticket]))
        if self._closed or (self._is_calm() and not self._queue.waits(*HARDER)):
            return
        self._staff()
        if not self._fleet.starting and self._queue.waits(*(set(self._roomy()) - {Pace.HEAVY})):
            victims = [lease for lease in self._busy if lease.may_give_way]
            if victims:
                self._preempt(min(victims, key=lambda each: each.started))

    def _is_calm(self) -> bool:
        """Tell whether all readers are there and none is at more than a light query: nothing to decide."""
        return self._fleet.size >= self._fleet.resident and not any(
            each.over or each.claim or each.ticket.pace is not Pace.LIGHT for each in self._busy
        )

    def _staff(self) -> None:
        """Start the readers that are missing, or one more where one is wanted and allowed."""
        fleet = self._fleet
        for _ in range(fleet.resident - fleet.size):
            fleet.start()
        light = sum(each.ticket.pace is Pace.LIGHT and not each.over for each in self._busy)
        wanted = len(self._busy) + max(self.lanes.reserved - light, 0) + self._queue.waits(*self._roomy())
        if fleet.size < wanted and not fleet.starting and self._can_grow():
            fleet.start()

    def _promote(self) -> None:
        """Give free places to those that have run longest without one."""
        by_age = sorted(self._busy, key=lambda each: each.started)
        overdue = [each for each in by_age if each.over and not each.long]
        for lease in overdue[: max(self.lanes.long - self._long(), 0)]:
            lease.long = True
        claims = [each for each in by_age if each.claim is not None and not each.begun]
        for lease in claims[: max(self.lanes.begun - sum(each.begun for each in self._busy), 0)]:
            lease.begun = True
            if lease.claim is not None and not lease.claim.done():
                lease.claim.set_result(None)

    def _preempt(self, lease: Lease) -> None:
        lease.preempted = True
        self.counters["preempted"] += 1
        self._learn(
            lease.shape, _LONG_SECONDS if lease.worked > QUANTUM else max(lease.worked, _SOME_SECONDS)
        )
        self.discard(lease)

    def _tick(self) -> None:
        now = time.monotonic()
        for lease in sorted(self._busy, key=lambda each: each.started):
            worked = lease.worked
            if lease.abandoned and (now >= lease.until or worked > lease.ticket.quantum):
                self.discard(lease)
            elif now >= lease.until:
                lease.expired = True
                self.counters["killed"] += 1
                self._learn(lease.shape, max(worked, QUANTUM))
                self.discard(lease)
            elif not lease.over and worked > lease.ticket.quantum:
                lease.over = True
                self._learn(lease.shape, worked)
            elif lease.over and QUANTUM < worked < QUANTUM + 2 * _TICK:
                self._learn(lease.shape, _LONG_SECONDS)
            elif not lease.reader.demoted and worked > _DEMOTE_SECONDS:
                lease.reader.demote()
        self._dispatch()
        self._ticker = asyncio.get_running_loop().call_later(_TICK, self._tick) if self._busy else None


def _is_granted(future: asyncio.Future[Lease]) -> bool:
    return future.done() and not future.cancelled() and future.exception() is None


def _busy() -> StoreUnavailable:
    return StoreUnavailable("All query processes are busy; try again in a moment.")


def _stopping() -> StoreUnavailable:
    return StoreUnavailable("The store is closed: the server is stopping.")
