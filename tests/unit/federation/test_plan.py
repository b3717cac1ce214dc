"""What leaves the house for which query, and what is refused before anything does."""

import pytest

from bionrw.errors import FederationRefused
from bionrw.federation.endpoints import Endpoint
from bionrw.federation.plan import Plan

BASE = "https://example.org/"
LISTED = "https://listed.example/sparql"
LABELS = "https://labels.example/inside"
ENDPOINTS = {LISTED: Endpoint(LISTED, "Listed", inside=(LABELS,))}
PATTERN = "{ ?s ?p ?o }"
OTHER = f"SERVICE <https://other.example/> {PATTERN}"


def plan(text: str) -> Plan:
    return Plan(text, ENDPOINTS, BASE)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { SERVICE <https://other.example/sparql> { ?s ?p ?o } }",
        "SELECT * { SERVICE SILENT <https://other.example/sparql> { ?s ?p ?o } }",
        "SELECT * { service <https://other.example/sparql> { ?s ?p ?o } }",
        "PREFIX o: <https://other.example/> SELECT * { SERVICE o:sparql { ?s ?p ?o } }",
        # A prefix that is declared twice has its later meaning.
        f"PREFIX o: <https://listed.example/> PREFIX o: <{LABELS}> SELECT * {{ SERVICE o:sparql {PATTERN} }}",
        "PREFIX : <https://other.example/sparql> SELECT * { SERVICE : { ?s ?p ?o } }",
        "BASE <https://listed.example/> SELECT * { SERVICE <sparql> { ?s ?p ?o } }",
        "SELECT * { SERVICE <//listed.example/sparql> { ?s ?p ?o } }",
        # Another spelling of a listed address is another address.
        "SELECT * { SERVICE <https://LISTED.example/sparql> { ?s ?p ?o } }",
        "SELECT * { SERVICE <https://listed.example:443/sparql> { ?s ?p ?o } }",
        "SELECT * { SERVICE <https://listed.example/sparql#> { ?s ?p ?o } }",
        "SELECT * { SERVICE <https://listed.example/%73parql> { ?s ?p ?o } }",
        r"SELECT * { SERVICE <https://other.example/\u0073parql> { ?s ?p ?o } }",
        # Nested, beside a listed one, in expressions and in what is set apart.
        f"SELECT * {{ SERVICE <{LISTED}> {{ ?s ?p ?o {OTHER} }} }}",
        f"SELECT * {{ SERVICE <{LISTED}> {{ ?s ?p ?o SERVICE <{LISTED}> {PATTERN} }} }}",
        f"SELECT * {{ SERVICE <{LISTED}> {{ ?s ?p ?o SERVICE ?s {PATTERN} }} }}",
        f"SELECT * {{ SERVICE <{LISTED}> {{ SERVICE <{LABELS}> {{ {OTHER} }} }} }}",
        f"SELECT * {{ ?s ?p ?o FILTER EXISTS {{ {OTHER} }} }}",
        f"SELECT * {{ ?s ?p ?o FILTER(1 = 1 || EXISTS {{ {OTHER} }}) }}",
        f"SELECT * {{ ?s ?p ?o MINUS {{ {OTHER} }} }}",
        f"SELECT * {{ {{ SELECT ?s {{ {OTHER} }} }} }}",
        f"SELECT * {{ GRAPH ?g {{ {OTHER} }} }}",
        f"SELECT * {{ BIND(EXISTS {{ {OTHER} }} AS ?x) }}",
        f"SELECT (EXISTS {{ {OTHER} }} AS ?x) {{ ?s ?p ?o }}",
        f"SELECT ?s {{ ?s ?p ?o }} GROUP BY ?s HAVING(EXISTS {{ {OTHER} }})",
        f"SELECT ?s {{ ?s ?p ?o }} ORDER BY (EXISTS {{ {OTHER} }})",
        f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {OTHER} }}",
        f"DESCRIBE ?s WHERE {{ {OTHER} }}",
        f"ASK {{ {OTHER} }}",
        f"SELECT * {{ # a comment\r{OTHER} }}",
        # Glued, as engines read them, and where no tree of ours has it.
        f"SELECT * {{ ?s ?p ?o SERVICE<https://other.example/>{PATTERN} }}",
        f"SELECT * {{ ?s ?p true SERVICESILENT <{LISTED}> {PATTERN} }}",
        f"SELECT * {{ ?s ?p trueSERVICE <{LISTED}> {PATTERN} }}",
        f"PREFIX x: <{LISTED}> SELECT * {{ SERVICE <{LISTED}> {PATTERN} SERVICEx: {PATTERN} }}",
        f"SELECT * {{ SERVICE <{LISTED}> {PATTERN} BIND(SERVICE AS ?x) }}",
        f"CONSTRUCT {{ {OTHER} }} WHERE {{ SERVICE <{LISTED}> {PATTERN} }}",
        f"SELECT * {{ SERVICE <{LISTED}> {PATTERN} }} VALUES ?x {{ SERVICE <https://other.example/> }}",
        rf"SELECT * {{ SERVICE <{LISTED}> {PATTERN} \u0053ERVICE <https://other.example/> {PATTERN} }}",
        rf"SELECT * {{ SERVICE <{LISTED}> {{ ?s ?p '\u0027 }} {OTHER[:-2]} \u0027' }} }}",
        f"SELECT * {{ SERVICE <{LISTED}> {PATTERN} LATERAL {{ {OTHER} }} }}",
        f"SELECT * {{ SERVICE <{LISTED}> {{ ?s ?p ?o }} }} }} {{ {OTHER}",
        f"SELECT * {{ SERVICE <{LISTED}> {{ ?s ?p ?o }}",
    ],
)
def test_what_is_not_listed_is_refused(text: str) -> None:
    with pytest.raises(FederationRefused):
        plan(text)


