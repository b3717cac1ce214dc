"""The report as text for people: the state at a glance, then what wants an eye, then the figures."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from textwrap import wrap

from bionrw.release.quality.report import Level, Measure, QualityReport, Remark, Section

WIDTH = 110
_INDENT = "  "
_NAME = 40
_SHOWN = (Level.ACCEPTED, Level.NOTED)


def lines(report: QualityReport) -> Iterator[str]:
    """Yield the lines of the report."""
    state = "sound" if report.sound else "not sound"
    yield f"Release {report.version}, {report.created[:10]}: {state}, {report.counts()}"
    yield ""
    width = max((len(section.title) for section in report.sections), default=0)
    for section in report.sections:
        yield f"{_INDENT}{_title(section):<{width}}  {_state(section)}"
    for level, title in ((Level.VIOLATION, "To mend"), (Level.NOTICE, "To look at")):
        found = [remark for _, remark in report.remarks(level)]
        if found:
            yield from ("", title, *_remarks(found))
    for section in report.sections:
        yield from ("", _title(section), *_measures(section.measures))
        for level in _SHOWN:
            shown = [remark for remark in section.remarks if remark.level == level]
            if shown:
                yield from (f"{_INDENT}{level.value}:", *_remarks(shown))


def _title(section: Section) -> str:
    return section.title[:1].upper() + section.title[1:]


def _state(section: Section) -> str:
    """Return what a section asks of its reader."""
    parts = [
        (section.count(Level.VIOLATION), "to mend"),
        (section.count(Level.NOTICE), "to look at"),
        (section.count(Level.ACCEPTED), "accepted"),
    ]
    found = ", ".join(f"{count:,} {words}" for count, words in parts if count)
    mark = "to mend" if parts[0][0] else "look" if parts[1][0] else "ok"
    return f"{mark:<8} {found}".rstrip()


def _measures(measures: Iterable[Measure]) -> Iterator[str]:
    """Yield the figures, those about several things behind one label."""
    groups = [(label, list(group)) for label, group in groupby(measures, lambda measure: measure.label)]
    width = max((len(label) for label, _ in groups), default=0)
    right = max((len(figure(group[0])) for _, group in groups if not group[0].about), default=0)
    for label, group in groups:
        head = f"{_INDENT}{label:<{width}}  "
        if group[0].about:
            yield from _wrapped(head, ", ".join(f"{measure.about} {figure(measure)}" for measure in group))
        else:
            yield f"{head}{figure(group[0]):>{right}}"


def figure(measure: Measure) -> str:
    """Return a count, or a part of its whole."""
    return f"{measure.value:,}" if measure.whole is None else f"{measure.value:,} of {measure.whole:,}"


def _remarks(remarks: Iterable[Remark]) -> Iterator[str]:
    """Yield remarks, each behind what it is about; a long name stands on a line of its own."""
    found = list(remarks)
    width = max((len(remark.about) for remark in found if len(remark.about) <= _NAME), default=0)
    for remark in found:
        if len(remark.about) <= _NAME:
            yield from _wrapped(f"{_INDENT * 2}{remark.about:<{width}}  ", remark.text)
        else:
            yield f"{_INDENT * 2}{remark.about}"
            yield from _wrapped(_INDENT * 4, remark.text)


def _wrapped(head: str, text: str) -> list[str]:
    indent = " " * len(head)
    return wrap(
        text,
        WIDTH,
        initial_indent=head,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
