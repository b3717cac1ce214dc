"""The requirements files lock what pyproject.toml asks for, with digests and without the name of a host."""

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house.checkout import read

PROJECT = tomllib.loads(read("pyproject.toml"))
WANTED = {
    "requirements.txt": [
        *PROJECT["project"]["dependencies"],
        *PROJECT["project"]["optional-dependencies"]["test"],
        *PROJECT["build-system"]["requires"],
    ],
    "requirements-bench.txt": PROJECT["dependency-groups"]["bench"],
}
LOCKS = {name: read(name) for name in WANTED}


def pins(name: str) -> dict[str, str]:
    """Return the locked version of each library."""
    return dict(re.findall(r"^([\w.-]+)==(\S+)", LOCKS[name], re.MULTILINE))


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in WANTED.items() for text in texts])
def test_each_wanted_library_is_locked_in_a_fitting_version(name: str, text: str) -> None:
    wanted = Requirement(text)
    assert wanted.specifier.contains(pins(name)[canonicalize_name(wanted.name)])


@pytest.mark.parametrize("name", LOCKS)
def test_each_locked_library_has_its_digests(name: str) -> None:
    entries = [entry for entry in re.split(r"\n(?=\S)", LOCKS[name]) if not entry.startswith("#")]
    assert entries
    assert [entry for entry in entries if not re.search(r"--hash=sha256:[0-9a-f]{64}\b", entry)] == []


@pytest.mark.parametrize("name", LOCKS)
def test_no_host_is_named(name: str) -> None:
    assert re.findall(r"^ *-.*url.*|\S+://\S+", LOCKS[name], re.MULTILINE) == []


def test_what_is_measured_beside_the_server_is_not_installed_with_it() -> None:
    assert not {"oxigraph", "rdflib-endpoint"} & set(pins("requirements.txt"))
