"""The list of endpoints, as a page and as a graph."""

import json
import re
from hashlib import sha256
from urllib.parse import urlencode, urlsplit

import pyoxigraph as ox
import pytest

from tests.http.federation.conftest import Linked
from tests.http.live import parted, rest


def page(linked: Linked, path: str, accept: str) -> tuple[int, dict[str, str], bytes]:
    with linked.server.connect() as connection:
        fields = f"Host: localhost\r\nAccept: {accept}\r\nConnection: close\r\n\r\n"
        connection.sendall(f"GET {path} HTTP/1.1\r\n{fields}".encode())
        return parted(rest(connection))


def test_the_list_of_endpoints_tells_how_they_answered(linked: Linked) -> None:
    linked.rows(f"SELECT * {{ ?s :n '7' SERVICE <{linked.one.address}> {{ ?s one:label ?label }} }}")
    linked.one.status = 404
    linked.server.ask(f"SELECT * {{ SERVICE <{linked.one.address}> {{ ?s ?p '7' }} }}")
    before = len(linked.one.asked)
    status, fields, body = page(linked, "/federation", "text/html")
    assert (status, fields["cache-control"]) == (200, "no-store")
    text = body.decode()
    assert linked.one.address in text
    assert linked.two.address in text
    assert re.search(r"\d+ calls, [1-9]\d* failed; \d+ rows?", text)
    # To look at the page asks nobody.
    assert len(linked.one.asked) == before


def test_the_list_of_endpoints_is_a_graph_as_well(linked: Linked) -> None:
    for path, accept in (("/federation", "text/turtle"), ("/federation.ttl", "*/*")):
        status, fields, body = page(linked, path, accept)
        assert (status, fields["cache-control"]) == (200, "no-store")
        store = ox.Store()
        store.load(body, format=ox.RdfFormat.TURTLE)
        found = store.query(
            "PREFIX sd: <http://www.w3.org/ns/sparql-service-description#> "
            "PREFIX dcat: <http://www.w3.org/ns/dcat#> PREFIX schema: <https://schema.org/> "
            "SELECT ?endpoint ?rows { ?list dcat:service [ sd:endpoint ?endpoint ; "
            "schema:additionalProperty [ schema:name 'max_rows' ; schema:value ?rows ] ] }"
        )
        assert isinstance(found, ox.QuerySolutions)
        told = {(row["endpoint"].value, row["rows"].value) for row in found}
        assert told == {(linked.one.address, "250"), (linked.two.address, "250")}
    assert page(linked, "/federation.xyz", "*/*")[0] == 404


def test_the_service_description_tells_of_it(linked: Linked) -> None:
    assert b"BasicFederatedQuery" in page(linked, "/sparql", "text/turtle")[2]


def test_the_page_of_an_answer_tells_what_others_gave(linked: Linked) -> None:
    query = f"SELECT * {{ ?s ?p ?o SERVICE <{linked.one.address}> {{ ?s ?is 'Q7' }} }}"
    status, _, body = page(linked, f"/sparql?{urlencode({'query': query})}", "text/html")
    assert status == 200
    assert re.search(r"<bdi>One</bdi>: 1 row in \d+ ms", body.decode())
    linked.one.status = 404
    silent = query.replace("SERVICE", "SERVICE SILENT")
    status, _, body = page(linked, f"/sparql?{urlencode({'query': silent})}", "text/html")
    assert status == 200
    assert b"<bdi>One</bdi>: <strong>nothing</strong>" in body
    assert b"status 404" in body


def receipt_of(linked: Linked, query: str, accept: str = "application/sparql-results+json") -> str:
    """Return the path of the receipt that an answer links in its head."""
    status, _, body = linked.server.ask(query, Accept=accept)
    assert status == 200
    (address,) = json.loads(body)["head"]["link"]
    parts = urlsplit(str(address))
    assert parts.port == linked.server.port
    return parts.path


@pytest.mark.parametrize("form", ["SELECT *", "ASK"])
def test_an_answer_in_json_links_its_receipt(linked: Linked, form: str) -> None:
    query = f"{form} {{ ?s ?p ?o SERVICE <{linked.one.address}> {{ ?s ?is 'Q7' }} }}"
    path = receipt_of(linked, query)
    status, fields, body = page(linked, path, "application/json")
    assert (status, fields["content-type"]) == (200, "application/json")
    told = json.loads(body)
    assert told["query"] == sha256(query.encode()).hexdigest()
    (source,) = told["sources"]
    assert (source["iri"], source["label"], source["rows"]) == (linked.one.address, "One", 1)
    status, _, body = page(linked, path, "text/html")
    assert status == 200
    assert "<bdi>One</bdi>" in body.decode()
    assert "1 row, " in body.decode()


def test_nobody_can_make_up_a_receipt(linked: Linked) -> None:
    path = receipt_of(linked, f"SELECT * {{ SERVICE <{linked.one.address}> {{ ?s ?is 'Q7' }} }}")
    for other in (path[:-1], path + "x", path.replace(".", "x"), "/federation/receipt/x"):
        assert page(linked, other, "application/json")[0] == 404


def test_an_answer_of_our_own_links_nothing(linked: Linked) -> None:
    assert "link" not in json.loads(linked.server.ask("SELECT * { ?s ?p 7 }")[2])["head"]


def test_a_receipt_tells_what_silent_passed_over(linked: Linked) -> None:
    linked.one.status = 404
    query = f"SELECT * {{ ?s ?p '7' SERVICE SILENT <{linked.one.address}> {{ ?s ?is 'Q9' }} }}"
    receipt = receipt_of(linked, query)
    assert "status 404" in page(linked, receipt, "text/html")[2].decode()
    # What was asked in vain was asked.
    (source,) = json.loads(page(linked, receipt, "application/json")[2])["sources"]
    assert (source["requests"], source["rows"]) == (1, 0)
