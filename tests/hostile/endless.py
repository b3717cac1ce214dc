"""Queries that would run for ever: products, paths, sorts and patterns without end."""

from tests.hostile.case import OUT_OF_MEMORY, STOPPED, Case, asked, case
from tests.hostile.door import Door
from tests.hostile.messages import ENDPOINT, HOST, escaped, message, query_get, request
from tests.hostile.wire import Reply

ALL = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l"
_NUMBERS = "VALUES {} {{ 0 1 2 3 4 5 6 7 8 9 }}"
_SELECTS = " ".join(f"{{ SELECT ?x{n} {{ ?x{n} ?y ?z }} }}" for n in range(4))
_GRID = " ".join(_NUMBERS.format(f"?n{n}") for n in range(12))
_JSON = "Accept: application/sparql-results+json"
_LONG = "a" * 5000
_PAIRS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f"
_JOIN = "?a a ?x . ?b a ?y . ?c a ?z"

_QUERIES = (
    ("A product is counted", f"SELECT (COUNT(*) AS ?n) {{ {ALL} }}"),
    ("A product is counted without doubles", f"SELECT (COUNT(DISTINCT ?a) AS ?n) {{ {ALL} }}"),
    ("A product is asked for what is not in it", f"ASK {{ {ALL} FILTER(?a = <a:nobody>) }}"),
    ("A product under a filter", f"SELECT * {{ {ALL} FILTER(STR(?a) = CONCAT(STR(?d), STR(?g))) }}"),
    ("A product past an offset", f"SELECT * {{ {ALL} }} OFFSET 999999999999 LIMIT 1"),
    ("A product in groups", f"SELECT ?a (COUNT(*) AS ?n) {{ {ALL} }} GROUP BY ?a HAVING(COUNT(*) < 0)"),
    ("A product of three sorts", f"SELECT (SUM(STRLEN(STR(?a))) AS ?n) {{ {_JOIN} . ?d a ?q . ?e a ?r }}"),
    ("A product of tables", f"SELECT (COUNT(*) AS ?n) {{ {_GRID} }}"),
    ("A product of tables with sums", f"SELECT (SUM(?n0 + ?n1 * ?n2) AS ?n) {{ {_GRID} }}"),
    (
        "A product of sub-selects",
        f"SELECT (COUNT(*) AS ?n) {{ {_SELECTS} }}",
    ),
    (
        "EXISTS in EXISTS",
        (
            "SELECT (COUNT(*) AS ?n) { ?a ?b ?c FILTER EXISTS { ?d ?e ?f FILTER NOT EXISTS "
            "{ ?g ?h ?i FILTER(?g = ?c && ?i = ?a) } FILTER(STRLEN(STR(?f)) = STRLEN(STR(?b)) * 977) } }"
        ),
    ),
    (
        "A product over all graphs",
        "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?a ?b ?c } GRAPH ?h { ?d ?e ?f } GRAPH ?i { ?j ?k ?l } }",
    ),
    ("A UNION of products", f"SELECT (COUNT(*) AS ?n) {{ {{ {ALL} }} UNION {{ {ALL} }} UNION {{ {ALL} }} }}"),
    (
        "A pattern that would backtrack",
        f"{_PAIRS} FILTER REGEX(CONCAT('{_LONG}', STR(?f), '!'), '^(a+)+$') }}",
    ),
    (
        "Patterns from the data",
        (
            "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f FILTER(ISLITERAL(?f)) "
            "FILTER REGEX(STR(?c), CONCAT('(.*', STRBEFORE(CONCAT(STR(?f), ' '), ' '), '.*)+')) }"
        ),
    ),
    ("A pattern of 3,000 brackets", f"ASK {{ FILTER REGEX('a', '{'(' * 3000}a{')' * 3000}') }}"),
    ("A pattern of repeats of repeats", "ASK { FILTER REGEX('a', '(((a{1000}){1000}){1000}){1000}') }"),
    (
        "A pattern that is a bomb",
        (
            "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f "
            "FILTER REGEX(STR(?c), CONCAT('(x{200}){', STR(STRLEN(STR(?f))), '}')) }"
        ),
    ),
    ("Digests of everything", "SELECT (MAX(SHA512(CONCAT(STR(?a), STR(?f)))) AS ?n) { ?a ?b ?c . ?d ?e ?f }"),
    ("Chance decides over a product", f"SELECT (COUNT(*) AS ?n) {{ {ALL} FILTER(RAND() < 0) }}"),
    (
        "Replacements over a product",
        f"{_PAIRS} FILTER(REPLACE(CONCAT('{_LONG}', STR(?c)), '(a)(a)', '$2$1') = STR(?f)) }}",
    ),
    ("Everything is described", "DESCRIBE ?a { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?i = ?a) }"),
    ("A product is constructed", f"CONSTRUCT {{ ?a ?e ?i }} {{ {ALL} FILTER(?l = <a:nobody>) }}"),
)
# What they have reached they remember, so that the end of time or of memory may come first.
_PATHS = (
    ("A path from anywhere to anywhere", "SELECT (COUNT(*) AS ?n) { ?a (!<a:p>)* ?b }"),
    (
        "A path of all there is, both ways",
        "SELECT (COUNT(*) AS ?n) { ?a (!<a:p>|!^<a:p>)+ ?b . ?b (!<a:p>|!^<a:p>)+ ?c }",
    ),
    ("Paths in paths", "SELECT (COUNT(*) AS ?n) { ?a ((((!<a:p>)*)*)*/((!<a:q>)*)*)* ?b }"),
    (
        "A path from anywhere under a filter",
        "ASK { ?a (!<a:p>)* ?b . ?b (!<a:q>)* ?c FILTER(?c = <a:nobody>) }",
    ),
)
_STREAM = f"SELECT * {{ {ALL} }}"


