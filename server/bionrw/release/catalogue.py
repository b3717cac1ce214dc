"""The releases in the folder: which there are, which is current, and whether each is as it was made."""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path

from pyoxigraph import Store

from bionrw.errors import BuildError
from bionrw.model import Release
from bionrw.release.digest import VERSION_DIGITS
from bionrw.release.publish import CURRENT, missing_parts
from bionrw.store.releases import read_release


@dataclass(frozen=True, slots=True)
class Entry:
    """A release, or what is left of one: `fault` tells what is wrong with it."""

    version: str
    release: Release | None
    fault: str
    current: bool


def entries(folder: Path) -> list[Entry]:
    """Return the releases in `folder`, the newest first and damaged ones last."""
    found = sorted(_entries(folder), key=lambda each: each.version)
    return sorted(found, key=lambda each: each.release.created if each.release else "", reverse=True)


def examine(folder: Path) -> Release:
    """Return the release in `folder`; raise `BuildError` that names the first part that is damaged."""
    if missing := missing_parts(folder):
        raise _damaged(folder, f"{missing[0]} is missing")
    try:
        release = read_release(folder)
        triples = release.triples
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise _damaged(folder, "release.json cannot be read") from None
    try:
        with (folder / "graph.nq").open("rb") as file:
            # The version is the digest of the quads, so any change of them shows.
            digest = file_digest(file, "sha256").hexdigest()
        quads = len(Store.read_only(str(folder / "store")))
    except (OSError, ValueError, RuntimeError) as error:
        raise _damaged(folder, f"it cannot be read ({error})") from None
    if not release.version == folder.name == digest[:VERSION_DIGITS]:
        raise _damaged(folder, "graph.nq is not that of this version")
    if quads < triples:
        raise _damaged(folder, "the store lacks triples")
    return release


def _entries(folder: Path) -> Iterator[Entry]:
    link = folder / CURRENT
    current = link.readlink().name if link.is_symlink() else ""
    for path in folder.iterdir() if folder.is_dir() else ():
        if not path.is_dir() or path.is_symlink() or path.name.startswith("."):
            continue
        release, fault = None, ""
        try:
            release = examine(path)
        except BuildError as error:
            fault = error.detail
        yield Entry(path.name, release, fault, path.name == current)
    if current and not (folder / current).is_dir():
        yield Entry(current, None, f"{current} is not there", current=True)


def _damaged(folder: Path, reason: str) -> BuildError:
    return BuildError(f"The release {folder.name} is damaged: {reason}; build it again.")
