"""SERVICE over HTTP: joined with listed neighbours, refused for all others before a packet leaves."""

import json
import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import pytest

from tests.http.live import Live, assert_problem, get, parted, publish, running, wait_until
from tests.http.neighbours import Neighbour, Trap, neighbour, trap

HERE = "https://example.org"
AT = "@"
ONE = "\n".join(
    f"<{HERE}/{n}> <https://one.example/label> 'label {n}'@en ; <https://one.example/id> 'Q{n}' ."
    for n in range(300)
)
TWO = "\n".join(
    f"<https://two.example/{n}> <https://two.example/same> 'Q{n}' ; <https://two.example/size> {n} ."
    for n in range(300)
)
PREFIXES = f"PREFIX : <{HERE}/> PREFIX one: <https://one.example/> PREFIX two: <https://two.example/>\n"


@dataclass
class Linked:
    """A server, the neighbours that it lists, and a listener that nobody may ask."""

    server: Live
    one: Neighbour
    two: Neighbour
    silent: Trap
    receipt: str = ""

    def rows(self, query: str) -> list[dict[str, str]]:
        """Return the rows of an answer, and keep its receipt."""
        status, fields, body = self.server.ask(PREFIXES + query, Accept="application/sparql-results+json")
        assert status == 200, body
        self.receipt = fields.get("federation-sources", "")
        found = json.loads(body)["results"]["bindings"]
        return [{name: term["value"] for name, term in row.items()} for row in found]


@pytest.fixture(scope="module")
def linked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Linked]:
    folder = tmp_path_factory.mktemp("federation")
    publish(folder / "var", 50)
    with ExitStack() as stack:
        one, two = (stack.enter_context(neighbour(turtle)) for turtle in (ONE, TWO))
        silent = stack.enter_context(trap())
        listed = folder / "endpoints.toml"
        listed.write_text(
            "".join(
                f'[[endpoint]]\niri = "{each.address}"\nlabel = "{label}"\nprivate = true\n'
                f"seconds = 2\nmax_rows = 250\nmax_bytes = 100000\nbatch = 20\ncache_seconds = 0\n"
                for each, label in ((one, "One"), (two, "Two"))
            )
        )
        settings = {"FEDERATION": listed, "WORKERS": 1, "DEADLINE": 6}
        server = stack.enter_context(running(folder / "var", folder / "log", settings))
        yield Linked(server, one, two, silent)


@pytest.fixture(autouse=True)
def behave(linked: Linked) -> None:
    linked.one.behave()
    linked.two.behave()


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


