"""Releases that hold the files of the suites: one graph for each file, named by the file's address."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from bionrw.model import Release
from bionrw.names import CANONICAL_BASE
from bionrw.store.merging import write_store
from bionrw.store.releases import current_release
from tests.conformance.description import format_of

CREATED = "2026-11-01T00:00:00Z"
VERSION = "c0f0c0f0c0f0c0f0"


@dataclass
class Corpus:
    """Graphs by their names, gathered from files; `inside` names the graphs that a file has itself."""

    quads: list[ox.Quad] = field(default_factory=list)
    inside: dict[Path, tuple[str, ...]] = field(default_factory=dict)

    def add(self, file: Path, iri: str) -> None:
        """Add a file once: its default graph becomes the graph `iri`, its blank nodes no other file's."""
        if file in self.inside:
            return
        mark = f"f{len(self.inside)}"
        quads = [_renamed(quad, mark) for quad in ox.parse(path=file, format=format_of(file), base_iri=iri)]
        names = {str(quad.graph_name.value) for quad in quads if isinstance(quad.graph_name, ox.NamedNode)}
        self.inside[file] = tuple(sorted(names))
        self.add_graph(iri, (quad.triple for quad in quads if isinstance(quad.graph_name, ox.DefaultGraph)))
        self.quads.extend(quad for quad in quads if not isinstance(quad.graph_name, ox.DefaultGraph))

    def add_graph(self, iri: str, triples: Iterable[ox.Triple]) -> None:
        """Add triples to the graph `iri`."""
        name = ox.NamedNode(iri)
        self.quads.extend(ox.Quad(each.subject, each.predicate, each.object, name) for each in triples)

    def publish(self, var_dir: Path) -> Release:
        """Write a release as `bionrw build` lays it out, make it the current one and return it."""
        folder = var_dir / VERSION
        folder.mkdir(parents=True)
        ox.serialize(self.quads, str(folder / "graph.nq"), format=ox.RdfFormat.N_QUADS)
        write_store(folder / "store", self.quads, ())
        description = {
            "version": VERSION,
            "created": CREATED,
            "base_iri": CANONICAL_BASE,
            "graphs": self._counts(),
        }
        (folder / "release.json").write_text(json.dumps(description), encoding="utf-8")
        (var_dir / "current").symlink_to(VERSION)
        return current_release(var_dir)

    def _counts(self) -> Mapping[str, int]:
        return Counter(q.graph_name.value for q in self.quads if isinstance(q.graph_name, ox.NamedNode))


def _renamed(quad: ox.Quad, mark: str) -> ox.Quad:
    graph = quad.graph_name
    if isinstance(graph, ox.BlankNode):
        graph = ox.BlankNode(f"{mark}x{graph.value}")
    triple = _own(quad.triple, mark)
    return ox.Quad(triple.subject, triple.predicate, triple.object, graph)


def _own(triple: ox.Triple, mark: str) -> ox.Triple:
    """Return a triple whose blank nodes are those of one file alone."""

    def own(term: Any) -> Any:
        if isinstance(term, ox.BlankNode):
            return ox.BlankNode(f"{mark}x{term.value}")
        return _own(term, mark) if isinstance(term, ox.Triple) else term

    return ox.Triple(own(triple.subject), triple.predicate, own(triple.object))
