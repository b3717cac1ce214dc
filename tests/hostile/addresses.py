"""Hostile addresses: bytes that are no text, encodings of encodings, and lengths beyond reason."""

from tests.hostile.case import (
    BAD,
    BROKEN,
    OK,
    TOO_LONG,
    UNKNOWN,
    Case,
    case,
    lacks,
    lacks_field,
    table,
)
from tests.hostile.messages import HOST, NOTHING, escaped, get, message, query_get

ASK = escaped(NOTHING)
SMUGGLED = lacks_field("Set-Cookie", "X-Smuggled")


def _elsewhere(reply, _door):
    target = reply.field("Location")
    return f"sent elsewhere: {target}" if "evil" in target.partition("?")[0] else ""


_NO_TEXT = (
    ("A NUL byte stands in the path as it is", get(b"/doc/a\x00b")),
    ("Bytes above 127 stand in the path as they are", get(b"/doc/\xff\xfe\xc3")),
    ("A DEL and a vertical tab stand in the path", get(b"/doc/\x7f\x0b")),
    ("The path is percent and nothing", get("/doc/%")),
    ("The path has a percent sign before letters", get("/doc/%zz/%u0041")),
    ("The path has an encoded NUL", get("/doc/project/biopen%00.html")),
    ("The path has an overlong slash", get("/doc/%c0%af%c0%af")),
    ("The path has half of a character", get("/doc/project/%c3")),
    ("The path has an encoded surrogate", get("/doc/project/%ed%a0%80")),
    ("The path is in UTF-16", get("/%ff%fed%00o%00c%00")),
    ("The path has full-width slashes", get("/doc%ef%bc%8fproject%ef%bc%8fbiopen")),
    ("The path turns the direction of writing", get("/doc/%e2%80%aetcejorp/%e2%80%8b")),
    ("The path has backslashes", get(r"/doc\project\biopen")),
    ("The path is encoded twice", get("/doc%252fproject%252fbiopen")),
    ("The slug is a thousand combining accents", get("/doc/project/e" + "%cc%81" * 1000)),
)
_BAD_QUERIES = (
    ("The query has a NUL", get("/sparql?query=ASK%00{}")),
    ("The query has overlong quotes", get("/sparql?query=%c0%a2")),
    ("The query has an encoded surrogate", get("/sparql?query=ASK%7B%7D%23%ed%a0%80")),
    ("The query has a character beyond the last one", get("/sparql?query=%f4%90%80%80")),
    ("The query is cut within a character", get("/sparql?query=ASK%7B%7D%23%e2%82")),
    ("The query is encoded twice", get("/sparql?query=" + escaped(ASK))),
    ("The query is a percent sign", get("/sparql?query=%")),
    ("The query is percent garbage", get("/sparql?query=%zz%%%u0041")),
    ("The query is empty", get("/sparql?query=")),
    ("The query is blank", get("/sparql?query=%20%0a%09")),
    ("The query comes twice", get(f"/sparql?query={ASK}&query={ASK}")),
    ("The query comes as an array", get(f"/sparql?query[]={ASK}")),
    ("The name of the parameter is in capitals", get(f"/sparql?QUERY={ASK}")),
    ("Nothing but separators", get("/sparql?&&&=&=&;;;")),
    (
        "A graph is named by javascript and blanks",
        get(f"/sparql?query={ASK}&default-graph-uri=java%20script:x"),
    ),
    ("A graph is named by a relative path", get(f"/sparql?query={ASK}&default-graph-uri=../x")),
    ("Two question marks", get(f"/sparql??query={ASK}")),
    ("A semicolon between parameters", get(f"/sparql?a=b;query={ASK}")),
    ("A graph is named by half an escape", get(f"/sparql?query={ASK}&named-graph-uri=http://a/%25zz")),
    ("A graph is named by a host without end", get(f"/sparql?query={ASK}&named-graph-uri=http://[zz")),
    ("A graph of the store is named twice", get("/graph-store?default&graph=a:b")),
    ("A graph of the store is named by a surrogate", get("/graph-store?graph=http://a/%ed%a0%80")),
    ("A graph of the store is named by nothing", get("/graph-store?graph=")),
    ("A graph is named by brackets", get(f"/sparql?query={ASK}&named-graph-uri=%3Ca:b%3E")),
)
_LONG = (
    ("A path of 100 kB", get("/doc/" + "a" * 100_000)),
    ("A path of 10,000 slashes", get("/" * 10_000)),
    ("A query of 200 kB in the address", query_get(NOTHING + "#" * 200_000)),
    ("An address of 1 MB", get("/?" + "a" * 1_000_000)),
    ("100,000 parameters", get("/sparql?" + "a=b&" * 100_000)),
    ("A suffix of 70 kB", get("/ontology." + "t" * 70_000)),
)

