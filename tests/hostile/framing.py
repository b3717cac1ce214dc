"""What is no HTTP, or two messages in one: start lines, line ends, lengths that quarrel (RFC 9112)."""

from collections.abc import Sequence

from tests.hostile.case import BROKEN, OK, TOO_LONG, Case, case, table
from tests.hostile.door import Door
from tests.hostile.messages import ENDPOINT, HOST, NOTHING, QUERY, chunked, escaped, get, message
from tests.hostile.wire import Connection, Reply

TARGET = f"{ENDPOINT}?query={escaped(NOTHING)}"
GET = f"GET {TARGET} HTTP/1.1"
POST = f"POST {ENDPOINT} HTTP/1.1"
CLOSE = "Connection: close"
TYPE = f"Content-Type: {QUERY}"
CHUNKED = "Transfer-Encoding: chunked"
BODY = NOTHING.encode()
SMUGGLED = b"GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"


def _post(*fields, body=BODY):
    return message(POST, HOST, CLOSE, TYPE, *fields, body=body)


_NO_HTTP = (
    ("Nothing but line ends", b"\r\n" * 200),
    ("A greeting of TLS", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 500),
    ("A greeting of SSH", b"SSH-2.0-OpenSSH_9.0\r\n\r\n"),
    ("A kilobyte of zeros", b"\x00" * 1024 + b"\r\n\r\n"),
    ("All bytes there are", bytes(range(256)) + b"\r\n\r\n"),
    ("The preface of HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    ("A request of HTTP/0.9", f"GET {TARGET}\r\n".encode()),
    ("Version 3.0", message(f"GET {TARGET} HTTP/3.0", HOST)),
    ("Version 2.0", message(f"GET {TARGET} HTTP/2.0", HOST)),
    ("Version 1.10", message(f"GET {TARGET} HTTP/1.10", HOST, CLOSE)),
    ("A version of letters", message(f"GET {TARGET} HTTP/x.y", HOST)),
    ("A protocol by another name", message(f"GET {TARGET} ICY/1.1", HOST)),
    ("Tabs in the start line", message(f"GET\t{TARGET}\tHTTP/1.1", HOST, CLOSE)),
    ("A protocol in small letters", message(f"GET {TARGET} http/1.1", HOST, CLOSE)),
    ("Four words in the start line", message(f"GET {TARGET} extra HTTP/1.1", HOST)),
    ("One word in the start line", message("GET", HOST)),
    (
        "Another server's mark before the request (PROXY protocol)",
        b"PROXY TCP4 1.2.3.4 5.6.7.8 9 10\r\n" + get(TARGET),
    ),
)
_NO_FIELDS = (
    ("A field without a colon", message(GET, HOST, CLOSE, "no colon here")),
    ("A field without a name", message(GET, HOST, CLOSE, ": value")),
    ("A blank before the colon", message(GET, HOST, CLOSE, "Content-Length : 0")),
    ("A blank before the first field", message(GET, " " + HOST, CLOSE)),
    ("A name of signs", message(GET, HOST, CLOSE, "X-(Evil): a")),
    ("A NUL in a value", message(GET, HOST, CLOSE, b"X-Evil: a\x00b")),
    ("A NUL in a name", message(GET, HOST, CLOSE, b"X-\x00Evil: b")),
    ("A lone CR in a value", message(GET, HOST, CLOSE, b"X-Evil: a\rContent-Length: 5")),
    ("Lines that end in CR alone", message(GET, HOST).replace(b"\r\n", b"\r")),
)
_HOSTS = (
    ("No Host", message(GET, CLOSE)),
    ("Two Hosts", message(GET, HOST, "Host: evil.example", CLOSE)),
    ("The same Host twice", message(GET, HOST, HOST, CLOSE)),
    ("A Host with a user", message(GET, "Host: evil@host.example", CLOSE)),
    ("A list of Hosts", message(GET, "Host: a.example, b.example", CLOSE)),
    ("A Host whose port is no number", message(GET, "Host: a.example:evil", CLOSE)),
    ("A Host with a path and a blank", message(GET, "Host: evil .example/a?b#c", CLOSE)),
)
_LENGTHS = (
    ("Two lengths that quarrel", _post("Content-Length: 6", "Content-Length: 7")),
    ("A list of lengths that quarrel", _post("Content-Length: 6, 7")),
    ("A negative length", _post("Content-Length: -1")),
    ("A length with a sign", _post("Content-Length: +6")),
    ("A length in hexadecimal", _post("Content-Length: 0x6")),
    ("A length with an underscore", _post("Content-Length: 1_0", body=b"ASK {}    ")),
    ("A length with an exponent", _post("Content-Length: 1e1", body=b"ASK {}    ")),
    ("A length that is empty", _post("Content-Length:")),
    ("A list of lengths that agree", _post("Content-Length: 6, 6")),
    (
        "A length that comes as a trailer",
        _post(CHUNKED, body=chunked(BODY)[:-2] + b"Content-Length: 5\r\n\r\n"),
    ),
    ("Packed before it was chunked", _post("Transfer-Encoding: gzip, chunked", body=chunked(BODY))),
    ("Chunked twice", _post("Transfer-Encoding: chunked, chunked", body=chunked(BODY))),
    ("Chunked in quotes", _post('Transfer-Encoding: "chunked"', body=chunked(BODY))),
    ("Chunked on a folded line", _post("Transfer-Encoding:\r\n chunked", body=chunked(BODY))),
    ("Chunks in HTTP/1.0", _post(CHUNKED, body=chunked(BODY)).replace(b"HTTP/1.1", b"HTTP/1.0")),
    ("A length of letters", _post("Content-Length: six")),
    ("A length of 5,000 digits", _post("Content-Length: " + "9" * 5000)),
    ("A length in other digits", _post("Content-Length: \u0666".encode())),
    ("A length and chunks", _post("Content-Length: 6", CHUNKED, body=chunked(BODY) + SMUGGLED)),
    ("Chunks and a length", _post(CHUNKED, "Content-Length: 4", body=b"0\r\n\r\n" + SMUGGLED)),
    ("A coding that is not chunked", _post("Transfer-Encoding: xchunked", body=chunked(BODY))),
    ("Chunked, but not last", _post("Transfer-Encoding: chunked, identity", body=chunked(BODY))),
    ("A coding with a vertical tab", _post(b"Transfer-Encoding: \x0bchunked", body=chunked(BODY))),
    ("Chunked by two fields that quarrel", _post(CHUNKED, "Transfer-Encoding: cow", body=chunked(BODY))),
)
_CHUNKS = (
    ("A chunk whose size is no number", _post(CHUNKED, body=b"zz\r\nASK {}\r\n0\r\n\r\n")),
    ("A chunk of negative size", _post(CHUNKED, body=b"-6\r\nASK {}\r\n0\r\n\r\n")),
    ("A chunk of size 0x6", _post(CHUNKED, body=b"0x6\r\nASK {}\r\n0\r\n\r\n")),
    ("A chunk longer than its size", _post(CHUNKED, body=b"3\r\nASK {}\r\n0\r\n\r\n")),
    ("A chunk whose size overflows", _post(CHUNKED, body=b"1" + b"0" * 17 + b"6\r\nASK {}\r\n0\r\n\r\n")),
    ("A chunk whose size has a sign", _post(CHUNKED, body=b"+6\r\nASK {}\r\n0\r\n\r\n")),
    ("A chunk whose size follows a blank", _post(CHUNKED, body=b" 6\r\nASK {}\r\n0\r\n\r\n")),
    ("Chunks whose lines end in LF alone", _post(CHUNKED, body=b"6\nASK {}\n0\n\n")),
    ("A line's end in the extension of a chunk", _post(CHUNKED, body=b'6;a="\r\n"\r\nASK {}\r\n0\r\n\r\n')),
    ("No chunk at all", _post(CHUNKED, body=b"\r\n\r\n")),
)
# Legal, though nobody in good faith sends them: what counts is that they cost nothing.
_ODD_CHUNKS = (
    ("A chunk size of 100,000 digits", _post(CHUNKED, body=b"0" * 100_000 + b"6\r\nASK {}\r\n0\r\n\r\n")),
    (
        "A chunk extension of 300 kB",
        _post(CHUNKED, body=b"6;a=" + b"b" * 300_000 + b"\r\nASK {}\r\n0\r\n\r\n"),
    ),
)


def _on_one_connection(*messages: bytes):
    """Return an attack that sends all at once and reads as many answers, while there are any."""

    def attack(door: Door) -> Sequence[Reply]:
        replies: list[Reply] = []
        with Connection(door.place, door.limits.light) as connection:
            connection.send(b"".join(messages))
            while len(replies) < len(messages) and all(reply.status > 0 for reply in replies):
                replies.append(connection.receive())
        return replies

    return attack


def _keeps(text: str, number: int) -> bytes:
    return message(f"GET {ENDPOINT}?query={escaped(text)} HTTP/1.1", HOST, f"X-Number: {number}")


def _is_true(reply: Reply, _door: Door) -> str:
    return "" if b"true" in reply.body else "the body was not read"


CASES: tuple[Case, ...] = (
    *(case(name, raw, *BROKEN, 404, 405, 501, 505, finish=True, bare=True) for name, raw in _NO_HTTP),
    *(case(name, raw, *BROKEN, finish=True, bare=True) for name, raw in _NO_FIELDS),
    *table(_HOSTS, *BROKEN, bare=True),
    *(case(name, raw, *BROKEN, 411, 413, 501, finish=True, bare=True) for name, raw in _LENGTHS),
    *(case(name, raw, *BROKEN, 413, finish=True, bare=True) for name, raw in _CHUNKS),
    *(case(name, raw, *OK, *BROKEN, 413, finish=True, bare=True) for name, raw in _ODD_CHUNKS),
    case("An empty Host", message(GET, "Host:", CLOSE), *OK, 400, bare=True),
    case(
        "Lines that end in LF alone",
        message(GET, HOST, CLOSE).replace(b"\r\n", b"\n"),
        *OK,
        *BROKEN,
        bare=True,
    ),
    case(
        "A folded line",
        message(GET, HOST, CLOSE, "X-Folded: a", "\tContent-Length: 5"),
        *OK,
        *BROKEN,
        bare=True,
    ),
    case("A start line of 2 MB", b"G" * 2_000_000, *TOO_LONG, 405, 501, finish=True, bare=True),
    case("HTTP/1.0 without Host", f"GET {TARGET} HTTP/1.0\r\n\r\n".encode(), *OK),
    case("A request cut within its fields", message(GET, HOST)[:-20], *BROKEN, 408, finish=True, bare=True),
    case("The same length twice", _post("Content-Length: 6", "Content-Length: 6"), *OK, *BROKEN, bare=True),
    case(
        "An extension of a chunk",
        _post(CHUNKED, body=b'6;a="b;c"\r\nASK {}\r\n0\r\n\r\n'),
        *OK,
        *BROKEN,
        bare=True,
    ),
    case(
        "A chunked body with a trailer",
        _post(CHUNKED, "Trailer: X-Evil", body=chunked(BODY)[:-2] + b"X-Evil: a\r\n\r\n"),
        *OK,
        *BROKEN,
        bare=True,
    ),
    case(
        "2,000 trailers",
        _post(CHUNKED, body=chunked(BODY)[:-2] + b"X-Evil: a\r\n" * 2000 + b"\r\n"),
        *OK,
        *TOO_LONG,
        bare=True,
    ),
    case("Chunks of one byte", _post(CHUNKED, body=chunked(*[bytes([byte]) for byte in BODY])), *OK),
    Case(
        "20 requests in a row without waiting",
        _on_one_connection(*[_keeps(NOTHING, n) for n in range(20)]),
        OK,
    ),
    *(
        case(
            f"A body behind a wish for {wish}",
            _post("Connection: Upgrade", f"Upgrade: {wish}", "Content-Length: 6").replace(
                b"Connection: close\r\n", b""
            ),
            *OK,
            guard=_is_true,
        )
        for wish in ("h2c", "websocket", "TLS/1.3, evil")
    ),
    Case(
        "What is no HTTP behind a request",
        _on_one_connection(_keeps(NOTHING, 1), b"evil\r\n\r\n"),
        (200, 400),
        bare=True,
    ),
    Case(
        "A bad request between good ones",
        _on_one_connection(_keeps(NOTHING, 1), _keeps("{", 2), _keeps(NOTHING, 3)),
        (200, 400),
    ),
    Case(
        "A second request hides in the body of a GET",
        _on_one_connection(message(GET, HOST, f"Content-Length: {len(SMUGGLED)}", CLOSE, body=SMUGGLED)),
        (200, 400),
        bare=True,
    ),
)
