"""Where the content folders are: inside the installed package, or in the checkout around it."""

from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Content:
    """The three content folders."""

    ontology: Traversable
    data: Traversable
    queries: Traversable

    @classmethod
    def below(cls, root: Traversable) -> "Content":
        """Return the content folders below `root`."""
        return cls(root / "ontology", root / "data", root / "queries")


def find_content() -> Content:
    """Return the content of this installation: `_content` of a wheel, else the checkout."""
    packaged = files("bionrw") / "_content"
    if packaged.is_dir():
        return Content.below(packaged)
    return Content.below(Path(__file__).resolve().parents[2])