CASES: tuple[Case, ...] = (
    *table(_NO_TEXT, *BROKEN, 404, bare=True),
    *table(_BAD_QUERIES, *BAD, bare=False),
    *table(_LONG, *TOO_LONG, 404, bare=True),
    case("2,000 separators between parameters", get(f"/sparql?query={ASK}&" + "&" * 2000), *OK, 400),
    case(
        "900 graphs in the address",
        get(f"/sparql?query={ASK}" + "&named-graph-uri=a:b" * 300),
        *OK,
        *TOO_LONG,
    ),
    case("A plus sign stands for a blank", get("/sparql?query=ASK+%7B%7D"), *OK),
    case("A parameter that nobody knows", get(f"/sparql?query={ASK}&callback=evil&debug=1&__proto__=x"), *OK),
    case("A format by the name of a path", get(f"/sparql?query={ASK}&format=../../x%00"), *OK, 400),
    case(
        "The target names this server",
        message(f"GET http://127.0.0.1/sparql?query={ASK} HTTP/1.1", HOST, "Connection: close"),
        *OK,
    ),
    case(
        "The target names another server, as for a proxy",
        lambda door: message(f"GET http://127.0.0.1:{door.lure.port}/ HTTP/1.1", HOST, "Connection: close"),
        *OK,
        *UNKNOWN,
        403,
        421,
        bare=True,
    ),
    case(
        "The target is an authority",
        message("GET evil.example:80 HTTP/1.1", HOST, "Connection: close"),
        *BROKEN,
        404,
        bare=True,
    ),
    case(
        "The target is an asterisk",
        message("GET * HTTP/1.1", HOST, "Connection: close"),
        *BROKEN,
        404,
        405,
        bare=True,
    ),
    case(
        "The target has no slash",
        message("GET sparql HTTP/1.1", HOST, "Connection: close"),
        *BROKEN,
        404,
        bare=True,
    ),
    case(
        "The target has an unknown scheme",
        message("GET gopher://127.0.0.1/ HTTP/1.1", HOST, "Connection: close"),
        *OK,
        *BROKEN,
        404,
        bare=True,
    ),
    case("The target has a fragment", get(f"/sparql?query={ASK}#/../../x"), *OK, *BROKEN, 404, bare=True),
    case(
        "A path of two slashes leads nowhere else",
        get("//evil.example/%2f.."),
        *BROKEN,
        404,
        bare=True,
        guard=_elsewhere,
    ),
    case("A redirect keeps its server", get("/id/evil.example/%2f%2fevil"), 303, *UNKNOWN, guard=_elsewhere),
    case(
        "A line break in a redirect adds no field",
        get("/id/place/a%0d%0aSet-Cookie:%20a=b%0d%0aX-Smuggled:%20c"),
        303,
        *UNKNOWN,
        guard=SMUGGLED,
    ),
    case(
        "A line break in a redirect of a kind adds no field",
        get("/id/a%0aX-Smuggled:%20c"),
        303,
        *UNKNOWN,
        guard=SMUGGLED,
    ),
    case(
        "A line break in a format adds no field",
        get(f"/sparql?query={ASK}&format=json%0d%0aX-Smuggled:%20c"),
        *OK,
        400,
        guard=SMUGGLED,
    ),
    case(
        "An unknown address is not echoed as markup",
        get("/doc/%3Cscript%3Ealert(1)%3C/script%3E", "Accept: text/html"),
        404,
        guard=lacks("<script>alert"),
    ),
)
