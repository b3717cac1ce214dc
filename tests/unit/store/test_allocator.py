"""Readers use the allocator that the operator names, or mimalloc where it is there."""

import logging
import sys
from pathlib import Path

import pytest

from bionrw.config import Settings
from bionrw.store import allocator
from bionrw.store.process import ZygoteProcess

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="another system's linker has other words")


@linux_only
def test_a_library_that_was_fetched_goes_before_the_systems(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    monkeypatch.setattr("ctypes.util.find_library", lambda _: "libmimalloc.so.2")
    assert allocator.find("auto") == "libmimalloc.so.2"
    library = tmp_path / "lib" / "libmimalloc.so.2"
    library.parent.mkdir()
    library.touch()
    assert allocator.find("auto") == str(library)
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "a b"))
    (tmp_path / "a b" / "lib").mkdir(parents=True)
    (tmp_path / "a b" / "lib" / "libmimalloc.so.2").touch()
    assert allocator.find("auto") == "libmimalloc.so.2"


def test_without_any_the_systems_is_used(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    monkeypatch.setattr("ctypes.util.find_library", lambda _: None)
    assert "LD_PRELOAD" not in allocator.environment("auto")
    assert "LD_PRELOAD" not in allocator.environment("system")


def test_where_there_is_no_such_linker_the_systems_is_used(monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    assert allocator.find("auto") == ""


@linux_only
def test_the_named_library_is_in_the_process_that_runs_queries(small_release):
    library = allocator.find("auto")
    if not library:
        pytest.skip("mimalloc is not on this machine")
    zygote = ZygoteProcess(small_release, Settings())
    try:
        assert "libmimalloc" in Path(f"/proc/{zygote.pid}/maps").read_text()
    finally:
        zygote.close()


@linux_only
def test_a_library_that_is_none_is_told_and_the_systems_used(small_release, tmp_path, caplog):
    library = tmp_path / "libnothing.so"
    library.write_text("this is no library", encoding="ascii")
    with caplog.at_level(logging.WARNING):
        ZygoteProcess(small_release, Settings(allocator=str(library))).close()
    assert "libnothing.so could not be loaded" in caplog.text
