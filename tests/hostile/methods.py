"""Methods that nobody asked for, and what pages from elsewhere may do (CORS)."""

from tests.hostile.case import BROKEN, NO_METHOD, OK, TOO_LONG, Case, case, lacks, table
from tests.hostile.messages import ENDPOINT, HOST, NOTHING, escaped, get, message, request

TARGET = f"{ENDPOINT}?query={escaped(NOTHING)}"
EVIL = "Origin: https://evil.example"
_VERBS = ("PUT", "DELETE", "PATCH", "PROPFIND", "SEARCH", "COPY", "LOCK", "PURGE", "DEBUG", "TRACK", "QUERY")


def _trusts_nobody(reply, _door):
    """Complain when cookies of a visitor would be sent along, or an origin is echoed."""
    if reply.field("Access-Control-Allow-Credentials"):
        return "credentials are allowed"
    allowed = reply.field("Access-Control-Allow-Origin")
    return f"the origin {allowed} is trusted" if allowed not in ("", "*") else ""


def _has_no_body(reply, _door):
    return f"a HEAD is answered with {len(reply.body)} bytes of body" if reply.body else ""


def _grants_no_writing(reply, door):
    granted = {word.strip() for word in reply.field("Access-Control-Allow-Methods").upper().split(",")}
    more = granted - {"GET", "HEAD", "POST", "OPTIONS", ""}
    return f"the methods {sorted(more)} are granted" if more else _trusts_nobody(reply, door)


def _preflight(target, method="POST", origin="https://evil.example", *more):
    return request(
        "OPTIONS",
        target,
        f"Origin: {origin}",
        f"Access-Control-Request-Method: {method}",
        "Access-Control-Request-Headers: content-type, authorization, x-evil",
        *more,
    )


_HEADS = (
    ("of the home page", "/"),
    ("of a query", TARGET),
    ("of a query that does not parse", f"{ENDPOINT}?query=%7B"),
    ("without a query", ENDPOINT),
    ("of an unknown page", "/nothing/here"),
    ("of an update", f"{ENDPOINT}?update=CLEAR+ALL"),
)

CASES: tuple[Case, ...] = (
    *table(((f"{verb} at the endpoint", request(verb, TARGET)) for verb in _VERBS), *NO_METHOD, bare=True),
    *table(
        (
            (
                "PUT of a named graph",
                request("PUT", "/graph/curated", "Content-Type: text/turtle", body=b"<a:a> <a:a> 1 ."),
            ),
            ("DELETE of a named graph", request("DELETE", "/graph/curated")),
            ("PATCH of a description", request("PATCH", "/doc/project/biopen", body=b"[]")),
            ("POST to a description", request("POST", "/doc/project/biopen", body=b"a=b")),
            ("POST to the home page", request("POST", "/", body=b"a=b")),
        ),
        *NO_METHOD,
    ),
    case(
        "TRACE gives no header back",
        request("TRACE", "/", "X-Secret: abcdef"),
        *NO_METHOD,
        bare=True,
        guard=lacks("X-Secret", "abcdef"),
    ),
    case(
        "CONNECT to another host",
        message("CONNECT evil.example:443 HTTP/1.1", "Host: evil.example:443"),
        *BROKEN,
        404,
        405,
        501,
        bare=True,
    ),
    case(
        "CONNECT to a path",
        message("CONNECT /sparql HTTP/1.1", HOST, "Connection: close"),
        *BROKEN,
        404,
        405,
        501,
        bare=True,
    ),
    case("A method in small letters", request("get", TARGET), *BROKEN, 405, 501, bare=True),
    case(
        "A method in mixed letters with a query in the body",
        request("Post", ENDPOINT, body=b"query=ASK{}"),
        *BROKEN,
        405,
        501,
        bare=True,
    ),
    case("A method of 5,000 letters", request("G" * 5000, TARGET), *TOO_LONG, 405, 501, bare=True),
    case("A method of signs", request("G<>T", TARGET), *BROKEN, 405, 501, bare=True),
    case("No method at all", message(" / HTTP/1.1", HOST), *BROKEN, 405, 501, bare=True),
    case(
        "OPTIONS of everything",
        message("OPTIONS * HTTP/1.1", HOST, "Connection: close"),
        204,
        bare=True,
    ),
    case("GET is told to be DELETE by a header", get(TARGET, "X-HTTP-Method-Override: DELETE"), *OK),
    case("GET is told to be PUT by a parameter", get(f"{TARGET}&_method=PUT"), *OK),
    *(
        case(f"HEAD {what}", request("HEAD", target), 200, 400, 403, 404, method="HEAD", guard=_has_no_body)
        for what, target in _HEADS
    ),
    case(
        "HEAD by a browser without a query",
        request("HEAD", ENDPOINT, "Accept: text/html"),
        *OK,
        method="HEAD",
        guard=_has_no_body,
    ),
    case("A page from elsewhere reads", get(TARGET, EVIL), *OK, guard=_trusts_nobody),
    case("A page from nowhere reads", get(TARGET, "Origin: null", "Cookie: a=b"), *OK, guard=_trusts_nobody),
    case(
        "An origin of 7 kB", get(TARGET, "Origin: https://" + "a" * 7000), *OK, 400, 431, guard=_trusts_nobody
    ),
    case(
        "An origin with a line of its own",
        get(TARGET, b"Origin: a\rX-Smuggled: b"),
        *OK,
        *BROKEN,
        bare=True,
        guard=_trusts_nobody,
    ),
    case(
        "A page from elsewhere asks for leave to POST",
        _preflight(ENDPOINT),
        200,
        204,
        guard=_grants_no_writing,
    ),
    case(
        "A page from elsewhere asks for leave to DELETE",
        _preflight(ENDPOINT, "DELETE"),
        200,
        204,
        403,
        guard=_grants_no_writing,
    ),
    case(
        "A page from nowhere asks for leave",
        _preflight("/doc/project/biopen", "PUT", "null"),
        200,
        204,
        403,
        guard=_grants_no_writing,
    ),
    case(
        "A page in the internet asks for leave into this network",
        _preflight(ENDPOINT, "POST", "https://evil.example", "Access-Control-Request-Private-Network: true"),
        200,
        204,
        403,
        guard=_grants_no_writing,
    ),
    case(
        "Leave is asked for an unknown page",
        _preflight("/nothing/here"),
        200,
        204,
        404,
        guard=_grants_no_writing,
    ),
)
