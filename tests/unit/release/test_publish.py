"""A release appears whole or not at all, and only one build works at a time."""

import errno
import json
import os
import threading
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store

from bionrw.errors import BuildError
from bionrw.names import CANONICAL_BASE
from bionrw.release.digest import CanonicalGraph, canonical
from bionrw.release.publish import Shelf
from bionrw.store.releases import read_release

NODE, GRAPH = NamedNode("https://example.org/a"), NamedNode(f"{CANONICAL_BASE}graph/document")
DAY = "2031-05-06T00:00:00Z"

COMPANIONS = ("ontology.ofn", "ontology.omn", "quality.json", "quality.ttl", "statistics.json")


def graph(value: str) -> CanonicalGraph:
    """Return a graph of one fact."""
    return canonical([Quad(NODE, NODE, Literal(value), GRAPH)])


def beside(report: bytes) -> dict[str, bytes]:
    """Return the files that lie beside a graph."""
    return {"report.ttl": report, "context.jsonld": b"{}\n", **dict.fromkeys(COMPANIONS, b"")}


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    """Return an empty folder of releases that exists."""
    (tmp_path / "var").mkdir()
    return Shelf(tmp_path / "var")


def test_a_release_is_a_folder_of_its_version(shelf: Shelf) -> None:
    release = shelf.publish(graph("one"), beside(b"# report\n"), CANONICAL_BASE, DAY, "inputs")
    assert release.path == shelf.folder / graph("one").version
    assert (shelf.folder / "current").readlink() == Path(release.version)
    assert (release.path / "graph.nq").read_bytes() == graph("one").nquads
    assert (release.path / "report.ttl").read_bytes() == b"# report\n"
    assert json.loads((release.path / "release.json").read_text()) == {
        "version": release.version,
        "created": DAY,
        "base_iri": CANONICAL_BASE,
        "graphs": {GRAPH.value: 1},
        "shared": [],
    }
    assert read_release(release.path) == release
    # The default graph holds what is in the graphs that queries are asked of.
    quads = list(graph("one").quads)
    assert {str(quad) for quad in Store.read_only(str(release.path / "store"))} == {
        *(str(quad) for quad in quads),
        *(str(Quad(*quad.triple)) for quad in quads),
    }


def test_older_releases_stay_for_a_way_back(shelf: Shelf) -> None:
    first = shelf.publish(graph("one"), beside(b""), CANONICAL_BASE, DAY, "a")
    second = shelf.publish(graph("two"), beside(b""), CANONICAL_BASE, DAY, "b")
    assert first.path.is_dir()
    assert (shelf.folder / "current").readlink().name == second.version
    assert not list(shelf.folder.glob(".unfinished-*"))


def test_the_switch_never_leaves_current_missing(shelf: Shelf) -> None:
    shelf.publish(graph("0"), beside(b""), CANONICAL_BASE, DAY, "0")
    gaps, stop = [], threading.Event()

    def watch() -> None:
        while not stop.is_set():
            try:
                read_release(shelf.folder / "current")
            except OSError as error:
                gaps.append(error)

    watcher = threading.Thread(target=watch)
    watcher.start()
    for number in range(20):
        shelf.publish(graph(str(number)), beside(b""), CANONICAL_BASE, DAY, str(number))
    stop.set()
    watcher.join()
    assert not gaps


def test_a_known_version_keeps_its_store_and_gets_the_new_report(shelf: Shelf) -> None:
    first = shelf.publish(graph("one"), beside(b"old"), CANONICAL_BASE, DAY, "a")
    before = (first.path / "store" / "CURRENT").stat()
    shelf.publish(graph("two"), beside(b""), CANONICAL_BASE, DAY, "b")
    again = shelf.publish(graph("one"), beside(b"new"), CANONICAL_BASE, DAY, "c")
    assert again == first
    assert (first.path / "report.ttl").read_bytes() == b"new"
    assert (first.path / "store" / "CURRENT").stat().st_ino == before.st_ino
    assert (shelf.folder / "current").readlink().name == first.version


