"""The server as an attacker sees it: a place to connect to, and how long one has to wait there."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from tests.hostile.lure import Lure
from tests.hostile.wire import Connection, Reply


@dataclass(frozen=True)
class Limits:
    """Seconds that the server has for a light request, for a heavy one, and for a light one afterwards.

    `hold` is how long a slow client holds on to its connection.
    """

    light: float = 5.0
    heavy: float = 20.0
    afterwards: float = 3.0
    hold: float = 12.0


@dataclass(frozen=True)
class Door:
    """Where the server listens; the lure is what an attacker would like to reach through it."""

    host: str
    port: int
    lure: Lure
    limits: Limits

    @property
    def place(self) -> tuple[str, int]:
        """Return where to connect."""
        return self.host, self.port

    def talk(self, *pieces: bytes, patience: float, method: str = "GET", finish: bool = False) -> Reply:
        """Send all pieces on a connection of their own and return the answer.

        Whatever follows the answer to a HEAD is its body, which it must not have.
        """
        with Connection(self.place, patience) as connection:
            for piece in pieces:
                if not connection.send(piece):
                    break
            if finish:
                connection.finish()
            reply = connection.receive(method)
            if method == "HEAD" and reply.status > 0:
                return Reply(reply.status, reply.head, connection.rest(), seconds=reply.seconds)
            return reply

    def crowd(self, messages: Sequence[bytes], patience: float) -> list[Reply]:
        """Send all messages at once, each on a connection of its own, and return the answers."""
        start = threading.Barrier(len(messages))

        def one(message: bytes) -> Reply:
            start.wait()
            return self.talk(message, patience=patience)

        with ThreadPoolExecutor(len(messages)) as pool:
            return list(pool.map(one, messages))
