"""A short mixed load: nobody gets an error that was not asked for, and the memory stays bounded.

`make soak` is the long form.
"""

from pathlib import Path

from bionrw.model import Release
from tests.hostile.door import Door, Limits
from tests.hostile.lure import Lure
from tests.hostile.server import HOST, Server
from tests.hostile.soak import load

SECONDS = 15
SETTINGS = {"deadline": "5", "memory_limit": str(160 * 1024**2)}


def test_a_mixed_load_brings_no_error_that_was_not_asked_for(release: Release, tmp_path: Path) -> None:
    with Server(release.path.parent, tmp_path / "log", SETTINGS) as server, Lure(tmp_path) as lure:
        soak = load(server, Door(HOST, server.port, lure, Limits(light=20)), SECONDS)
    assert soak.faults == []
    assert len(soak.light) > 10
    assert max(soak.memory) < soak.memory[0] + server.most_growth
