"""Clients that hang up, dawdle, fall silent or send no HTTP hold a real server up for a moment at most."""

import json
import socket
import threading
import time
from pathlib import Path

import pytest

from tests.http.live import (
    Live,
    assert_problem,
    can_read,
    get,
    is_at_work,
    lives,
    parted,
    resident,
    rest,
    wait_until,
)
from tests.http.questions import ENDLESS, HANGING, LIGHT, PAIRS, TYPES, query_for

pytestmark = pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="looks into /proc")

LAST = b"0\r\n\r\n"


@pytest.mark.parametrize("accept", ["application/json", "text/csv"])
@pytest.mark.parametrize("query", [ENDLESS, query_for("json", HANGING)])
def test_the_query_of_a_client_that_hangs_up_ends(patient: Live, query: str, accept: str) -> None:
    """There is one reader only, so that the next query shows it."""
    with patient.connect() as connection:
        connection.sendall(get(query, Accept=accept))
        wait_until(lambda: is_at_work(patient) or can_read(connection))
        if query != ENDLESS:
            assert connection.recv(1000).startswith(b"HTTP/1.1 200")
        [reader] = patient.readers()
    wait_until(lambda: not lives(reader))
    assert patient.ask(LIGHT)[0] == 200


def test_clients_that_do_not_read_are_bounded_in_time_and_memory(hasty: Live) -> None:
    [serving] = hasty.serving()
    hasty.ask(query_for("json", PAIRS, "LIMIT 20000"))
    before = resident(serving)
    connections = [hasty.connect() for _ in range(4)]
    try:
        for connection in connections:
            connection.sendall(get(query_for("xml", PAIRS), Accept=TYPES["xml"]))
        grown, until = 0, time.monotonic() + 4.5
        slow = connections[0]
        slow.settimeout(5)
        while time.monotonic() < until:
            assert hasty.ask(LIGHT)[0] == 200
            slow.recv(1)
            grown = max(grown, resident(serving) - before)
            time.sleep(0.1)
        assert grown < 8 * 1024**2
        # By then each of them was given up: what had been sent is there, and the end is not.
        for connection in connections:
            connection.settimeout(10)
            assert not rest(connection).endswith(LAST)
    finally:
        for connection in connections:
            connection.close()


