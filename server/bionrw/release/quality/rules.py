"""What each rule draws from documents and terms, and which rules draw nothing."""

from collections.abc import Iterable, Mapping

from bionrw.release.quality.acceptances import Acceptance, weigh
from bionrw.release.quality.report import Level, Measure, Section


def section(fired: Mapping[str, int], inferred: int, acceptances: Iterable[Acceptance]) -> Section:
    """Return the section on rules; one that draws nothing and has no reason wants an eye."""
    idle = [(name, "") for name, times in sorted(fired.items()) if not times]
    most_first = sorted(fired.items(), key=lambda item: (-item[1], item[0]))
    measures = (
        Measure("firing-rules", len(fired) - len(idle), len(fired)),
        Measure("inferred-triples", inferred),
        *(Measure("conclusions", times, about=name) for name, times in most_first if times),
    )
    return Section("rules", measures, tuple(weigh("idle-rule", idle, acceptances, Level.NOTICE)))
