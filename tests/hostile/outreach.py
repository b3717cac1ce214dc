"""Requests that would send the server elsewhere: SERVICE in every spelling, FROM, LOAD and the like."""

from collections.abc import Callable, Iterator

from tests.hostile.case import BAD, OK, Case, case
from tests.hostile.door import Door
from tests.hostile.messages import (
    ENDPOINT,
    NOTHING,
    escaped,
    form_post,
    get,
    query_get,
    query_post,
    update_post,
)

REFUSED = (400, 403)
_REST = "{ ?s ?p ?o }"
_WIDE = "127.0.0.1".translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0127"})
# PORT and FILE are those of the lure.
_SPELLINGS = (
    ("plainly", f"SELECT * {{ SERVICE <http://127.0.0.1:PORT/> {_REST} }}"),
    ("silently", f"SELECT * {{ SERVICE SILENT <http://127.0.0.1:PORT/> {_REST} }}"),
    ("in small letters", f"select * {{ sErViCe silent <http://127.0.0.1:PORT/> {_REST} }}"),
    ("without blanks", f"SELECT*{{SERVICE<http://127.0.0.1:PORT/>{_REST}}}"),
    ("glued to SILENT", f"SELECT * {{ SERVICESILENT<http://127.0.0.1:PORT/> {_REST} }}"),
    ("glued to a value", f"SELECT * {{ BIND(1 AS ?x) FILTER(true)SERVICE<http://127.0.0.1:PORT/> {_REST} }}"),
    ("with a comment between", f"SELECT * {{ SERVICE # {{\n # }} \n <http://127.0.0.1:PORT/> {_REST} }}"),
    (
        "after a comment that looks like an IRI",
        f"SELECT * {{ ?a <a:#b> ?c . SERVICE <http://127.0.0.1:PORT/> {_REST} }}",
    ),
    (
        "after a sign of less",
        f"SELECT * {{ FILTER(1 <2) SERVICE <http://127.0.0.1:PORT/> {_REST} FILTER(3> 2) }}",
    ),
    (
        "after a quote in an IRI",
        f"SELECT * {{ FILTER(?a IN(<a:'>)) SERVICE <http://127.0.0.1:PORT/> {_REST} FILTER('' = '') }}",
    ),
    ("by escapes", rf"SELECT * {{ \u0053ERVICE <http://127.0.0.1:PORT/> {_REST} }}"),
    ("by long escapes", rf"SELECT * {{ SERVI\U00000043E <http://127.0.0.1:PORT/> {_REST} }}"),
    (
        "with an escaped quote before",
        rf"SELECT * {{ BIND('\u0027 AS ?x) SERVICE <http://127.0.0.1:PORT/> {_REST} #' }}",
    ),
    ("by a prefix", f"PREFIX s: <http://127.0.0.1:PORT/> SELECT * {{ SERVICE s: {_REST} }}"),
    (
        "by a prefix of that name",
        f"PREFIX SERVICE: <http://127.0.0.1:PORT/> SELECT * {{ SERVICE SERVICE: {_REST} }}",
    ),
    ("by a prefix that is glued on", f"PREFIX s: <http://127.0.0.1:PORT/> SELECT * {{ SERVICEs:x {_REST} }}"),
    ("by a base", f"BASE <http://127.0.0.1:PORT/> SELECT * {{ SERVICE <x> {_REST} }}"),
    ("by a variable", f"SELECT * {{ VALUES ?e {{ <http://127.0.0.1:PORT/> }} SERVICE ?e {_REST} }}"),
    (
        "by a variable that is bound later",
        f"SELECT * {{ SERVICE SILENT ?e {_REST} BIND(IRI('http://127.0.0.1:PORT/') AS ?e) }}",
    ),
    ("in EXISTS", f"ASK {{ FILTER NOT EXISTS {{ SERVICE <http://127.0.0.1:PORT/> {_REST} }} }}"),
    ("in a sub-select", f"SELECT * {{ {{ SELECT * {{ SERVICE <http://127.0.0.1:PORT/> {_REST} }} }} }}"),
    ("in OPTIONAL", f"SELECT * {{ OPTIONAL {{ SERVICE <http://127.0.0.1:PORT/> {_REST} }} }}"),
    ("in a CONSTRUCT", f"CONSTRUCT {{ ?s ?p ?o }} {{ SERVICE <http://127.0.0.1:PORT/> {_REST} }}"),
    ("in a DESCRIBE", f"DESCRIBE ?s {{ SERVICE <http://127.0.0.1:PORT/> {_REST} }}"),
    ("as a decimal number", f"SELECT * {{ SERVICE <http://2130706433:PORT/> {_REST} }}"),
    ("in hexadecimal", f"SELECT * {{ SERVICE <http://0x7f000001:PORT/> {_REST} }}"),
    ("in octal", f"SELECT * {{ SERVICE <http://0177.0.0.1:PORT/> {_REST} }}"),
    ("shortened", f"SELECT * {{ SERVICE <http://127.1:PORT/> {_REST} }}"),
    ("as a zero", f"SELECT * {{ SERVICE <http://0:PORT/> {_REST} }}"),
    ("as a mapped address", f"SELECT * {{ SERVICE <http://[::ffff:127.0.0.1]:PORT/> {_REST} }}"),
    ("by name", f"SELECT * {{ SERVICE <http://localhost:PORT/> {_REST} }}"),
    ("behind a user", f"SELECT * {{ SERVICE <http://w3.org:80%40127.0.0.1:PORT/> {_REST} }}"),
    ("in full-width digits", f"SELECT * {{ SERVICE <http://{_WIDE}:PORT/> {_REST} }}"),
    ("over TLS", f"SELECT * {{ SERVICE <https://127.0.0.1:PORT/> {_REST} }}"),
    ("in a file", f"SELECT * {{ SERVICE <file:///etc/passwd> {_REST} }}"),
    (
        "at the address of a cloud's secrets",
        f"SELECT * {{ SERVICE <http://169.254.169.254/latest/> {_REST} }}",
    ),
    ("with a long s", f"SELECT * {{ \u017fERVICE <http://127.0.0.1:PORT/> {_REST} }}"),
    ("after a comment that CR ends", f"SELECT * {{ SERVICE # {{\r <http://127.0.0.1:PORT/> {_REST} }}"),
    ("in an order", f"SELECT * {{ }} ORDER BY EXISTS {{ SERVICE <http://127.0.0.1:PORT/> {_REST} }}"),
    ("in HAVING", f"SELECT (1 AS ?x) {{ }} HAVING(EXISTS {{ SERVICE <http://127.0.0.1:PORT/> {_REST} }})"),
    ("in LATERAL", f"SELECT * {{ ?s ?p ?o LATERAL {{ SERVICE ?s {_REST} }} }}"),
    ("by other schemes", f"SELECT * {{ SERVICE <gopher://127.0.0.1:PORT/_GET> {_REST} }}"),
)
# Their answer is empty or an error; nobody is asked.
_GRAPHS = (
    ("FROM an address", "SELECT * FROM <http://127.0.0.1:PORT/> { ?s ?p ?o }"),
    ("FROM NAMED an address", "SELECT * FROM NAMED <http://127.0.0.1:PORT/> { GRAPH ?g { ?s ?p ?o } }"),
    ("FROM a file", "SELECT * FROM <file://FILE> { ?s ?p ?o }"),
    ("FROM a path", "SELECT * FROM <FILE> { ?s ?p ?o }"),
    ("FROM a relative path with a base", "BASE <file:///etc/> SELECT * FROM <passwd> { ?s ?p ?o }"),
    ("GRAPH of an address", "SELECT * { GRAPH <http://127.0.0.1:PORT/> { ?s ?p ?o } }"),
    ("GRAPH of a file", "SELECT * { GRAPH <file://FILE> { ?s ?p ?o } }"),
    ("DESCRIBE of an address", "DESCRIBE <http://127.0.0.1:PORT/>"),
)
_LOADS = ("LOAD <http://127.0.0.1:PORT/>", "LOAD SILENT <file://FILE> INTO GRAPH <a:g>")