HOST = b"Host: localhost\r\n"


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"GET /sparql HTTP/1.1\r\nHo", 408),
        (b"GET /sparql?query=ASK", 408),
        (
            b"POST /sparql HTTP/1.1\r\n"
            + HOST
            + b"Content-Length: 20\r\nContent-Type: application/sparql-query\r\n\r\nASK",
            408,
        ),
        (b"POST /sparql HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n5\r\nASK", 408),
        (
            b"GET / HTTP/1.1\r\n"
            + HOST
            + b"".join(b"X-%d: x\r\n" % number for number in range(120))
            + b"\r\n",
            431,
        ),
        (b"GET / HTTP/1.1\r\n" + HOST + b"X: " + b"x" * 40_000 + b"\r\n\r\n", 431),
        (b"GET / HTTP/1.1\r\n" + HOST + b"X: " + b"x" * 200_000, 431),
        (b"GET /" + b"x" * 70_000 + b" HTTP/1.1\r\n" + HOST + b"\r\n", 414),
        (b"GET /" + b"x" * 200_000, 414),
        (b"GET / HTTP/1.1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n" + HOST + HOST + b"\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400),
        (b"nonsense\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n" + HOST + b"No colon\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n" + HOST + b"Content-Length: x\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n" + HOST + b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
        (b"POST /sparql HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501),
        (b"POST /sparql HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400),
        (b"FOO / HTTP/1.1\r\n" + HOST + b"\r\n", 501),
        (b"get / HTTP/1.1\r\n" + HOST + b"\r\n", 501),
        (b"DESCRIBE / HTTP/1.1\r\n" + HOST + b"\r\n", 501),
        (b"CONNECT a.example:443 HTTP/1.1\r\n" + HOST + b"\r\n", 501),
        (b"FOO / HTTP/2.0\r\n" + HOST + b"\r\n", 505),
        (b"GET / HTTP/3.0\r\n" + HOST + b"\r\n", 505),
    ],
)
def test_what_is_no_whole_request_gets_a_problem_and_the_connection_is_closed(
    hasty: Live, request_bytes: bytes, status: int
) -> None:
    got = hasty.raw(request_bytes, seconds=10)
    assert_problem(got, status)
    assert b"\r\nconnection: close\r\n" in got.lower()


def test_a_request_that_comes_byte_by_byte_is_not_waited_for(hasty: Live) -> None:
    with hasty.connect(10) as connection:
        for byte in b"GET /sparql?query=ASK%20%7B%7D":
            connection.sendall(bytes([byte]))
            if can_read(connection):
                break
            time.sleep(0.2)
        assert_problem(rest(connection), 408)


def test_a_silent_connection_is_closed(hasty: Live) -> None:
    got = hasty.raw(b"", seconds=10)
    assert got == b"" or got.startswith(b"HTTP/1.1 408")


def test_a_connection_that_idles_between_requests_is_closed_without_a_word(hasty: Live) -> None:
    status, _, body = parted(hasty.raw(get(LIGHT), seconds=10))
    assert (status, json.loads(body)["boolean"]) == (200, True)


WISH = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAEAAEAA\r\n"
KIND = b"Content-Type: application/sparql-query\r\n"


@pytest.mark.parametrize(
    ("more", "body"),
    [(b"Content-Length: 6\r\n", b"ASK {}"), (b"Transfer-Encoding: chunked\r\n", b"6\r\nASK {}\r\n0\r\n\r\n")],
)
@pytest.mark.parametrize("cut", [0, 1, 3])
def test_a_wish_for_another_protocol_is_read_over_and_the_body_behind_it_is_not(
    hasty: Live, more: bytes, body: bytes, cut: int
) -> None:
    """Java's client wishes for HTTP/2 in the head of whatever it sends first."""
    asked = b"POST /sparql HTTP/1.1\r\n" + HOST + WISH + KIND + more + b"\r\n"
    with hasty.connect() as connection:
        for _ in range(2):
            connection.sendall(asked + body[:cut])
            time.sleep(0.05)
            connection.sendall(body[cut:] + get(LIGHT))
            got = b""
            while got.count(b'"boolean":true') < 2:
                part = connection.recv(1 << 16)
                assert part, got
                got += part
            assert got.count(b"HTTP/1.1 200") == 2


@pytest.mark.parametrize("path", ["", "/", "?", "/health/live"])
def test_a_target_with_a_host_may_lack_a_path(hasty: Live, path: str) -> None:
    asked = f"GET HTTP://proxy.example{path} HTTP/1.1\r\n".encode()
    status, fields, _ = parted(hasty.raw(asked + HOST + b"Connection: close\r\n\r\n"))
    assert (status, "text/html" in fields["content-type"]) == (200, path != "/health/live")


def test_the_server_as_a_whole_says_what_it_takes(hasty: Live) -> None:
    status, fields, body = parted(hasty.raw(b"OPTIONS * HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n"))
    assert (status, fields["allow"], body) == (204, "GET, HEAD, OPTIONS, POST", b"")


def test_hundreds_of_such_wishes_in_one_go_are_answered(hasty: Live) -> None:
    asked = b"HEAD / HTTP/1.1\r\n" + HOST + WISH + b"\r\n"
    got = hasty.raw(asked * 500 + get(LIGHT, Connection="close"))
    assert got.count(b"HTTP/1.1 200") == 501


def test_what_is_no_http_behind_a_request_is_told_after_its_answer(hasty: Live) -> None:
    got = hasty.raw(get(query_for("json", PAIRS, "LIMIT 3000")) + b"nonsense\r\n\r\n")
    first, _, refusal = got.rpartition(b"HTTP/1.1 ")
    status, _, body = parted(first)
    assert (status, len(json.loads(body)["results"]["bindings"])) == (200, 3000)
    assert_problem(b"HTTP/1.1 " + refusal, 400)


def test_half_a_request_behind_one_that_runs_waits_for_its_answer(hasty: Live) -> None:
    got = hasty.raw(get(ENDLESS) + b"GET / HTTP/1.1\r\nHo")
    first, _, refusal = got.rpartition(b"HTTP/1.1 ")
    assert_problem(first, 504)
    assert_problem(b"HTTP/1.1 " + refusal, 408)


def test_thousands_of_requests_that_were_sent_in_one_go_are_all_answered(hasty: Live) -> None:
    """What is read at once may end within a head, which is not longer for what came before it."""
    many = 6000
    asked = b"HEAD /health/live HTTP/1.1\r\n" + HOST + b"X: " + b"x" * 100 + b"\r\n\r\n"
    with hasty.connect() as connection:
        sender = threading.Thread(target=connection.sendall, args=(asked * many,), daemon=True)
        sender.start()
        time.sleep(0.5)
        answered, end = 0, b""
        while answered < many and (part := connection.recv(1 << 18)):
            got = end + part
            answered += got.count(b"HTTP/1.1 200 ")
            end = got[-12:]
        assert answered == many
        sender.join()


def test_a_later_version_is_read_as_the_one_that_is_spoken(hasty: Live) -> None:
    asked = get(LIGHT, Connection="close").replace(b"HTTP/1.1", b"HTTP/1.2")
    assert parted(hasty.raw(asked))[0] == 200


def test_a_body_that_is_cut_is_told_of(hasty: Live) -> None:
    head = b"POST /sparql HTTP/1.1\r\n" + HOST + KIND + b"Content-Length: 100\r\n\r\n"
    with hasty.connect() as connection:
        connection.sendall(head + b"ASK {}")
        connection.shutdown(socket.SHUT_WR)
        assert_problem(rest(connection), 400)


@pytest.mark.parametrize(
    ("ends", "status"),
    [(b" / HTTP/1.1\r\n", 501), (b" / HTTP/3.0\r\n", 505), (b" \x00\r\n", 400)],
)
def test_an_unknown_method_may_come_in_pieces(hasty: Live, ends: bytes, status: int) -> None:
    with hasty.connect() as connection:
        for piece in (b"F", b"OO", ends):
            connection.sendall(piece)
            time.sleep(0.05)
        assert_problem(rest(connection), status)


def test_a_head_that_is_cut_is_told_of(hasty: Live) -> None:
    with hasty.connect() as connection:
        connection.sendall(b"GET /sparql HTTP/1.1\r\nHost")
        connection.shutdown(socket.SHUT_WR)
        assert_problem(rest(connection), 400)


def test_a_silent_client_that_closes_gets_nothing(hasty: Live) -> None:
    with hasty.connect() as connection:
        connection.shutdown(socket.SHUT_WR)
        assert rest(connection) == b""
