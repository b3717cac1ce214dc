"""Sources on loopback for the gate, that answer byte by byte what they are told to."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

from bionrw.federation.endpoints import Endpoint
from bionrw.federation.gate import Gate

Handle = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

QUERY = "SELECT * { ?s ?p ?o }"
JSON = "application/sparql-results+json"
TERMS = {
    "s": {"type": "uri", "value": "https://example.org/s"},
    "p": {"type": "literal", "value": "1", "datatype": "http://www.w3.org/2001/XMLSchema#integer"},
    "o": {"type": "literal", "value": "x", "xml:lang": "en"},
    "b": {"type": "bnode", "value": "b0"},
}
ROWS = json.dumps({"head": {"vars": list(TERMS)}, "results": {"bindings": [TERMS]}}).encode()


def response(body: bytes = ROWS, status: int = 200, **fields: str) -> bytes:
    """Return the bytes of a response."""
    told = {"Content-Type": JSON, "Content-Length": str(len(body)), "Connection": "close"}
    told |= {name.replace("_", "-"): value for name, value in fields.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in told.items())
    return f"HTTP/1.1 {status} X\r\n{head}\r\n".encode() + body


@dataclass
class Place:
    """A source on loopback: what it was sent, and how many connections it had, and lost."""

    handle: Handle
    port: int = 0
    requests: list[bytes] = field(default_factory=list)
    connections: int = 0
    lost: int = 0

    def endpoint(self, **limits: object) -> Endpoint:
        """Return the entry that lists it."""
        listed = Endpoint(f"http://127.0.0.1:{self.port}/sparql", "Place", private=True, cache_seconds=0)
        return replace(listed, **limits)  # type: ignore[arg-type]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
            self.requests.append(head + await reader.readexactly(length))
            await self.handle(reader, writer)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            self.lost += 1
        finally:
            writer.close()


@asynccontextmanager
async def place(*answers: bytes) -> AsyncIterator[Place]:
    """Yield a source that gives these answers in turn, the last one again and again."""
    left = list(answers)

    async def handle(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(left.pop(0) if len(left) > 1 else left[0])

    async with place_that(handle) as shown:
        yield shown


@asynccontextmanager
async def place_that(
    handle: Handle,
) -> AsyncIterator[Place]:
    shown = Place(handle)
    server = await asyncio.start_server(shown.serve, "127.0.0.1", 0)
    shown.port = server.sockets[0].getsockname()[1]
    try:
        yield shown
    finally:
        server.close()


@asynccontextmanager
async def gate(**options: float) -> AsyncIterator[Gate]:
    made = Gate("https://example.org", **options)  # type: ignore[arg-type]
    try:
        yield made
    finally:
        await made.close()


def run(test: Callable[[], Awaitable[None]]) -> None:
    async def timely() -> None:
        async with asyncio.timeout(20):
            await test()

    asyncio.run(timely())
