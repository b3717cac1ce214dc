"""A small released graph, and each store that can answer from it."""

import json
import shutil
from pathlib import Path

import pyoxigraph as ox
import pytest

from bionrw.config import Settings
from bionrw.model import Form, Operation, ResultFormat
from bionrw.names import Names
from bionrw.store import open_store
from bionrw.store.merging import write_store
from bionrw.store.releases import current_release

JSON = ResultFormat("json", "application/sparql-results+json", "srj", "rows")
NAMES = Names("https://graph.example/")
# Enough for an answer of 100 000 rows, small enough to load in a fraction of a second.
SIZE = 320
LABELS = "http://www.w3.org/2000/01/rdf-schema#label"


def quads():
    """Yield two things and a lot of numbers in the released graphs, and one secret thing in the catalogue."""
    label = ox.NamedNode(LABELS)
    for graph, thing, words in (
        ("document", "aachen", "Aachen"),
        ("curated", "bonn", "Bonn am Rhein"),
        ("catalogue", "catalogue", "Not in the default graph"),
    ):
        node = ox.NamedNode(NAMES.thing("place", thing))
        yield ox.Quad(node, label, ox.Literal(words, language="de"), ox.NamedNode(NAMES.graph(graph)))
    # One that two graphs of the release and the catalogue have in common.
    shared = ox.NamedNode(NAMES.thing("place", "shared"))
    for graph in ("document", "curated", "catalogue"):
        yield ox.Quad(shared, ox.NamedNode(NAMES.term("in")), ox.Literal(1), ox.NamedNode(NAMES.graph(graph)))
    number = ox.NamedNode(NAMES.term("number"))
    for value in range(SIZE):
        node = ox.NamedNode(NAMES.thing("number", str(value)))
        yield ox.Quad(node, number, ox.Literal(value), ox.NamedNode(NAMES.graph("document")))


def write_release(var_dir: Path, version: str = "0123456789abcdef") -> None:
    """Write a release as `bionrw build` lays it out, and make it current."""
    folder = var_dir / version
    folder.mkdir(parents=True)
    ox.serialize(quads(), str(folder / "graph.nq"), format=ox.RdfFormat.N_QUADS)
    write_store(folder / "store", quads(), NAMES.default_graphs())
    counts = {NAMES.graph("document"): 2 + SIZE, NAMES.graph("curated"): 2, NAMES.graph("catalogue"): 2}
    description = {
        "version": version,
        "created": "2026-11-01T00:00:00Z",
        "base_iri": NAMES.base,
        "graphs": counts,
    }
    (folder / "release.json").write_text(json.dumps(description), encoding="utf-8")
    (var_dir / "current").symlink_to(version)


@pytest.fixture(scope="session", params=["memory", "default", "disk"])
def placement(request):
    """Where readers keep the graph."""
    return request.param


@pytest.fixture(scope="session")
def settings(placement):
    """Few, small readers, so that a bomb bursts soon."""
    return Settings(readers=2, memory_limit=768 * 1024**2, queue_timeout=5.0, store=placement)


@pytest.fixture(scope="session")
def release(placement, tmp_path_factory):
    """The release; one that was built without quads for the memory is read from disk."""
    var_dir = tmp_path_factory.mktemp("var")
    write_release(var_dir)
    release = current_release(var_dir)
    if placement == "disk":
        (release.path / "graph.nq").unlink()
    yield release
    shutil.rmtree(var_dir)


@pytest.fixture(scope="session", params=[open_store], ids=["embedded"])
def opening(request):
    """Each way to open a store: what the contract holds for."""
    return request.param


@pytest.fixture(scope="session")
def shared_store(opening, release, settings):
    """One store for all tests that leave it as they found it."""
    store = opening(release, settings)
    yield store
    store.close()


@pytest.fixture(scope="session")
def children():
    """A function that returns the ids of the readers below this process, also of those not yet collected."""

    def below(pid):
        found = [path.read_text() for path in Path(f"/proc/{pid}/task").glob("*/children")]
        return {int(child) for child in " ".join(found).split()}

    # Readers are the children of a zygote, which is a child of this process.
    return lambda: set().union(*(below(zygote) for zygote in below("self")))


@pytest.fixture
def strangers(children):
    """The children that were there before the test's own store."""
    return children()


@pytest.fixture
def store(opening, release, settings):
    """A store of the test's own."""
    store = opening(release, settings)
    yield store
    store.close()


@pytest.fixture(scope="session")
def whole():
    """A function that returns all bytes of an answer."""

    def ask(store, text, result_format=JSON, form=Form.SELECT, deadline=20.0, **more):
        return b"".join(store.query(Operation(text, form, **more), result_format, deadline).frames)

    return ask


@pytest.fixture(scope="session")
def column(whole):
    """A function that returns the values of the first variable, row by row."""

    def ask(store, text, **more):
        document = json.loads(whole(store, text, **more))
        name = document["head"]["vars"][0]
        return [row[name]["value"] for row in document["results"]["bindings"]]

    return ask


@pytest.fixture(scope="session")
def assert_answers(whole):
    """A function that fails unless a light query gets its answer in the time a client would wait."""

    def ask(store):
        assert json.loads(whole(store, "ASK {}", form=Form.ASK, deadline=5.0))["boolean"] is True

    return ask
