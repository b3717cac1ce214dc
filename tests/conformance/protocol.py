"""The tests of the protocol: requests over HTTP to a server that runs.

The server only reads, and this is the one rule that follows from it. A request that would write, and that
the W3C expects to succeed, has to be refused: an update with 403, a writing request to the graph store with
403 or 405. What the test then asks about what was written is left out, and the test counts as refused.
Whatever else a test asks is held to the W3C's word, also the refusals of what is wrong in itself.
"""

from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox

from bionrw.sparql.protocol import FORM, UPDATE
from tests.conformance.corpus import Corpus
from tests.conformance.description import RDFS, format_of
from tests.conformance.exchange import Request, complaint, requests_of, send
from tests.conformance.manifests import Case, Suites
from tests.conformance.outcome import Finding, Outcome

ENDPOINT = "/sparql"
UT = "http://www.w3.org/2009/sparql/tests/test-update#"
READ_ONLY = "The server is read-only: it refuses what would write, as it has to."


def add_data(cases: Iterable[Case], suites: Suites, corpus: Corpus) -> None:
    """Add the graphs that the tests ask about, under the names that the manifest gives them."""
    found: dict[str, Path] = {}
    for case in cases:
        for node in case.described.subjects(UT + "graph"):
            published = case.described.text(node, UT + "graph")
            found[case.described.text(node, RDFS + "label")] = suites.file(published)
    for name, file in sorted(found.items()):
        quads = ox.parse(path=file, format=format_of(file), base_iri=name)
        corpus.add_graph(name, (quad.triple for quad in quads))


def run(case: Case, address: str) -> Finding:
    """Send the requests of a test, up to the first that has to be refused."""
    for request in requests_of(case):
        target = request.target.replace("/sparql/", ENDPOINT, 1)
        reply = send(address, request.method, target, request.headers, request.body)
        if is_update(request) and request.wanted.succeeds:
            return refused(case, reply.status, (403,))
        if fault := complaint(reply, request.wanted):
            return Finding(case.iri, case.suite, Outcome.FAILED, fault)
    return Finding(case.iri, case.suite, Outcome.PASSED)


def is_update(request: Request) -> bool:
    """Tell whether a request carries an update."""
    kind = request.headers.get("content-type", "").partition(";")[0]
    return kind == UPDATE or (kind == FORM and request.text.startswith("update="))


def refused(case: Case, status: int, right: tuple[int, ...]) -> Finding:
    """Return what follows from the status that a writing request got."""
    if status not in right:
        return Finding(case.iri, case.suite, Outcome.FAILED, f"status {status} for what has to be refused")
    return Finding(case.iri, case.suite, Outcome.REFUSED, reason=READ_ONLY)
