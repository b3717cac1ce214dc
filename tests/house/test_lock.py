"""requirements.txt locks what pyproject.toml asks for, with digests and without the name of a host."""

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house.checkout import read

LOCK = read("requirements.txt")
PROJECT = tomllib.loads(read("pyproject.toml"))
WANTED = [
    *PROJECT["project"]["dependencies"],
    *PROJECT["project"]["optional-dependencies"]["test"],
    *PROJECT["build-system"]["requires"],
]
PINS = dict(re.findall(r"^([\w.-]+)==(\S+)", LOCK, re.MULTILINE))
ENTRIES = [entry for entry in re.split(r"\n(?=\S)", LOCK) if not entry.startswith("#")]


@pytest.mark.parametrize("text", WANTED)
def test_each_wanted_library_is_locked_in_a_fitting_version(text: str) -> None:
    wanted = Requirement(text)
    assert wanted.specifier.contains(PINS[canonicalize_name(wanted.name)])


def test_each_locked_library_has_its_digests() -> None:
    assert ENTRIES
    assert [entry for entry in ENTRIES if not re.search(r"--hash=sha256:[0-9a-f]{64}\b", entry)] == []


def test_no_host_is_named() -> None:
    assert re.findall(r"^ *-.*url.*|\S+://\S+", LOCK, re.MULTILINE) == []
