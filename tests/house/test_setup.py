"""The set-up works with what a machine has, and says in one line what is missing.

The real script runs on a path that holds nothing but the tools and the stand-ins that a case names.
"""

import os
import shlex
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ("awk", "cat", "chmod", "cksum", "df", "dirname", "mkdir", "rm", "sed", "sh")

# A made environment's python answers questions and logs all else: no test installs anything anywhere.
MAKES_ENVIRONMENT = """
for last; do :; done
mkdir -p "$last/bin"
cat >"$last/bin/python" <<'END'
#!/bin/sh
[ "$1" = -c ] && exec {python} "$@"
echo "python $*" >>calls
END
chmod +x "$last/bin/python"
"""
UV = 'echo "uv $*" >>calls\n[ "$1" = venv ] || exit 0' + MAKES_ENVIRONMENT
FAILING_UV = 'echo "uv $*" >>calls\n[ "$1" = venv ] || exit 2' + MAKES_ENVIRONMENT
VIRTUALENV = 'echo "virtualenv $*" >>calls' + MAKES_ENVIRONMENT
FULL_DISK = 'printf "Filesystem 1024-blocks Used Available Capacity Mounted\\nroot 9 9 2048 100%% /\\n"'


@dataclass(frozen=True)
class Outcome:
    """What a run of the script left behind."""

    status: int
    said: str
    complaint: str