@pytest.mark.parametrize(
    "text",
    [
        f"SELECT * {{ SERVICE <{LISTED}> {PATTERN} }}",
        f"SELECT * {{ service silent <{LISTED}> {PATTERN} }}",
        f"SELECT*{{SERVICE<{LISTED}>{PATTERN}}}",
        f"PREFIX l: <https://listed.example/> SELECT * {{ SERVICE l:sparql {PATTERN} }}",
        rf"SELECT * {{ SERVICE <https://listed.example/\u0073parql> {PATTERN} }}",
        f"SELECT * {{ SERVICE <{LISTED}> {{ ?s ?p ?o SERVICE <{LABELS}> {{ ?s ?p 'en' }} }} }}",
        f"SELECT * {{ VALUES ?e {{ <{LISTED}> }} SERVICE ?e {PATTERN} }}",
        f"SELECT * {{ SERVICE <{LISTED}> {{ ?s ?p 'SERVICE <https://other.example/>' }} }}",
        f"SELECT * {{ SERVICE <{LISTED}> {PATTERN} # SERVICE <https://other.example/>\n }}",
    ],
)
def test_what_is_listed_may_be_asked(text: str) -> None:
    assert len(plan(text).calls) == 1


def test_a_refusal_names_what_is_listed() -> None:
    with pytest.raises(FederationRefused) as refusal:
        plan("SELECT * { SERVICE <https://other.example/> { ?s ?p ?o } }")
    assert "https://other.example/" in refusal.value.detail
    assert "BIONRW_FEDERATION" in refusal.value.detail
    assert refusal.value.extra["listed"] == [LISTED]


def test_no_place_moves_when_endpoints_are_blanked_out() -> None:
    text = f"SELECT *\n{{ SERVICE SILENT\n <{LISTED}>\n {PATTERN} }}"
    plain = plan(text).plain()
    assert len(plain) == len(text)
    assert plain.count("\n") == text.count("\n")
    assert plain.index(PATTERN) == text.index(PATTERN)
    assert LISTED not in plain


def context(text: str) -> str:
    made = plan(text)
    found = made.context(made.calls[-1])
    return " ".join(found.pattern.split()) if found else ""


