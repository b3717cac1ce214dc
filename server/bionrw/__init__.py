"""The knowledge graph of the biotechnology cluster BIO.NRW, served as linked data."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from os import PathLike

    from bionrw.workspace import Workspace

__all__ = ["open_ontology"]


def open_ontology(var_dir: "str | PathLike[str]" = "var") -> "Workspace":
    """Return the current release below `var_dir` as objects of owlready2; raise `StoreUnavailable`.

    Libraries are imported when this is called, so that importing the package costs nothing.
    """
    from pathlib import Path

    from bionrw.store.releases import current_release
    from bionrw.workspace import read_workspace

    return read_workspace(current_release(Path(var_dir)))
