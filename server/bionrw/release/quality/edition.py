"""Make the report of a build, and the files in which its release keeps it."""

from collections.abc import Mapping
from dataclasses import dataclass

from bionrw.content import Content
from bionrw.library import Library
from bionrw.names import Names
from bionrw.release.publish import MEASUREMENTS, QUALITY
from bionrw.release.quality import measurements, profile, record
from bionrw.release.quality.assessment import Built, assess
from bionrw.release.quality.report import QualityReport
from bionrw.release.quality.standards import read_standards


@dataclass(frozen=True, slots=True)
class Edition:
    """A report, and its files by name."""

    report: QualityReport
    files: Mapping[str, bytes]


def make(built: Built, content: Content, library: Library, base: str) -> Edition:
    """Return the report of what was built.

    Raises `SourceError` for a bad file, `BuildError` when the OWL API cannot be asked.
    """
    standards = read_standards(content, base)
    profiles = profile.ask(built.stated, Names(base), library.shorten)
    report = assess(built, profiles, standards, library, base)
    files = {
        QUALITY: record.write(report),
        MEASUREMENTS: measurements.write(report, standards.metrics, library),
    }
    return Edition(report, files)
