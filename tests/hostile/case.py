"""A hostile request: what is sent, which answers are sensible, and what more has to hold."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from tests.hostile.door import Door
from tests.hostile.messages import query_post
from tests.hostile.wire import CLOSED, Reply

Attack = Callable[[Door], Sequence[Reply]]
Guard = Callable[[Reply, Door], str]
Message = bytes | Callable[[Door], bytes]

_ANY_FORM = "application/sparql-results+json, text/turtle;q=0.5"

OK = (200,)
BAD = (400,)
# What a server may say of a message that is no HTTP: an error, or nothing at all.
BROKEN = (400, CLOSED)
TOO_LONG = (400, 413, 414, 431, CLOSED)
UNKNOWN = (400, 404)
NO_METHOD = (400, 405, 501)
# A query that was stopped, or never let in, or that the engine got done in time.
STOPPED = (200, 400, 413, 503, 504)
# An allocation that fails ends the reader and nothing else.
OUT_OF_MEMORY = (*STOPPED, 500, 507)


@dataclass(frozen=True)
class Case:
    """One attack, named by a sentence.

    `heavy` may take as long as the server lets queries run. `bare` lets the HTTP layer answer in its
    own words, for the message never was a request. `breaks` lets a 200 break off visibly, without
    its last chunk. `watches_data` asks afterwards whether the graph is what it was.
    """

    name: str
    attack: Attack
    statuses: tuple[int, ...]
    heavy: bool = False
    bare: bool = False
    breaks: bool = False
    watches_data: bool = False
    guard: Guard | None = None


def case(
    name: str,
    message: Message,
    *statuses: int,
    method: str = "GET",
    finish: bool = False,
    heavy: bool = False,
    bare: bool = False,
    breaks: bool = False,
    watches_data: bool = False,
    guard: Guard | None = None,
) -> Case:
    """Return a case that sends one message; `finish` closes the sending side after it."""

    def attack(door: Door) -> Sequence[Reply]:
        raw = message if isinstance(message, bytes) else message(door)
        patience = door.limits.heavy if heavy else door.limits.light
        return [door.talk(raw, method=method, patience=patience, finish=finish)]

    return Case(name, attack, statuses, heavy, bare, breaks, watches_data, guard)


def asked(
    name: str,
    text: str,
    *statuses: int,
    accept: str = _ANY_FORM,
    heavy: bool = False,
    guard: Guard | None = None,
) -> Case:
    """Return a case that posts the query `text` directly; a stream of its rows may break off."""
    raw = query_post(text, f"Accept: {accept}")
    return case(name, raw, *statuses, heavy=heavy, breaks=heavy, guard=guard)


def table(
    rows: Iterable[tuple[str, Message]], *statuses: int, bare: bool = False, guard: Guard | None = None
):
    """Yield a case for each name and message of `rows`."""
    for name, message in rows:
        yield case(name, message, *statuses, bare=bare, guard=guard)


def lacks(*words: str) -> Guard:
    """Return a guard that complains when head or body of a reply hold one of `words`."""

    def guard(reply: Reply, _door: Door) -> str:
        told = reply.head + b"\n" + reply.body
        found = [word for word in words if word.encode() in told]
        return f"the answer holds {found}" if found else ""

    return guard


def lacks_field(*names: str) -> Guard:
    """Return a guard that complains about header fields that a client smuggled in."""

    def guard(reply: Reply, _door: Door) -> str:
        found = [name for name in names if reply.field(name)]
        return f"the answer has the fields {found}" if found else ""

    return guard
