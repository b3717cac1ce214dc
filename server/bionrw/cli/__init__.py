"""The command line: parse, call one function, print."""

from bionrw.cli import commands, queries, releases
from bionrw.cli.root import Tools, main

__all__ = ["Tools", "commands", "main", "queries", "releases"]
