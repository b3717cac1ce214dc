"""The commands about releases: `bionrw release …`."""

from pathlib import Path

import click

from bionrw.cli.root import Tools, main


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