def _filled(make: Callable[[str], bytes], text: str) -> Callable[[Door], bytes]:
    """Return what `make` makes of `text` once the lure is known."""
    return lambda door: make(text.replace("PORT", str(door.lure.port)).replace("FILE", str(door.lure.file)))


def _services() -> Iterator[Case]:
    for name, text in _SPELLINGS:
        yield case(f"SERVICE {name}", _filled(query_post, text), *REFUSED)


def _graphs() -> Iterator[Case]:
    for name, text in _GRAPHS:
        yield case(name, _filled(query_post, text), *OK, *REFUSED)


def _named(parameter: str, target: str) -> Case:
    def message(graph: str) -> bytes:
        return get(f"{ENDPOINT}?query={escaped('SELECT * { ?s ?p ?o }')}&{parameter}={escaped(graph)}")

    return case(f"{parameter} names {target.partition(':')[0]}", _filled(message, target), *OK, *BAD)


CASES: tuple[Case, ...] = (
    *_services(),
    case("SERVICE by GET", _filled(query_get, _SPELLINGS[0][1]), *REFUSED),
    case("SERVICE by form", _filled(lambda text: form_post(query=text), _SPELLINGS[1][1]), *REFUSED),
    *_graphs(),
    *(
        case(
            f"{text.split()[0]} by update {n}",
            _filled(update_post, text),
            400,
            403,
            404,
            405,
            415,
            watches_data=True,
        )
        for n, text in enumerate(_LOADS, 1)
    ),
    *(
        case(
            f"{text.split()[0]} as a query {n}",
            _filled(query_post, text),
            *REFUSED,
            watches_data=True,
        )
        for n, text in enumerate(_LOADS, 1)
    ),
    _named("default-graph-uri", "http://127.0.0.1:PORT/"),
    _named("default-graph-uri", "file://FILE"),
    _named("named-graph-uri", "http://127.0.0.1:PORT/x"),
    case(
        "A query by address, as some endpoints fetch it",
        lambda door: get(f"{ENDPOINT}?query-uri=http://127.0.0.1:{door.lure.port}/&query={escaped(NOTHING)}"),
        *OK,
        *BAD,
    ),
    case(
        "A context of JSON-LD by link",
        lambda door: get(
            f"{ENDPOINT}?query={escaped(NOTHING)}",
            f'Link: <http://127.0.0.1:{door.lure.port}/>; rel="http://www.w3.org/ns/json-ld#context"',
        ),
        *OK,
    ),
    case(
        "The word SERVICE in a string is no request",
        query_post("SELECT ('SERVICE <http://a/>' AS ?x) {} # SERVICE <a:b> {}"),
        *OK,
    ),
    case(
        "A proof of an address",
        lambda door: get(f"/proof?subject=http://127.0.0.1:{door.lure.port}/&predicate=a&object=b"),
        400,
        404,
    ),
    case(
        "A description of an address",
        lambda door: get(f"/doc/http:%2f%2f127.0.0.1:{door.lure.port}%2f/x"),
        400,
        404,
    ),
)
