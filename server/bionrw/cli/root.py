"""The command that all others are below: settings from the environment, errors in one line."""

import os
from dataclasses import dataclass
from typing import Any

import click

from bionrw.config import Settings
from bionrw.content import Content, find_content
from bionrw.errors import KnowledgeError


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
