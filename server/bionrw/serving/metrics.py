"""The child program that shows the operator how the server does: `python -m bionrw.serving.metrics …`.

Its arguments are a listening socket, the ledger (both inherited descriptors) and the arbiter's process id.
"""

import os
import signal
import socket
import sys
from contextlib import suppress
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from prometheus_client import CollectorRegistry

from bionrw.serving.desk import Desk
from bionrw.serving.exposition import Exposition
from bionrw.serving.ledger import Ledger
from bionrw.store import confinement


class _Handler(WSGIRequestHandler):
    """Keeps no log, and waits for nobody longer than this."""

    timeout = 10

    def address_string(self) -> str:
        """Return the address as it is, without asking for its name."""
        return str(self.client_address[0])

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is theirs
        """Write nothing: who looks at the metrics is not of interest."""


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 16

    def __init__(self, listener: socket.socket, arbiter: int) -> None:
        super().__init__(listener.getsockname()[:2], _Handler, bind_and_activate=False)
        self.socket.close()
        self.socket = listener
        self.server_name, self.server_port = listener.getsockname()[:2]
        self.setup_environ()
        self._arbiter = arbiter

    def service_actions(self) -> None:
        """End with the arbiter, on systems, too, that do not see to it themselves."""
        if os.getppid() != self._arbiter:
            raise SystemExit

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Tell of faults, but not of clients that hang up."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


def main(listener: socket.socket, ledger: Ledger, arbiter: int) -> None:
    """Answer until the arbiter ends."""
    confinement.end_with_parent()
    # An interrupt from the terminal is meant for the server; this process shows how it ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    registry = CollectorRegistry()
    registry.register(Exposition(ledger, arbiter))
    with _Server(listener, arbiter) as server, suppress(SystemExit):
        server.set_app(Desk(registry, ledger))
        server.serve_forever()


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])), Ledger(int(sys.argv[2])), int(sys.argv[3]))
