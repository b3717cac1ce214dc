"""Whole answers kept in front of everything, so that a repeated request costs a look-up."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from cachetools import LRUCache

Fields = tuple[tuple[bytes, bytes], ...]

# What a stored answer costs beyond its bytes, roughly.
_OVERHEAD = 1024
# No single answer takes more than this part of the cache.
_PART = 16
# So many requests are known by their bytes, and none that is longer.
_REPEATS, _LONGEST_REPEAT = 1024, 4096


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole response: status, header fields (names in lower case) and body; `form`: that of its query."""

    status: int
    fields: Fields
    body: bytes = b""
    form: str = ""

    def field(self, name: bytes) -> bytes:
        """Return the value of the first field `name`, empty when there is none."""
        return next((value for key, value in self.fields if key == name), b"")


class Key(NamedTuple):
    """All of a request that shapes its answer; the release is that of the process that holds the cache."""

    method: str
    path: bytes
    query: bytes
    accept: bytes
    language: bytes
    encoding: str
    content_type: bytes = b""
    body: bytes = b""


class ReplyCache:
    """Holds the replies used last, up to a number of bytes. Belongs to one release and one event loop."""

    def __init__(self, size: int) -> None:
        """Hold up to `size` bytes; none at all for 0."""
        self.largest = size // _PART
        self._held: LRUCache[Key, tuple[Reply, int]] = LRUCache(max(size, 1), getsizeof=lambda held: held[1])
        self.hits = self.misses = 0

    @property
    def used(self) -> int:
        """Return the bytes that are held."""
        return int(self._held.currsize)

    def find(self, key: Key) -> Reply | None:
        """Return the reply to a like request, None when none is held."""
        held = self._held.get(key)
        if held is None:
            self.misses += 1
            return None
        self.hits += 1
        return held[0]

    def recall(self, key: Key) -> Reply | None:
        """Return the reply to a like request as `find` does; that there is none is not counted."""
        held = self._held.get(key)
        if held is None:
            return None
        self.hits += 1
        return held[0]

    def keep(self, key: Key, reply: Reply) -> None:
        """Hold `reply`, unless it is too large or says that it must not be."""
        cost = _cost(key, reply)
        if cost <= self.largest and is_lasting(reply):
            self._held[key] = (reply, cost)


class Repeats:
    """What requests asked for that came before, byte for byte, so that they need not be read again."""

    def __init__(self) -> None:
        """Know none."""
        self._keys: dict[bytes, Key] = {}

    def find(self, request: bytes) -> Key | None:
        """Return what a whole `request`, head and all, asks for, None when it is not known."""
        return self._keys.get(request)

    def learn(self, request: bytes, key: Key) -> None:
        """Know `request` from now on; who has been known longest is forgotten when there are many."""
        if len(request) > _LONGEST_REPEAT:
            return
        if len(self._keys) >= _REPEATS:
            del self._keys[next(iter(self._keys))]
        self._keys[request] = key


def is_lasting(reply: Reply) -> bool:
    """Tell whether the same request gets the same answer as long as the release is served."""
    return reply.status in (200, 301, 302, 303) and b"no-store" not in reply.field(b"cache-control")


def raw(fields: Iterable[tuple[str, str]]) -> Fields:
    """Return header fields as ASGI sends them."""
    return tuple((name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in fields)


def _cost(key: Key, reply: Reply) -> int:
    fields = sum(len(name) + len(value) for name, value in reply.fields)
    asked = sum(map(len, (key.path, key.query, key.accept, key.language, key.content_type, key.body)))
    return len(reply.body) + fields + asked + _OVERHEAD