def test_a_release_is_current_for_its_own_inputs_only(shelf: Shelf) -> None:
    assert shelf.current("a") is None
    first = shelf.publish(graph("one"), beside(b""), CANONICAL_BASE, DAY, "a")
    assert shelf.current("a") == first
    assert shelf.current("b") is None
    shelf.publish(graph("two"), beside(b""), CANONICAL_BASE, DAY, "b")
    assert shelf.current("a") is None


@pytest.mark.parametrize(
    "part", ["graph.nq", "report.ttl", "release.json", "context.jsonld", *COMPANIONS, "store"]
)
def test_a_damaged_release_is_not_current_and_is_written_anew(shelf: Shelf, part: str) -> None:
    release = shelf.publish(graph("one"), beside(b""), CANONICAL_BASE, DAY, "a")
    (release.path / part).rename(shelf.folder / "gone")
    assert shelf.current("a") is None
    assert shelf.publish(graph("one"), beside(b""), CANONICAL_BASE, DAY, "a") == release
    assert shelf.current("a") == release


@pytest.mark.parametrize("text", [None, "{}", "[]", "no json"])
def test_a_release_of_an_earlier_builder_is_written_anew(shelf: Shelf, text: str | None) -> None:
    release = shelf.publish(graph("one"), beside(b""), CANONICAL_BASE, DAY, "a")
    file = release.path / "release.json"
    about = json.loads(file.read_text())
    del about["shared"]
    file.write_text(json.dumps(about) if text is None else text)
    assert shelf.current("a") is None
    assert shelf.publish(graph("one"), beside(b""), CANONICAL_BASE, DAY, "a") == release
    assert read_release(release.path) == release


def test_a_rollback_by_hand_is_seen(shelf: Shelf) -> None:
    first = shelf.publish(graph("one"), beside(b""), CANONICAL_BASE, DAY, "a")
    shelf.publish(graph("two"), beside(b""), CANONICAL_BASE, DAY, "b")
    (shelf.folder / "current").unlink()
    (shelf.folder / "current").symlink_to(first.version)
    assert shelf.current("b") is None


@pytest.mark.parametrize(
    ("number", "message"),
    [
        (errno.ENOSPC, r"The disk of \S+ is full: free some space and build again\."),
        (errno.EACCES, r"cannot be written: Permission denied\. Mend that, or set BIONRW_VAR_DIR"),
    ],
)
def test_a_disk_that_refuses_is_one_clear_error(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch, number: int, message: str
) -> None:
    first = shelf.publish(graph("one"), beside(b""), CANONICAL_BASE, DAY, "a")

    def refuse(_: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(BuildError, match=message) as caught:
        shelf.publish(graph("two"), beside(b""), CANONICAL_BASE, DAY, "b")
    assert "\n" not in caught.value.detail
    assert (shelf.folder / "current").readlink().name == first.version
    assert not list(shelf.folder.glob(".unfinished-*"))


def test_a_file_in_place_of_the_folder_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("")
    with (
        pytest.raises(BuildError, match="cannot be written: File exists"),
        Shelf(tmp_path / "var").exclusive(print),
    ):
        pytest.fail("the folder cannot exist")


def test_what_a_killed_build_left_is_cleared_away(shelf: Shelf) -> None:
    (shelf.folder / ".unfinished-1234").mkdir()
    (shelf.folder / ".unfinished-1234" / "graph.nq").write_text("")
    (shelf.folder / ".unfinished-current").symlink_to("1234")
    with shelf.exclusive(print):
        assert not list(shelf.folder.glob(".unfinished-*"))


def test_a_second_build_waits_for_the_first_and_says_so(shelf: Shelf) -> None:
    entered, leave = threading.Event(), threading.Event()

    def build() -> None:
        with shelf.exclusive(print):
            entered.set()
            leave.wait(10)

    # The lock belongs to the opened file, so a thread meets it as another process does.
    other = threading.Thread(target=build)
    other.start()
    assert entered.wait(10)
    said: list[str] = []

    def hear(line: str) -> None:
        said.append(line)
        leave.set()

    with shelf.exclusive(hear):
        assert said == ["another build is under way; waiting for its end"]
    other.join()
