"""Make releases of generated facts in a cache folder, and the same triples as files for other servers."""

import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from pyoxigraph import RdfFormat, Triple, parse

from bionrw.names import Names
from bionrw.store.merging import write_store
from tests.bench import facts

SEED = 20261126
CREATED = "2026-11-26T00:00:00Z"
CACHE = Path("var/bench")
STEP = 1_000_000
GRAPHS = ("ontology", "document", "inferred")
_EXTENT = "extent.json"


@dataclass(frozen=True)
class Extent:
    """How much there is of what a request can ask for."""

    triples: int
    projects: int

    @property
    def organisations(self) -> int:
        """Return how many organisations there are: each project brings two, the first one four."""
        return 2 * self.projects + 2

    @property
    def clusters(self) -> int:
        """Return how many clusters there are."""
        return (self.projects - 1) // facts.PROJECTS_PER_CLUSTER + 1


@dataclass(frozen=True)
class Generated:
    """A folder that `bionrw serve` takes as its BIONRW_VAR_DIR; `triples` holds the same as N-Triples."""

    folder: Path
    extent: Extent
    base_iri: str = facts.NAMES.base

    @property
    def triples(self) -> Path:
        """Return the file of all triples, without graphs."""
        return self.folder / "triples.nt"


def generate(size: int, cache: Path, say: Callable[[str], None], seed: int = SEED) -> Generated:
    """Return a release of about `size` generated triples and the ontology, made now unless it is there."""
    folder = cache / f"{size}-{seed}-{_fingerprint()}"
    if not (folder / _EXTENT).is_file():
        for old in cache.glob(f"{size}-{seed}-*"):
            shutil.rmtree(old)
        new = cache / f".unfinished-{size}"
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(parents=True)
        _make(new, size, seed, say)
        new.rename(folder)
    return Generated(folder, Extent(**json.loads((folder / _EXTENT).read_text(encoding="utf-8"))))


def _fingerprint() -> str:
    """Return a name for the state of generator and ontology, so that a change of them makes new releases."""
    digest = hashlib.sha256(Path(facts.__file__).read_bytes() + Path(__file__).read_bytes())
    # The terms come with new labels of blank nodes each time, which say nothing.
    for line in sorted(f"{term.predicate} {term.object}" for term in facts.terms() if "_:" not in str(term)):
        digest.update(line.encode())
    return digest.hexdigest()[:12]


def _make(folder: Path, size: int, seed: int, say: Callable[[str], None]) -> None:
    release = folder / "release"
    release.mkdir()
    with (
        (folder / "triples.nt").open("w", encoding="utf-8") as triples,
        (release / "graph.nq").open("w", encoding="utf-8") as quads,
    ):
        counts, projects = _write(triples, quads, size, seed, say)
    say(f"generate    {sum(counts.values()):,} triples written; loading them")
    written = parse(path=str(release / "graph.nq"), format=RdfFormat.N_QUADS)
    write_store(release / "store", written, [Names().graph(name) for name in GRAPHS])
    (release / "release.json").write_text(_describe(release / "graph.nq", counts), encoding="utf-8")
    (folder / "current").symlink_to("release")
    extent = {"triples": sum(counts.values()), "projects": projects}
    (folder / _EXTENT).write_text(json.dumps(extent), encoding="utf-8")


def _write(
    triples: IO[str], quads: IO[str], size: int, seed: int, say: Callable[[str], None]
) -> tuple[dict[str, int], int]:
    """Write each triple to both files; return how many there are of each graph, and of projects."""
    names = Names()
    graphs = {name: names.graph(name) for name in GRAPHS}
    counts = dict.fromkeys(GRAPHS, 0)
    projects = 0
    project = facts.term("Project")

    def put(graph: str, triple: Triple) -> None:
        text = str(triple)
        triples.write(f"{text} .\n")
        quads.write(f"{text} <{graphs[graph]}> .\n")
        counts[graph] += 1

    for triple in facts.terms():
        put("ontology", triple)
    for made, (graph, triple) in enumerate(facts.described_facts(size, seed), 1):
        put(graph, triple)
        projects += triple.object == project and triple.predicate == facts.TYPE
        if made % STEP == 0:
            say(f"generate    {made:,} of {size:,}")
    return counts, projects


def _describe(quads: Path, counts: dict[str, int]) -> str:
    """Return release.json, with a part of the digest of the quads as the version."""
    with quads.open("rb") as file:
        version = hashlib.file_digest(file, "sha256").hexdigest()[:16]
    names = Names()
    values = {
        "version": version,
        "created": CREATED,
        "base_iri": names.base,
        "graphs": {names.graph(name): count for name, count in counts.items()},
    }
    return json.dumps(values, indent=2, sort_keys=True) + "\n"
