"""One reader, as the serving process sees it: the channel to it, what it reported, its end."""

import asyncio
import ctypes
import json
import logging
import os
import signal
import struct
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from socket import socket
from typing import Any, cast

from bionrw.errors import StoreUnavailable
from bionrw.store import wire

_log = logging.getLogger(__name__)

# So many frames wait here for their client, then the reader has to.
_FRAMES_AHEAD = 2
# When they have waited for so long, it is the client who is slow, and not this process.
_STALL_SECONDS = 0.25
_DEMOTED = 15


# The channel of a process that ends closes a moment before its parent hears of it.
_EXIT_SECONDS = 1.0


class ReaderGone(Exception):
    """The reader has ended, or was ended."""


class Reader(asyncio.BufferedProtocol):
    """The channel to a reader: send a request, receive its frames one by one. Belongs to one event loop."""

    # Called when the reader has ended, however it did.
    when_gone: Callable[[], None] | None = None

    def __init__(self, notice: socket) -> None:
        """Take the socket on which the zygote tells how the reader ended."""
        self.report: dict[str, Any] = {}
        self.demoted = False
        self._transport: asyncio.Transport | None = None
        self._splitter = wire.Splitter()
        self._frames: deque[tuple[bytes, bytes]] = deque()
        self._waiter: asyncio.Future[None] | None = None
        self._paused = False
        self._paused_at = 0.0
        self._gone = False
        self._notice: socket | None = notice
        self._pidfd = -1
        self._clock = -1

    @classmethod
    async def connect(cls, sockets: tuple[socket, socket], seconds: float) -> "Reader":
        """Return a reader that is ready; raise `StoreUnavailable` with what it said of a failure.

        `sockets` are the channel to it and the one on which its end is told.
        """
        reader = cls(sockets[1])
        try:
            for each in sockets:
                each.setblocking(False)
            async with asyncio.timeout(seconds):
                loop = asyncio.get_running_loop()
                await loop.create_unix_connection(lambda: reader, sock=sockets[0])
                kind, payload = await reader.receive()
            reader.settle(kind, json.loads(payload))
        except (ReaderGone, TimeoutError) as error:
            _log.error("A reader did not start: %r", error)
            message = "A query process did not start; is memory_limit large enough for the release?"
            raise StoreUnavailable(message) from error
        finally:
            if not reader.report:
                reader.kill()
                sockets[0].close()
        return reader

    def settle(self, kind: bytes, report: dict[str, Any]) -> None:
        """Take the first frame: what the reader says of itself; raise `StoreUnavailable` for a failure."""
        if kind != wire.READY:
            _log.error("A reader cannot open the release: %s", report["message"])
            message = "The release cannot be read: run `bionrw build` and start the server again."
            raise StoreUnavailable(message)
        self.report = report
        # Its process is known by a handle where the system has such, for numbers are used again.
        with suppress(AttributeError, OSError):
            self._pidfd = os.pidfd_open(report["pid"])
        self._clock = _clock_of(report["pid"])

    @property
    def pid(self) -> int:
        """Return the reader's process id."""
        return int(self.report["pid"])

    def processor_seconds(self) -> float:
        """Return the processor time that the reader has used, or a clock's where the system does not tell.

        Beside others a query takes longer than it works, so that its time on a clock says little of it.
        """
        with suppress(OSError):
            return time.clock_gettime(self._clock)
        return time.monotonic()

    @property
    def alive(self) -> bool:
        """Tell whether the reader is there, as far as the channel knows."""
        return not self._gone

    @property
    def stalls(self) -> bool:
        """Tell whether the reader has to wait, since its frames have waited here a while for their client."""
        return self._paused and time.monotonic() - self._paused_at > _STALL_SECONDS

    def ask(self, request: bytes) -> None:
        """Send a request."""
        if self._transport is not None:
            self._transport.write(wire.pack(wire.ASK, request))

    async def receive(self) -> tuple[bytes, bytes]:
        """Return the next frame; raise `ReaderGone`."""
        while not self._frames:
            if self._gone:
                raise ReaderGone
            self._waiter = asyncio.get_running_loop().create_future()
            try:
                await self._waiter
            finally:
                self._waiter = None
        frame = self._frames.popleft()
        if self._paused and self._transport is not None and len(self._frames) < _FRAMES_AHEAD:
            self._paused = False
            self._transport.resume_reading()
        return frame

    async def cause(self) -> int | None:
        """Return the wait status of a reader that has gone by itself, None when nobody tells it in time."""
        if self._notice is None:
            return None
        with suppress(OSError, TimeoutError, struct.error):
            async with asyncio.timeout(_EXIT_SECONDS):
                told = await asyncio.get_running_loop().sock_recv(self._notice, wire.STATUS.size)
            return int(wire.STATUS.unpack(told)[0])
        return None

    def demote(self) -> None:
        """Let everyone else's process go first."""
        self.demoted = True
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, self.pid, _DEMOTED)

    def restore(self) -> bool:
        """Take a demotion back and tell whether the system allows that."""
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, self.pid, os.getpriority(os.PRIO_PROCESS, 0))
            self.demoted = False
        return not self.demoted

    def kill(self) -> None:
        """End the reader at once and hang up."""
        if self._pidfd >= 0:
            # By its descriptor and not its number, which may be another process's by now.
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)
        elif self.report and self.alive:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
        if self._transport is not None:
            self._transport.abort()
        if self._notice is not None:
            self._notice.close()
            self._notice = None
        self._end()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self._transport = cast("asyncio.Transport", transport)

    def get_buffer(self, _sizehint: int) -> memoryview:
        """Return where bytes from the reader belong."""
        return self._splitter.room()

    def buffer_updated(self, nbytes: int) -> None:
        """Take bytes from the reader."""
        self._frames.extend(self._splitter.filled(nbytes))
        if len(self._frames) >= _FRAMES_AHEAD and self._transport is not None:
            self._paused, self._paused_at = True, time.monotonic()
            self._transport.pause_reading()
        if self._frames:
            self._wake()

    def connection_lost(self, _error: Exception | None) -> None:
        """Note that the reader has gone."""
        self._transport = None
        self._end()
        if self.when_gone is not None:
            self.when_gone()

    def _end(self) -> None:
        self._gone = True
        if self._pidfd >= 0:
            os.close(self._pidfd)
            self._pidfd = -1
        self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)


def _clock_of(pid: int) -> int:
    """Return the clock of a process's processor time (POSIX, clock_getcpuclockid), -1 without such."""
    clock = ctypes.c_int(-1)
    with suppress(AttributeError):
        ctypes.CDLL(None).clock_getcpuclockid(pid, ctypes.byref(clock))
    return clock.value
