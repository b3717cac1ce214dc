"""The readers at hand: lends them out, ends those that overrun, and starts new ones in the background."""

import logging
import threading
import time
from collections.abc import Callable
from subprocess import SubprocessError

from bionrw.errors import StoreUnavailable
from bionrw.store.process import ReaderProcess

_log = logging.getLogger(__name__)

# A release loads in less than a second; a machine under load may take long.
START_SECONDS = 60.0
_RETRY_SECONDS = 1.0


class ReaderPool:
    """Keeps `size` readers; one thread of its own starts, ends and reaps every one of them.

    The kernel ties a child's life to the thread that started it, so a request's thread must not.
    """

    def __init__(self, start: Callable[[], ReaderProcess], size: int) -> None:
        """Start the readers; raise `StoreUnavailable` when they cannot open the release."""
        self._start = start
        self._size = size
        # Reentrant: the garbage collector may drop an answer, and so give its reader back, anywhere.
        self._lock = threading.RLock()
        self._reader_free = threading.Condition(self._lock)
        self._work_waits = threading.Condition(self._lock)
        self._idle: list[ReaderProcess] = []
        self._busy: dict[ReaderProcess, float] = {}
        self._dismissed: list[ReaderProcess] = []
        self._failure: StoreUnavailable | None = None
        self._retry_at = 0.0
        self._closed = False
        self._warden = threading.Thread(target=self._look_after_readers, name="reader-warden", daemon=True)
        self._warden.start()
        self._wait_for_first_readers()

    def acquire(self, patience: float, until: float) -> ReaderProcess:
        """Return a reader that is the caller's until the time `until`, at which it is ended.

        Raises `StoreUnavailable` when `patience` seconds bring none.
        """
        limit = min(time.monotonic() + patience, until)
        with self._lock:
            while not self._closed:
                reader = self._take_idle()
                if reader is not None:
                    self._busy[reader] = until
                    self._work_waits.notify()  # its end may be the next thing to watch for
                    return reader
                remaining = limit - time.monotonic()
                if remaining <= 0:
                    message = "All query processes are busy; try again in a moment."
                    raise StoreUnavailable(message)
                self._reader_free.wait(remaining)
        message = "The store is closed: the server is stopping."
        raise StoreUnavailable(message)

    def release(self, reader: ReaderProcess) -> None:
        """Take back a reader that has ended its answer."""
        with self._lock:
            if self._busy.pop(reader, None) is not None:
                self._idle.append(reader)
                self._reader_free.notify()
                return
        reader.hang_up()  # it was ended meanwhile, at its deadline or by `close`

    def discard(self, reader: ReaderProcess) -> None:
        """End a reader that its user can no longer use; another one is started in the background."""
        reader.kill()
        reader.hang_up()
        with self._lock:
            if self._busy.pop(reader, None) is not None:
                self._dismissed.append(reader)
                self._work_waits.notify()

    def close(self) -> None:
        """End all readers and wait until they are gone."""
        with self._lock:
            self._closed = True
            self._work_waits.notify()
            self._reader_free.notify_all()
        self._warden.join()

    @property
    def readers(self) -> tuple[ReaderProcess, ...]:
        """Return the readers that are ready or at work."""
        with self._lock:
            return (*self._idle, *self._busy)

    def _take_idle(self) -> ReaderProcess | None:
        while self._idle:
            reader = self._idle.pop()
            if reader.alive():
                return reader
            _log.warning("Reader %d ended while idle.", reader.pid)
            self._dismiss_idle(reader)
        return None

    def _dismiss_idle(self, reader: ReaderProcess) -> None:
        reader.hang_up()
        self._dismissed.append(reader)
        self._work_waits.notify()

    def _wait_for_first_readers(self) -> None:
        with self._lock:
            self._reader_free.wait_for(lambda: self._failure or len(self._idle) >= self._size)
            failure = self._failure
        if failure is not None:
            self.close()
            raise failure

    def _look_after_readers(self) -> None:
        while True:
            with self._lock:
                self._dismiss_unwanted()
                dismissed, self._dismissed = self._dismissed, []
                missing = self._missing()
                if not dismissed and not missing:
                    if self._closed:
                        return
                    self._work_waits.wait(self._seconds_to_next_event())
                    continue
            for reader in dismissed:
                reader.kill()
                reader.reap()
            if missing:
                self._replenish(missing)

    def _dismiss_unwanted(self) -> None:
        now = time.monotonic()
        unwanted = [reader for reader, until in list(self._busy.items()) if self._closed or until <= now]
        for reader in unwanted:
            del self._busy[reader]
            self._dismissed.append(reader)
        while self._closed and self._idle:
            self._dismiss_idle(self._idle.pop())

    def _missing(self) -> int:
        if self._closed or time.monotonic() < self._retry_at:
            return 0
        return self._size - len(self._idle) - len(self._busy)

    def _seconds_to_next_event(self) -> float | None:
        events = list(self._busy.values())
        if len(self._idle) + len(self._busy) < self._size:
            events.append(self._retry_at)
        return max(min(events) - time.monotonic(), 0.0) if events else None

    def _replenish(self, count: int) -> None:
        """Start `count` readers side by side, then wait for each to be ready."""
        newcomers: list[ReaderProcess] = []
        try:
            newcomers.extend(self._start() for _ in range(count))
            until = time.monotonic() + START_SECONDS
            for reader in newcomers:
                reader.wait_until_ready(until)
        except (OSError, SubprocessError, StoreUnavailable) as error:
            self._note_failure(error)
            for reader in newcomers:
                reader.kill()
                reader.reap()
                reader.hang_up()
            return
        with self._lock:
            self._idle.extend(newcomers)
            self._reader_free.notify_all()

    def _note_failure(self, error: Exception) -> None:
        _log.error("Readers could not be started: %s", error)
        unavailable = StoreUnavailable("No query process can be started now; try again later.")
        with self._lock:
            self._failure = error if isinstance(error, StoreUnavailable) else unavailable
            self._retry_at = time.monotonic() + _RETRY_SECONDS
            self._reader_free.notify_all()
