"""The rows of an answer are counted; a query that surely says how many it has is believed."""

import json

import pyoxigraph as ox
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bionrw.store.rows import RowCounter, keeps_to

# What could pass for the beginning or the end of a row.
_TEXTS = st.text('{}[],:"\\bx', max_size=8) | st.sampled_from(['"}},{},{}', '"bindings":[{},{', "},{", "\\"])
_ROWS = st.lists(st.tuples(st.none() | _TEXTS, st.none() | _TEXTS), max_size=12)


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


@example([(None, None)], [50])
@given(_ROWS, st.lists(st.integers(0, 400), max_size=20))
def test_rows_in_json_are_counted_however_the_bytes_come(rows, cuts):
    cells = [" ".join(f"{json.dumps(x)}" if x is not None else "UNDEF" for x in row) for row in rows]
    text = f"SELECT * {{ VALUES (?a ?b) {{ {' '.join(f'({row})' for row in cells)} }} }}"
    found = ox.Store().query(text)
    assert isinstance(found, ox.QuerySolutions)
    data = found.serialize(format=ox.QueryResultsFormat.JSON) or b""
    counter, count, at = RowCounter("application/sparql-results+json"), 0, 0
    for cut in [*sorted(cuts), len(data)]:
        count, at = counter.add(data[at:cut]), max(at, cut)
    assert count == max(len(rows), 1)
