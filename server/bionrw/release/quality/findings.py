"""The sections about logic and form: what the reasoner, the shapes and the check queries have found."""

from collections.abc import Iterable

from bionrw.release.quality.report import Level, Measure, Remark, Section
from bionrw.release.report import SEVERITIES, Finding

_VIOLATION, _WARNING, _INFO = SEVERITIES


def consistency(verdict: str, complete: bool) -> Section:
    """Return the section on contradictions, of which a finished build has none; `verdict` says who judged."""
    measures = Measure("contradictions", 0), Measure("empty-classes", 0)
    if complete:
        return Section("consistency", measures, (Remark(Level.NOTED, "judged", verdict),))
    # Rules find clashes of types only, and no empty class.
    return Section("consistency", measures[:1], (Remark(Level.NOTICE, "judged", verdict),))


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
