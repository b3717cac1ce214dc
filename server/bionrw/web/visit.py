"""One HTTP request on the event loop: its parts, its body, and its client, who may hang up."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from functools import partial
from typing import Any, TypeVar

from bionrw.web import coding
from bionrw.web.cache import Fields, Key, Reply
from bionrw.web.observation import ClientGone, Record
from bionrw.web.preconditions import require

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Value = TypeVar("Value")
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

# The extension by which a server lends a set of what it calls when the client hangs up.
WATCHERS = "bionrw.watchers"
Watchers = set[Callable[[], None]]
# A query that is answered sooner needs nobody to watch its client.
_WATCH_AFTER = 0.02


class Visit:
    """Reads a request and sends its response (ASGI 3, HTTP)."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read the header fields; several of a name are one list (RFC 9110, section 5.3)."""
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self.query: bytes = scope["query_string"]
        self.client: str = (scope.get("client") or ("",))[0]
        self.fields: dict[bytes, bytes] = dict(scope["headers"])
        if len(self.fields) < len(scope["headers"]):
            self.fields = _joined(scope["headers"])
        self.encoding = coding.choose(self.text(b"accept-encoding"))
        self.record = Record()
        # What was sent so far: status, header fields, bytes of the body.
        self.status, self.size = 0, 0
        self.sent: Fields = ()
        # Only from HTTP/1.1 on can an answer be broken off so that it is seen (RFC 9112, section 8).
        self.streams: bool = scope["http_version"] != "1.0"
        self._raw_path: bytes = scope.get("raw_path", b"")
        self._receive, self._send = receive, send
        # A server that tells of the end of a connection spares a task that waits for it.
        self._watchers: Watchers | None = (scope.get("extensions") or {}).get(WATCHERS)

    def text(self, name: bytes) -> str:
        """Return a header field, empty when it is not there."""
        return self.fields.get(name, b"").decode("latin-1")

    def key(self, body: bytes = b"") -> Key:
        """Return what the answer depends on; HEAD gets what GET would."""
        method = "GET" if self.method == "HEAD" else self.method
        return key_of(method, self._raw_path, self.query, self.fields, body)

    async def body(self, limit: int) -> bytes:
        """Return the body, or its first bytes when it is longer than `limit`; raise `ClientGone`."""
        parts: list[bytes] = []
        size = 0
        while size <= limit:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise ClientGone
            parts.append(message.get("body", b""))
            size += len(parts[-1])
            if not message.get("more_body"):
                break
        return b"".join(parts)

    async def while_there(self, work: Awaitable[Value]) -> Value:
        """Return what `work` returns; cancel it and raise `ClientGone` when the client hangs up."""
        task = asyncio.current_task()
        gone = False

        def hang_up() -> None:
            nonlocal gone
            gone = True
            if task is not None:
                task.cancel()

        end = self._watch(hang_up)
        try:
            return await work
        except asyncio.CancelledError:
            if gone and task is not None and task.uncancel() == 0:
                raise ClientGone from None
            raise
        finally:
            end()

    @contextmanager
    def watched(self, hang_up: Callable[[], None]) -> Iterator[None]:
        """Call `hang_up` once when the client hangs up meanwhile; its body must have been read."""
        end = self._watch(hang_up)
        try:
            yield
        finally:
            end()

    def _watch(self, hang_up: Callable[[], None]) -> Callable[[], None]:
        """Begin to watch the client; return what ends that."""
        if self._watchers is not None:
            self._watchers.add(hang_up)
            return partial(self._watchers.discard, hang_up)
        loop = asyncio.get_running_loop()
        watch: asyncio.Task[None] | None = None

        async def wait_for_end() -> None:
            while (await self._receive())["type"] != "http.disconnect":
                pass
            hang_up()

        def start_watch() -> None:
            nonlocal watch
            watch = loop.create_task(wait_for_end())

        def end() -> None:
            timer.cancel()
            if watch is not None:
                watch.cancel()

        timer = loop.call_later(_WATCH_AFTER, start_watch)
        return end

    async def start(self, status: int, fields: Fields) -> None:
        """Send status and header fields; raise `PreconditionFailed` when the client means another answer."""
        require(self.fields, self.method, status, fields)
        self.status, self.sent = status, fields
        await self._send({"type": "http.response.start", "status": status, "headers": fields})

    async def send(self, frame: bytes, *, more: bool) -> None:
        """Send a part of the body, and that it is the last one unless there is `more`."""
        self.size += len(frame)
        await self._send({"type": "http.response.body", "body": frame, "more_body": more})

    async def reply(self, reply: Reply) -> None:
        """Send a whole response; HEAD gets its fields only. Raises what `start` raises."""
        await self.start(reply.status, reply.fields)
        await self.send(b"" if self.method == "HEAD" else reply.body, more=False)


def key_of(method: str, path: bytes, query: bytes, fields: Mapping[bytes, bytes], body: bytes = b"") -> Key:
    """Return all of a request that shapes its answer; `fields` are its header fields in lower case."""
    get = fields.get
    return Key(
        method,
        path,
        query,
        get(b"accept", b""),
        get(b"accept-language", b""),
        coding.choose(get(b"accept-encoding", b"").decode("latin-1")),
        b"\n".join((get(b"content-type", b""), get(b"content-encoding", b""))),
        body,
    )


def _joined(fields: Iterable[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    joined: dict[bytes, bytes] = {}
    for name, value in fields:
        joined[name] = joined[name] + b"," + value if name in joined else value
    return joined
