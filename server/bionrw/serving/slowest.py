"""The slowest queries of the last hour, kept in the ledger for the operator."""

import hashlib
import json
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from bionrw.serving.ledger import ENTRIES, ENTRY_BYTES, Place
from bionrw.web.observation import Observation

SHOWN = 50
LATE_SECONDS = 3600.0
_TEXT_BYTES = 3072
_ROOM = ENTRY_BYTES - 64


@dataclass(frozen=True, slots=True)
class SlowQuery:
    """A query as the operator sees it.

    `shape` is a digest that tells queries apart that differ by more than their values; `text` is empty
    unless asked for.
    """

    began: float
    seconds: float
    outcome: str
    status: int
    size: int
    form: str
    format: str
    shape: str
    trace: str
    text: str

    @property
    def time(self) -> str:
        """Return when it began (ISO 8601, UTC)."""
        return datetime.fromtimestamp(self.began, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def document(self) -> dict[str, object]:
        """Return it with the keys that a line of the log has."""
        members = asdict(self)
        del members["began"]
        text, size = members.pop("text"), members.pop("size")
        return {"time": self.time, **members, "bytes": size, **({"query": text} if text else {})}


class Slowest:
    """An observer that keeps the slowest in a place of the ledger, those of an earlier owner included."""

    def __init__(self, place: Place, *, with_text: bool) -> None:
        """Keep texts only `with_text`."""
        self._place, self._with_text = place, with_text
        # When each began, and how long it took; what began long ago gives way to anything.
        self._kept = [(0.0, 0.0)] * ENTRIES
        for number in range(ENTRIES):
            if query := _read(place, number):
                self._kept[number] = (query.began, query.seconds)

    def note(self, observation: Observation) -> None:
        """Keep a query if it is among the slowest of late."""
        if observation.hit:
            return
        since = observation.began - LATE_SECONDS
        weights = [seconds if began >= since else 0.0 for began, seconds in self._kept]
        least = min(weights)
        if observation.seconds > least:
            number = weights.index(least)
            self._place.write(number, self._entry(observation))
            self._kept[number] = (observation.began, observation.seconds)

    def _entry(self, observation: Observation) -> bytes:
        text = cut(observation.text, _TEXT_BYTES) if self._with_text else ""
        while True:
            query = SlowQuery(
                observation.began,
                observation.seconds,
                observation.outcome,
                observation.status,
                observation.size,
                observation.form,
                observation.format,
                digest_of(observation.shape),
                observation.trace,
                text,
            )
            entry = json.dumps(asdict(query), ensure_ascii=False).encode(errors="replace")
            if len(entry) <= _ROOM:
                return entry
            text = text[: len(text) // 2]  # many of its characters had to be escaped


def slowest(places: Iterable[Place]) -> list[SlowQuery]:
    """Return the slowest queries of the last hour from all places, the slowest first."""
    since = time.time() - LATE_SECONDS
    found = (_read(place, number) for place in places for number in range(ENTRIES))
    late = [query for query in found if query and query.began >= since]
    return sorted(late, key=lambda query: query.seconds, reverse=True)[:SHOWN]


def digest_of(shape: str) -> str:
    """Return a short digest of what like queries have in common, "" where that is not known."""
    return hashlib.sha256(shape.encode(errors="replace")).hexdigest()[:16] if shape else ""


def cut(text: str, size: int) -> str:
    """Return as much of `text` as `size` bytes of UTF-8 hold."""
    return text[:size].encode(errors="replace")[:size].decode(errors="ignore")


def _read(place: Place, number: int) -> SlowQuery | None:
    entry = place.read(number)
    return SlowQuery(**json.loads(entry)) if entry else None