class Machine:
    """A checkout on a machine that has only what it is given."""

    def __init__(self, folder: Path) -> None:
        self.checkout = folder / "check out"
        self.path = folder / "bin"
        self.path.mkdir()
        (self.checkout / "server").mkdir(parents=True)
        shutil.copy(ROOT / "server" / "bootstrap.sh", self.checkout / "server")
        for name in ("requirements.txt", "requirements-bench.txt", "pyproject.toml"):
            shutil.copy(ROOT / name, self.checkout)
        for tool in TOOLS:
            (self.path / tool).symlink_to(str(shutil.which(tool)))

    def has(self, name: str, script: str) -> None:
        """Put the shell script `script` on the path as `name`."""
        file = self.path / name
        file.unlink(missing_ok=True)
        file.write_text("#!/bin/sh\n" + script.replace("{python}", shlex.quote(sys.executable)) + "\n")
        file.chmod(0o755)

    def has_python(self, name: str, version: str = "3.12", without: tuple[str, ...] = ()) -> None:
        """Put this Python on the path as `name`, claiming `version` and lacking the modules `without`."""
        numbers = ", ".join(version.split("."))
        faked = (
            f"import sys; sys.version_info = ({numbers}, 0); "
            f"sys.modules.update(dict.fromkeys({without!r})); exec(sys.argv[1])"
        )
        self.has(name, f'[ "$1" = -c ] || exit 9\nexec {{python}} -c {shlex.quote(faked)} "$2"')

    def set_up(self, *arguments: str, **environment: str) -> Outcome:
        """Run the script."""
        done = subprocess.run(
            ["sh", "server/bootstrap.sh", *arguments],
            cwd=self.checkout,
            env={"PATH": str(self.path), "TMPDIR": str(self.checkout), **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
        )
        return Outcome(done.returncode, done.stdout, done.stderr)

    def calls(self) -> list[str]:
        """Return what the stand-ins were called with since the last look."""
        log = self.checkout / "calls"
        lines = log.read_text().splitlines() if log.exists() else []
        log.unlink(missing_ok=True)
        return lines


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """Return a machine without Python and without uv."""
    return Machine(tmp_path)


def no_python(machine: Machine) -> None:
    """Leave the machine as it is."""


def only_old_python(machine: Machine) -> None:
    machine.has_python("python3", "3.9")


def python_without_venv(machine: Machine) -> None:
    machine.has_python("python3.12", without=("ensurepip", "virtualenv"))


def full_disk(machine: Machine) -> None:
    machine.has_python("python3")
    machine.has("df", FULL_DISK)


def old_python_given(machine: Machine) -> None:
    machine.has_python("python3")
    machine.has_python("mine", "3.10")


def unreachable_packages(machine: Machine) -> None:
    machine.has_python("python3")
    machine.has("uv", FAILING_UV)


@pytest.mark.parametrize(
    ("prepare", "given", "words"),
    [
        (no_python, {}, ["No Python 3.11 or newer found; install one", "PYTHON="]),
        (only_old_python, {}, ["No Python 3.11 or newer found, only 3.9; install one", "PYTHON="]),
        (old_python_given, {"PYTHON": "mine"}, ["PYTHON=mine is Python 3.10", "3.11 or newer"]),
        (old_python_given, {"PYTHON": "absent"}, ["PYTHON=absent does not run", "3.11 or newer"]),
        (python_without_venv, {}, ["python3.12", "python3-venv", "uv", "virtualenv", "run make again"]),
        (full_disk, {}, ["The disk is full: 2 MB are free", "make room"]),
        (unreachable_packages, {}, ["Installing the packages of requirements.txt failed", "run make again"]),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)
def test_what_is_missing_is_said_in_one_line(
    machine: Machine, prepare: Callable[[Machine], None], given: dict[str, str], words: list[str]
) -> None:
    prepare(machine)
    outcome = machine.set_up(**given)
    assert outcome.status == 1
    assert outcome.complaint.count("\n") == 1, outcome.complaint
    assert [word for word in words if word not in outcome.complaint] == []


def test_uv_is_taken_first(machine: Machine) -> None:
    machine.has_python("python3")
    machine.has("uv", UV)
    outcome = machine.set_up()
    assert (outcome.status, outcome.complaint) == (0, "")
    made, locked, project = machine.calls()
    assert made == "uv venv --quiet --python python3 .venv"
    assert locked.startswith("uv pip install")
    assert locked.endswith("--require-hashes -r requirements.txt")
    assert project.endswith("--no-deps --no-build-isolation --editable .")


def test_virtualenv_is_taken_when_there_is_nothing_else(machine: Machine) -> None:
    machine.has_python("python3", without=("ensurepip", "virtualenv"))
    machine.has("virtualenv", VIRTUALENV)
    outcome = machine.set_up()
    assert (outcome.status, outcome.complaint) == (0, "")
    made, locked, project = machine.calls()
    assert made == "virtualenv --quiet --python python3 .venv"
    assert locked.startswith("python -m pip install")
    assert locked.endswith("--require-hashes -r requirements.txt")
    assert project.endswith("--no-deps --no-build-isolation --editable .")


def test_what_is_measured_beside_the_server_gets_an_environment_of_its_own(machine: Machine) -> None:
    machine.has_python("python3")
    machine.has("uv", UV)
    outcome = machine.set_up("bench")
    assert (outcome.status, outcome.complaint) == (0, "")
    made, locked = machine.calls()
    assert made == "uv venv --quiet --python python3 .venv-bench"
    assert locked.startswith("uv pip install --quiet --python .venv-bench/bin/python")
    assert locked.endswith("--require-hashes -r requirements-bench.txt")
    assert machine.set_up("bench") == Outcome(0, "", "")
    assert not (machine.checkout / ".venv").exists()


@pytest.mark.parametrize(
    ("pythons", "chosen"),
    [
        ({"python3": "3.11", "python3.13": "3.13", "python3.12": "3.12"}, "python3.13"),
        ({"python3": "3.9", "python3.11": "3.11"}, "python3.11"),
        ({"python": "3.14"}, "python"),
    ],
)
def test_the_newest_python_is_chosen(machine: Machine, pythons: dict[str, str], chosen: str) -> None:
    machine.has("uv", UV)
    machine.has("python3.14", "exit 127")  # a shim of a version that is not chosen
    for name, version in pythons.items():
        machine.has_python(name, version)
    assert machine.set_up().status == 0
    assert machine.calls()[0] == f"uv venv --quiet --python {chosen} .venv"


class TestASecondRun:
    """The stamp tells what has changed since the first."""

    @pytest.fixture
    def used(self, machine: Machine) -> Machine:
        """Return a machine that has been set up."""
        machine.has_python("python3")
        machine.has("uv", UV)
        assert machine.set_up().status == 0
        assert len(machine.calls()) == 3
        return machine

    def test_does_nothing_when_nothing_changed(self, used: Machine) -> None:
        assert used.set_up() == Outcome(0, "", "")
        assert used.calls() == []

    @pytest.mark.parametrize("name", ["requirements.txt", "pyproject.toml"])
    def test_installs_again_when_the_packages_changed(self, used: Machine, name: str) -> None:
        with (used.checkout / name).open("a") as file:
            file.write("# changed\n")
        assert used.set_up().status == 0
        assert [call.split()[1] for call in used.calls()] == ["pip", "pip"]

    def test_starts_over_after_a_failed_installation(self, used: Machine) -> None:
        (used.checkout / "requirements.txt").write_text("# changed\n")
        used.has("uv", FAILING_UV)
        assert used.set_up().status == 1
        used.has("uv", UV)
        used.calls()
        assert used.set_up().status == 0
        assert [call.split()[1] for call in used.calls()] == ["pip", "pip"]

    def test_makes_a_new_environment_when_the_checkout_moved(self, used: Machine) -> None:
        used.checkout = used.checkout.rename(used.checkout.with_name("elsewhere"))
        assert used.set_up().status == 0
        assert used.calls()[0].startswith("uv venv")

    def test_makes_a_new_environment_when_its_python_is_gone(self, used: Machine) -> None:
        (used.checkout / ".venv" / "bin" / "python").unlink()
        assert used.set_up().status == 0
        assert used.calls()[0].startswith("uv venv")

    def test_makes_a_new_environment_when_another_python_is_given(self, used: Machine) -> None:
        used.has_python("mine", "3.99")
        assert used.set_up(PYTHON="mine").status == 0
        assert used.calls()[0] == "uv venv --quiet --python mine .venv"


@pytest.mark.parametrize(
    ("arguments", "started"),
    [
        ([], ".venv/bin/bionrw serve"),
        (["PORT=8080", "HOST=127.0.0.1"], ".venv/bin/bionrw serve --host 127.0.0.1 --port 8080"),
    ],
)
def test_make_serve_passes_host_and_port(arguments: list[str], started: str) -> None:
    # A HOST that the login shell exports is no choice of address.
    environment = {"PATH": os.environ["PATH"], "HOST": "a-machine-name"}
    command = ["make", "--dry-run", "serve", *arguments]
    lines = subprocess.check_output(command, cwd=ROOT, env=environment, text=True).splitlines()
    assert lines[-1].split() == ["exec", *started.split()]


def test_a_taken_port_is_said_in_one_line(release_dir: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        done = subprocess.run(
            [sys.executable, "-m", "bionrw", "serve", "--host", "127.0.0.1", "--port", port],
            env={"PATH": os.environ["PATH"], "BIONRW_VAR_DIR": str(release_dir.parent)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
        )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1, done.stderr
    assert port in done.stderr
    assert "--port" in done.stderr
