"""The runners of the protocol tests see what is wrong, tried on a server that answers as it is told."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qsl, urlsplit

import pyoxigraph as ox
import pytest

from bionrw.names import Names
from tests.conformance import protocol
from tests.conformance.corpus import Corpus
from tests.conformance.description import Description
from tests.conformance.graph_store import GraphStoreTests
from tests.conformance.manifests import Kind
from tests.conformance.outcome import Outcome
from tests.conformance.self_description import strays

Answer = tuple[int, str, bytes]


@contextmanager
def answering(answer: Callable[[str, str], Answer]) -> Iterator[str]:
    """Serve what `answer` makes of method and target."""

    class Handler(BaseHTTPRequestHandler):
        def reply(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, media_type, body = answer(self.command, self.path)
            self.send_response(status)
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = reply  # noqa: N815  # http.server names them so

        def log_message(self, *_: object) -> None:
            """Stay silent."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="module")
def stored(campaign):
    return GraphStoreTests([case for case in campaign.cases if case.kind is Kind.GRAPH_STORE])


@pytest.fixture(scope="module")
def graphs(stored):
    """Return what is published for the tests, as N-Triples by name."""
    corpus = Corpus()
    stored.add_data(corpus)
    found: dict[str, list[ox.Triple]] = {}
    for quad in corpus.quads:
        assert isinstance(quad.graph_name, ox.NamedNode)
        found.setdefault(quad.graph_name.value, []).append(quad.triple)
    return {name: ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) for name, triples in found.items()}


def reading(graphs, refusal: int = 405):
    """Return a graph store that reads and does not write."""

    def answer(method: str, target: str) -> Answer:
        asked = dict(parse_qsl(urlsplit(target).query, keep_blank_values=True))
        name = Names().graph("document") if "default" in asked else asked.get("graph")
        if method not in ("GET", "HEAD"):
            return refusal, "text/plain", b""
        return (200, "text/turtle", graphs[name]) if name in graphs else (404, "text/plain", b"")

    return answer


def outcomes(stored, answer):
    with answering(answer) as address:
        found = {case.iri.rpartition("#")[2]: stored.run(case, address).outcome for case in stored.cases}
    return {name: outcome for name, outcome in found.items() if not name.endswith("direct") or "in" in name}


def test_a_graph_store_that_only_reads_well_fails_nothing(stored, graphs):
    found = outcomes(stored, reading(graphs))
    assert found["head_non_existing_indirect"] is Outcome.PASSED
    assert {outcome for name, outcome in found.items() if name != "head_non_existing_indirect"} <= {
        Outcome.REFUSED,
        Outcome.INAPPLICABLE,
    }
    assert sum(outcome is Outcome.REFUSED for outcome in found.values()) == 8


def test_a_graph_store_that_decodes_twice_is_found_out(stored, graphs):
    twice = {name.replace("%31", "1"): data for name, data in sorted(graphs.items())}
    assert outcomes(stored, reading(twice))["put_get_uri_pct_encoded_twice"] is Outcome.FAILED


def test_a_graph_store_that_mixes_up_its_graphs_is_found_out(stored, graphs):
    mixed = dict(zip(graphs, reversed(graphs.values()), strict=True))
    assert Outcome.FAILED in outcomes(stored, reading(mixed)).values()


@pytest.mark.parametrize("status", [200, 204, 404, 500])
def test_a_graph_store_that_does_not_refuse_to_write_is_found_out(stored, graphs, status):
    found = outcomes(stored, reading(graphs, status))
    assert sum(outcome is Outcome.FAILED for outcome in found.values()) == 8


@pytest.mark.parametrize(
    ("status", "media_type", "body", "failing"),
    [
        (200, "application/sparql-results+json", b'{"head": {}, "boolean": false}', "query_get"),
        (200, "text/html", b"<p>true</p>", "query_get"),
        (200, "application/sparql-results+json", b'{"head": {}, "bool', "query_get"),
        (200, "text/turtle", b"<x:s> <x:p> ", "query_content_type_construct"),
        (200, "application/sparql-results+json", b'{"head": {}, "boolean": true}', "bad_query_syntax"),
        (500, "application/problem+json", b"{}", "bad_query_syntax"),
        (200, "text/plain", b"", "update_post_form"),
        (400, "text/plain", b"", "update_post_direct"),
    ],
)
def test_an_endpoint_that_answers_wrong_is_found_out(campaign, status, media_type, body, failing):
    case = next(each for each in campaign.cases if each.iri.endswith(f"#{failing}"))
    with answering(lambda _method, _target: (status, media_type, body)) as address:
        assert protocol.run(case, address).outcome is Outcome.FAILED


SERVICE = "<x:service> a sd:Service ; sd:endpoint <x:sparql>"
DATASET = "sd:defaultDataset [ a sd:Dataset ; sd:namedGraph [ a sd:NamedGraph ; sd:name <x:g> ] ]"


@pytest.mark.parametrize(
    ("text", "right"),
    [
        (f"{SERVICE} ; sd:resultFormat <x:format> .", True),
        (f"{SERVICE} ; {DATASET} .", True),
        (f"{SERVICE} ; sd:supportedVersion <x:version> .", True),
        (f"{SERVICE} ; sd:resultFormat 'JSON' .", False),
        (f"{SERVICE} ; sd:answersAll <x:g> .", False),
        (f"{SERVICE} ; sd:name <x:g> .", False),
        ("<x:service> sd:endpoint <x:sparql> .", False),
        ("<x:service> a sd:Service .", False),
    ],
)
def test_a_description_keeps_to_its_vocabulary(text, right):
    prefix = "@prefix sd: <http://www.w3.org/ns/sparql-service-description#> .\n"
    described = Description((prefix + text).encode(), ox.RdfFormat.TURTLE, "x:base")
    assert (strays(described) == "") is right
