"""Write a release beside the served one, then switch to it in one step."""

import errno
import fcntl
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pyoxigraph import RdfFormat, parse

from bionrw.errors import BuildError
from bionrw.model import Release
from bionrw.release.digest import CanonicalGraph
from bionrw.store.merging import default_graphs, shared_graphs, write_store
from bionrw.store.releases import DAMAGES, read_release

CURRENT = "current"
FAILED_REPORT = "report-failed.ttl"
REPORT = "report.ttl"
CONTEXT = "context.jsonld"
QUALITY = "quality.json"
MEASUREMENTS = "quality.ttl"
STATISTICS = "statistics.json"
# The ontology in the syntaxes that the engine does not write, by the OWL API's names for them.
SYNTAXES: Mapping[Literal["functional", "manchester"], str] = {
    "functional": "ontology.ofn",
    "manchester": "ontology.omn",
}

_LOCK = "build.lock"
_INPUTS = "build.inputs"
_UNFINISHED = ".unfinished-"
_FILES = (REPORT, CONTEXT, *SYNTAXES.values(), QUALITY, MEASUREMENTS, STATISTICS)
_PARTS = ("graph.nq", "release.json", *_FILES, "store")


@dataclass(frozen=True, slots=True)
class Shelf:
    """The folder of the releases: one folder a version, and the link `current`."""

    folder: Path

    def current(self, inputs: str) -> Release | None:
        """Return the served release when it was made from `inputs` and is whole, else None."""
        with suppress(OSError, *DAMAGES):
            made_from, version = (self.folder / _INPUTS).read_text(encoding="utf-8").split()
            link = self.folder / CURRENT
            if made_from == inputs and link.readlink().name == version and is_whole(link):
                return read_release(self.folder / version)
        return None

    @contextmanager
    def exclusive(self, say: Callable[[str], None]) -> Iterator[None]:
        """Let one build at a time work here; others wait, and say so."""
        with self._explained():
            self.folder.mkdir(parents=True, exist_ok=True)
            lock = (self.folder / _LOCK).open("w", encoding="utf-8")
        with lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                say("another build is under way; waiting for its end")
                fcntl.flock(lock, fcntl.LOCK_EX)
            with self._explained():
                # Nobody else builds now, so these are what killed builds left behind.
                for leftover in self.folder.glob(f"{_UNFINISHED}*"):
                    _remove(leftover)
            yield

    def publish(
        self, graph: CanonicalGraph, companions: Mapping[str, bytes], base: str, created: str, inputs: str
    ) -> Release:
        """Write the release, make it current, and remember its `inputs`.

        `companions` are the files beside the graph: they depend on more than it, so a version that
        is there already gets them anew. Raises `BuildError` when the disk is full or refuses.
        """
        path, shared = self.folder / graph.version, tuple(shared_graphs(graph.nquads))
        release = Release(graph.version, path, base, created, graph.counts, shared)
        with self._explained():
            if is_whole(release.path):
                for name, content in companions.items():
                    self._write(release.path / name, content)
            else:
                self._write_release(release, graph.nquads, companions)
            self._switch(graph.version)
            self._write(self.folder / _INPUTS, f"{inputs} {graph.version}\n".encode())
            (self.folder / FAILED_REPORT).unlink(missing_ok=True)
        return release

    def point_to(self, release: Release) -> None:
        """Make a release of this folder current; raises `BuildError` when the folder cannot be written."""
        with self._explained():
            self._switch(release.version)

    def keep_failure(self, report: bytes) -> str:
        """Write the report of a failed build; return its name."""
        with self._explained():
            self._write(self.folder / FAILED_REPORT, report)
        return str(self.folder / FAILED_REPORT)

    def _write_release(self, release: Release, nquads: bytes, companions: Mapping[str, bytes]) -> None:
        new = self.folder / f"{_UNFINISHED}{release.version}"
        try:
            new.mkdir()
            (new / "graph.nq").write_bytes(nquads)
            for name, content in companions.items():
                (new / name).write_bytes(content)
            (new / "release.json").write_bytes(_describe(release))
            quads = parse(path=str(new / "graph.nq"), format=RdfFormat.N_QUADS)
            write_store(new / "store", quads, default_graphs(release))
            _sync_tree(new)
            _remove(release.path)
            new.rename(release.path)
            _sync(self.folder)
        except BaseException:
            _remove(new)
            raise

    def _switch(self, version: str) -> None:
        """Point `current` to `version`; a reader sees the old one or the new one, never none."""
        new = self.folder / f"{_UNFINISHED}{CURRENT}"
        new.symlink_to(version)
        new.replace(self.folder / CURRENT)
        _sync(self.folder)

    def _write(self, file: Path, content: bytes) -> None:
        new = self.folder / f"{_UNFINISHED}{file.name}"
        new.write_bytes(content)
        _sync(new)
        new.replace(file)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise _disk_fault(error, self.folder) from error


def is_whole(folder: Path) -> bool:
    """Tell whether every part of a release is in `folder`, as this builder writes it."""
    try:
        return not missing_parts(folder) and read_release(folder).shared is not None
    except (OSError, *DAMAGES):
        return False


def missing_parts(folder: Path) -> list[str]:
    """Return the names of the parts of a release that are not in `folder`."""
    return [part for part in _PARTS if not (folder / part).exists()]


def _describe(release: Release) -> bytes:
    values = {
        "version": release.version,
        "created": release.created,
        "base_iri": release.base_iri,
        "graphs": dict(release.graphs),
        "shared": release.shared,
    }
    return (json.dumps(values, indent=2, sort_keys=True, ensure_ascii=False) + "\n").encode()


def _disk_fault(error: OSError, folder: Path) -> BuildError:
    # The engine passes the system's words on without their number.
    reason = error.strerror or str(error)
    if error.errno in (errno.ENOSPC, errno.EDQUOT) or os.strerror(errno.ENOSPC) in reason:
        return BuildError(f"The disk of {folder} is full: free some space and build again.")
    return BuildError(
        f"{folder} cannot be written: {reason}. Mend that, or set BIONRW_VAR_DIR to another folder."
    )


def _sync_tree(folder: Path) -> None:
    for parent, _, names in os.walk(folder):
        for name in names:
            _sync(Path(parent) / name)
        _sync(Path(parent))


def _sync(path: Path) -> None:
    """Force `path` to the disk, so that a power cut leaves no half release behind the switch."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
