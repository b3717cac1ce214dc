"""The report as JSON, as a release keeps it; server/README.md documents the keys."""

import json
from pathlib import Path
from typing import Any

from bionrw.errors import StoreUnavailable
from bionrw.release.publish import QUALITY
from bionrw.release.quality.report import Level, Measure, QualityReport, Remark, Section


def write(report: QualityReport) -> bytes:
    """Return the report as JSON; an equal report gives equal bytes."""
    values = {
        "version": report.version,
        "base_iri": report.base,
        "created": report.created,
        "sound": report.sound,
        **_counts(report),
        "sections": [_section(section) for section in report.sections],
    }
    return (json.dumps(values, ensure_ascii=False, indent=1) + "\n").encode()


def read(content: bytes) -> QualityReport:
    """Return the report that `write` wrote; raise `ValueError` or `KeyError` for anything else."""
    values = json.loads(content)
    sections = tuple(
        Section(
            section["dimension"],
            tuple(map(_measure, section["measures"])),
            tuple(
                Remark(Level(remark["level"]), remark["about"], remark["text"])
                for remark in section["remarks"]
            ),
            section["title"],
        )
        for section in values["sections"]
    )
    return QualityReport(values["version"], values["base_iri"], values["created"], sections)


def read_release(folder: Path) -> QualityReport:
    """Return the report of the release in `folder`; raise `StoreUnavailable` when it has none."""
    try:
        return read((folder / QUALITY).read_bytes())
    except (OSError, ValueError, KeyError):
        message = "This release has no quality report; run `bionrw build`."
        raise StoreUnavailable(message) from None


def _section(section: Section) -> dict[str, Any]:
    return {
        "dimension": section.dimension,
        "title": section.title,
        "measures": [_kept(measure) for measure in section.measures],
        "remarks": [
            {"level": remark.level.value, "about": remark.about, "text": remark.text}
            for remark in section.remarks
        ],
    }


def _kept(measure: Measure) -> dict[str, Any]:
    """Return a measure without the members that say nothing."""
    about = {"about": measure.about} if measure.about else {}
    whole = {"whole": measure.whole} if measure.whole is not None else {}
    return {"metric": measure.metric, "label": measure.label, **about, "value": measure.value, **whole}


def _measure(values: dict[str, Any]) -> Measure:
    about = values.get("about", "")
    return Measure(values["metric"], values["value"], values.get("whole"), about, values["label"])


def _counts(report: QualityReport) -> dict[str, int]:
    return {
        "violations": report.count(Level.VIOLATION),
        "notices": report.count(Level.NOTICE),
        "accepted": report.count(Level.ACCEPTED),
    }
