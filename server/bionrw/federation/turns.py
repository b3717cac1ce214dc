"""How many federated queries run at once in one serving process, in all and for each client."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bionrw.errors import StoreUnavailable

# They wait for others most of their time, but hold rows meanwhile.
_MOST, _MOST_OF_ONE = 32, 8


class Turns:
    """Lets in so many; belongs to one event loop."""

    def __init__(self, most: int = _MOST, most_of_one: int = _MOST_OF_ONE) -> None:
        """Begin with none."""
        self._most, self._most_of_one = most, most_of_one
        self._running: Counter[str] = Counter()

    @asynccontextmanager
    async def of(self, client: str) -> AsyncIterator[None]:
        """Count one query of `client` while it runs; raise `StoreUnavailable` when there are too many."""
        if self._running.total() >= self._most or self._running[client] >= self._most_of_one:
            message = "Too many queries with SERVICE are running; try again in a moment."
            raise StoreUnavailable(message)
        self._running[client] += 1
        try:
            yield
        finally:
            self._running[client] -= 1
            if not self._running[client]:
                del self._running[client]
