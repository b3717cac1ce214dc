"""Who runs next: queries wait in lanes by how long their like took, and clients take turns in each.

The shape of a query, its text without values, tells what to expect of it. That is a hint and no
promise: what runs longer than a quantum needs a place in the lane for long ones, whatever its shape.
"""

import time
from bisect import insort
from collections import Counter, OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from typing import NamedTuple

_SHAPES = 4096

# Seconds of processor time: what ended within the first is light, what took longer than the second is
# heavy. A young reader needs 0.2 seconds a million triples to copy the pages that it touches.
LIGHT_SECONDS, QUANTUM = 0.05, 0.4
# What was taken for light, or might have been, and works for so long stands in the way of those that are.
_FIRST_QUANTUM = 0.1


class Pace(IntEnum):
    """What to expect of a query; the order is that of the lanes."""

    LIGHT = 0
    UNKNOWN = 1
    MEDIUM = 2
    HEAVY = 3


# All but the light ones.
HARDER = (Pace.UNKNOWN, Pace.MEDIUM, Pace.HEAVY)
# Seconds that a lane's queries wait for those of the first one; if it were for ever, they might starve.
_HANDICAPS = {Pace.LIGHT: 0.0, Pace.UNKNOWN: 0.05, Pace.MEDIUM: 0.1, Pace.HEAVY: 1.0}


@dataclass(frozen=True, slots=True)
class Lanes:
    """Of a number of readers, `reserved` are for light queries alone.

    Up to `long` queries may run beyond the quantum, and up to `begun` may have sent a part of their
    answer, so that one reader is left for those that can begin anew. Queries that keep a processor busy
    are started side by side up to `width`, and more of them only when these have run for a while.
    """

    readers: int
    reserved: int
    long: int
    begun: int
    width: int

    @classmethod
    def of(cls, readers: int, width: int) -> "Lanes":
        """Return the lanes for a number of readers: one of three or more is kept for light queries."""
        reserved = int(readers > 2)
        begun = max(1, readers - 1 - reserved)
        return cls(readers, reserved, min(begun, width), begun, width)

    @property
    def resident(self) -> int:
        """Return how many readers are always there."""
        return min(self.readers, self.width + self.reserved)

    def roomy(self, light: int, other: int, long: int) -> tuple[Pace, ...]:
        """Return the lanes that have room beside so many `light` and `other` queries, and `long` ones.

        Each processor has one that is not light, and light ones have a place of their own; one that was
        never seen before may be light as well, and takes no place away from those that are. What has
        run for its quantum, or waits for its client, is not counted, so that others have their turn.
        """
        paces = [Pace.LIGHT] if light + min(other, self.width) < self.resident else []
        if other < self.resident:
            paces.append(Pace.UNKNOWN)
        if other < self.width:
            paces += [Pace.MEDIUM, Pace.HEAVY] if long < self.long else [Pace.MEDIUM]
        return tuple(paces)

    @property
    def active(self) -> int:
        """Return how many queries may be at work at once, but for those that wait for their clients."""
        return min(self.readers, self.reserved + self.long + self.width)


class Census(NamedTuple):
    """How many queries wait for a reader, and how many readers are idle, busy and starting."""

    waiting: int
    idle: int
    busy: int
    starting: int


class Experience:
    """How long queries of each shape worked lately; the shapes seen last are kept."""

    def __init__(self) -> None:
        self._seconds: OrderedDict[int, float] = OrderedDict()

    def pace(self, shape: str) -> Pace:
        """Return what to expect of a query of that shape."""
        seconds = self._seconds.get(hash(shape))
        if seconds is None:
            return Pace.UNKNOWN
        if seconds <= LIGHT_SECONDS:
            return Pace.LIGHT
        return Pace.HEAVY if seconds > QUANTUM else Pace.MEDIUM

    def learn(self, shape: str, seconds: float) -> None:
        """Remember the `seconds` that a query worked; a long run is forgotten by halves only."""
        key = hash(shape)
        last = self._seconds.pop(key, 0.0)
        self._seconds[key] = max(seconds, last / 2)
        if len(self._seconds) > _SHAPES:
            self._seconds.popitem(last=False)


@dataclass(eq=False, slots=True)
class Ticket:
    """A query's place in the queue."""

    client: str
    pace: Pace
    since: float = field(default_factory=time.monotonic)

    @property
    def quantum(self) -> float:
        """Return the processor time after which the query counts as long."""
        return _FIRST_QUANTUM if self.pace <= Pace.UNKNOWN else QUANTUM


class Queue:
    """Waiting tickets, at most `limit` in all and half of them from one client."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._share = max(1, limit // 2)
        self._lanes: dict[Pace, list[Ticket]] = {pace: [] for pace in Pace}
        self._clients: Counter[str] = Counter()

    def __len__(self) -> int:
        return self._clients.total()

    def __iter__(self) -> Iterator[Ticket]:
        for lane in self._lanes.values():
            yield from lane

    def has_room(self, client: str) -> bool:
        """Tell whether `client` may wait, too."""
        return len(self) < self._limit and self._clients[client] < self._share

    def add(self, ticket: Ticket) -> None:
        """Let `ticket` wait."""
        self._lanes[ticket.pace].append(ticket)
        self._clients[ticket.client] += 1

    def remove(self, ticket: Ticket) -> bool:
        """Take `ticket` out and tell whether it was there."""
        lane = self._lanes[ticket.pace]
        if ticket not in lane:
            return False
        lane.remove(ticket)
        self._clients[ticket.client] -= 1
        if not self._clients[ticket.client]:
            del self._clients[ticket.client]
        return True

    def move(self, ticket: Ticket, pace: Pace) -> None:
        """Let a waiting `ticket` wait in another lane, by its age."""
        self.remove(ticket)
        ticket.pace = pace
        insort(self._lanes[pace], ticket, key=lambda each: each.since)
        self._clients[ticket.client] += 1

    def waits(self, *paces: Pace) -> bool:
        """Tell whether a ticket of one of these paces waits."""
        return any(self._lanes[pace] for pace in paces)

    def take(self, paces: tuple[Pace, ...], running: Counter[str]) -> Ticket | None:
        """Take out who is next among `paces`; `running` counts the queries at work of each client.

        The lane comes first whose first ticket has waited longest, but for the start that lighter ones
        have; in it the client with the fewest queries at work, then the first.
        """
        lanes = {pace: self._lanes[pace] for pace in paces if self._lanes[pace]}
        if not lanes:
            return None
        pace = min(lanes, key=lambda each: lanes[each][0].since + _HANDICAPS[each])
        ticket = min(lanes[pace], key=lambda each: running[each.client])
        self.remove(ticket)
        return ticket
