"""The commands about the ready queries: `bionrw query …`."""

import sys
from dataclasses import replace

import click

from bionrw.cli.root import Tools, main
from bionrw.errors import BadRequest
from bionrw.library import Library
from bionrw.model import Operation

TABLE = "table"


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
    if reading.service:
        message = f"{slug} asks other endpoints: send it to a server whose BIONRW_FEDERATION lists them."
        raise BadRequest(message)
    form = require_form(text, reading)
    offers = formats_of(form)
    favourite = JSON if JSON in offers else TURTLE
    chosen = favourite if name == TABLE else named_format(name, offers)
    if chosen is None:
        message = f"{slug} is a {form}, whose result cannot be written as {name}."
        raise BadRequest(message)
    store = open_store(release, replace(tools.settings, readers=1))
    try:
        operation = Operation(text, form, clauses=reading.clauses)
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
