"""The process that keeps the others: gunicorn's arbiter, with a zygote for the release that is served."""

import logging
import resource
from contextlib import suppress
from typing import Any

import click
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter

from bionrw.config import Settings
from bionrw.content import Content
from bionrw.errors import KnowledgeError
from bionrw.federation.endpoints import read_endpoints
from bionrw.federation.tally import Tally
from bionrw.library import Library
from bionrw.model import Release
from bionrw.serving import connection
from bionrw.serving.exporter import Exporter
from bionrw.serving.site import Site
from bionrw.serving.worker import worker_class
from bionrw.store import confinement
from bionrw.store.process import ZygoteProcess
from bionrw.store.releases import current_release, require_base
from bionrw.store.servers import Mark

_log = logging.getLogger(__name__)

# Seconds that requests may take to their end when the server stops or takes up another release.
_GRACE = 60
# Seconds after which a serving process is ended whose event loop does not turn.
_SILENCE = 30
_DESCRIPTORS = 65536


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn is untyped
    """gunicorn with our settings: SIGHUP takes up the release that is current then, SIGTERM ends it."""

    def __init__(self, listener: int, content: Content, settings: Settings, release: Release) -> None:
        """Open `release` in a zygote; raise `StoreUnavailable` when it cannot be read.

        Raises `SettingError` when the list of endpoints is not one.
        """
        self._listener, self._content = listener, content
        self._settings, self._release = settings, release
        self._tally = Tally(read_endpoints(settings.federation))
        self._exporter = Exporter(settings) if settings.metrics_port else None
        self._zygote = _share(ZygoteProcess(release, settings))
        self._mark: Mark | None = None
        _raise_descriptor_limit()
        super().__init__()

    def load_config(self) -> None:
        """Set what differs from gunicorn's defaults."""
        options: dict[str, Any] = {
            "bind": f"fd://{self._listener}",
            "worker_class": worker_class(self._settings, _GRACE),
            "workers": self._settings.workers,
            "keepalive": connection.IDLE_SECONDS,
            "graceful_timeout": _GRACE,
            "timeout": _SILENCE,
            "loglevel": "error",
            "control_socket_disable": True,
            "forwarded_allow_ips": self._settings.trusted_proxies,
            "pre_fork": self._revive,
            "post_fork": self._tie_to_arbiter,
            "when_ready": self._announce,
            "on_exit": self._leave,
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Site:
        """Return the application of a serving process; its readers are opened when its loop starts."""
        logging.getLogger("uvicorn.error").addFilter(_shorten)
        library = Library(self._content.queries, self._release.base_iri)
        ledger = self._exporter.ledger if self._exporter else None
        return Site(self._release, self._settings, library, self._zygote, ledger, self._tally)

    def reload(self) -> None:
        """Take up the current release; when it cannot be read, the one that is served stays."""
        super().reload()
        if self._exporter is not None:
            self._exporter.revive()
        try:
            release = current_release(self._settings.var_dir)
            require_base(release, self._settings)
            endpoints = read_endpoints(self._settings.federation)
            zygote = _share(ZygoteProcess(release, self._settings))
        except KnowledgeError as error:
            _log.error("The release in use stays: %s", error.detail)
            self._tell(f"{self._release.version} stays: {error.detail}")
            return
        # The processes of the old release hold it open until they have answered their last request.
        self._zygote.close()
        self._release, self._zygote = release, zygote
        if endpoints != self._tally.endpoints:
            self._tally = Tally(endpoints)
        self._tell()

    def _revive(self, _arbiter: Arbiter, _worker: Any) -> None:
        """Start another zygote when this one has gone, before a serving process wants readers of it."""
        if not self._zygote.alive:
            self._zygote.close()
            with suppress(KnowledgeError):  # it is logged, and tried again by the serving process
                self._zygote = _share(ZygoteProcess(self._release, self._settings))

    def _tell(self, refused: str = "") -> None:
        if self._mark is not None:
            self._mark.tell(self._release.version, refused)

    def _announce(self, _arbiter: Arbiter) -> None:
        self._mark = Mark(self._settings.var_dir, self._settings.port, self._release.version)
        click.echo(f"Serving the graph at {self._settings.public_url}/")

    def _tie_to_arbiter(self, _arbiter: Arbiter, _worker: Any) -> None:
        """End this process with the arbiter, even if that is killed."""
        confinement.end_with_parent()
        if self._mark is not None:
            self._mark.let_go()

    def _leave(self, _arbiter: Arbiter) -> None:
        if self._mark is not None:
            self._mark.remove()


def _share(zygote: ZygoteProcess) -> ZygoteProcess:
    zygote.shared = True
    return zygote


def _shorten(record: logging.LogRecord) -> bool:
    """Give an answer that had to break off one line; any other fault keeps its traceback."""
    fault = record.exc_info[1] if record.exc_info else None
    if isinstance(fault, KnowledgeError):
        record.msg, record.args, record.exc_info = f"An answer was broken off: {fault.detail}", (), None
    return True


def _raise_descriptor_limit() -> None:
    """Let this process and those it starts open as many files as they may, within reason."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _DESCRIPTORS if hard == resource.RLIM_INFINITY else min(hard, _DESCRIPTORS)
    if soft < wanted:
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
