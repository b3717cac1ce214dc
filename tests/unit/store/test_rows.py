"""A query that says itself that it has few rows is believed, and only where that is sure."""

import pytest

from bionrw.store.rows import keeps_to


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?s ?p ?o } LIMIT 100",
        "SELECT * { ?s ?p ?o }\nLIMIT 7",
        "select * { ?s ?p ?o }limit 100 \n",
        "SELECT * { ?s ?p ?o } OFFSET 5000 LIMIT 100",
        "SELECT * { ?s ?p ?o } LIMIT 100 OFFSET 5000",
        "PREFIX x: <y:#>\nSELECT * { ?s ?p ?o }\nLIMIT 0",
        f"SELECT * {{ ?s ?p {'?o ' * 1000} }} LIMIT 100",
    ],
)
def test_a_limit_at_the_end_is_believed(text):
    assert keeps_to(100, text)
    assert not keeps_to(-1, text)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?s ?p ?o } LIMIT 101",
        "SELECT * { ?s ?p ?o }",
        "SELECT * { { SELECT * { ?s ?p ?o } LIMIT 5 } }",
        "SELECT * { ?s ?p ?o } # } LIMIT 5",
        "SELECT * { ?s ?p ?o } #\t}\nLIMIT 5 # 6",
        "SELECT * { ?s ?p ?o } \\u0023 } LIMIT 5",
        "SELECT * { ?s ?p ?o } ORDER BY ?s LIMIT 5",
        f"SELECT * {{ ?s ?p ?o }} #{'x' * 1000} }} LIMIT 5",
        "SELECT * { ?s ?p ?o } LIMIT 5 VALUES ?s { 5 }",
        "SELECT * { ?s ?p ?o } LIMIT \u0665",
        "LIMIT 5",
        "",
    ],
)
def test_what_might_have_more_rows_is_counted(text):
    assert not keeps_to(100, text)
