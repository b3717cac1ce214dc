"""The W3C's tests as their manifests list them."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import pyoxigraph as ox

from tests.conformance.description import TYPE, Description, Term, words

MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
QT = "http://www.w3.org/2001/sw/DataAccess/tests/test-query#"
# Where the suites are published: the base of relative IRIs, and the names of the graphs in the files.
HOME = "https://w3c.github.io/rdf-tests/sparql/"
PLACE = Path("standards", "w3c-rdf-tests", "sparql")
# Prose that the W3C itself has replaced by graph-store-protocol.
DEPRECATED = "http-rdf-update"


class Kind(StrEnum):
    """What has to be done with a test."""

    EVALUATION = "evaluation"
    POSITIVE = "positive syntax"
    NEGATIVE = "negative syntax"
    UPDATE = "update"
    PROTOCOL = "protocol"
    DESCRIPTION = "service description"
    GRAPH_STORE = "graph store"


QUERIES = (Kind.EVALUATION, Kind.POSITIVE, Kind.NEGATIVE)
_KINDS = {
    "QueryEvaluationTest": Kind.EVALUATION,
    "CSVResultFormatTest": Kind.EVALUATION,
    "PositiveSyntaxTest": Kind.POSITIVE,
    "PositiveSyntaxTest11": Kind.POSITIVE,
    "NegativeSyntaxTest": Kind.NEGATIVE,
    "NegativeSyntaxTest11": Kind.NEGATIVE,
    "UpdateEvaluationTest": Kind.UPDATE,
    "PositiveUpdateSyntaxTest": Kind.UPDATE,
    "PositiveUpdateSyntaxTest11": Kind.UPDATE,
    "NegativeUpdateSyntaxTest": Kind.UPDATE,
    "NegativeUpdateSyntaxTest11": Kind.UPDATE,
    "ProtocolTest": Kind.PROTOCOL,
    "ServiceDescriptionTest": Kind.DESCRIPTION,
    "GraphStoreProtocolTest": Kind.GRAPH_STORE,
}


@dataclass(frozen=True, slots=True)
class Case:
    """One test: a query over default and named graphs, or requests that `described` holds.

    `lax`: a row may come fewer times than the expected result has it, but at least once.
    """

    iri: str
    suite: str
    kind: Kind
    described: Description
    query: Path | None = None
    data: tuple[Path, ...] = ()
    graphs: tuple[Path, ...] = ()
    result: Path | None = None
    lax: bool = False

    @property
    def text(self) -> str:
        """Return the query as it stands in its file."""
        assert self.query is not None
        return self.query.read_bytes().decode()


class Suites:
    """The folder of the test suites."""

    def __init__(self, shared: Path) -> None:
        """Keep the folder `sparql` of the suites below the reference folder."""
        self.folder = shared / PLACE

    def iri(self, file: Path) -> str:
        """Return the address at which a file of the suites is published."""
        return HOME + file.relative_to(self.folder).as_posix()

    def file(self, iri: str) -> Path:
        """Return the file that is published at an address."""
        return self.folder / iri.removeprefix(HOME)

    def cases(self) -> list[Case]:
        """Return all tests but the deprecated ones, by suite in the order of the manifests."""
        files = sorted(self.folder.glob("sparql1?/*/manifest*.ttl"))
        return [case for file in files if file.parent.name != DEPRECATED for case in self._read(file)]

    def _read(self, manifest: Path) -> Iterator[Case]:
        described = Description.of_file(manifest, self.iri(manifest))
        for head in described.subjects(MF + "entries"):
            for node in described.members(described.value(head, MF + "entries")):
                yield self._case(described, node, manifest.parent)

    def _case(self, described: Description, node: Term, folder: Path) -> Case:
        kind = _KINDS[described.text(node, TYPE).rpartition("#")[2]]
        version, group = folder.parent.name, folder.name
        suite = version if kind in QUERIES else "update" if kind is Kind.UPDATE else group
        case = Case(words(node), suite, kind, described)
        if kind not in QUERIES:
            return case
        action = described.value(node, MF + "action")
        whole = not isinstance(action, ox.BlankNode)
        return Case(
            case.iri,
            case.suite,
            kind,
            described,
            query=self.file(words(action if whole else described.value(action, QT + "query"))),
            data=self._files(described.values(action, QT + "data")),
            graphs=self._files(described.values(action, QT + "graphData")),
            result=next(iter(self._files(described.values(node, MF + "result"))), None),
            lax=bool(described.values(node, MF + "resultCardinality")),
        )

    def _files(self, nodes: list[Term]) -> tuple[Path, ...]:
        return tuple(self.file(words(node)) for node in nodes)
