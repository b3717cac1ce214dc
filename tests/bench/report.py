"""Tell what was measured: as a table for people, and as JSON."""

import json
import os
import platform
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

from tests.bench.figures import Comparison, Figures, compare
from tests.bench.servers import BENCH_BIN, OURS, PEERS

# What is told of a server, its unit, and whether more is better.
VALUES = {
    "rate": ("answers/s", True),
    "p50": ("p50 ms", False),
    "p99": ("p99 ms", False),
    "work": ("work ms/answer", False),
    "first": ("first byte ms", False),
    "total": ("last byte ms", False),
    "memory": ("memory MiB", False),
    "start": ("start ms", False),
}
COUNTS = ("failures", "begun_again")
HEAD = ("series", "clients", "value", "ours", "peer", "ours/peer (least-most)", "")
WIDTHS = (14, 8, 16, 10, 10, 24, 8)


def table(figures: Figures, scale: str, peer: str, size: int) -> str:
    """Return what was measured of ours beside a peer, a line for each value."""
    title = f"{scale}: {size:,} triples, {OURS.title} beside {PEERS[peer].title}"
    lines = [title, _line(HEAD)]
    lines += [_line(cells) for cells in _rows(figures, scale, peer)]
    return "\n".join(lines)


def _rows(figures: Figures, scale: str, peer: str) -> Iterator[tuple[str, ...]]:
    for series, clients, name in figures.kept(scale, peer):
        ours, theirs = (figures.values(scale, series, clients, server, name) for server in (OURS.name, peer))
        if name in COUNTS or not ours:
            continue
        unit, more_is_better = VALUES[name]
        load = (series, str(clients or ""), unit)
        if min(theirs) > 0:
            found = compare(ours, theirs)
            yield (*load, *map(_number, found.medians), found.words, _verdict(found, more_is_better))
        else:
            yield (*load, _number(median(ours)), _number(median(theirs)), "no answer in some round", "")


def _verdict(found: Comparison, more_is_better: bool) -> str:
    """Say who is better; where rounds disagree about it, they have not shown it."""
    if found.least <= 1 <= found.most:
        return "even"
    return "better" if (found.ratio > 1) == more_is_better else "worse"


def faults(figures: Figures, scale: str, servers: Sequence[str]) -> Iterator[str]:
    """Yield a line about each load under which answers failed or questions came twice."""
    words = {"failures": "answers failed", "begun_again": "times the questions began again"}
    for server in servers:
        for series, clients, name in figures.kept(scale, server):
            count = sum(figures.values(scale, series, clients, server, name))
            if name in COUNTS and count:
                yield f"{scale} {series}, {clients} clients, {server}: {count:,.0f} {words[name]}"


def _line(cells: Sequence[str]) -> str:
    padded = [
        f"{cell:<{width}}" if at in (0, 2, 5, 6) else f"{cell:>{width}}"
        for at, (cell, width) in enumerate(zip(cells, WIDTHS, strict=True))
    ]
    return "  ".join(padded).rstrip()


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def machine() -> dict[str, Any]:
    """Return what the figures depend on besides the servers; the load tells what else ran."""
    return {
        "python": platform.python_version(),
        "system": platform.platform(),
        "processors": os.cpu_count(),
        "load": os.getloadavg(),
        "versions": {
            "pyoxigraph": version("pyoxigraph"),
            "oxigraph": _said("oxigraph", "--version"),
            "wrk": _first_line(["wrk", "--version"]),
        },
        "settings": {name: value for name, value in os.environ.items() if name.startswith("BIONRW_")},
    }


def _said(program: str, *arguments: str) -> str:
    return _first_line([str(BENCH_BIN / program), *arguments])


def _first_line(command: list[str]) -> str:
    # wrk tells its version with exit code 1.
    said = subprocess.run(command, capture_output=True, text=True).stdout.splitlines()
    return said[0] if said else ""


def save(
    file: Path, options: Mapping[str, Any], states: Sequence[Mapping[str, Any]], figures: Figures
) -> None:
    """Write the report as JSON."""
    report = {"options": dict(options), "machine": list(states), "measured": figures.plain()}
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
