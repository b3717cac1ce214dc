"""What all tests share: the built graph, the application over it, the running server, golden files."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import hypothesis
import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from bionrw.config import Settings
from bionrw.content import find_content
from bionrw.model import Release
from bionrw.store.port import GraphStore
from tests.ending import end

ROOT = Path(__file__).resolve().parents[1]
GOLDEN = ROOT / "tests" / "golden"
START_SECONDS = 30
# What starts servers, and looks at their time and memory, does so one after another.
SERVERS = (
    "tests/hostile",
    "tests/http",
    "tests/contract",
    "tests/conformance",
    "tests/unit/store",
    "tests/unit/serving",
    "tests/unit/test_cli.py",
    "tests/unit/test_serving.py",
)

# Time limits belong to the tests that measure time; a busy machine must not fail the others.
hypothesis.settings.register_profile("house", deadline=None, print_blob=True)
hypothesis.settings.load_profile("house")


def pytest_configure() -> None:
    """Forget the settings of a server that this shell may know: tests name their own."""
    for name in [name for name in os.environ if name.startswith("BIONRW_") and name != "BIONRW_SHARED"]:
        del os.environ[name]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let `pytest --update-golden` rewrite the golden files."""
    parser.addoption("--update-golden", action="store_true", help="rewrite tests/golden/ from what comes out")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Where tests are shared out among processes, keep those of one file together, and all of servers."""
    if config.pluginmanager.hasplugin("xdist"):
        for item in items:
            file = item.location[0]
            group = "servers" if file.startswith(SERVERS) else file
            item.add_marker(pytest.mark.xdist_group(group))


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the read-only reference folder, or skip the test."""
    named = os.environ.get("BIONRW_SHARED")
    folder = Path(named) if named else ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("needs the reference folder: ../shared beside the checkout, or BIONRW_SHARED")
    return folder


@pytest.fixture(scope="session")
def golden(request: pytest.FixtureRequest) -> Callable[[str, bytes, ox.RdfFormat], None]:
    """Return a function that compares data with the golden graph of that name, whatever order or format."""
    update = bool(request.config.getoption("--update-golden"))

    def compare(name: str, data: bytes, data_format: ox.RdfFormat) -> None:
        file = GOLDEN / f"{name}.nt"
        actual = canonical_lines(data, data_format)
        if update:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text("".join(f"{line}\n" for line in actual), encoding="utf-8")
        assert file.is_file(), (
            f"tests/golden/{file.name} is missing; run pytest --update-golden and review it"
        )
        assert actual == canonical_lines(file.read_bytes(), ox.RdfFormat.N_TRIPLES)

    return compare


def canonical_lines(data: bytes, data_format: ox.RdfFormat) -> list[str]:
    """Return the triples of `data` in order, blank nodes named by RDFC-1.0."""
    dataset = ox.Dataset(ox.Quad(*quad.triple) for quad in ox.parse(data, format=data_format))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return sorted(f"{quad.triple} ." for quad in dataset)


@pytest.fixture(scope="session")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """Return the real graph, built once by the real pipeline into a folder of its own."""
    from bionrw.release import build

    return build(find_content(), Settings(var_dir=str(tmp_path_factory.mktemp("var"))))


@pytest.fixture(scope="session")
def release_dir(release: Release) -> Path:
    """Return the folder of the built release: the graph, its report, its JSON-LD context and store/."""
    return release.path


@pytest.fixture(scope="session")
def store(release: Release) -> Iterator[GraphStore]:
    """Return a store that answers from the built release."""
    from bionrw.store import open_store

    opened = open_store(release, Settings(readers=1))
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def client(store: GraphStore) -> FlaskClient:
    """Return a client of the application over the built release."""
    from bionrw.library import Library
    from bionrw.web.app import create_app

    library = Library(find_content().queries, store.release.base_iri)
    return create_app(store, Settings(), library).test_client()


@pytest.fixture(scope="session")
def live_server(release: Release, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of a real `bionrw serve` over the built release, without a slash at its end."""
    log = tmp_path_factory.mktemp("server") / "log"
    with running_server(release, log) as (address, _):
        yield address


@contextmanager
def running_server(
    release: Release, log: Path, settings: Mapping[str, str] | None = None
) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Yield address and process of a real `bionrw serve`; `settings` are variables without their prefix."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("BIONRW_")}
    environment["BIONRW_VAR_DIR"] = str(release.path.parent)
    environment |= {f"BIONRW_{name}": value for name, value in (settings or {}).items()}
    command = [sys.executable, "-m", "bionrw", "serve", "--host", "127.0.0.1", "--port", str(port)]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, env=environment
        )
    try:
        wait_until_it_answers(address, process, log)
        yield address, process
    finally:
        end(process)


def free_port() -> int:
    """Return a loopback port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def wait_until_it_answers(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Return when `address` answers; fail with the server's words when it ends or stays silent."""
    for _ in range(START_SECONDS * 10):
        try:
            urllib.request.urlopen(address, timeout=5).close()
        except urllib.error.HTTPError as error:
            error.close()
            pytest.fail(f"The server answers its home page with {error.code}:\n{log.read_text()}")
        except OSError:
            if process.poll() is not None:
                pytest.fail(f"The server ended with {process.returncode}:\n{log.read_text()}")
            time.sleep(0.1)
        else:
            return
    pytest.fail(f"The server is silent for {START_SECONDS} s:\n{log.read_text()}")
