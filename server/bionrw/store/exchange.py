"""One query on one reader: the frames of its answer, and the reader given back when they end."""

import json
import time
from collections.abc import Iterator
from typing import Any

from bionrw.errors import KnowledgeError, QueryTimeout
from bionrw.store import diagnosis, wire
from bionrw.store.pool import ReaderPool
from bionrw.store.process import ReaderProcess

# An answer that is as good as complete is read to its end, for that is cheaper than a new reader.
_DRAIN_SECONDS = 0.02
# The socket of a process that ends closes a moment before its exit code can be read.
_EXIT_SECONDS = 1.0


class Exchange(Iterator[bytes]):
    """The frames of one answer; the first is already here, so the query began well.

    Iterating raises `QueryTimeout`, `ReaderDied` or `EngineFailure`. It belongs to one thread.
    """

    def __init__(self, pool: ReaderPool, request: dict[str, Any], patience: float, deadline: float) -> None:
        """Run `request`; raise what `GraphStore.query` raises. Both times are in seconds from now."""
        self._reader: ReaderProcess | None = None  # first, since __del__ runs after a failure, too
        self._pool = pool
        self._text: str = request["text"]
        self._deadline = deadline
        self._until = time.monotonic() + deadline
        reader = self._reader = pool.acquire(patience, self._until)
        padded = {**request, "text": self._text + diagnosis.PADDING}
        try:
            reader.ask({**padded, "seconds": max(self._until - time.monotonic(), 0.0)}, self._until)
        except OSError as error:
            raise self._give_up(reader) from error
        self._first = self._receive(reader)

    def __next__(self) -> bytes:
        """Return the next bytes of the answer."""
        first, self._first = self._first, b""
        if first:
            return first
        while self._reader is not None:
            frame = self._receive(self._reader)
            if frame:
                return frame
        raise StopIteration

    def close(self) -> None:
        """Give the reader free, ending its query if that still runs."""
        self._first = b""
        reader, self._reader = self._reader, None
        if reader is None:
            return
        if self._drained(reader):
            self._pool.release(reader)
        else:
            self._pool.discard(reader)

    def __del__(self) -> None:
        """Give the reader free when the answer was dropped."""
        self.close()

    def _receive(self, reader: ReaderProcess) -> bytes:
        try:
            kind, payload = reader.receive(self._until)
        except (EOFError, OSError) as error:
            raise self._give_up(reader) from error
        if kind == wire.MORE:
            return payload
        self._reader = None
        self._pool.release(reader)
        if kind == wire.FAULT:
            raise self._fault(**json.loads(payload))
        return payload

    def _fault(self, kind: str, message: str) -> KnowledgeError:
        if kind == "syntax":
            return diagnosis.syntax_fault(self._text, message)
        if kind == "argument":
            return diagnosis.argument_fault()
        if kind == "format":
            return diagnosis.format_fault()
        return diagnosis.engine_fault(message)

    def _give_up(self, reader: ReaderProcess) -> KnowledgeError:
        """End the reader and return the reason: the time is over, or it has ended by itself."""
        self._reader = None
        late = time.monotonic() >= self._until
        exit_code = None if late else reader.reap(_EXIT_SECONDS)
        self._pool.discard(reader)
        if late:
            return QueryTimeout(
                f"The query ran longer than the {self._deadline:g} seconds allowed; narrow it or add LIMIT.",
                {"limit": self._deadline},
            )
        return diagnosis.death(exit_code, reader.memory_limit)

    def _drained(self, reader: ReaderProcess) -> bool:
        until = min(self._until, time.monotonic() + _DRAIN_SECONDS)
        try:
            while (kind := reader.receive(until)[0]) == wire.MORE:
                pass
        except (EOFError, OSError):
            return False
        return kind in (wire.LAST, wire.FAULT)
