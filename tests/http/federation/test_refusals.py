"""SERVICE for what is not listed is refused before a packet leaves, however it is written."""

import pytest

from tests.http.federation.conftest import Linked

AT = "@"


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
