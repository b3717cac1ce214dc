"""The releases are listed as they are, and only a whole one becomes current."""

from dataclasses import replace
from pathlib import Path

import pytest

from bionrw.config import Settings
from bionrw.errors import BuildError
from bionrw.names import CANONICAL_BASE
from bionrw.release.catalogue import entries, examine
from bionrw.release.handover import switch
from bionrw.release.publish import Shelf
from tests.unit.release.test_publish import beside, graph

OLD, NEW = graph("old").version, graph("new").version


def silent(_: str) -> None:
    """Nobody listens."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder of two releases, the newer one current."""
    shelf = Shelf(tmp_path / "var")
    shelf.folder.mkdir()
    shelf.publish(graph("old"), beside(b""), CANONICAL_BASE, "2031-05-06T00:00:00Z", "a")
    shelf.publish(graph("new"), beside(b""), CANONICAL_BASE, "2031-06-07T00:00:00Z", "b")
    return shelf.folder


def cut(folder: Path, name: str) -> None:
    """Take the last byte of a file."""
    file = folder / name
    file.write_bytes(file.read_bytes()[:-1])


def test_the_newest_is_first_and_the_current_one_is_marked(folder: Path) -> None:
    assert [(each.version, each.current, each.fault) for each in entries(folder)] == [
        (NEW, True, ""),
        (OLD, False, ""),
    ]


def test_no_folder_holds_no_releases(tmp_path: Path) -> None:
    assert entries(tmp_path / "missing") == []


@pytest.mark.parametrize("part", ["graph.nq", "release.json", "store"])
def test_a_missing_part_is_named(folder: Path, part: str) -> None:
    (folder / OLD / part).rename(folder / "gone")
    with pytest.raises(BuildError, match=f"{OLD} is damaged: {part} is missing"):
        examine(folder / OLD)


def test_a_changed_part_is_named(folder: Path) -> None:
    cut(folder / OLD, "graph.nq")
    with pytest.raises(BuildError, match=r"graph\.nq is not that of this version"):
        examine(folder / OLD)
    cut(folder / NEW, "release.json")
    (folder / NEW / "release.json").write_text('{"version": "x"}')
    with pytest.raises(BuildError, match=r"release\.json cannot be read"):
        examine(folder / NEW)


def test_a_broken_store_is_told(folder: Path) -> None:
    (folder / OLD / "store" / "CURRENT").unlink()
    with pytest.raises(BuildError, match="cannot be read"):
        examine(folder / OLD)
    [_, old] = entries(folder)
    assert (old.version, old.release) == (OLD, None)
    assert "damaged" in old.fault


def test_a_current_one_that_is_lost_is_listed(folder: Path) -> None:
    (folder / NEW).rename(folder / ".unfinished-x")
    found = {each.version: each for each in entries(folder)}
    assert found[NEW].current
    assert found[NEW].fault == f"{NEW} is not there"


def test_a_switch_makes_another_one_current(folder: Path) -> None:
    said: list[str] = []
    assert switch(Settings(var_dir=str(folder)), OLD, said.append).version == OLD
    assert (folder / "current").readlink().name == OLD
    assert switch(Settings(var_dir=str(folder)), "", said.append).version == OLD
    assert said == [f"{OLD} is current now", f"{OLD} is current"]
    assert not list(folder.glob(".unfinished-*"))


def test_what_a_killed_switch_left_is_in_nobody_s_way(folder: Path) -> None:
    (folder / ".unfinished-current").symlink_to("x")
    switch(Settings(var_dir=str(folder)), OLD, silent)
    assert (folder / "current").readlink().name == OLD


@pytest.mark.parametrize("version", ["x", "..", ".", "../var", "current", "build.inputs", ".unfinished-x"])
def test_an_unknown_version_changes_nothing(folder: Path, version: str) -> None:
    with pytest.raises(BuildError, match=r"There is no release .* `bionrw release list` tells"):
        switch(Settings(var_dir=str(folder)), version, silent)
    assert (folder / "current").readlink().name == NEW


def test_a_damaged_version_changes_nothing(folder: Path) -> None:
    cut(folder / OLD, "graph.nq")
    with pytest.raises(BuildError, match="damaged"):
        switch(Settings(var_dir=str(folder)), OLD, silent)
    assert (folder / "current").readlink().name == NEW


def test_a_version_for_another_base_changes_nothing(folder: Path) -> None:
    settings = replace(Settings(var_dir=str(folder)), base_iri="https://other.example/")
    with pytest.raises(BuildError, match="built for"):
        switch(settings, OLD, silent)
    assert (folder / "current").readlink().name == NEW


def test_a_folder_without_a_release_is_told(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match="There is no current release"):
        switch(Settings(var_dir=str(tmp_path)), "", silent)
