"""The order of the steps that turn sources into a release."""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pyoxigraph import Quad

from bionrw.config import Settings
from bionrw.content import Content
from bionrw.library import Library
from bionrw.model import Release
from bionrw.names import Names
from bionrw.release import checks, dates, sources
from bionrw.release.digest import canonical
from bionrw.release.fingerprint import fingerprint
from bionrw.release.publish import CONTEXT, REPORT, STATISTICS, Shelf
from bionrw.release.quality import Built, make
from bionrw.release.report import Report
from bionrw.release.statistics import measure

Say = Callable[[str], None]


def build(content: Content, settings: Settings, say: Say = lambda _: None) -> Release:
    """Return the release of `content`, built unless the current one came from the same inputs.

    `say` hears a line for each step. Raises `SourceError`, `ShapeViolation` or `BuildError`; the
    current release then stays.
    """
    shelf = Shelf(Path(settings.var_dir))
    inputs = fingerprint(content, settings.base_iri)
    if unchanged := shelf.current(inputs):
        return _skip(unchanged, say)
    with shelf.exclusive(say):
        # Another build may have made it meanwhile.
        if unchanged := shelf.current(inputs):
            return _skip(unchanged, say)
        return _build(content, settings.base_iri, shelf, inputs, say)


def _build(content: Content, base: str, shelf: Shelf, inputs: str, say: Say) -> Release:
    library = Library(content.queries, base)
    with _step(say, "sources") as done:
        files = sources.source_files(content)
        quads = [quad for file in files for quad in sources.read_quads(file, base)]
        created = dates.newest(quads, base)
        stated = canonical(quads).quads
        # Outside the default graph: neither shapes and checks nor the reasoner shall see foreign terms in it.
        aligned = sources.read_quads(sources.alignment_file(content), base)
        done(f"{len(files)} files, {len(quads):,} triples; {len(aligned):,} triples of alignments")
    shapes, report = _inspect(stated, content, library, base, say)
    turtle = report.turtle(library.prefixes())
    if report.violations():
        raise report.failure(shelf.keep_failure(turtle))
    with _step(say, "reason") as done:
        # Here for the same reason: owlready2 is heavy, too.
        from bionrw.release.reason import reason

        outcome = reason(stated, library, base)
        done(outcome.words)
    with _step(say, "digest") as done:
        graph = canonical([*stated, *aligned, *outcome.quads])
        done(f"{len(graph.quads):,} triples in {len(graph.counts)} graphs, version {graph.version}")
    syntaxes = _further_syntaxes(stated, library, base, say)
    built = Built(graph.version, created, stated, shapes, report.findings, outcome)
    with _step(say, "quality") as done:
        quality = make(built, content, library, base)
        done(quality.report.counts())
    with _step(say, "publish") as done:
        companions = {
            REPORT: turtle,
            CONTEXT: sources.read_context(content, base),
            STATISTICS: measure(graph.quads, Names(base)),
            **syntaxes,
            **quality.files,
        }
        release = shelf.publish(graph, companions, base, created, inputs)
        done(f"{release.triples:,} triples in {release.path}")
    return release


def _inspect(
    stated: Iterable[Quad], content: Content, library: Library, base: str, say: Say
) -> tuple[tuple[Quad, ...], Report]:
    """Return the shapes, and what they and the checks find."""
    with _step(say, "shapes") as done:
        # Here, because rdflib and pyshacl cost a second that a skipped build saves.
        from bionrw.release.validate import validate

        shapes = tuple(q for file in sources.shape_files(content) for q in sources.read_quads(file, base))
        report = validate(stated, shapes, library.shorten)
        done(report.counts())
    with _step(say, "checks") as done:
        results = checks.run_checks(stated, library, base)
        done(f"{len(library.checks())} queries, {results.counts()}")
    return shapes, report + results


def _further_syntaxes(quads: Iterable[Quad], library: Library, base: str, say: Say) -> dict[str, bytes]:
    with _step(say, "syntaxes") as done:
        from bionrw.release.syntaxes import write_syntaxes

        files = write_syntaxes(quads, library, base)
        done(", ".join(files))
    return files


def _skip(release: Release, say: Say) -> Release:
    say(f"unchanged   {release.triples:,} triples in {release.path}")
    return release


@contextmanager
def _step(say: Say, name: str) -> Iterator[Callable[[str], None]]:
    """Say what the step `name` did and the seconds it took."""
    start = time.perf_counter()
    yield lambda outcome: say(f"{name:<11} {outcome} ({time.perf_counter() - start:.2f} s)")
