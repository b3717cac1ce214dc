"""Let the servers that run take up a release that is current now."""

import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from bionrw.config import Settings
from bionrw.errors import BuildError
from bionrw.model import Release
from bionrw.release.catalogue import examine
from bionrw.release.publish import CURRENT, Shelf
from bionrw.store.process import START_SECONDS
from bionrw.store.releases import require_base
from bionrw.store.servers import Running, running_servers

Say = Callable[[str], None]

_LOOK_SECONDS = 0.1
# So long after they were told, processes of the old release may still take connections: they look each 0.1 s.
_SETTLE_SECONDS = 0.5


def switch(settings: Settings, version: str, say: Say) -> Release:
    """Make `version` current, "" for the one that is already, and let the servers take it up.

    Raises `BuildError` when there is no such release or it is damaged or of another base, and nothing
    is changed then; or when a server keeps the one that it has.
    """
    shelf = Shelf(Path(settings.var_dir))
    release = _find(shelf.folder, version)
    require_base(release, settings)
    with shelf.exclusive(say):
        if _current(shelf.folder) != release.version:
            shelf.point_to(release)
            say(f"{release.version} is current now")
        else:
            say(f"{release.version} is current")
    # A build that begins meanwhile makes another one current; the servers are told what they took up.
    kept = [server for server in running_servers(shelf.folder) if not _hand_over(shelf.folder, server, say)]
    if kept:
        ports = ", ".join(str(server.port) for server in kept)
        message = f"Not taken up at port {ports}: see the server's log."
        raise BuildError(message)
    return release


def _find(folder: Path, version: str) -> Release:
    name = version or _current(folder)
    path = folder / name
    # A version is the name of a folder, and no path that leads elsewhere.
    if not name or Path(name).name != name or name.startswith(".") or path.is_symlink() or not path.is_dir():
        wanted = f"release {name}" if name else "current release"
        message = f"There is no {wanted} in {folder}: `bionrw release list` tells which there are."
        raise BuildError(message)
    return examine(path)


def _current(folder: Path) -> str:
    with suppress(OSError):
        return (folder / CURRENT).readlink().name
    return ""


def _hand_over(folder: Path, server: Running, say: Say) -> bool:
    """Signal a server and wait until it tells what it did; return whether it took up the release."""
    try:
        os.kill(server.pid, signal.SIGHUP)
    except PermissionError:
        say(f"port {server.port}: the server belongs to another user")
        return False
    except ProcessLookupError:
        pass  # told below
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        now = next((each for each in running_servers(folder) if each.pid == server.pid), None)
        if now is None:
            say(f"port {server.port}: the server has ended")
            return True
        if now.turn > server.turn:
            time.sleep(_SETTLE_SECONDS)
            say(f"port {now.port}: {now.refused or f'answers from {now.version}'}")
            return not now.refused
        time.sleep(_LOOK_SECONDS)
    say(f"port {server.port}: no word from the server")
    return False
