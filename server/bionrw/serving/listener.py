"""The socket that the server listens on, and the address at which it is reached."""

import socket
from contextlib import ExitStack
from errno import EACCES, EADDRINUSE

from bionrw.errors import KnowledgeError

BACKLOG = 1024

# Who listens everywhere is reached from here by the loopback address.
_ANY_HOST = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens on `host` and `port` (0: any free one); raise `KnowledgeError`."""
    try:
        family, kind, _, _, place = socket.getaddrinfo(
            host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with ExitStack() as undo:
            listener = undo.enter_context(socket.socket(family, kind))
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
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