def attempts(port: int) -> list[str]:
    """Return queries that would have the server dial this machine."""
    hosts = [
        "127.0.0.1", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "017700000001", "127.1", "127.0.1",
        "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:0:0:1]", "[::127.0.0.1]",
        "[64:ff9b::7f00:1]", "localhost", "localhost.", "LOCALHOST", "127.0.0.1.", f"user:pass{AT}127.0.0.1",
        f"listed.example{AT}127.0.0.1", "127.0.0.1.nip.io", "localtest.me", "%31%32%37.0.0.1",
        "\u2460\u2461\u2466.0.0.1",
        "\uff11\uff12\uff17.\uff10.\uff10.\uff11", "127\u30020\u30020\u30021", "0", "0.0.0.0",
        "127.0.0.1%00.example.org", "169.254.169.254",
    ]  # fmt: skip
    addresses = [f"http://{host}:{port}/sparql" for host in hosts]
    addresses += [
        f"https://127.0.0.1:{port}/", f"HTTP://127.0.0.1:{port}/", f"ftp://127.0.0.1:{port}/",
        f"gopher://127.0.0.1:{port}/_x", "file:///etc/passwd", f"//127.0.0.1:{port}/", f"ws://127.0.0.1:{port}/",
        f"dict://127.0.0.1:{port}/", "unix:/tmp/x", f"http:127.0.0.1:{port}", f"http:///127.0.0.1:{port}/",
    ]  # fmt: skip
    inner = f"SERVICE <http://127.0.0.1:{port}/sparql> {{ ?s ?p ?o }}"
    silent = inner.replace("SERVICE", "SERVICE SILENT")
    patterns = [f"SERVICE <{address}> {{ ?s ?p ?o }}" for address in addresses]
    patterns += [
        silent,
        f"FILTER EXISTS {{ {inner} }}",
        f"FILTER NOT EXISTS {{ {silent} }}",
        f"?s ?p ?o MINUS {{ {inner} }}",
        f"{{ SELECT * {{ {inner} }} }}",
        f"OPTIONAL {{ {silent} }}",
        f"{{ ?s ?p ?o }} UNION {{ {inner} }}",
        f"GRAPH ?g {{ {inner} }}",
        f"BIND(EXISTS {{ {inner} }} AS ?x)",
        f"VALUES ?e {{ <http://127.0.0.1:{port}/sparql> }} SERVICE ?e {{ ?s ?p ?o }}",
        f"VALUES ?e {{ <http://127.0.0.1:{port}/sparql> }} SERVICE SILENT ?e {{ ?s ?p ?o }}",
        f"BIND(IRI(CONCAT('http://127.0.0.1:', '{port}', '/')) AS ?e) SERVICE ?e {{ ?s ?p ?o }}",
        "SERVICE ?e { ?s ?p ?o }",
        f"# a comment {{\n {inner}",
        f"?s ?p '# no comment' . {inner}",
        f"?s ?p true SERVICE<http://127.0.0.1:{port}/sparql>{{ ?s ?p ?o }}",
        f"?s ?p trueSERVICE<http://127.0.0.1:{port}/sparql>{{ ?s ?p ?o }}",
        f"?s ?p ?o SERVICESILENT<http://127.0.0.1:{port}/sparql>{{ ?s ?p ?o }}",
        f"?s ?p ?o . service <http://127.0.0.1:{port}/sparql> {{ ?s ?p ?o }}",
        f"?s ?p ?o . \\u0053ERVICE <http://127.0.0.1:{port}/sparql> {{ ?s ?p ?o }}",
        f"?s ?p ?o . SERVICE <http://127.0.0.1:{port}/\\u0073parql> {{ ?s ?p ?o }}",
        f"FILTER(1 <2 && '>' = '>') {inner}",
        f"FILTER(?a<?b && ?c>?d) {inner}",
        f"FILTER(?a <'#> {inner} ') {inner}",
        f"SERVICE <LISTED> {{ ?s ?p ?o {inner} }}",
        f"SERVICE <LISTED> {{ ?s ?p ?o FILTER EXISTS {{ {inner} }} }}",
        f"SERVICE <LISTED> {{ SELECT * {{ {silent} }} }}",
        f"SERVICE <LISTED> {{ ?s ?p ?o }} LATERAL {{ {inner} }}",
        f"SERVICE <LISTED> {{ ?s ?p '}} {inner} {{' }} {inner}",
    ]
    return [f"SELECT * {{ {pattern} }}" for pattern in patterns] + [
        f"PREFIX x: <http://127.0.0.1:{port}/> SELECT * {{ SERVICE x:sparql {{ ?s ?p ?o }} }}",
        f"PREFIX x: <http://127.0.0.1:{port}/> SELECT * {{ ?s ?p ?o SERVICEx:sparql {{ ?s ?p ?o }} }}",
        f"BASE <http://127.0.0.1:{port}/> SELECT * {{ SERVICE <sparql> {{ ?s ?p ?o }} }}",
        f"SELECT (EXISTS {{ {inner} }} AS ?x) {{ }}",
        f"SELECT ?s {{ ?s ?p ?o }} GROUP BY ?s HAVING (EXISTS {{ {inner} }})",
        f"SELECT ?s {{ ?s ?p ?o }} ORDER BY (EXISTS {{ {inner} }})",
        f"ASK {{ {inner} }}",
        f"DESCRIBE ?s {{ {inner} }}",
        f"CONSTRUCT WHERE {{ {inner} }}",
        f"CONSTRUCT {{ {inner} }} WHERE {{ ?s ?p ?o }}",
    ]


def test_no_packet_leaves_for_what_is_not_listed(linked: Linked) -> None:
    queries = attempts(linked.silent.port)
    assert len(queries) >= 40
    for query in queries:
        status = linked.server.ask(query.replace("LISTED", linked.one.address))[0]
        assert status in (400, 403), query
    assert linked.silent.heard() == 0
    assert linked.one.asked == []


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM <http://127.0.0.1:{}/x> {{ ?s ?p ?o }}",
        "SELECT * FROM NAMED <http://127.0.0.1:{}/x> {{ GRAPH ?g {{ ?s ?p ?o }} }}",
        "SELECT * {{ GRAPH <http://127.0.0.1:{}/x> {{ ?s ?p ?o }} }}",
        "DESCRIBE <http://127.0.0.1:{}/x>",
    ],
)
def test_a_graph_is_never_fetched(linked: Linked, query: str) -> None:
    assert linked.server.ask(query.format(linked.silent.port))[0] == 200
    assert linked.silent.heard() == 0
