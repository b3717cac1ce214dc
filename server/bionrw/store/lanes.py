"""Who runs next: queries wait in lanes by how long their like took, and clients take turns in each.

The shape of a query, its text without values, tells what to expect of it. That is a hint and no
promise: what runs longer than a quantum needs a place in the lane for long ones, whatever its shape.
"""

from collections import Counter, OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

_SHAPES = 4096

# Seconds of running: what ended within the first is light, what took longer than the second is heavy.
LIGHT_SECONDS, QUANTUM = 0.05, 0.2


class Pace(IntEnum):
    """What to expect of a query; the order is that of the lanes."""

    LIGHT = 0
    UNKNOWN = 1
    HEAVY = 2


@dataclass(frozen=True, slots=True)
class Lanes:
    """Of a number of readers, `reserved` are for light queries alone, and `long` may run beyond the quantum.

    Queries that keep a processor busy are started side by side up to `width`, and more of them only
    when these have run for a while.
    """

    readers: int
    reserved: int
    long: int
    width: int

    @classmethod
    def of(cls, readers: int, width: int) -> "Lanes":
        """Return the lanes for a number of readers: one of three or more is kept for light queries."""
        reserved = int(readers > 2)
        return cls(readers, reserved, max(1, min(readers - 1 - reserved, width + 1)), width)

    @property
    def resident(self) -> int:
        """Return how many readers are always there."""
        return min(self.readers, self.width + self.reserved)


class Census(NamedTuple):
    """How many queries wait for a reader, and how many readers are idle, busy and starting."""

    waiting: int
    idle: int
    busy: int
    starting: int


class Experience:
    """How long queries of each shape took lately; the shapes seen last are kept."""

    def __init__(self) -> None:
        self._seconds: OrderedDict[int, float] = OrderedDict()

    def pace(self, shape: str) -> Pace:
        """Return what to expect of a query of that shape."""
        seconds = self._seconds.get(hash(shape))
        if seconds is None:
            return Pace.UNKNOWN
        if seconds <= LIGHT_SECONDS:
            return Pace.LIGHT
        return Pace.HEAVY if seconds > QUANTUM else Pace.UNKNOWN

    def learn(self, shape: str, seconds: float) -> None:
        """Remember the `seconds` that a query ran; a long run is forgotten by halves only."""
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

    def waits(self, *paces: Pace) -> bool:
        """Tell whether a ticket of one of these paces waits."""
        return any(self._lanes[pace] for pace in paces)

    def take(self, paces: tuple[Pace, ...], running: Counter[str]) -> Ticket | None:
        """Take out who is next among `paces`: the client with the fewest queries at work, then the first."""
        for pace in paces:
            if self._lanes[pace]:
                ticket = min(self._lanes[pace], key=lambda each: running[each.client])
                self.remove(ticket)
                return ticket
        return None
