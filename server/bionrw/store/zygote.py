"""The child program that forks readers: `python -m bionrw.store.zygote DESCRIPTOR`, over an inherited socket.

It opens a release once, then waits for sockets; each that comes gets a reader of its own, which is
there in milliseconds and shares the pages of the store until it touches them. It has no threads, so
that forking is safe, and it never sees a query, so that none can harm it.
"""

import gc
import json
import os
import signal
import socket
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

from bionrw.store import confinement, reader, wire

# Telling of a death must not wait for a client that does not read.
_AT_ONCE = getattr(socket, "MSG_DONTWAIT", 0) | getattr(socket, "MSG_NOSIGNAL", 0)


@dataclass(frozen=True, slots=True)
class _Opening:
    """The release that readers answer from, where it is kept, and what keeps them off the network."""

    shelf: reader.Shelf
    placement: str
    memory_limit: int
    guard: str


class Zygote:
    """Forks readers, and tells how each ended over a socket that came with its channel."""

    def __init__(self, control: socket.socket, opening: _Opening) -> None:
        self._control, self._opening = control, opening
        self._notices: dict[int, socket.socket] = {}

    def serve(self) -> None:
        """Fork a reader for each pair of sockets that comes in; return when nobody is left to send one."""
        signal.signal(signal.SIGCHLD, self._bury)
        while True:
            message, descriptors, _, _ = socket.recv_fds(self._control, 1, 2)
            if not message:
                return
            self._fork(*(socket.socket(fileno=descriptor) for descriptor in descriptors))

    def _fork(self, channel: socket.socket, notice: socket.socket) -> None:
        # The reader may end before its number is known here, so the news of it waits that long.
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
        try:
            pid = os.fork()
            if pid == 0:
                _live(channel, self._opening)
            self._notices[pid] = notice
        except OSError:
            notice.close()  # no room for a process: whoever asked sees the end of the channel
        finally:
            channel.close()
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})

    def _bury(self, _number: int, _frame: FrameType | None) -> None:
        with suppress(ChildProcessError):
            while (ended := os.waitpid(-1, os.WNOHANG))[0]:
                if notice := self._notices.pop(ended[0], None):
                    with suppress(OSError):  # whoever asked may be gone
                        notice.send(wire.STATUS.pack(ended[1]), _AT_ONCE)
                    notice.close()


def _live(channel: socket.socket, opening: _Opening) -> None:
    """Be a reader until the channel ends; never returns."""
    code = 1
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
        confinement.end_with_parent()
        # The channels of the others would seem open as long as this process lived.
        os.closerange(3, channel.fileno())
        os.closerange(channel.fileno() + 1, os.sysconf("SC_OPEN_MAX"))
        with suppress(EOFError, ConnectionError):
            _serve(channel, opening)
        code = 0
    finally:
        os._exit(code)


def _serve(channel: socket.socket, opening: _Opening) -> None:
    memory = confinement.limit_memory(opening.memory_limit)
    try:
        if opening.placement == reader.DISK:
            # A release that cannot be read is better known before the first query.
            opening.shelf.whole()
    except (OSError, ValueError) as error:
        reader.send_fault(channel, "store", error)
        return
    guard = opening.guard
    # Without seccomp a memory store can still be shut in: it needs no file once it is loaded.
    in_memory = opening.placement == reader.MEMORY
    if guard == confinement.NONE and in_memory and confinement.refuse_descriptors():
        guard = confinement.DESCRIPTORS
    report = {"pid": os.getpid(), "network": guard, "memory": memory, "placement": opening.placement}
    wire.send(channel, wire.READY, json.dumps(report).encode())
    reader.serve(channel, opening.shelf)


def main(control: socket.socket) -> None:
    """Open what the first frame names, say so, and fork readers until the other end has gone."""
    # An interrupt from the terminal is meant for the server, which then lets go of this process.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    wanted: dict[str, Any] = json.loads(wire.receive(control)[1])
    guard = confinement.SECCOMP if confinement.refuse_network() else confinement.NONE
    try:
        shelf = reader.Shelf(
            Path(wanted["path"]), wanted["default_graphs"], wanted["placement"], wanted["shared"]
        )
        opening = _Opening(shelf, wanted["placement"], wanted["memory_limit"], guard)
    except (OSError, ValueError, SyntaxError) as error:
        reader.send_fault(control, "store", error)
        return
    # What is there now stays for ever; the collector must not touch, and so copy, its pages.
    gc.collect()
    gc.freeze()
    wire.send(control, wire.READY)
    Zygote(control, opening).serve()


if __name__ == "__main__":
    with socket.socket(fileno=int(sys.argv[1])) as inherited, suppress(EOFError, ConnectionError):
        main(inherited)
