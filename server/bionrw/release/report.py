"""What validation found, for people as lines and for machines as a SHACL validation report."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Triple, serialize

from bionrw.errors import ShapeViolation
from bionrw.release.digest import canonical

SHACL = "http://www.w3.org/ns/shacl#"
SEVERITIES = ("Violation", "Warning", "Info")
LISTED = 20

_TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_WIDEST_VALUE = 80


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One result: the node at fault, the shape or check, the path and value if any, and how to mend it."""

    severity: str
    node: str
    rule: str
    message: str
    path: str = ""
    value: str = ""

    def line(self) -> str:
        """Return the finding as one line."""
        path = f", at {self.path}" if self.path else ""
        value = f", value {self.value}" if self.value and self.value != self.node else ""
        return f"{self.node} breaks {self.rule}{path}{value}: {self.message}"


@dataclass(frozen=True, slots=True)
class Report:
    """All findings, and the results as triples."""

    findings: tuple[Finding, ...]
    results: tuple[Quad, ...]

    def __add__(self, other: "Report") -> "Report":
        return Report(self.findings + other.findings, self.results + other.results)

    def counts(self) -> str:
        """Return how many findings there are of each severity, in words."""
        counter = Counter(finding.severity for finding in self.findings)
        return ", ".join(_count(counter[severity], severity.lower()) for severity in SEVERITIES)

    def violations(self) -> tuple[str, ...]:
        """Return a line for each violation."""
        return tuple(finding.line() for finding in sorted(self.findings) if finding.severity == SEVERITIES[0])

    def failure(self, where: str) -> ShapeViolation:
        """Return the error that lists the violations; `where` is the file of the whole report."""
        lines = self.violations()
        more = len(lines) - LISTED
        tail = f"… and {more:,} more; the whole report: {where}" if more > 0 else f"The whole report: {where}"
        title = f"{_count(len(lines), 'violation')}; nothing was released."
        return ShapeViolation("\n  ".join([title, *lines[:LISTED], tail]), {"violations": lines})

    def turtle(self, prefixes: Mapping[str, str]) -> bytes:
        """Return the report (SHACL, section 3.6); the same findings give the same bytes."""
        root = BlankNode()
        quads = [
            Quad(root, _TYPE, NamedNode(SHACL + "ValidationReport")),
            Quad(root, NamedNode(SHACL + "conforms"), Literal(not self.findings)),
            *(Quad(root, NamedNode(SHACL + "result"), node) for node in self._results()),
            *self.results,
        ]
        graph = canonical(quads)
        used = {name: iri for name, iri in prefixes.items() if f"<{iri}".encode() in graph.nquads}
        triples = (Triple(quad.subject, quad.predicate, quad.object) for quad in graph.quads)
        return serialize(triples, format=RdfFormat.TURTLE, prefixes=used) or b""

    def _results(self) -> Iterable[NamedNode | BlankNode]:
        kind = NamedNode(SHACL + "ValidationResult")
        for quad in self.results:
            if quad.predicate == _TYPE and quad.object == kind and not isinstance(quad.subject, Triple):
                yield quad.subject


def show(term: object, shorten: Callable[[str], str]) -> str:
    """Return an engine's term as Turtle would write it, a long literal cut."""
    if isinstance(term, NamedNode):
        return shorten(term.value)
    text = str(term)
    return text if len(text) <= _WIDEST_VALUE else f"{text[:_WIDEST_VALUE]}…"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