@pytest.mark.parametrize(
    ("around", "pattern"),
    [
        ("?s <p:a> ?x . SERVICE", "?s <p:a> ?x ."),
        ("SERVICE ; ?s <p:a> ?x", "?s <p:a> ?x ."),
        ("?s <p:a> ?x FILTER(?x > 1) FILTER(?y > 1) SERVICE", "?s <p:a> ?x . FILTER(?x > 1)"),
        ("?s <p:a> ?x OPTIONAL { ?s <p:b> ?y } MINUS { ?s <p:c> 1 } SERVICE", "?s <p:a> ?x ."),
        ("?s <p:a> ?x BIND(STR(?x) AS ?y) BIND(?z AS ?w) SERVICE", "?s <p:a> ?x . BIND(STR(?x) AS ?y)"),
        ("BIND(STR(?x) AS ?y) ?s <p:a> ?x . SERVICE", "?s <p:a> ?x ."),
        ("?s <p:a> ?x FILTER(RAND() > 0.5) SERVICE", "?s <p:a> ?x ."),
        ("?s <p:a> ?x { SELECT ?x { ?x ?y ?z } LIMIT 3 } SERVICE", "?s <p:a> ?x ."),
        ("?s <p:a> ?x OPTIONAL { ?s <p:b> ?y SERVICE }", "?s <p:a> ?x . ?s <p:b> ?y ."),
        ("?s <p:a> ?x GRAPH <g:g> { ?s <p:b> ?y { ?s <p:c> ?z SERVICE } }",
         "?s <p:a> ?x . GRAPH <g:g> { ?s <p:b> ?y . } GRAPH <g:g> { ?s <p:c> ?z . }"),
        ("?s <p:a> ?x { SELECT ?s { ?s <p:b> ?y SERVICE } }", "?s <p:b> ?y ."),
        ("?s <p:a> ?x GRAPH ?g { SELECT ?s { ?s <p:b> ?y SERVICE } }", ""),
        ("?s <p:a> ?x FILTER EXISTS { SERVICE }", "?s <p:a> ?x ."),
        ("SERVICE", ""),
        # What comes after OPTIONAL, MINUS and BIND, and what stands around their group, is no part of them.
        ("?s <p:a> ?x OPTIONAL { SERVICE } ?s <p:b> ?y", "?s <p:a> ?x ."),
        ("?s <p:a> ?x MINUS { SERVICE } ?s <p:b> ?y", "?s <p:a> ?x ."),
        ("?s <p:a> ?x BIND(EXISTS { SERVICE } AS ?z) ?s <p:b> ?y", "?s <p:a> ?x ."),
        ("?s <p:a> ?x FILTER EXISTS { SERVICE } ?s <p:b> ?y", "?s <p:a> ?x . ?s <p:b> ?y ."),
        ("?s <p:a> ?x { OPTIONAL { SERVICE } }", ""),
        ("?s <p:a> ?x { ?s <p:b> ?y MINUS { SERVICE } }", "?s <p:b> ?y ."),
        ("?s <p:a> ?x { ?s <p:b> ?y FILTER EXISTS { SERVICE } }", "?s <p:b> ?y ."),
        ("?s <p:a> ?x { { ?s <p:b> ?y } UNION { ?s <p:c> ?z SERVICE } }", "?s <p:a> ?x . ?s <p:c> ?z ."),
    ],
)  # fmt: skip
def test_what_a_service_is_joined_with_is_asked_here_first(around: str, pattern: str) -> None:
    text = around.replace(" ;", "").replace("SERVICE", f"SERVICE <{LISTED}> {PATTERN}")
    assert context(f"SELECT * {{ {text} }}") == pattern


def test_the_dataset_of_the_query_is_that_of_its_parts() -> None:
    text = (
        "PREFIX g: <https://g.example/> SELECT (EXISTS { ?a ?b ?c } AS ?x) FROM g:one FROM NAMED <g:two> "
        f"WHERE {{ ?s <p:a> ?x SERVICE <{LISTED}> {PATTERN} }}"
    )
    made = plan(text)
    found = made.context(made.calls[0])
    assert found is not None
    asked = made.select(found, {"s": None}, 5)
    assert "FROM g:one FROM NAMED <g:two>\nWHERE" in asked
    assert "PREFIX g: <https://g.example/>" in asked


def test_only_prefixes_that_are_used_leave_the_house() -> None:
    made = plan(
        f"PREFIX a: <https://a.example/> PREFIX secret: <https://secret.example/> "
        f"SELECT * {{ ?s secret:of ?x SERVICE <{LISTED}> {{ ?s a:of ?o }} }}"
    )
    asked = made.request(made.calls[0], {}, [], 5)
    assert "secret" not in asked
    assert "PREFIX a: <https://a.example/>" in asked
