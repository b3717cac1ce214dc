"""What the tests of the build share: a small content folder of their own that they may spoil."""

import shutil
from pathlib import Path

import pytest

from bionrw.config import Settings
from bionrw.content import Content
from bionrw.release import build

ROOT = Path(__file__).resolve().parents[3]
SECOND = ROOT / "tests" / "knowledge" / "second-document"


@pytest.fixture(scope="session")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the ontology, the queries and the invented document; copy it, do not change it."""
    root = tmp_path_factory.mktemp("pristine") / "content"
    shutil.copytree(ROOT / "ontology", root / "ontology")
    shutil.copytree(ROOT / "queries", root / "queries")
    shutil.copytree(SECOND / "data", root / "data")
    return root


@pytest.fixture
def folder(pristine: Path, tmp_path: Path) -> Path:
    """Return a content folder that the test may spoil."""
    return shutil.copytree(pristine, tmp_path / "content")


@pytest.fixture
def content(folder: Path) -> Content:
    """Return the content of the copied folder."""
    return Content.below(folder)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Return settings whose releases go to a folder of the test."""
    return Settings(var_dir=str(tmp_path / "var"))


@pytest.fixture(scope="session")
def built_once(pristine: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of releases with the invented document's; copy it, do not change it."""
    var = tmp_path_factory.mktemp("built")
    build(Content.below(pristine), Settings(var_dir=str(var)))
    return var


@pytest.fixture
def served(built_once: Path, settings: Settings) -> str:
    """Put the release of the untouched content in place; return its version."""
    shutil.copytree(built_once, settings.var_dir, symlinks=True)
    return (built_once / "current").readlink().name
