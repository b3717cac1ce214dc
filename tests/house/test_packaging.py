"""The wheel holds the package and all content, and works without the checkout."""

import os
import subprocess
import sys
import tarfile
import zipfile
from email.message import Message
from email.parser import HeaderParser
from pathlib import Path

import pytest

from bionrw.model import Release
from tests.house.checkout import ROOT, files

PLACES = {
    "server/bionrw/": "bionrw/",
    "ontology/": "bionrw/_content/ontology/",
    "data/": "bionrw/_content/data/",
    "queries/": "bionrw/_content/queries/",
}


def expected() -> set[str]:
    """Return what the wheel must hold: package and content, but no Python among the content."""
    return {
        place + name.removeprefix(folder)
        for name in files()
        for folder, place in PLACES.items()
        if name.startswith(folder) and (folder == "server/bionrw/" or not name.endswith(".py"))
    }


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of an sdist and of the wheel that was built from it."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    """Return the built wheel."""
    (file,) = built.glob("*.whl")
    return file


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder in which the wheel lies as an installer would lay it out."""
    folder = tmp_path_factory.mktemp("installed")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def test_the_wheel_holds_what_git_holds(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert names == expected()


def test_the_sdist_holds_what_git_holds(built: Path) -> None:
    (file,) = built.glob("*.tar.gz")
    with tarfile.open(file) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert names - {"PKG-INFO"} == set(files())


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("Name", "bionrw"),
        ("License-Expression", "MIT AND CC-BY-4.0"),
        ("Requires-Python", ">=3.11"),
    ],
)
def test_the_metadata_say(wheel: Path, field: str, value: str) -> None:
    assert metadata(wheel, "METADATA")[field] == value


def test_the_licences_travel_along(wheel: Path) -> None:
    licences = metadata(wheel, "METADATA").get_all("License-File") or []
    assert sorted(licences) == ["LICENSE", "LICENSES/CC-BY-4.0.txt", "LICENSES/MIT.txt"]


def metadata(wheel: Path, name: str) -> Message:
    """Return one of the files that describe the wheel, by field."""
    with zipfile.ZipFile(wheel) as archive:
        (member,) = (entry for entry in archive.namelist() if entry.endswith(f".dist-info/{name}"))
        return HeaderParser().parsestr(archive.read(member).decode())


def test_the_installed_command_builds_the_same_release(
    installed: Path, tmp_path: Path, release: Release
) -> None:
    program = (
        "import sys, bionrw; from bionrw.cli import main; "
        "print(bionrw.__file__, file=sys.stderr); main(['build'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr.strip() == str(installed / "bionrw" / "__init__.py")
    assert (tmp_path / "var" / "current").resolve().name == release.version
