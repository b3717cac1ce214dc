"""The sections about logic and form: what the reasoner, the shapes and the check queries have found."""

from collections.abc import Iterable

from bionrw.release.quality.report import Level, Measure, Remark, Section
from bionrw.release.reason.step import Outcome
from bionrw.release.report import SEVERITIES, Finding

_VIOLATION, _WARNING, _INFO = SEVERITIES


def consistency(outcome: Outcome) -> Section:
    """Return the section on contradictions; rules alone find no empty class, so that is not counted then."""
    verdict = outcome.verdict
    judged = Remark(Level.NOTED if outcome.complete else Level.NOTICE, "judged", outcome.words)
    measures = [Measure("contradictions", len(verdict.clashes))]
    if outcome.complete:
        measures.append(Measure("empty-classes", len(verdict.unsatisfiable)))
    faults = (*verdict.clashes, *verdict.unsatisfiable)
    remarks = (judged, *(Remark(Level.VIOLATION, "logic", fault) for fault in faults))
    return Section("consistency", tuple(measures), remarks)


def form(findings: Iterable[Finding]) -> Section:
    """Return the section on shapes and checks; what the source leaves unsaid is counted only."""
    found = sorted(findings)
    levels = {_VIOLATION: Level.VIOLATION, _WARNING: Level.NOTED}
    remarks = [
        Remark(levels[finding.severity], finding.node, f"{finding.rule}: {finding.message}")
        for finding in found
        if finding.severity in levels
    ]
    counts = {severity: sum(finding.severity == severity for finding in found) for severity in SEVERITIES}
    measures = (
        Measure("form-faults", counts[_VIOLATION]),
        Measure("source-contradictions", counts[_WARNING]),
        Measure("source-silences", counts[_INFO]),
    )
    return Section("shapes", measures, tuple(remarks))
