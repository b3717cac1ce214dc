"""The commands that build, serve and look: one function of the program behind each."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import click

from bionrw.cli.root import Tools, main
from bionrw.config import Settings
from bionrw.content import Content
from bionrw.errors import BadRequest, BuildError, EvidenceMismatch, StoreUnavailable
from bionrw.library import Library
from bionrw.model import Release


@main.command()
@click.option("--base-iri", metavar="IRI", help="Base of all identifiers, ending in a slash.")
@click.pass_obj
def build(tools: Tools, base_iri: str | None) -> None:
    """Check the sources and make a release of them; unchanged sources are left alone."""
    from bionrw.release import build as build_release

    settings = replace(tools.settings, base_iri=base_iri) if base_iri else tools.settings
    build_release(tools.content, settings, click.echo)


@main.command()
@click.option("--host", metavar="ADDRESS", help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on; 0 for any free one.")
@click.option("--workers", type=click.IntRange(1), help="Processes that serve HTTP.")
@click.pass_obj
def serve(tools: Tools, host: str | None, port: int | None, workers: int | None) -> None:
    """Serve the current release over HTTP; build one first if there is none."""
    settings = tools.settings
    if workers is not None:
        settings = replace(settings, workers=workers)
    if host is not None:
        settings = replace(settings, host=host)
    if port is not None:
        settings = replace(settings, port=port)
    release = _release_to_serve(settings)
    from bionrw.serving import serve as serve_release

    serve_release(tools.content, settings, release)


@main.command()
@click.option(
    "--format",
    "name",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How to write the report.",
)
@click.pass_context
def check(ctx: click.Context, name: str) -> None:
    """Print the quality report of the current release; exit code 1 when something has to be mended."""
    from bionrw.release.fingerprint import fingerprint
    from bionrw.release.publish import Shelf
    from bionrw.release.quality.lines import lines
    from bionrw.release.quality.record import read_release, write
    from bionrw.store.releases import current_release

    tools: Tools = ctx.obj
    release = current_release(tools.settings.var_dir)
    report = read_release(release.path)
    if name == "json":
        click.echo(write(report), nl=False)
    else:
        for line in lines(report):
            click.echo(line)
    shelf = Shelf(Path(tools.settings.var_dir))
    if shelf.current(fingerprint(tools.content, release.base_iri)) is None:
        click.echo("The sources have changed since this release: run `bionrw build`.", err=True)
    ctx.exit(0 if report.sound else 1)


@main.command()
@click.argument("text", type=click.Path(exists=True, path_type=Path))
@click.option("--document", metavar="SLUG", help="The document of the text, if there are several.")
@click.option(
    "--find", "words", metavar="WORDS", help="Print the offsets of words and a block for the passage."
)
@click.pass_obj
def evidence(tools: Tools, text: Path, document: str | None, words: str | None) -> None:
    """Hold the quotations and offsets of a document against TEXT (a file, or a folder with one .txt).

    Lists what does not fit, and what of the text neither a fact cites nor data/uncited.csv explains.
    """
    content = _read_text(text)
    if words is not None:
        _find(tools.content, content, document, words)
        return
    from bionrw.release.evidence import examine

    outcome = examine(tools.content, content, document)
    for line in (*outcome.mismatches, *outcome.stale):
        click.echo(line)
    for span in outcome.idle:
        click.echo(f"{span.name}: no fact, mention or issue refers to this passage")
    for stretch in outcome.uncited:
        mark = "reviewed" if stretch.why else "not reviewed"
        click.echo(f"{stretch.start:>6} {stretch.end:>6}  {mark:<12}  {stretch.words}")
    click.echo(
        f"{outcome.document.name}: {len(outcome.document.spans):,} passages, "
        f"{len(outcome.mismatches):,} mismatches; uncited: {len(outcome.uncited):,}, "
        f"not reviewed: {len(outcome.unreviewed):,}, stale reviews: {len(outcome.stale):,}"
    )
    outcome.require_fit()


@main.command()
@click.argument("subject")
@click.argument("predicate")
@click.argument("value", metavar="OBJECT")
@click.pass_obj
def explain(tools: Tools, subject: str, predicate: str, value: str) -> None:
    """Say why a triple of the current release holds, down to the passages of the text.

    SUBJECT, PREDICATE and OBJECT are IRIs, names with a prefix, or, for OBJECT, a literal of Turtle.
    """
    from pyoxigraph import RdfFormat, parse

    from bionrw.release.reason.explanation import Explainer, read_triple
    from bionrw.store.releases import current_release

    release = current_release(tools.settings.var_dir)
    library = Library(tools.content.queries, release.base_iri)
    triple = read_triple((subject, predicate, value), library)
    quads = parse(path=str(release.path / "graph.nq"), format=RdfFormat.N_QUADS)
    for line in Explainer(quads, library, release.base_iri).lines(triple):
        click.echo(line)


def _release_to_serve(settings: Settings) -> Release:
    """Return the current release, built in a process of its own if there is none.

    A process of its own, because what validates a build would stay in the memory of the server.
    """
    from bionrw.store.releases import current_release, require_base

    try:
        release = current_release(settings.var_dir)
    except StoreUnavailable:
        if subprocess.run([sys.executable, "-m", "bionrw", "build"], check=False).returncode:
            message = "There is no release to serve, and none could be built."
            raise BuildError(message) from None
        release = current_release(settings.var_dir)
    require_base(release, settings)
    return release


def _find(content: Content, text: bytes, slug: str | None, words: str) -> None:
    """Print each place of `words` in the text as a passage in Turtle, its offsets in front."""
    from hashlib import sha256

    from bionrw.release.evidence import decode, find
    from bionrw.release.spans import block, choose, read_documents

    document = choose(read_documents(content), slug, sha256(text).hexdigest())
    passages = decode(text)
    places = list(find(passages, words))
    if not places:
        message = f"The text has no “{words}”."
        raise EvidenceMismatch(message)
    for start, end in places:
        click.echo(f"# {start} to {end}\n{block(document, passages, start, end)}\n")


def _read_text(path: Path) -> bytes:
    files = sorted(path.glob("*.txt")) if path.is_dir() else [path]
    if len(files) != 1:
        message = f"{path} holds {len(files)} files that end in .txt: name the one that is meant."
        raise BadRequest(message)
    try:
        return files[0].read_bytes()
    except OSError as error:
        message = f"{files[0]} cannot be read: {error.strerror}."
        raise BadRequest(message) from None
