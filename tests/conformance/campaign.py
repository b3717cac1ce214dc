"""Run all tests: queries through the store, protocols over HTTP, and set apart what does not apply."""

from collections.abc import Iterator
from pathlib import Path

from bionrw.config import Settings
from bionrw.sparql.reading import read
from bionrw.store import open_store
from tests.conformance import graph_store, live, protocol, self_description
from tests.conformance.corpus import Corpus
from tests.conformance.evaluation import SPELLING, Question, judge, questions
from tests.conformance.manifests import Case, Kind, Suites
from tests.conformance.outcome import Finding, Outcome

NO_UPDATE = "The server is read-only: no update is read or run."
NO_SERVICE = "The server that is tested lists no other endpoints, so it refuses SERVICE."
NO_REGIME = "The endpoint answers by simple entailment; what follows from the data is released as a graph."
# These tests are not among the files, and the manifest of SPARQL 1.1 counts them as optional.
ENTAILMENT = "http://www.w3.org/2009/sparql/docs/tests/data-sparql11/entailment/manifest"


class Campaign:
    """All tests below the reference folder, and the folder in which releases for them are made."""

    def __init__(self, shared: Path, var_dir: Path) -> None:
        """Read the manifests and the data."""
        self.suites = Suites(shared)
        self.cases = self.suites.cases()
        self._var_dir = var_dir
        self._corpus = Corpus()
        self.questions = questions(self.cases, self.suites, self._corpus)

    def run(self) -> list[Finding]:
        """Return the findings, in the order of suites and manifests."""
        found = {item.test: item for item in (*self._apart(), *self._ask(), *self._send())}
        entailment = Finding(ENTAILMENT, "entailment", Outcome.INAPPLICABLE, reason=NO_REGIME)
        return [*(found[case.iri] for case in self.cases), entailment]

    def _apart(self) -> Iterator[Finding]:
        for case in self.cases:
            if case.kind is Kind.UPDATE:
                yield Finding(case.iri, case.suite, Outcome.INAPPLICABLE, reason=NO_UPDATE)
            elif case.query and read(case.text).service:
                yield Finding(case.iri, case.suite, Outcome.INAPPLICABLE, reason=NO_SERVICE)

    def _ask(self) -> Iterator[Finding]:
        """Ask the queries: one release holds the data of all, and each query names its own graphs."""
        release = self._corpus.publish(self._var_dir / "queries")
        store = open_store(release, Settings(readers=1))
        try:
            for asked in self.questions:
                yield _finding(asked, judge(asked, store, self.suites))
        finally:
            store.close()

    def _send(self) -> Iterator[Finding]:
        corpus = Corpus()
        protocol.add_data(self._of(Kind.PROTOCOL), self.suites, corpus)
        stored = graph_store.GraphStoreTests(self._of(Kind.GRAPH_STORE))
        stored.add_data(corpus)
        with live.serving(corpus.publish(self._var_dir / "protocols")) as address:
            yield from (protocol.run(case, address) for case in self._of(Kind.PROTOCOL))
            yield from (self_description.run(case, address) for case in self._of(Kind.DESCRIPTION))
            yield from (stored.run(case, address) for case in self._of(Kind.GRAPH_STORE))

    def _of(self, kind: Kind) -> list[Case]:
        return [case for case in self.cases if case.kind is kind]


def _finding(asked: Question, fault: str) -> Finding:
    iri, suite = asked.case.iri, asked.case.suite
    if fault in ("", SPELLING):
        return Finding(iri, suite, Outcome.PASSED, respelt=fault == SPELLING)
    return Finding(iri, suite, Outcome.FAILED, fault)
