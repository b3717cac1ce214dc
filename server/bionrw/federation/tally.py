"""How the endpoints have answered lately, by real calls alone, as all serving processes noted them."""

import mmap
import os
import secrets
import statistics
import struct
import time
from collections.abc import Iterator
from dataclasses import dataclass

from bionrw.federation.endpoints import Endpoint, Endpoints

# When a call ended (seconds since 1970, 0: none yet), how many seconds it took, rows, bytes, 1 if it failed.
_CALL = struct.Struct("<ddQQQ")
# Each process writes into a part of its own, so that none has to wait for another one.
_PARTS, _CALLS = 64, 32
_ENDPOINT_BYTES = _PARTS * _CALLS * _CALL.size
# So many failures at the end of the calls make an endpoint count as failing.
_FAILING = 3


@dataclass(frozen=True, slots=True)
class State:
    """What the last `calls` to an endpoint were like; `last` is when the last one ended (seconds since 1970).

    `seconds` is their median, None where none was answered; `failing`: the last three or more failed.
    """

    calls: int = 0
    failures: int = 0
    rows: int = 0
    bytes: int = 0
    seconds: float | None = None
    last: float | None = None
    failing: bool = False


class Tally:
    """The endpoints that may be asked, and their last calls. Made before the processes that share it."""

    def __init__(self, endpoints: Endpoints) -> None:
        """Begin without any call."""
        self.endpoints = endpoints
        # With it receipts are signed, so that each process knows those of the others.
        self.key = secrets.token_bytes(32)
        self._order = {iri: number for number, iri in enumerate(endpoints)}
        # The number of a process is what it writes under; of its next call, which older one goes.
        self._next: dict[str, int] = {}
        self._memory = mmap.mmap(-1, max(len(endpoints), 1) * _ENDPOINT_BYTES)

    def note(
        self, endpoint: Endpoint, seconds: float, rows: int = 0, size: int = 0, *, failed: bool = False
    ) -> None:
        """Note a call that has ended: its seconds, rows and bytes."""
        number = self._order.get(endpoint.iri)
        if number is None:
            return
        at = self._next[endpoint.iri] = (self._next.get(endpoint.iri, -1) + 1) % _CALLS
        place = (os.getpid() % _PARTS) * _CALLS + at
        call = (time.time(), seconds, rows, size, int(failed))
        _CALL.pack_into(self._memory, number * _ENDPOINT_BYTES + place * _CALL.size, *call)

    def state(self, iri: str) -> State:
        """Return what the last calls to an endpoint were like."""
        calls = sorted(self._calls(iri))
        if not calls:
            return State()
        answered = [call for call in calls if not call[4]]
        return State(
            calls=len(calls),
            failures=len(calls) - len(answered),
            rows=sum(call[2] for call in answered),
            bytes=sum(call[3] for call in answered),
            seconds=statistics.median(call[1] for call in answered) if answered else None,
            last=calls[-1][0],
            failing=len(calls) >= _FAILING and all(call[4] for call in calls[-_FAILING:]),
        )

    def _calls(self, iri: str) -> Iterator[tuple[float, float, int, int, int]]:
        begin = self._order[iri] * _ENDPOINT_BYTES
        for call in _CALL.iter_unpack(self._memory[begin : begin + _ENDPOINT_BYTES]):
            if call[0]:
                yield call
