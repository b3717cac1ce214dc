"""Small SPARQL servers on loopback that stand for the outside world, and a trap that must hear nothing."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pyoxigraph as ox

JSON = "application/sparql-results+json"


@dataclass
class Neighbour:
    """An endpoint: its address, its graph, what it was asked, and how it misbehaves."""

    store: ox.Store
    address: str = ""
    asked: list[str] = field(default_factory=list)
    status: int = 200
    media_type: str = JSON
    wait: float = 0.0
    body: bytes | None = None

    def answer(self, query: str) -> bytes:
        """Return what is sent for a query."""
        self.asked.append(query)
        time.sleep(self.wait)
        if self.body is not None:
            return self.body
        result = self.store.query(query)
        assert isinstance(result, ox.QuerySolutions | ox.QueryBoolean)
        return result.serialize(format=ox.QueryResultsFormat.JSON) or b""

    def behave(self) -> None:
        """Forget what was asked, and answer well again."""
        self.asked.clear()
        self.status, self.media_type, self.wait, self.body = 200, JSON, 0.0, None


@contextlib.contextmanager
def neighbour(turtle: str) -> Iterator[Neighbour]:
    """Yield an endpoint over some triples, on a port of its own."""
    store = ox.Store()
    store.load(input=turtle.encode(), format=ox.RdfFormat.TURTLE)
    shown = Neighbour(store)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.respond(self.rfile.read(int(self.headers["Content-Length"])).decode())

        def do_GET(self) -> None:
            self.respond(urlsplit(self.path).query)

        def respond(self, form: str) -> None:
            asked = parse_qs(form).get("query")
            body = shown.answer(asked[0]) if asked else b"There is no query."
            self.send_response(shown.status if asked else 400)
            self.send_header("Content-Type", shown.media_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            with contextlib.suppress(OSError):
                self.wfile.write(body)

        def log_request(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    shown.address = f"http://127.0.0.1:{server.server_port}/sparql"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield shown
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass
class Trap:
    """A listener that counts who connects, on IPv4 and IPv6 under one number."""

    port: int
    sockets: list[socket.socket]

    def heard(self) -> int:
        """Return how many have connected."""
        count = 0
        for listener in self.sockets:
            with contextlib.suppress(BlockingIOError):
                while True:
                    listener.accept()[0].close()
                    count += 1
        return count


@contextlib.contextmanager
def trap() -> Iterator[Trap]:
    """Yield a listener on all addresses of this machine."""
    with contextlib.ExitStack() as stack:
        first = stack.enter_context(socket.socket(socket.AF_INET))
        first.bind(("127.0.0.1", 0))
        port = first.getsockname()[1]
        sockets = [first]
        with contextlib.suppress(OSError):  # not every machine has IPv6
            second = stack.enter_context(socket.socket(socket.AF_INET6))
            second.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            second.bind(("::1", port))
            sockets.append(second)
        for listener in sockets:
            listener.listen()
            listener.setblocking(False)
        yield Trap(port, sockets)
