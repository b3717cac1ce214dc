"""Many at once: streams, endless queries, idle connections, clients that hang up."""

import resource
import time
from collections.abc import Sequence

from tests.hostile.case import OUT_OF_MEMORY, STOPPED, Case
from tests.hostile.door import Door
from tests.hostile.endless import ALL
from tests.hostile.messages import ENDPOINT, HOST, NOTHING, escaped, get, message, query_get, query_post
from tests.hostile.wire import Connection, Reply

JSON = "Accept: application/sparql-results+json"
ENDLESS = f"SELECT (COUNT(*) AS ?n) {{ {ALL} FILTER(?a != {{}}) }}"
ROWS = "SELECT * {{ ?s ?p ?o }} LIMIT 30000 #{}"
STREAM = f"SELECT * {{{{ {ALL} }}}} #{{}}"
# Nearly as much as a request may have, in more tokens than anything else.
LONG = "SELECT * {{ VALUES (?a ?b) {{ " + "(1 2)" * 200_000 + " }} }} #{}"
HOARD = "SELECT * {{ ?a ?b ?c . ?d ?e ?f }} ORDER BY ?f ?b #{}"


_KEEPS = message(f"GET {ENDPOINT}?query={escaped(NOTHING)} HTTP/1.1", HOST)


def _endless(number: int) -> str:
    return ENDLESS.replace("{}", str(number))


def _each(count: int, text: str):
    """Return an attack of `count` clients at once; each sends a query that no other one sends."""

    def attack(door: Door) -> Sequence[Reply]:
        return door.crowd([query_post(text.format(n), JSON) for n in range(count)], door.limits.heavy)

    return attack


def _endless_at_once(door: Door) -> Sequence[Reply]:
    return door.crowd([query_post(_endless(n), JSON) for n in range(64)], door.limits.heavy)


def _hang_up(messages: Sequence[bytes]):
    """Return an attack whose clients send and leave; a light query has to be answered at once."""

    def attack(door: Door) -> Sequence[Reply]:
        for raw in messages:
            with Connection(door.place, door.limits.light) as connection:
                connection.send(raw)
        return [door.talk(query_get(NOTHING, JSON), patience=door.limits.afterwards)]

    return attack


def _idle(count: int):
    """Return an attack that opens connections and says nothing, while others are served."""

    def attack(door: Door) -> Sequence[Reply]:
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if 0 <= soft < 2 * count:
            resource.setrlimit(
                resource.RLIMIT_NOFILE, (2 * count if hard < 0 else min(2 * count, hard), hard)
            )
        idle = [Connection(door.place, 30) for _ in range(count)]
        try:
            time.sleep(0.2)
            return [
                door.talk(query_get(f"{NOTHING} # {n}", JSON), patience=door.limits.afterwards)
                for n in range(3)
            ]
        finally:
            for connection in idle:
                connection.__exit__(None, None, None)

    return attack


def _reset(count: int, raw: bytes):
    """Return an attack whose clients send and break the connection instead of closing it."""

    def attack(door: Door) -> Sequence[Reply]:
        for _ in range(count):
            with Connection(door.place, door.limits.light) as connection:
                connection.send(raw)
                connection.reset()
        return [door.talk(query_get(NOTHING, JSON), patience=door.limits.afterwards)]

    return attack


def _unread(raw: bytes, count: int):
    """Return an attack of one client that sends many requests in a row and reads no answer."""

    def attack(door: Door) -> Sequence[Reply]:
        with Connection(door.place, 1.0) as connection:
            connection.send(raw * count)
            return [
                door.talk(query_get(f"{NOTHING} # {n}", JSON), patience=door.limits.afterwards)
                for n in range(3)
            ]

    return attack


def _kept_alive(door: Door) -> Sequence[Reply]:
    """Hold 200 connections that were served once, and ask for more."""
    raw = message(f"GET {ENDPOINT}?query={escaped(NOTHING)} HTTP/1.1", HOST)
    held: list[Connection] = []
    replies: list[Reply] = []
    try:
        for _ in range(200):
            held.append(connection := Connection(door.place, 30))
            connection.send(raw)
            replies.append(connection.receive())
        return [*replies[-1:], door.talk(query_get(NOTHING, JSON), patience=door.limits.afterwards)]
    finally:
        for connection in held:
            connection.__exit__(None, None, None)


def _light_beside(text: str, count: int):
    """Return an attack of `count` heavy clients beside which ten light queries are asked, 3 s each."""

    def attack(door: Door) -> Sequence[Reply]:
        heavy = [Connection(door.place, door.limits.heavy) for _ in range(count)]
        try:
            for number, connection in enumerate(heavy):
                connection.send(query_post(text.format(number) if "{}" in text else text, JSON))
            time.sleep(0.3)
            return [
                door.talk(query_get(f"{NOTHING} # {n}", JSON), patience=door.limits.afterwards)
                for n in range(10)
            ]
        finally:
            for connection in heavy:
                connection.__exit__(None, None, None)

    return attack


CASES: tuple[Case, ...] = (
    Case("64 clients want 30,000 rows at once", _each(64, ROWS), STOPPED, heavy=True, breaks=True),
    Case("64 clients want streams without end at once", _each(64, STREAM), STOPPED, heavy=True, breaks=True),
    Case("64 clients want counts without end at once", _endless_at_once, STOPPED, heavy=True),
    Case(
        "16 clients want a sort that hoards at once", _each(16, HOARD), OUT_OF_MEMORY, heavy=True, breaks=True
    ),
    Case("64 clients want a megabyte read at once", _each(64, LONG), OUT_OF_MEMORY, heavy=True, breaks=True),
    Case("Light queries beside 64 of a megabyte", _light_beside(LONG, 64), (200,), heavy=True),
    Case("300 light queries at once", _each(300, "ASK {{ ?s ?p {} }}"), (200, 503), heavy=True),
    Case(
        "64 clients ask for counts without end and hang up",
        _hang_up([query_post(_endless(n), JSON) for n in range(64)]),
        (200,),
    ),
    Case(
        "64 clients ask for streams without end and hang up",
        _hang_up([query_post(STREAM.format(n), JSON) for n in range(64)]),
        (200,),
    ),
    Case(
        "200 clients ask for pages and hang up",
        _hang_up([get("/ontology", "Accept: text/html")] * 200),
        (200,),
    ),
    Case("500 clients connect and hang up", _hang_up([b""] * 500), (200,)),
    Case("200 idle connections", _idle(200), (200,)),
    Case("500 idle connections", _idle(500), (200,)),
    Case("2,500 idle connections, more than there may be", _idle(2500), (200,)),
    Case(
        "300 clients break their connections within a body",
        _reset(300, query_post(NOTHING + "#" * 100)[:-100]),
        (200,),
    ),
    Case(
        "300 clients break their connections before an answer", _reset(300, query_post(STREAM, JSON)), (200,)
    ),
    Case("30,000 requests in a row, no answer of which is read", _unread(_KEEPS, 30_000), (200,)),
    Case("200 connections that are kept alive", _kept_alive, (200,)),
    Case("A light query beside one count without end", _light_beside(_endless(0), 1), (200,)),
    Case("Light queries beside eight streams without end", _light_beside(STREAM, 8), (200, 503)),
)
