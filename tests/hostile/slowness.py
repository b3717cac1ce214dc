"""Clients that take their time: headers by the byte, bodies by the second, answers that nobody reads."""

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack

from tests.hostile.case import Case
from tests.hostile.crowds import JSON, STREAM
from tests.hostile.door import Door
from tests.hostile.messages import (
    ENDPOINT,
    FORM,
    HOST,
    NOTHING,
    QUERY,
    escaped,
    message,
    query_get,
    query_post,
)
from tests.hostile.wire import CLOSED, Connection, Reply

GET = f"GET {ENDPOINT}?query={escaped(NOTHING)} HTTP/1.1"
POST = f"POST {ENDPOINT} HTTP/1.1"
_PAUSE = 1.0


def _held(count: int, opening: bytes, drips: Iterable[bytes] = ()) -> Callable[[Door], Sequence[Reply]]:
    """Return an attack of `count` clients that begin and then drip; meanwhile light queries are asked."""
    more = list(drips)

    def attack(door: Door) -> Sequence[Reply]:
        until = time.monotonic() + door.limits.hold
        replies: list[Reply] = []
        with ExitStack() as stack:
            clients = [stack.enter_context(Connection(door.place, 60)) for _ in range(count)]
            for client in clients:
                client.send(opening)
            step = 0
            while time.monotonic() < until:
                if more:
                    for client in clients:
                        client.send(more[step % len(more)])
                step += 1
                begun = time.monotonic()
                replies.append(
                    door.talk(query_get(f"{NOTHING} # {step}", JSON), patience=door.limits.afterwards)
                )
                threading.Event().wait(max(0.0, _PAUSE - (time.monotonic() - begun)))
        return replies

    return attack


def _let_go(opening: bytes) -> Callable[[Door], Sequence[Reply]]:
    """Return an attack that begins a request and waits to be let go by the server."""

    def attack(door: Door) -> Sequence[Reply]:
        return [door.talk(opening, patience=door.limits.heavy)]

    return attack


_ROWS = STREAM.format(0)
_BEGUN = message(POST, HOST, f"Content-Type: {QUERY}", "Content-Length: 100000", body=b"ASK {} #")

CASES: tuple[Case, ...] = (
    Case(
        "100 clients send a header byte a second",
        _held(100, f"{GET}\r\n{HOST}\r\nX-Slow: ".encode(), [b"a"]),
        (200,),
    ),
    Case(
        "100 clients send a header field a second",
        _held(100, f"{GET}\r\n{HOST}\r\n".encode(), [b"X-Slow: a\r\n"]),
        (200,),
    ),
    Case("100 clients send a body byte a second", _held(100, _BEGUN, [b"#"]), (200,)),
    Case(
        "100 clients send a byte of a form a second",
        _held(
            100,
            message(POST, HOST, f"Content-Type: {FORM}", "Content-Length: 100000", body=b"query="),
            [b"a"],
        ),
        (200,),
    ),
    Case(
        "100 clients send a chunk a second",
        _held(
            100, message(POST, HOST, f"Content-Type: {QUERY}", "Transfer-Encoding: chunked"), [b"1\r\n#\r\n"]
        ),
        (200,),
    ),
    Case("100 clients begin a start line and stop", _held(100, b"GE"), (200,)),
    Case("100 clients begin a body and stop", _held(100, _BEGUN), (200,)),
    Case("8 clients read none of a stream without end", _held(8, query_post(_ROWS, JSON)), (200, 503)),
    Case(
        "100 clients read none of 30,000 rows",
        _held(100, query_post("SELECT * { ?s ?p ?o } LIMIT 30000", JSON)),
        (200, 503),
    ),
    Case(
        "A client that begins a request is let go in time",
        _let_go(f"{GET}\r\n{HOST}\r\n".encode()),
        (400, 408, CLOSED),
        heavy=True,
        bare=True,
    ),
    Case(
        "A client that begins a body is let go in time",
        _let_go(_BEGUN),
        (400, 408, CLOSED),
        heavy=True,
        bare=True,
    ),
    Case(
        "A client that says nothing is let go in time",
        _let_go(b""),
        (400, 408, CLOSED),
        heavy=True,
        bare=True,
    ),
)
