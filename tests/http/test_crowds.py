"""Too many connections at once: those that say nothing make room, those that are answered do not."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.http.live import Live, assert_problem, get, is_at_work, rest, running, wait_until
from tests.http.questions import ENDLESS, LIGHT

pytestmark = pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="looks into /proc")

MOST = 16


@pytest.fixture(scope="module")
def crowded(releases: Path) -> Iterator[Live]:
    """Return a server with few places for connections."""
    settings = {"WORKERS": 1, "READERS": 1, "DEADLINE": 120, "MAX_CONNECTIONS": MOST, "CACHE_BYTES": 0}
    with running(releases, releases.parent / "crowded.log", settings) as server:
        yield server


@pytest.mark.parametrize(
    "opening",
    [
        b"",
        b"GET /sparql HTTP/1.1\r\nHost: localhost\r\nX: ",
        b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nASK",
        get(LIGHT),
    ],
    ids=["silent", "in their heads", "in their bodies", "idle after an answer"],
)
def test_who_holds_many_connections_keeps_nobody_out(crowded: Live, opening: bytes) -> None:
    with ExitStack() as stack:
        for _ in range(5 * MOST):
            client = stack.enter_context(crowded.connect())
            client.sendall(opening)
            assert crowded.ask(LIGHT)[0] == 200


def test_a_client_that_is_being_answered_is_not_sent_away(crowded: Live) -> None:
    with ExitStack() as stack:
        busy = [stack.enter_context(crowded.connect()) for _ in range(MOST)]
        for client in busy:
            client.sendall(get(ENDLESS))
        wait_until(lambda: is_at_work(crowded))
        with crowded.connect() as client:
            got = rest(client)
        assert_problem(got, 503)
        assert b"\r\nretry-after: " in got.lower()
    wait_until(lambda: crowded.ask(LIGHT)[0] == 200)
