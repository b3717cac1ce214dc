"""The tests of the Graph Store Protocol: what they write is published beforehand, and then read.

Each writing request has to be refused. The release holds what the first of them would have put into each
graph, so a reading request is sent and judged when the writes before it would have led to just that state.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

import pyoxigraph as ox

from bionrw.names import Names
from bionrw.sparql.formats import TURTLE
from tests.conformance.comparison import same
from tests.conformance.corpus import Corpus
from tests.conformance.exchange import Reply, Request, complaint, requests_of, send
from tests.conformance.manifests import MF, Case
from tests.conformance.outcome import Finding, Outcome
from tests.conformance.protocol import refused
from tests.conformance.results import UNREADABLE, read_result

ROUTE = "/graph-store"
DEFAULT = "default"
NO_PATHS = "A graph is named by a parameter; each path of the server stands for a page."

_BASE = "http://www.example/gsp"
_DIRECT = ox.NamedNode(MF + "DirectGraphIdentification")
_READS = ("GET", "HEAD")


@dataclass
class GraphStoreTests:
    """The tests, and the graphs (as Turtle, by name) that are published for them."""

    cases: Iterable[Case]
    published: dict[str, str] = field(default_factory=dict)

    def add_data(self, corpus: Corpus) -> None:
        """Add to `corpus` what the first request that fills a graph would put there."""
        for case in self.cases:
            for request in () if _is_direct(case) else requests_of(case):
                if graph := _filled(request):
                    self.published.setdefault(graph, request.text)
        for name, text in self.published.items():
            iri = Names().graph("document") if name == DEFAULT else name
            quads = ox.parse(text, format=ox.RdfFormat.TURTLE, base_iri=_BASE)
            corpus.add_graph(iri, (quad.triple for quad in quads))

    def run(self, case: Case, address: str) -> Finding:
        """Send the requests of a test that can be judged."""
        if _is_direct(case):
            return Finding(case.iri, case.suite, Outcome.INAPPLICABLE, reason=NO_PATHS)
        state: dict[str, str | None] = {}
        finding = Finding(case.iri, case.suite, Outcome.PASSED)
        for request in requests_of(case):
            graph = _graph(request)
            if request.method in _READS:
                fault = self._read(request, graph, state, address)
                if fault:
                    return Finding(case.iri, case.suite, Outcome.FAILED, fault)
                continue
            finding = refused(case, _send(request, address).status, (403, 405))
            if finding.outcome is Outcome.FAILED:
                return finding
            # What a second write makes of a graph, the release does not hold.
            state[graph] = None if graph in state else _filled(request) and request.text
        return finding

    def _read(self, request: Request, graph: str, state: dict[str, str | None], address: str) -> str:
        if request.wanted.succeeds and state.get(graph) != self.published.get(graph, ""):
            return ""
        if not request.wanted.succeeds and graph in self.published:
            return ""
        reply = _send(request, address)
        return complaint(reply, request.wanted) or _difference(reply, request)


def _is_direct(case: Case) -> bool:
    return _DIRECT in case.described.values(ox.NamedNode(case.iri), MF + "requires")


def _send(request: Request, address: str) -> Reply:
    target = request.target.replace("/gsp", ROUTE, 1)
    return send(address, request.method, target, request.headers, request.body)


def _graph(request: Request) -> str:
    """Return the name of the graph that a request is about, empty when it leaves that to the server."""
    parameters = dict(parse_qsl(urlsplit(request.target).query, keep_blank_values=True))
    return DEFAULT if DEFAULT in parameters else parameters.get("graph", "")


def _filled(request: Request) -> str:
    """Return the graph that a request would put Turtle into, empty when it would not."""
    turtle = request.headers.get("content-type", "").startswith(TURTLE.media_type)
    return _graph(request) if request.method in ("PUT", "POST") and turtle else ""


def _difference(reply: Reply, request: Request) -> str:
    """Return how media type and graph differ; parameters of the type do not count, Turtle is always UTF-8."""
    wanted = request.wanted.headers.get("content-type", "").partition(";")[0]
    if wanted and reply.media_type != wanted:
        return f"{reply.media_type}, expected {wanted}"
    if not request.wanted.body:
        return ""
    expected = read_result(request.wanted.body.encode(), TURTLE.suffix, _BASE)
    try:
        found = read_result(reply.body, TURTLE.suffix, _BASE)
    except UNREADABLE as error:
        return f"the body is no Turtle: {error}"
    return "" if same(expected, found) else f"expected {expected}, found {found}"
