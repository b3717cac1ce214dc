"""A kept reply that the connection sends at once is the one that the application would send, in its turn."""

import re
import socket
import time
from urllib.parse import quote

import pytest

KEPT = "SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 300"
HEAD = re.compile(rb"HTTP/1\.1 (\d+) [^\r]*\r\n(.*?)\r\n\r\n", re.DOTALL)


def request(query, method="GET", *fields):
    lines = [f"{method} /sparql?query={quote(query)} HTTP/1.1", "Host: localhost", *fields]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def answers(connection, count, methods=()):
    """Return status, fields and body of so many answers; those to HEAD have no body."""
    data = b""
    found: list[tuple[int, dict[bytes, bytes], bytes]] = []
    while len(found) < count:
        match = HEAD.match(data)
        size = 0
        if match:
            fields = dict(line.split(b": ", 1) for line in match[2].split(b"\r\n"))
            if match[1] != b"304" and not (len(methods) > len(found) and methods[len(found)] == "HEAD"):
                size = int(fields[b"content-length"])
        if match and len(data) >= match.end() + size:
            fields.pop(b"date", None)
            found.append((int(match[1]), fields, data[match.end() : match.end() + size]))
            data = data[match.end() + size :]
        else:
            more = connection.recv(65536)
            assert more
            data += more
    return found


@pytest.fixture
def connection(live_server):
    host, port = live_server.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=30) as opened:
        yield opened


@pytest.fixture
def kept(connection):
    """The answer as the application sends it; all processes that serve have seen its query then."""
    connection.sendall(request(KEPT))
    [first] = answers(connection, 1)
    connection.sendall(request(KEPT))
    assert answers(connection, 1) == [first]
    return first


def test_it_stays_in_its_turn_behind_one_that_takes_a_while(connection, kept):
    slow = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f FILTER(?c = ?d && ?a != ?f) } LIMIT 1"
    connection.sendall(request(slow) + request(KEPT) + request("ASK {}") + request(KEPT))
    counted, second, asked, fourth = answers(connection, 4)
    assert b'"n"' in counted[2] or counted[0] == 504
    assert second == fourth == kept
    assert b"boolean" in asked[2]


def test_many_at_once_come_whole_even_to_who_reads_late(connection, kept):
    connection.sendall(request(KEPT) * 60)
    time.sleep(0.3)  # so long that the server can send no more
    assert answers(connection, 60) == [kept] * 60


def test_a_request_that_is_known_by_its_bytes_gets_the_same_in_one_piece_and_in_many(connection, kept):
    sent = request(KEPT)
    for _ in range(3):
        connection.sendall(sent)
        assert answers(connection, 1) == [kept]
    for cut in (1, 20, len(sent) - 2):
        connection.sendall(sent[:cut])
        time.sleep(0.05)  # so that the pieces come one by one
        connection.sendall(sent[cut:])
        assert answers(connection, 1) == [kept]
        connection.sendall(b"\r\n" + sent)
        assert answers(connection, 1) == [kept]


def test_a_request_that_is_known_by_its_bytes_waits_for_its_turn(connection, kept):
    slow = "SELECT (COUNT(*) AS ?n) { { SELECT * { ?a ?b ?c } LIMIT 300 } ?d ?e ?f }"
    connection.sendall(request(KEPT))
    assert answers(connection, 1) == [kept]
    connection.sendall(request(slow))
    time.sleep(0.1)
    connection.sendall(request(KEPT))
    counted, second = answers(connection, 2)
    assert b'"n"' in counted[2]
    assert second == kept


def test_the_end_of_another_request_is_not_taken_for_one_that_is_known(connection, kept):
    """What comes here belongs to the body of a request, though it looks like one."""
    sent = request(KEPT)
    connection.sendall(sent)
    assert answers(connection, 1) == [kept]
    head = ("POST /sparql HTTP/1.1", "Host: localhost", "Content-Type: application/sparql-query")
    connection.sendall("\r\n".join((*head, f"Content-Length: {len(sent)}", "", "")).encode())
    time.sleep(0.05)
    connection.sendall(sent)
    [body] = answers(connection, 1)
    assert (body[0], b"Line 1" in body[2]) == (400, True)
    connection.sendall(b"GET /sparql?query=ASK%20%7B%7D HTTP/1.1\r\nHost: localhost\r\nX-Text: ")
    time.sleep(0.05)
    connection.sendall(sent)
    [two_hosts] = answers(connection, 1)
    assert two_hosts[0] == 400


def test_other_methods_validators_and_formats_are_not_answered_by_it(connection, kept):
    etag = kept[1][b"etag"].decode()
    connection.sendall(
        request(KEPT, "HEAD")
        + request(KEPT, "GET", f"If-None-Match: {etag}")
        + request(KEPT, "GET", "Accept: text/csv")
        + request(KEPT, "GET", "Accept-Encoding: gzip")
        + request(KEPT)
    )
    head, unchanged, csv, packed, last = answers(connection, 5, ["HEAD"])
    assert (head[0], head[2], head[1][b"etag"]) == (200, b"", kept[1][b"etag"])
    assert (unchanged[0], unchanged[2]) == (304, b"")
    assert csv[1][b"content-type"].startswith(b"text/csv")
    assert packed[1][b"content-encoding"] == b"gzip"
    assert last == kept


def test_the_connection_ends_when_the_client_wants_it(connection, kept):
    connection.sendall(request(KEPT, "GET", "Connection: close"))
    answer = b"".join(iter(lambda: connection.recv(65536), b""))
    assert b"connection: close" in answer
    assert answer.endswith(kept[2])
