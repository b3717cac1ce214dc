"""Why a fact stands in the graph: the statements about it, and the problems that touch it."""

from collections.abc import Iterable
from dataclasses import replace

from bionrw.model import Iri, Term
from bionrw.web.naming import Naming
from bionrw.web.resource import DataIssue, Evidence, Piece, Reading
from bionrw.web.words import words


class Proofs:
    """Finds the evidence for the facts of the thing `this`."""

    def __init__(self, naming: Naming, this: str) -> None:
        """Keep where statements and names come from."""
        self._naming = naming
        self._facts = naming.excerpt
        self._this = this
        self._statements = self._facts.subjects("rdf:subject", Iri(this))
        self._issues = [
            iri
            for iri in self._facts.subjects("rdf:type", Iri(self._facts.expand("bionrw:DataIssue")))
            if iri != this and self._facts.iri(iri, "bionrw:issueKind")
        ]

    def of(self, predicates: Iterable[str], value: Term) -> tuple[Evidence, ...]:
        """Return the evidence of the fact that `this` has `value` for one of `predicates`."""
        return tuple(self.evidence(iri) for name in predicates for iri in self._stating(name, value))

    def problems(self) -> tuple[DataIssue, ...]:
        """Return the problems of the source that touch the thing."""
        return tuple(self._problem(issue) for issue in self._issues)

    def problems_of(self, predicate: str, value: Term) -> tuple[Piece, ...]:
        """Return links to the problems that concern one fact."""
        stating = set(self._stating(predicate, value))
        found = [iri for iri in self._issues if stating & set(self._facts.iris(iri, "bionrw:concerns"))]
        return tuple(
            Piece(self._naming.name(iri).value, f"#{_anchor(iri)}", style=self._kind(iri)) for iri in found
        )

    def _stating(self, predicate: str, value: Term) -> list[str]:
        return [
            iri
            for iri in self._statements
            if self._facts.iri(iri, "rdf:predicate") == predicate
            and value in self._facts.objects(iri, "rdf:object")
        ]

    def evidence(self, iri: str) -> Evidence:
        """Return what a statement tells of its fact: passages, or the reason of the editors."""
        facts, naming = self._facts, self._naming
        date = facts.text(iri, "bionrw:curatedOn")
        return Evidence(
            href=naming.links.local(iri),
            status=self._status(iri),
            qualifiers=tuple(text.value for text in facts.texts(iri, "bionrw:qualifier")),
            quotes=tuple(naming.quote(span) for span in facts.iris(iri, "bionrw:evidence")),
            reason=self._text(iri, "bionrw:reason"),
            confidence=self._code(iri, "bionrw:confidence"),
            addresses=self._addresses(iri),
            date=words(date) if date else "",
        )

    def _status(self, iri: str) -> Piece | None:
        status = self._code(iri, "bionrw:status")
        return replace(status, style=status.text) if status else None

    def _problem(self, iri: str) -> DataIssue:
        readings = tuple(self._reading(reading) for reading in self._facts.iris(iri, "bionrw:hasReading"))
        return DataIssue(self._naming.link(iri), self._kind(iri), _anchor(iri), readings)

    def _kind(self, iri: str) -> str:
        kind = self._code(iri, "bionrw:issueKind")
        return kind.text if kind else "problem"

    def _reading(self, iri: str) -> Reading:
        return Reading(
            label=self._naming.link(iri),
            reason=self._text(iri, "bionrw:reason"),
            confidence=self._code(iri, "bionrw:confidence"),
            addresses=self._addresses(iri),
        )

    def _addresses(self, iri: str) -> tuple[Piece, ...]:
        return tuple(self._naming.piece(term) for term in self._facts.objects(iri, "bionrw:evidenceAddress"))

    def _code(self, iri: str, predicate: str) -> Piece | None:
        code = self._facts.iri(iri, predicate)
        return self._naming.link(code) if code else None

    def _text(self, iri: str, predicate: str) -> Piece | None:
        text = self._facts.text(iri, predicate)
        return self._naming.piece(text) if text else None


def _anchor(iri: str) -> str:
    return "problem-" + iri.rpartition("/")[2]
