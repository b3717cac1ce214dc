"""The build takes every document it is given, and the same sources give the same bytes everywhere."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, NamedNode, RdfFormat, Store, parse

from bionrw.config import Settings
from bionrw.content import Content, find_content
from bionrw.model import Release
from bionrw.names import Names
from bionrw.release import build
from bionrw.release.evidence import examine

ROOT = Path(__file__).resolve().parents[2]
SECOND = ROOT / "tests" / "knowledge" / "second-document"
FILES = (
    *("graph.nq", "report.ttl", "release.json", "context.jsonld", "quality.json", "quality.ttl"),
    *("ontology.ofn", "ontology.omn", "statistics.json"),
)
GRAPHS = ("alignments", "curated", "document", "inferred", "ontology", "proofs")


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Content:
    """Return our content with the invented document beside the real one."""
    root = tmp_path_factory.mktemp("both")
    for name in ("ontology", "data", "queries"):
        shutil.copytree(ROOT / name, root / name)
    shutil.copy(SECOND / "data" / "documents" / "lantern-coast.ttl", root / "data" / "documents")
    _, *reviews = (SECOND / "data" / "uncited.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    with (root / "data" / "uncited.csv").open("a", encoding="utf-8") as file:
        file.writelines(reviews)
    return Content.below(root)


def subjects(release: Release, kind: str, graph: str = "document") -> set[str]:
    """Return what a graph of the release says is of a kind."""
    names = Names(release.base_iri)
    store = Store.read_only(str(release.path / "store"))
    rdf_type = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    found = store.quads_for_pattern(
        None, rdf_type, NamedNode(names.term(kind)), NamedNode(names.graph(graph))
    )
    return {getattr(quad.subject, "value", "") for quad in found}


def test_a_second_document_joins_the_first(both: Content, release: Release, tmp_path: Path) -> None:
    joined = build(both, Settings(var_dir=str(tmp_path)))
    thing = Names(joined.base_iri).thing
    assert subjects(joined, "Document") == subjects(release, "Document") | {
        thing("document", "lantern-coast")
    }
    assert subjects(joined, "Project") == subjects(release, "Project") | {thing("project", "glowline")}
    assert subjects(joined, "Statement") > subjects(release, "Statement")
    assert joined.version != release.version


def test_each_document_is_held_against_its_own_text(both: Content) -> None:
    outcome = examine(both, (SECOND / "text.txt").read_bytes())
    assert outcome.document.slug == "lantern-coast"
    outcome.require_fit()


def test_the_real_document_fits_its_text(shared: Path) -> None:
    (text,) = (shared / "source").glob("*.txt")
    outcome = examine(find_content(), text.read_bytes())
    assert outcome.document.spans
    assert (outcome.mismatches, outcome.stale) == ((), ())


def test_nothing_of_the_real_text_is_passed_over_in_silence(shared: Path) -> None:
    (text,) = (shared / "source").glob("*.txt")
    outcome = examine(find_content(), text.read_bytes())
    assert outcome.unreviewed == ()
    outcome.require_fit()


def test_the_same_sources_give_the_same_bytes(release: Release, tmp_path: Path) -> None:
    # Another process with another seed of hashes, so that no order of a set can hide.
    environment = {
        **os.environ,
        "BIONRW_VAR_DIR": str(tmp_path),
        "PYTHONHASHSEED": "4711",
        "TZ": "Asia/Tokyo",
    }
    subprocess.run(
        [sys.executable, "-m", "bionrw", "build"], env=environment, check=True, capture_output=True
    )
    for name in FILES:
        assert (tmp_path / "current" / name).read_bytes() == (release.path / name).read_bytes(), name


def test_the_store_the_lines_and_the_counts_agree(release: Release) -> None:
    nquads = (release.path / "graph.nq").read_bytes()
    lines = nquads.decode().splitlines()
    assert lines == sorted(set(lines))
    store = Store.read_only(str(release.path / "store"))
    in_default = sum(1 for _ in store.quads_for_pattern(None, None, None, DefaultGraph()))
    assert len(lines) == release.triples == len(store) - in_default
    assert in_default == sum(release.graphs.get(iri, 0) for iri in Names().default_graphs())
    graphs = {getattr(quad.graph_name, "value", "") for quad in parse(nquads, format=RdfFormat.N_QUADS)}
    assert graphs == set(release.graphs) == {Names().graph(name) for name in GRAPHS}


def test_a_release_names_no_folder_of_the_machine(release: Release) -> None:
    written = b"".join((release.path / name).read_bytes() for name in FILES)
    for folder in (ROOT, release.path.parent):
        assert str(folder).encode() not in written
