"""SERVICE over HTTP: rows of listed neighbours are joined, and what goes wrong with them is told."""

import json
import re

import pytest

from tests.http.federation.conftest import HERE, PREFIXES, Linked
from tests.http.live import assert_problem, get, parted, wait_until


def test_rows_of_a_neighbour_are_joined(linked: Linked) -> None:
    rows = linked.rows(
        f"SELECT ?s ?label {{ ?s :n ?n SERVICE <{linked.one.address}> {{ ?s one:label ?label }} }}"
    )
    assert len(rows) == 50
    assert {row["s"] + row["label"][6:] for row in rows} == {f"{HERE}/{n}{n}" for n in range(50)}
    # In batches of twenty, with what is known here.
    assert len(linked.one.asked) == 3
    assert all(text.count(f"<{HERE}/") in (10, 20) for text in linked.one.asked)


def test_one_neighbour_is_asked_with_what_the_other_gave(linked: Linked) -> None:
    rows = linked.rows(
        f"SELECT ?size {{ SERVICE <{linked.two.address}> {{ ?t two:same ?id ; two:size ?size }} "
        f"VALUES ?s {{ <{HERE}/7> <{HERE}/8> }} SERVICE <{linked.one.address}> {{ ?s one:id ?id }} }}"
    )
    assert sorted(row["size"] for row in rows) == ["7", "8"]
    (asked,) = linked.two.asked
    assert '"Q7"' in asked
    assert '"Q8"' in asked


def test_a_variable_stands_for_listed_neighbours(linked: Linked) -> None:
    rows = linked.rows(
        f"SELECT ?e (COUNT(*) AS ?n) {{ VALUES ?e {{ <{linked.one.address}> <{linked.two.address}> }} "
        "SERVICE ?e { ?s (one:id|two:same) ?id FILTER(?id < 'Q2') } } GROUP BY ?e"
    )
    assert {row["e"]: row["n"] for row in rows} == dict.fromkeys(
        (linked.one.address, linked.two.address), "112"
    )


def test_a_graph_can_be_made_of_both(linked: Linked) -> None:
    query = (
        f"CONSTRUCT {{ ?s one:label ?label }} WHERE {{ VALUES ?s {{ <{HERE}/7> }} "
        f"SERVICE <{linked.one.address}> {{ ?s one:label ?label }} }}"
    )
    status, fields, body = linked.server.ask(PREFIXES + query, Accept="application/n-triples")
    assert status == 200
    assert body == f'<{HERE}/7> <https://one.example/label> "label 7"@en .\n'.encode()
    assert "federation-sources" in fields


def test_an_answer_carries_its_receipt_and_is_not_kept(linked: Linked) -> None:
    query = f"SELECT * {{ ?s :n '7' SERVICE <{linked.one.address}> {{ ?s one:label ?label }} }}"
    for _ in range(2):
        status, fields, body = linked.server.ask(PREFIXES + query)
        assert status == 200
        assert b"label 7" in body
        assert fields["cache-control"] == "no-store"
        assert "etag" not in fields
        told = fields["federation-sources"]
        assert told.startswith(f'"{linked.one.address}";requests=1;rows=1;bytes=')
        assert re.search(r";seconds=\d+\.\d+$", told)
    assert len(linked.one.asked) == 2


def test_what_is_known_of_nothing_asks_nobody(linked: Linked) -> None:
    query = f"SELECT * {{ ?s :never ?n SERVICE <{linked.one.address}> {{ ?s one:label ?label }} }}"
    assert linked.rows(query) == []
    assert linked.one.asked == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"status": 500}, "500"),
        ({"status": 404}, "404"),
        ({"status": 301}, "redirect"),
        ({"media_type": "text/html"}, "text/html"),
        ({"body": b'{"head": {"vars": []}'}, ""),
        ({"body": b'{"boolean": true, "head": {}}'}, ""),
        ({"body": b"[" * 50_000}, ""),
        ({"body": b" " * 100_001}, "100000"),
        ({"wait": 2.5}, "2"),
    ],
)
def test_a_neighbour_that_fails_is_named(linked: Linked, change: dict[str, object], words: str) -> None:
    for name, value in change.items():
        setattr(linked.one, name, value)
    pattern = f"<{linked.one.address}> {{ ?s one:label ?label }}"
    with linked.server.connect() as connection:
        connection.sendall(get(f"{PREFIXES}SELECT * {{ ?s :n '7' SERVICE {pattern} }}", Connection="close"))
        got = b"".join(iter(lambda: connection.recv(65536), b""))
    assert_problem(got, 502)
    problem = json.loads(parted(got)[2])
    assert problem["source"] == linked.one.address
    assert words in problem["detail"]
    # SILENT passes over the failure, and the receipt tells of it.
    linked.rows(f"SELECT * {{ ?s :n '7' SERVICE SILENT {pattern} }}")
    assert 'error="' in linked.receipt
    wait_until(lambda: recovered(linked), 60)


def recovered(linked: Linked) -> bool:
    """Tell whether the neighbour is asked again; after a row of failures it is left alone for a while."""
    linked.one.behave()
    return linked.server.ask(f"SELECT * {{ SERVICE <{linked.one.address}> {{ <x:y> ?p ?o }} }}")[0] == 200


def test_more_rows_than_allowed_are_refused(linked: Linked) -> None:
    status, _, body = linked.server.ask(f"SELECT * {{ SERVICE <{linked.two.address}> {{ ?s ?p ?o }} }}")
    assert status == 502
    assert "250 rows" in json.loads(body)["detail"]


def test_a_query_that_does_not_parse_is_told_with_its_place_and_asks_nobody(linked: Linked) -> None:
    text = f"SELECT * {{\n SERVICE <{linked.one.address}> {{ ?s ?p }}\n}}"
    status, _, body = linked.server.ask(text)
    problem = json.loads(body)
    assert (status, problem["line"]) == (400, 2)
    assert linked.one.asked == []
