"""What leaves an endpoint alone that fails again and again, and lets one request try it after a while."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pybreaker

from bionrw.federation.response import Down, Failure


class Breaker:
    """Counts how requests to one endpoint end. Belongs to one event loop."""

    def __init__(self, fail_max: int, reset_seconds: float) -> None:
        """Leave the endpoint alone for `reset_seconds` after `fail_max` failures in a row."""
        self._storage = pybreaker.CircuitMemoryStorage(pybreaker.STATE_CLOSED)
        self._pause = timedelta(seconds=reset_seconds)
        self._breaker = pybreaker.CircuitBreaker(
            fail_max, reset_seconds, state_storage=self._storage, throw_new_error_on_trip=False
        )
        self._trying = False

    @contextmanager
    def request(self) -> Iterator[None]:
        """Note how the request ends that stands inside; raise `Failure` when there should be none now.

        Only `Down` counts against the endpoint. What is cancelled or refused says nothing about it, which
        pybreaker would take for success, so it hears of real outcomes alone.
        """
        trial = self._breaker.current_state != pybreaker.STATE_CLOSED
        if trial and (left := self._left()) is not None:
            message = f"it failed several times in a row and is left alone {left}"
            raise Failure(message)
        self._trying = self._trying or trial
        try:
            yield
        except Failure as failure:
            self.note(failure)
            raise
        else:
            self.note()
        finally:
            if trial:
                self._trying = False

    def note(self, failure: Failure | None = None) -> None:
        """Note that a request ended, and in which failure."""
        try:
            with self._breaker.calling():
                if isinstance(failure, Down):
                    raise failure
        except (Down, pybreaker.CircuitBreakerError):
            return

    def _left(self) -> str | None:
        """Return for how long nobody may try, None when somebody may."""
        opened = self._storage.opened_at
        left = (opened + self._pause - datetime.now(UTC)).total_seconds() if opened else 0.0
        if left > 0:
            return f"for {left:.2g} more seconds"
        return "while another request tries it" if self._trying else None
