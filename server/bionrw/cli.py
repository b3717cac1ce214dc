"""The command line: parse, call one function, print."""

import os
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click

from bionrw.config import Settings
from bionrw.content import Content, find_content
from bionrw.errors import BadRequest, BuildError, EvidenceMismatch, KnowledgeError, StoreUnavailable
from bionrw.library import Library
from bionrw.model import Operation, Release

TABLE = "table"


@dataclass(frozen=True, slots=True)
class Tools:
    """What every command works with."""

    settings: Settings
    content: Content


class _Group(click.Group):
    """Turns an error of ours into one message and exit code 1."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except KnowledgeError as error:
            click.echo(f"bionrw: {error.detail}", err=True)
            ctx.exit(1)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="bionrw", message="%(package)s %(version)s")
@click.pass_context
def main(ctx: click.Context) -> None:
    """Build, serve and query the knowledge graph of the biotechnology cluster BIO.NRW.

    Settings come from environment variables named BIONRW_…; server/README.md lists them.
    """
    if ctx.obj is None:
        ctx.obj = Tools(Settings.from_environment(os.environ), find_content())


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


@main.group(cls=click.Group)
def release() -> None:
    """List the releases that were built, and choose the one that is served."""


@release.command("list")
@click.pass_obj
def list_releases(tools: Tools) -> None:
    """List the releases, the newest first; a star marks the current one."""
    from bionrw.release.catalogue import entries
    from bionrw.store.servers import running_servers

    folder = Path(tools.settings.var_dir)
    servers = running_servers(folder)
    for entry in entries(folder):
        words = entry.fault
        if entry.release is not None:
            ports = ", ".join(str(each.port) for each in servers if each.version == entry.version)
            served = f", served at port {ports}" if ports else ""
            words = f"{entry.release.created}  {entry.release.triples:,} triples{served}"
        click.echo(f"{'*' if entry.current else ' '} {entry.version}  {words}")


@release.command("switch")
@click.argument("version", default="")
@click.pass_obj
def switch_release(tools: Tools, version: str) -> None:
    """Make VERSION current, and let the servers that run here take it up without a break.

    Without VERSION, they take up the one that is current, as `bionrw build` left it.
    """
    from bionrw.release.handover import switch

    switch(tools.settings, version, click.echo)


@main.group(cls=click.Group)
def query() -> None:
    """List and run the example queries."""


@query.command("list")
@click.pass_obj
def list_queries(tools: Tools) -> None:
    """List the example queries."""
    examples = Library(tools.content.queries).examples()
    width = max((len(example.slug) for example in examples), default=0)
    for example in examples:
        click.echo(f"{example.slug:<{width}}  {example.title.get('en') or example.summary}")


@query.command("run")
@click.argument("slug")
@click.option(
    "--format",
    "name",
    type=click.Choice([TABLE, "json", "xml", "csv", "tsv", "ttl"]),
    default=TABLE,
    show_default=True,
    help="How to write the result.",
)
@click.pass_obj
def run_query(tools: Tools, slug: str, name: str) -> None:
    """Run the example query SLUG on the current release."""
    from bionrw.sparql.formats import JSON, TURTLE, formats_of, named_format
    from bionrw.sparql.layout import lay_out
    from bionrw.sparql.reading import read, require_form
    from bionrw.store import open_store
    from bionrw.store.releases import current_release

    release = current_release(tools.settings.var_dir)
    library = Library(tools.content.queries, release.base_iri)
    text = library.example(slug).text
    reading = read(text)
    form = require_form(text, reading)
    offers = formats_of(form)
    favourite = JSON if JSON in offers else TURTLE
    chosen = favourite if name == TABLE else named_format(name, offers)
    if chosen is None:
        message = f"{slug} is a {form}, whose result cannot be written as {name}."
        raise BadRequest(message)
    store = open_store(release, replace(tools.settings, readers=1))
    try:
        operation = Operation(text, form, own_dataset=reading.own_dataset)
        frames = store.query(operation, chosen, tools.settings.deadline).frames
        if name == TABLE and chosen is JSON:
            click.echo(lay_out(b"".join(frames), library.shorten))
            return
        output = sys.stdout.buffer
        for frame in frames:
            output.write(frame)
        output.flush()
    finally:
        store.close()


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
