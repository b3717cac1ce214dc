"""Queries over the releases of `live` that give many rows, or search without end, in every format."""

THINGS = 400
N = "<https://example.org/n>"
PAIRS = f"{{ ?x {N} ?a . ?y {N} ?b }}"
NEVER = "{ ?x ?p ?b . ?c ?q ?d . ?e ?r ?f . ?g ?s ?h FILTER(STRLEN(CONCAT(?b, ?d, ?f, ?h)) < 2) }"
ENDLESS = f"SELECT (COUNT(*) AS ?n) {NEVER}"
LIGHT = f"ASK {{ ?x {N} '7' }}"
# Rows at once, and then a search that finds nothing and does not end.
HANGING = f"{{ {PAIRS} UNION {{ ?x {N} ?b FILTER EXISTS {NEVER} }} }}"

ROW_TYPES = {
    "json": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
}
GRAPH_TYPES = {
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "rdf": "application/rdf+xml",
    "jsonld": "application/ld+json",
    "trig": "application/trig",
    "nq": "application/n-quads",
}
TYPES = ROW_TYPES | GRAPH_TYPES


def query_for(name: str, pattern: str, rest: str = "") -> str:
    """Return a query for the pairs of `pattern` whose answer can be written in that format."""
    head = "SELECT ?x ?b" if name in ROW_TYPES else "CONSTRUCT { ?x <https://example.org/with> ?b } WHERE"
    return f"{head} {pattern} {rest}"