def _ends_visibly(reply: Reply, _door: Door) -> str:
    """Complain when a client cannot see that this is not all there is."""
    return "an answer that was cut ends as if it were whole" if reply.status == 200 and reply.whole else ""


CASES: tuple[Case, ...] = (
    *(asked(name, text, *STOPPED, heavy=True) for name, text in _QUERIES),
    *(asked(name, text, *OUT_OF_MEMORY, heavy=True) for name, text in _PATHS),
)

_TRIPLES = f"CONSTRUCT {{ ?a ?e ?i . ?d ?k ?c }} {{ {ALL} }}"
_FORMATS = (
    ("application/sparql-results+json", _STREAM),
    ("application/sparql-results+xml", _STREAM),
    ("text/csv", _STREAM),
    ("text/tab-separated-values", _STREAM),
    ("application/n-triples", _TRIPLES),
    ("text/turtle", _TRIPLES),
    ("application/rdf+xml", _TRIPLES),
    ("application/ld+json", _TRIPLES),
)

STREAMS: tuple[Case, ...] = (
    *(
        asked(f"A stream without end as {kind}", text, *STOPPED, accept=kind, heavy=True, guard=_ends_visibly)
        for kind, text in _FORMATS
    ),
    case("A stream without end on a page", query_get(_STREAM, "Accept: text/html"), *STOPPED, heavy=True),
    case(
        "A stream without end for a client of HTTP/1.0",
        message(f"GET {ENDPOINT}?query={escaped(_STREAM)} HTTP/1.0", HOST, _JSON),
        *STOPPED,
        505,
        heavy=True,
        breaks=True,
        guard=_ends_visibly,
    ),
    case(
        "Only the head of a stream without end",
        request("HEAD", f"{ENDPOINT}?query={escaped(_STREAM)}", _JSON),
        *STOPPED,
        method="HEAD",
        heavy=True,
    ),
    case(
        "Only the head of a count without end",
        request("HEAD", f"{ENDPOINT}?query={escaped(_QUERIES[0][1])}", _JSON),
        *STOPPED,
        method="HEAD",
        heavy=True,
    ),
)
