"""The set-up fetches a faster allocator where Debian's packages can be had, and does without elsewhere."""

import shutil
from pathlib import Path

import pytest

from tests.house.test_setup import UV, Machine

DEB = """
mkdir -p usr/lib/some-machine
touch usr/lib/some-machine/libmimalloc.so.2
"""


@pytest.mark.parametrize("reachable", [True, False])
def test_a_faster_allocator_is_fetched_where_debians_can_be_had(tmp_path: Path, reachable: bool) -> None:
    """What apt downloads is unpacked beside the packages; without it the set-up goes on and says so."""
    machine = Machine(tmp_path)
    machine.has_python("python3")
    for tool in ("cp", "timeout", "touch"):
        (machine.path / tool).symlink_to(str(shutil.which(tool)))
    machine.has("ldconfig", "exit 0")
    machine.has("apt-get", "touch libmimalloc2.0_2_any.deb" if reachable else "exit 100")
    machine.has("dpkg-deb", '[ "$1 $2 $3" = "-x libmimalloc2.0_2_any.deb ." ] || exit 2' + DEB)
    machine.has("uv", UV + '\nmkdir -p "$last/lib"')
    outcome = machine.set_up()
    assert outcome.status == 0, outcome.complaint
    assert (machine.checkout / ".venv" / "lib" / "libmimalloc.so.2").exists() is reachable
    assert ("Without mimalloc" in outcome.said) is not reachable
    assert not (machine.checkout / ".venv" / "debian").exists()
