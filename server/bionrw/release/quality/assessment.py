"""Put the quality report of a build together from what its steps have found."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pyoxigraph import Quad

from bionrw.library import Library
from bionrw.names import Names
from bionrw.release.quality import axioms, criteria, findings, passages, profile, rules, terms
from bionrw.release.quality.profile import Profiles
from bionrw.release.quality.report import QualityReport, Section
from bionrw.release.quality.standards import Standards
from bionrw.release.quality.survey import Survey
from bionrw.release.reason.step import Outcome
from bionrw.release.report import Finding


@dataclass(frozen=True, slots=True)
class Built:
    """What the steps of a build have made: stated triples, shapes, findings, and what the reasoner drew."""

    version: str
    created: str
    stated: tuple[Quad, ...]
    shapes: tuple[Quad, ...]
    findings: tuple[Finding, ...]
    outcome: Outcome


def assess(
    built: Built, profiles: Profiles, standards: Standards, library: Library, base: str
) -> QualityReport:
    """Return the report; equal arguments give an equal one."""
    sections = standards.metrics.arrange(_sections(built, profiles, standards, library, base))
    return QualityReport(built.version, base, built.created, sections)


def _sections(
    built: Built, profiles: Profiles, standards: Standards, library: Library, base: str
) -> Iterator[Section]:
    accepted, names, shorten = standards.acceptances, Names(base), library.shorten
    outcome = built.outcome
    inferred = _inferred(outcome.quads, names)
    graphs = (*built.stated, *inferred)
    broken = {finding.rule for finding in built.findings if finding.severity == "Violation"}
    yield findings.consistency(outcome)
    yield profile.section(profiles, accepted, shorten)
    yield findings.form(built.findings)
    yield from criteria.judge(standards.criteria, library.checks(), broken)
    texts = (query.text for query in library.uses())
    yield terms.section(terms.survey(graphs, built.shapes, texts, names), accepted, shorten)
    yield rules.section(outcome.fired, len(inferred), accepted)
    survey = Survey(graphs, library, base)
    yield axioms.section(survey.axioms(), accepted)
    documents = tuple(survey.texts())
    yield Section(
        "evidence",
        (*survey.measures(), *passages.measures(documents, standards.reviews)),
        tuple(passages.remarks(documents, standards.reviews)),
    )


def _inferred(quads: Iterable[Quad], names: Names) -> tuple[Quad, ...]:
    graph = names.graph("inferred")
    return tuple(quad for quad in quads if getattr(quad.graph_name, "value", "") == graph)
