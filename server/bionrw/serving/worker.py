"""One serving process: uvicorn on uvloop, kept by gunicorn."""

import asyncio
import signal
from types import FrameType

from uvicorn_worker import UvicornWorker

from bionrw.config import Settings
from bionrw.serving.connection import Connection

_BEAT_SECONDS = 1.0


class _Worker(UvicornWorker):  # type: ignore[misc]  # the package has no types
    """Shows that it lives in all its phases, and ends at once when gunicorn says so."""

    async def _serve(self) -> None:
        # uvicorn gives no sign of life while it starts and while it answers its last requests.
        beat = asyncio.create_task(self._beat())
        try:
            await super()._serve()
        finally:
            beat.cancel()

    async def _beat(self) -> None:
        while True:
            self.notify()
            await asyncio.sleep(_BEAT_SECONDS)

    def handle_exit(self, number: int, frame: FrameType | None) -> None:
        """Stop without waiting for clients (SIGQUIT), which uvicorn does at a second interrupt."""
        super().handle_exit(number, frame)
        for _ in range(2):
            signal.raise_signal(signal.SIGINT)


def worker_class(settings: Settings, grace: int) -> type[UvicornWorker]:
    """Return the class of the serving processes; `grace` is how many seconds their requests may end in."""
    limits = {
        "most": max(settings.max_connections // settings.workers, 1),
        "longest_body": settings.max_request_bytes,
    }
    options = {
        "loop": "uvloop",
        "http": type("Connection", (Connection,), limits),
        "ws": "none",
        "lifespan": "on",
        "interface": "asgi3",
        "server_header": False,
        "access_log": False,
        "proxy_headers": bool(settings.trusted_proxies),
        "timeout_graceful_shutdown": grace,
    }
    return type("Worker", (_Worker,), {"CONFIG_KWARGS": options})
