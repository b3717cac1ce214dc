"""Bodies that lie: about their length, their type, their charset, their coding."""

import gzip
import zlib

from tests.hostile.case import BAD, BROKEN, OK, Case, case, table
from tests.hostile.messages import (
    ENDPOINT,
    FORM,
    HOST,
    NOTHING,
    QUERY,
    chunked,
    escaped,
    form_post,
    get,
    message,
    post,
    query_post,
    request,
)

POST = f"POST {ENDPOINT} HTTP/1.1"
CLOSE = "Connection: close"
TYPE = f"Content-Type: {QUERY}"
ASK = NOTHING.encode()
UNSUPPORTED = (400, 415)
_MEBIBYTE = 1024**2


def _told(length: int, body: bytes, content_type: str = QUERY) -> bytes:
    return message(POST, HOST, CLOSE, f"Content-Type: {content_type}", f"Content-Length: {length}", body=body)


def _multipart(*fields: str) -> bytes:
    parts = "".join(
        f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\nASK {{}}\r\n' for name in fields
    )
    return post("multipart/form-data; boundary=x", f"{parts}--x--\r\n".encode())


_TYPES = (
    ("A multipart form", _multipart("query")),
    ("A multipart form of 5,000 parts", _multipart(*["a"] * 1500)),
    ("A multipart form without boundary", post("multipart/form-data", b"--x\r\n\r\n")),
    ("A multipart form in another one", post('multipart/form-data; boundary="', b"--" * 5000)),
    ("A query as plain text", post("text/plain", ASK)),
    ("A query as JSON", post("application/json", b'{"query": "ASK {}"}')),
    ("JSON that nests 60,000 deep", post("application/json", b"[" * 60_000)),
    (
        "XML with an entity from a file",
        post("application/xml", b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'),
    ),
    ("A pickle", post("application/x-python-pickle", b"cos\nsystem\n(S'id'\ntR.")),
    ("A type that is none", post("sparql", ASK)),
    ("An empty type", post("", ASK)),
    ("A type with a star", post("*/*", ASK)),
    ("No type at all", request("POST", ENDPOINT, body=ASK)),
)
_CODINGS = (
    ("A query in gzip", gzip.compress(ASK), "gzip"),
    ("A bomb of 64 MiB in gzip", gzip.compress(b"#" * 64 * _MEBIBYTE), "gzip"),
    ("A bomb in a bomb", gzip.compress(gzip.compress(b"#" * 64 * _MEBIBYTE)), "gzip, gzip"),
    ("A bomb in deflate", zlib.compress(b"#" * 64 * _MEBIBYTE), "deflate"),
    ("Gzip that is none", b"\x1f\x8b\x08" + b"\xff" * 500, "gzip"),
    ("A coding that nobody knows", ASK, "x-evil"),
)
_CHARSETS = (
    ("A query in UTF-16", post(QUERY, NOTHING.encode("utf-16"))),
    ("A query in UTF-16 that says so", post(f"{QUERY}; charset=utf-16", NOTHING.encode("utf-16"))),
    ("A query in UTF-32", post(QUERY, NOTHING.encode("utf-32"))),
    ("A query in Latin-1", post(QUERY, 'ASK { ?s ?p "é" }'.encode("latin-1"))),
    ("A query in UTF-7 that says so", post(f"{QUERY}; charset=utf-7", b"ASK +AHsAfQ-")),
    ("A charset that is none", post(f"{QUERY}; charset=../../etc", ASK)),
    ("A charset that runs code in Python", post(f"{QUERY}; charset=zlib_codec", zlib.compress(ASK))),
    ("A query of bytes that are no text", post(QUERY, bytes(range(128, 256)))),
    ("A query of zeros", post(QUERY, b"\x00" * 5000)),
    ("A query with a lone surrogate", query_post("ASK { ?s ?p '\ud800' }")),
    ("A form of bytes that are no text", post(FORM, b"query=\xff\xfe")),
    ("A form with an encoded surrogate", post(FORM, b"query=ASK%7B%7D%23%ed%a0%80")),
    ("A form whose name is no text", post(FORM, b"%ff=a&query=ASK+%7B%7D")),
    ("A form in UTF-16 that says so", post(f"{FORM}; charset=utf-16", "query=ASK+%7B%7D".encode("utf-16"))),
)

CASES: tuple[Case, ...] = (
    *table(_TYPES, *UNSUPPORTED),
    *table(
        ((name, post(QUERY, body, f"Content-Encoding: {coding}")) for name, body, coding in _CODINGS),
        *UNSUPPORTED,
        413,
    ),
    *table(_CHARSETS, *UNSUPPORTED),
    case("A body shorter than told, and the end", _told(1000, ASK), *BROKEN, 408, finish=True, bare=True),
    case(
        "A form shorter than told, and the end",
        _told(1000, b"query=ASK+%7B%7D", FORM),
        *BROKEN,
        408,
        finish=True,
        bare=True,
    ),
    case("A body longer than told", _told(6, ASK + b"}" * 5000), *OK, 400, bare=True),
    case("A body told to be empty", _told(0, ASK), *BAD),
    case("A body of 9 EiB is told", _told(2**63 - 1, ASK), 400, 413, finish=True, bare=True),
    case("A body of 200 MB is told and begun", _told(200_000_000, b"#" * 2 * _MEBIBYTE), 400, 413, bare=True),
    case("A body of 20 MB comes", post(QUERY, b"#" * 20 * _MEBIBYTE), 400, 413, bare=True),
    case(
        "20 MB come in chunks",
        message(POST, HOST, CLOSE, TYPE, "Transfer-Encoding: chunked", body=chunked(*[b"#" * 65536] * 320)),
        400,
        413,
        bare=True,
    ),
    case("A body just over the limit", post(QUERY, ASK + b"#" * _MEBIBYTE), 413),
    case("A form of 100,000 fields", post(FORM, b"a=b&" * 30_000), 400, 413),
    case("A form of one million signs", post(FORM, b"&" * 1_000_000), 400, 413),
    case(
        "No length and no chunks",
        message(POST, HOST, CLOSE, TYPE, body=ASK),
        *BROKEN,
        411,
        finish=True,
        bare=True,
    ),
    case(
        "Chunks that never end",
        message(POST, HOST, CLOSE, TYPE, "Transfer-Encoding: chunked", body=b"6\r\nASK {}\r\n"),
        *BROKEN,
        408,
        finish=True,
        bare=True,
    ),
    case(
        "A body waits for leave",
        message(POST, HOST, CLOSE, TYPE, "Expect: 100-continue", "Content-Length: 6", body=ASK),
        *OK,
    ),
    case(
        "Leave is asked for a body that is too long",
        message(POST, HOST, CLOSE, TYPE, "Expect: 100-continue", "Content-Length: 99999999"),
        400,
        413,
        417,
        bare=True,
    ),
    case(
        "A GET with a body",
        request("GET", f"{ENDPOINT}?query={escaped(NOTHING)}", f"Content-Type: {QUERY}", body=b"SELECT * {}"),
        *OK,
        400,
    ),
    case(
        "A GET with a form and no query",
        request("GET", ENDPOINT, f"Content-Type: {FORM}", body=b"query=ASK+%7B%7D"),
        # The body of a GET means nothing (RFC 9110, section 9.3.1), so this asks for the description.
        *OK,
        *BAD,
    ),
    case(
        "A query in the address and another one in the body",
        post(QUERY, ASK, target=f"{ENDPOINT}?query=ASK+%7B%7D"),
        *BAD,
    ),
    case("A byte order mark before the query", post(QUERY, b"\xef\xbb\xbf" + ASK), *OK, 400),
    case(
        "A form in a charset that is none",
        post(f"{FORM}; charset=klingon", b"query=ASK+%7B%7D"),
        *OK,
        400,
        415,
    ),
    case("Two queries in one form", post(FORM, b"query=ASK+%7B%7D&query=ASK+%7B%7D"), *BAD),
    case("A query and an update in one form", form_post(query=NOTHING, update="CLEAR ALL"), 400, 403),
    case("An empty form", post(FORM, b""), *BAD),
    case("An empty query", post(QUERY, b""), *BAD),
    case("A query that is half a form", post(QUERY, b"query=ASK+%7B%7D"), *BAD),
    case(
        "A page of HTML as query",
        post(QUERY, b"<!doctype html><script>alert(1)</script>", "Accept: text/html"),
        *BAD,
    ),
    case(
        "An answer in a format that is none",
        get(f"{ENDPOINT}?query={escaped(NOTHING)}", "Accept: image/png"),
        406,
    ),
)
