"""An invented document about glow-worms, its editors and its ontology, as a small release."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox

from bionrw.names import Names
from bionrw.store.merging import write_store

NAMES = Names("https://graph.example/")
PUBLIC = "https://pages.example"
GRAPHS = ("ontology", "document", "curated")
VERSION = "00000000000000aa"


def quads() -> Iterator[ox.Quad]:
    """Yield all facts, each in its graph."""
    for name in GRAPHS:
        file = Path(__file__).with_name(f"{name}.ttl")
        for quad in ox.parse(path=str(file), format=ox.RdfFormat.TURTLE):
            yield ox.Quad(quad.subject, quad.predicate, quad.object, ox.NamedNode(NAMES.graph(name)))


def subjects() -> list[str]:
    """Return each identifier below the base that a fact speaks of."""
    found = {quad.subject.value for quad in quads() if isinstance(quad.subject, ox.NamedNode)}
    return sorted(iri for iri in found if iri.startswith(NAMES.base))


def write_release(var_dir: Path, more: Iterable[ox.Quad] = ()) -> None:
    """Write the release, with `more` facts, as `bionrw build` lays it out, and make it current."""
    facts = [*quads(), *more]
    folder = var_dir / VERSION
    folder.mkdir(parents=True)
    ox.serialize(facts, str(folder / "graph.nq"), format=ox.RdfFormat.N_QUADS)
    write_store(folder / "store", facts, NAMES.default_graphs())
    counts: dict[str, int] = {}
    for quad in facts:
        graph = str(quad.graph_name).strip("<>")
        counts[graph] = counts.get(graph, 0) + 1
    about = {"version": VERSION, "created": "2026-11-01T00:00:00Z", "base_iri": NAMES.base, "graphs": counts}
    (folder / "release.json").write_text(json.dumps(about), encoding="utf-8")
    (var_dir / "current").symlink_to(VERSION)
