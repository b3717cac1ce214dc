"""Serve the current release over HTTP: gunicorn, one process that serves, threads in it."""

import logging
import socket
import struct
import sys
from contextlib import ExitStack
from dataclasses import replace
from errno import EACCES, EADDRINUSE
from typing import TYPE_CHECKING, Any

import click
from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter

from bionrw.config import Settings
from bionrw.content import Content
from bionrw.errors import KnowledgeError
from bionrw.library import Library
from bionrw.model import Release
from bionrw.store import open_store
from bionrw.web.app import create_app

if TYPE_CHECKING:
    from bionrw.store.port import GraphStore

BACKLOG = 256
LONGEST_LINE = 8190
LONGEST_FIELD = 8190
MOST_FIELDS = 64
GRACE = 5
# Seconds without a single byte, after which a connection gives its thread back.
SILENCE_IN, SILENCE_OUT = 5, 30

# Who listens everywhere is reached from here by the loopback address.
_ANY_HOST = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104


def serve(content: Content, settings: Settings, release: Release) -> None:
    """Serve `release` until a signal ends the process; raise `KnowledgeError` when the port is not free."""
    # Bound here and not by gunicorn, which would try five times before it gives up.
    listener = listen(settings.host, settings.port)
    port = listener.getsockname()[1]
    settings = replace(settings, port=port, public_url=settings.public_url or address(settings.host, port))
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("gunicorn.error").addFilter(_is_no_silence)
    _Server(listener.detach(), content, settings, release).run()


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens on `host` and `port` (0: any free one); raise `KnowledgeError`."""
    try:
        family, kind, _, _, place = socket.getaddrinfo(
            host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with ExitStack() as undo:
            listener = undo.enter_context(socket.socket(family, kind))
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            # Connections inherit these limits; gunicorn has none for a request that stops half-way.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", SILENCE_IN, 0))
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", SILENCE_OUT, 0))
            listener.bind(place)
            listener.listen(BACKLOG)
            undo.pop_all()
            return listener
    except (OSError, OverflowError) as error:
        reasons = {EADDRINUSE: "is taken", EACCES: "needs more rights than this user has"}
        if reason := reasons.get(getattr(error, "errno", None) or 0, ""):
            remedy = "choose another one with --port (make serve PORT=…)"
            message = f"Port {port} of {host or 'this machine'} {reason}: {remedy}."
        else:
            remedy = "name one of its own addresses with --host (make serve HOST=…)"
            message = f"This machine cannot listen on {host} ({error}): {remedy}."
        raise KnowledgeError(message) from None


def address(host: str, port: int) -> str:
    """Return the address at which a server on this machine is reached, without a slash at its end."""
    host = _ANY_HOST.get(host, host)
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def _is_no_silence(record: logging.LogRecord) -> bool:
    """Tell a fault from a client that fell silent; an answer that had to break off gets one line."""
    fault = record.exc_info[1] if record.exc_info else None
    if isinstance(fault, KnowledgeError):
        record.msg, record.args, record.exc_info = f"An answer was broken off: {fault.detail}", (), None
    return not isinstance(fault, BlockingIOError)


class _Server(BaseApplication):  # type: ignore[misc]  # gunicorn is untyped
    """gunicorn with our settings; it forks, then `load` opens the store in the process that serves."""

    def __init__(self, listener: int, content: Content, settings: Settings, release: Release) -> None:
        self._listener, self._content = listener, content
        self._settings, self._release = settings, release
        self._store: GraphStore | None = None
        super().__init__()

    def load_config(self) -> None:
        """Set what differs from gunicorn's defaults."""
        options: dict[str, Any] = {
            "bind": f"fd://{self._listener}",
            "worker_class": "gthread",
            "workers": 1,
            "threads": self._settings.threads,
            "graceful_timeout": GRACE,
            "limit_request_line": LONGEST_LINE,
            "limit_request_field_size": LONGEST_FIELD,
            "limit_request_fields": MOST_FIELDS,
            "loglevel": "error",
            "control_socket_disable": True,
            # Where the server is reached is a setting; by default local clients may say it by headers.
            "forwarder_headers": "",
            "forwarded_allow_ips": "",
            "post_worker_init": self._announce,
            "worker_exit": self._close,
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Return the application; the readers are children of this process, so it runs after the fork."""
        try:
            self._store = open_store(self._release, self._settings)
            return create_app(
                self._store, self._settings, Library(self._content.queries, self._release.base_iri)
            )
        except KnowledgeError as error:
            click.echo(f"bionrw: {error.detail}", err=True)
            sys.exit(Arbiter.APP_LOAD_ERROR)

    def _announce(self, worker: Any) -> None:
        if worker.age == 1:
            click.echo(f"Serving the graph at {self._settings.public_url}/")

    def _close(self, _arbiter: Any, _worker: Any) -> None:
        if self._store:
            self._store.close()
