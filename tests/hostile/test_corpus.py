"""Each hostile request gets a sensible answer in time, learns nothing, and leaves the server well.

The server here has little time and memory for a query, so that the whole corpus takes minutes;
`make soak` runs it against a server as it is by default.
"""

from collections.abc import Iterator

import pytest

from bionrw.model import Release
from tests.hostile.case import Case
from tests.hostile.corpus import GROUPS
from tests.hostile.door import Door, Limits
from tests.hostile.lure import Lure
from tests.hostile.runner import Runner
from tests.hostile.server import HOST, Server

SETTINGS = {"deadline": "1", "queue_timeout": "1", "memory_limit": str(160 * 1024**2)}
# Other work on the machine must not fail a test, so waiting is generous; what is endless stays so.
LIMITS = Limits(light=20, heavy=40, afterwards=15, hold=2)
# Of the queries that each take all the time they get, every third one; `make soak` runs them all.
STEPS = {"endless": 3, "hoarding": 3}
CASES = [(group, case) for group, cases in GROUPS.items() for case in cases[:: STEPS.get(group, 1)]]


@pytest.fixture(scope="module")
def runner(release: Release, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runner]:
    """Return what sends cases to a server of its own."""
    folder = tmp_path_factory.mktemp("hostile")
    with Server(release.path.parent, folder / "log", SETTINGS) as server, Lure(folder) as lure:
        yield Runner(server, Door(HOST, server.port, lure, LIMITS))


@pytest.mark.parametrize(("group", "case"), CASES, ids=[f"{group}: {case.name}" for group, case in CASES])
def test_a_hostile_request_does_no_harm(runner: Runner, group: str, case: Case) -> None:
    assert list(runner.run(group, case).faults) == []


def test_no_two_cases_share_a_name() -> None:
    names = [(group, case.name) for group, cases in GROUPS.items() for case in cases]
    assert sorted(set(names)) == sorted(names)
