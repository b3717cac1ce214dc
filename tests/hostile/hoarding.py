"""Queries that want more memory than there is: doublings, sorts, groups, tables of everything."""

from tests.hostile.case import OUT_OF_MEMORY, Case, asked

_TEN = " ".join(f"VALUES ?n{n} {{ 0 1 2 3 4 5 6 7 8 9 }}" for n in range(9))
_PRODUCT = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i"


def _doublings(count: int, step: str) -> str:
    """Return BINDs each of which makes a value from the one before; `{0}` is that value."""
    names = (f"BIND({step.format(f'?v{n}')} AS ?v{n + 1})" for n in range(count))
    return f"SELECT (STRLEN(?v{count}) AS ?n) {{ BIND('0123456789abcdef' AS ?v0) {' '.join(names)} }}"


def _geometry(count: int) -> str:
    wkt = "<http://www.opengis.net/ont/geosparql#wktLiteral>"
    double = " ".join(
        f"BIND(CONCAT(?l{n}, ?l{n}) AS ?l{n + 1}) BIND(CONCAT(?r{n}, ?r{n}) AS ?r{n + 1})"
        for n in range(count)
    )
    return (
        f"SELECT ?x {{ BIND('GEOMETRYCOLLECTION(' AS ?l0) BIND(')' AS ?r0) {double} "
        f"BIND(STRDT(CONCAT(?l{count}, 'POINT(0 0)', ?r{count}), {wkt}) AS ?g) "
        f"BIND(<http://www.opengis.net/def/function/geosparql/sfWithin>(?g, ?g) AS ?x) }}"
    )


_QUERIES = (
    ("30 doublings by CONCAT", _doublings(30, "CONCAT({0}, {0})")),
    ("40 doublings by CONCAT", _doublings(40, "CONCAT({0}, {0})")),
    ("25 doublings by CONCAT, sent back", _doublings(25, "CONCAT({0}, {0})").replace("STRLEN(?v25)", "?v25")),
    ("Growth by REPLACE", _doublings(12, "REPLACE({0}, '.', '$0$0$0$0$0$0$0$0')")),
    ("New names in one string", f"SELECT (STRLEN(GROUP_CONCAT(STRUUID())) AS ?n) {{ {_PRODUCT} }}"),
    ("Growth by ENCODE_FOR_URI", _doublings(28, "ENCODE_FOR_URI(CONCAT({0}, '%', {0}))")),
    (
        "Doublings that end in a pattern",
        _doublings(28, "CONCAT({0}, {0})").replace("STRLEN(?v28)", "REGEX(?v28, '(a|b)*$')"),
    ),
    (
        "Doublings that end in a digest",
        _doublings(28, "CONCAT({0}, {0})").replace("STRLEN(?v28)", "SHA512(?v28)"),
    ),
    ("A geometry a million deep", _geometry(20)),
    ("A geometry of 8,000 levels", _geometry(13)),
    ("A product in one string", f"SELECT (STRLEN(GROUP_CONCAT(?a)) AS ?n) {{ {_PRODUCT} }}"),
    ("Tables in one string", f"SELECT (GROUP_CONCAT(?n0; separator='{'x' * 1000}') AS ?n) {{ {_TEN} }}"),
    ("A product in order", f"SELECT * {{ {_PRODUCT} }} ORDER BY DESC(?i) ?b ?f"),
    ("A product in order by chance", f"SELECT ?a {{ {_PRODUCT} }} ORDER BY RAND() LIMIT 1"),
    ("A product without doubles", f"SELECT DISTINCT * {{ {_PRODUCT} }} OFFSET 999999999"),
    (
        "A product in groups of one",
        f"SELECT ?a ?c ?f ?i (COUNT(*) AS ?n) {{ {_PRODUCT} }} GROUP BY ?a ?b ?c ?d ?e ?f ?g ?h ?i",
    ),
    ("Tables without doubles", f"SELECT (COUNT(*) AS ?m) {{ SELECT DISTINCT * {{ {_TEN} }} }}"),
    (
        "Tables joined with tables",
        f"SELECT (COUNT(*) AS ?m) {{ {{ SELECT * {{ {_TEN} }} }} {{ SELECT ?n0 ?n1 {{ {_TEN} }} }} }}",
    ),
    (
        "A table of products on the other side",
        f"SELECT (COUNT(*) AS ?m) {{ ?s ?p ?o MINUS {{ ?s ?p ?o . {_PRODUCT} }} }}",
    ),
    (
        "Distinct constructed triples without end",
        "CONSTRUCT { ?a ?e ?i . [] ?b ?f } { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    ),
    ("Optional products", "SELECT (COUNT(*) AS ?n) { ?a ?b ?c OPTIONAL { ?d ?e ?f OPTIONAL { ?g ?h ?i } } }"),
    (
        "A product is taken from a product",
        "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f MINUS { ?d ?y ?z . ?a ?w ?q } }",
    ),
    ("Distinct counts of everything", f"SELECT (COUNT(DISTINCT *) AS ?m) {{ {_PRODUCT} }}"),
    (
        "Samples and strings by group",
        f"SELECT ?b (GROUP_CONCAT(DISTINCT CONCAT(STR(?c), STR(?f))) AS ?n) {{ {_PRODUCT} }} GROUP BY ?b",
    ),
)

CASES: tuple[Case, ...] = tuple(asked(name, text, *OUT_OF_MEMORY, heavy=True) for name, text in _QUERIES)
