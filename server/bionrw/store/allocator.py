"""The allocator of the readers: mimalloc where the machine has it, for the engine allocates all the time."""

import ctypes.util
import logging
import re
import sys
from contextlib import suppress
from pathlib import Path

_log = logging.getLogger(__name__)

AUTO, SYSTEM = "auto", "system"


def environment(wanted: str) -> dict[str, str]:
    """Return the environment of a process whose allocator is `wanted`: "auto", "system" or a library's path.

    The dynamic linker of Linux puts a library that is named there before the system's own (ld.so(8)).
    """
    library = find(wanted)
    # Each of the system's arenas would reserve address space that the memory limit counts.
    system = {"MALLOC_ARENA_MAX": "2"}
    if not library:
        return system
    # From 2.1 on, mimalloc sets a gibibyte of it aside beforehand, which the limit could not see.
    return system | {"LD_PRELOAD": library, "MIMALLOC_ARENA_RESERVE": "0"}


def find(wanted: str) -> str:
    """Return the library to put before the system's allocator, "" for none."""
    if wanted == SYSTEM or sys.platform != "linux":
        return ""
    if wanted != AUTO:
        return str(Path(wanted).resolve())
    # The linker takes spaces and colons for the end of a path.
    fetched = [str(path) for path in Path(sys.prefix, "lib").glob("libmimalloc.so*")]
    usable = sorted(path for path in fetched if not re.search(r"[\s:]", path))
    return usable[-1] if usable else ctypes.util.find_library("mimalloc") or ""


def check(wanted: str, pid: int) -> None:
    """Log it when process `pid` has another allocator than it should, for the linker says nothing here."""
    library = find(wanted)
    if not library:
        return
    with suppress(OSError):
        # A library may be named by a link, and is mapped under the name of its file.
        if Path(library).name.partition(".so")[0] not in Path(f"/proc/{pid}/maps").read_text(
            errors="replace"
        ):
            _log.warning("Readers use the system's allocator: %s could not be loaded.", Path(library).name)
