"""One serving process: uvicorn on uvloop, kept by gunicorn."""

import signal
from types import FrameType

from uvicorn_worker import UvicornWorker

from bionrw.config import Settings
from bionrw.serving.connection import Connection


class _Worker(UvicornWorker):  # type: ignore[misc]  # the package has no types
    """Ends at once when gunicorn says so, which uvicorn knows as a second interrupt."""

    def handle_exit(self, number: int, frame: FrameType | None) -> None:
        """Stop without waiting for clients (SIGQUIT)."""
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
