"""The ASGI application: kept replies first, SPARQL for programs on the event loop, then Flask in threads."""

from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import urlsplit

from a2wsgi import WSGIMiddleware
from flask import Flask

from bionrw.config import Settings
from bionrw.errors import NotFound
from bionrw.store.port import AsyncGraphStore
from bionrw.web import coding, problems
from bionrw.web.answers import is_known, is_whatever
from bionrw.web.cache import Fields, Key, Reply, ReplyCache
from bionrw.web.context import context_of
from bionrw.web.direct import Direct
from bionrw.web.health import LIVE, READY, Health
from bionrw.web.observation import RECORD, Observer
from bionrw.web.visit import Application, Message, Receive, Scope, Send, Visit
from bionrw.web.watch import Watch

# A page is held back until it is whole, so that it can be packed and kept; what is larger streams.
_UNKNOWN = "Nothing is known under this address; it begins with more than one slash."
_WHOLE_PAGE = 1024**2


class Gateway:
    """Serves one release; belongs to the event loop of the process that made it."""

    def __init__(
        self, app: Flask, engine: AsyncGraphStore, settings: Settings, observers: tuple[Observer, ...] = ()
    ) -> None:
        """Put the fast paths in front of `app`, whose store is `engine`; each query goes to `observers`."""
        self.cache = ReplyCache(settings.cache_bytes // settings.workers)
        # The adapter's types are narrower than those of the standards that it adapts.
        self._flask: Application = WSGIMiddleware(app.wsgi_app, workers=settings.threads)  # type: ignore[arg-type, assignment]
        self._direct = Direct(context_of(app).service, engine, settings, self.cache)
        self._watch = Watch(observers, settings) if observers else None
        self._health = Health(engine)
        root = urlsplit(settings.public_url).path.rstrip("/")
        self._endpoints = frozenset(("/sparql", f"{root}/sparql"))
        self._probes = frozenset((LIVE, READY, root + LIVE, root + READY))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        visit = Visit(scope, receive, send)
        answer = self._answer(scope, receive, visit)
        if self._watch is not None and visit.path in self._endpoints:
            await self._watch.follow(scope, visit, answer)
        else:
            await answer

    async def _answer(self, scope: Scope, receive: Receive, visit: Visit) -> None:
        key = visit.key()
        reads = visit.method in ("GET", "HEAD")
        if reads and (held := self.cache.find(key)):
            visit.record.held = held
            await visit.reply(_not_modified(held, visit) or held)
        elif visit.path.startswith("//"):
            # Werkzeug would take such an address for the one with a single slash.
            await visit.reply(problems.reply(problems.of(NotFound(_UNKNOWN)), visit.text(b"accept")))
        elif visit.path in self._endpoints and self._direct.takes(visit):
            await self._direct.answer(visit)
        elif reads and visit.path in self._probes:
            await visit.reply(await self._health.reply(visit.path, visit.text(b"accept")))
        else:
            page = _Page(visit, self.cache, key)
            scope[RECORD] = visit.record
            await self._flask(scope, receive, page.send)


class _Page:
    """Holds a response of Flask's back until it is whole or large; a whole one is packed and kept."""

    def __init__(self, visit: Visit, cache: ReplyCache, key: Key) -> None:
        self._visit, self._cache, self._key = visit, cache, key
        self._status = 0
        self._fields: Fields = ()
        self._parts: list[bytes] = []
        self._size = 0
        self._streams = False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._status = message["status"]
            # The HTTP server tells the time itself.
            self._fields = tuple(field for field in message["headers"] if field[0] != b"date")
            return
        more = message.get("more_body", False)
        if self._streams:
            await self._visit.send(message.get("body", b""), more=more)
            return
        self._parts.append(message.get("body", b""))
        self._size += len(self._parts[-1])
        if not more:
            await self._finish()
        elif self._size > _WHOLE_PAGE and self._visit.streams:
            self._streams = True
            await self._visit.start(self._status, self._fields)
            await self._visit.send(b"".join(self._parts), more=True)

    async def _finish(self) -> None:
        reply = Reply(self._status, self._fields, b"".join(self._parts))
        if self._visit.method == "HEAD":
            await self._visit.reply(reply)
            return
        reply = _packed(reply, self._visit.encoding)
        if self._visit.method == "GET":
            self._cache.keep(self._key, replace(reply, form=self._visit.record.form))
        await self._visit.reply(reply)


def _packed(reply: Reply, encoding: str) -> Reply:
    """Return `reply` in the coding that the client likes, with its length."""
    body, fields = reply.body, dict(reply.fields)
    packable = coding.is_packable(reply.field(b"content-type").decode("latin-1"), len(body))
    if packable:
        fields[b"vary"] = b", ".join(filter(None, (fields.get(b"vary", b""), b"Accept-Encoding")))
    if encoding and packable and b"content-encoding" not in fields:
        body = coding.pack(body, encoding)
        fields[b"content-encoding"] = encoding.encode()
        if etag := fields.get(b"etag", b"").strip(b'"').decode("latin-1"):
            fields[b"etag"] = f'"{coding.tag(etag, encoding)}"'.encode("latin-1")
    if reply.status not in (204, 304):
        fields[b"content-length"] = str(len(body)).encode()
    links = [(name, value) for name, value in reply.fields if name == b"link"]
    return Reply(reply.status, (*((n, v) for n, v in fields.items() if n != b"link"), *links), body)


def _not_modified(held: Reply, visit: Visit) -> Reply | None:
    """Return the 304 for a client that holds the reply already (RFC 9110, section 15.4.5)."""
    known = visit.fields.get(b"if-none-match", b"").decode("latin-1")
    etag = coding.untag(held.field(b"etag").decode("latin-1").strip('"')) if known else ""
    if not (is_known(etag, known) or is_whatever(etag, known)):
        return None
    return Reply(304, tuple(_without_content(held.fields)))


def _without_content(fields: Fields) -> Iterable[tuple[bytes, bytes]]:
    return ((name, value) for name, value in fields if not name.startswith(b"content-"))
