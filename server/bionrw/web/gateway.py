"""The ASGI application: kept replies first, SPARQL for programs on the event loop, then Flask in threads."""

from collections.abc import Iterable
from contextlib import nullcontext
from dataclasses import replace
from http import HTTPStatus
from urllib.parse import urlsplit

from a2wsgi import WSGIMiddleware
from flask import Flask

from bionrw.config import Settings
from bionrw.errors import NotFound, PreconditionFailed
from bionrw.store.embedded import CALLS, Calls
from bionrw.store.port import AsyncGraphStore
from bionrw.web import coding, problems
from bionrw.web.answers import is_whatever, known_tag
from bionrw.web.cache import Fields, Key, Repeats, Reply, ReplyCache
from bionrw.web.context import context_of
from bionrw.web.direct import Direct
from bionrw.web.headers import EVERYWHERE_RAW
from bionrw.web.health import LIVE, READY, Health
from bionrw.web.observation import RECORD, Observer
from bionrw.web.preconditions import FIELDS
from bionrw.web.visit import Application, Message, Receive, Scope, Send, Visit, key_of
from bionrw.web.watch import Watch

_UNKNOWN = "Nothing is known under this address; it begins with more than one slash."
# A page is held back until it is whole, so that it can be packed and kept; what is larger streams.
_WHOLE_PAGE = 1024**2
# What describes a body and so has no place in a 304; Content-Location has one.
_OF_CONTENT = frozenset(
    (
        b"content-type",
        b"content-length",
        b"content-encoding",
        b"content-language",
        b"content-disposition",
        b"last-modified",
    )
)
# With one of these, a GET is more than a look-up.
_PLAIN = FIELDS | {b"if-none-match", b"content-length", b"transfer-encoding", b"expect", b"upgrade"}
_REDIRECTS = (301, 302, 303, 307, 308)
# What the server as a whole takes (RFC 9110, section 9.3.7).
_CAPABLE = Reply(204, ((b"allow", b"GET, HEAD, OPTIONS, POST"), *EVERYWHERE_RAW))


class Gateway:
    """Serves one release; belongs to the event loop of the process that made it."""

    def __init__(
        self, app: Flask, engine: AsyncGraphStore, settings: Settings, observers: tuple[Observer, ...] = ()
    ) -> None:
        """Put the fast paths in front of `app`, whose store is `engine`; each query goes to `observers`."""
        self.cache = ReplyCache(settings.cache_bytes // settings.workers)
        self._repeats = Repeats()
        # The adapter's types are narrower than those of the standards that it adapts.
        self._flask: Application = WSGIMiddleware(app.wsgi_app, workers=settings.threads)  # type: ignore[arg-type, assignment]
        self._direct = Direct(context_of(app).service, engine, settings, self.cache)
        self._watch = Watch(observers, settings) if observers else None
        self._health = Health(engine)
        root = urlsplit(settings.public_url).path.rstrip("/")
        self._endpoints = frozenset(f"{place}/sparql{end}" for place in ("", root) for end in ("", "/"))
        self._probes = frozenset((LIVE, READY, root + LIVE, root + READY))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        visit = Visit(scope, receive, send)
        answer = self._answer(scope, receive, visit)
        if self._watch is not None and visit.path in self._endpoints:
            await self._watch.follow(scope, visit, answer)
        else:
            await answer

    def recall(self, target: bytes, headers: list[tuple[bytes, bytes]]) -> Reply | None:
        """Return the kept reply to a plain GET, so that its connection may send it at once.

        None where there is more to do than that: nothing kept, a validator, repeated fields, observers.
        """
        key = self._plain_key(target, headers)
        return None if key is None else self.cache.recall(key)

    def learn(self, request: bytes, target: bytes, headers: list[tuple[bytes, bytes]]) -> None:
        """Know a `request` by its bytes from now on; it was one that `recall` had a reply to."""
        if key := self._plain_key(target, headers):
            self._repeats.learn(request, key)

    def repeat(self, request: bytes) -> Reply | None:
        """Return what `recall` would for a `request` of the same bytes as one that was learnt."""
        key = self._repeats.find(request)
        return None if key is None else self.cache.recall(key)

    def _plain_key(self, target: bytes, headers: list[tuple[bytes, bytes]]) -> Key | None:
        fields = dict(headers)
        if self._watch is not None or len(fields) < len(headers) or not _PLAIN.isdisjoint(fields):
            return None
        path, _, query = target.partition(b"?")
        if not path.startswith(b"/") or b"#" in target:
            return None
        return key_of("GET", path, query, fields)

    async def _answer(self, scope: Scope, receive: Receive, visit: Visit) -> None:
        try:
            await self._find(scope, receive, visit)
        except PreconditionFailed as failed:
            visit.record.fault = failed
            await visit.reply(problems.reply(problems.of(failed), visit.text(b"accept")))

    async def _find(self, scope: Scope, receive: Receive, visit: Visit) -> None:
        key = visit.key()
        reads = visit.method in ("GET", "HEAD")
        if reads and (held := self.cache.find(key)):
            visit.record.held = held
            await visit.reply(_not_modified(held, visit) or held)
        elif visit.path == "*" and visit.method == "OPTIONS":
            await visit.reply(_CAPABLE)
        elif visit.path.startswith("//"):
            # Werkzeug would take such an address for the one with a single slash.
            await visit.reply(problems.reply(problems.of(NotFound(_UNKNOWN)), visit.text(b"accept")))
        elif visit.path in self._endpoints and self._direct.takes(visit):
            await self._direct.answer(visit)
        elif reads and visit.path in self._probes:
            await visit.reply(await self._health.reply(visit.path, visit.text(b"accept")))
        else:
            scope[RECORD] = visit.record
            await self._show(scope, receive, _Page(visit, self.cache, key))

    async def _show(self, scope: Scope, receive: Receive, page: "_Page") -> None:
        # Flask's thread goes to its end, but no query of it that nobody waits for any more does.
        calls = Calls()
        CALLS.set(calls)
        reads = page.visit.method in ("GET", "HEAD")
        try:
            with page.visit.watched(calls.end) if reads else nullcontext():
                await self._flask(_for_flask(scope), receive, page.send)
        except Exception as error:
            # What was held back is not sent, so that its fault can be told.
            if page.visit.status:
                raise
            await page.visit.reply(problems.reply(problems.of(error), page.visit.text(b"accept")))


class _Page:
    """Holds a response of Flask's back until it is whole or large; a whole one is packed and kept."""

    def __init__(self, visit: Visit, cache: ReplyCache, key: Key) -> None:
        self.visit, self._cache, self._key = visit, cache, key
        self._status = 0
        self._fields: Fields = ()
        self._parts: list[bytes] = []
        self._size = 0
        self._streams = False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._status = message["status"]
            # The HTTP server tells the time itself.
            fields = tuple(field for field in message["headers"] if field[0] != b"date")
            self._fields = _varied(fields, self._status)
            return
        more = message.get("more_body", False)
        if self._streams:
            await self.visit.send(message.get("body", b""), more=more)
            return
        self._parts.append(message.get("body", b""))
        self._size += len(self._parts[-1])
        if not more:
            await self._finish()
        elif self._size > _WHOLE_PAGE and self.visit.streams:
            self._streams = True
            await self.visit.start(self._status, self._fields)
            await self.visit.send(b"".join(self._parts), more=True)

    async def _finish(self) -> None:
        reply = Reply(self._status, self._fields, b"".join(self._parts))
        if self._status == HTTPStatus.NOT_MODIFIED:
            await self.visit.reply(_not_modified(reply, self.visit) or reply)
            return
        if self.visit.method == "HEAD":
            await self.visit.reply(_packed_head(reply, self.visit.encoding))
            return
        reply = _packed(reply, self.visit.encoding)
        if self.visit.method == "GET":
            self._cache.keep(self._key, replace(reply, form=self.visit.record.form))
        await self.visit.reply(reply)


def _packed(reply: Reply, encoding: str) -> Reply:
    """Return `reply` in the coding that the client likes, with its length."""
    if _is_to_be_packed(reply, encoding, len(reply.body)):
        fields, body = _coded(reply.fields, encoding), coding.pack(reply.body, encoding)
    else:
        fields, body = reply.fields, reply.body
    if reply.status not in (204, 304):
        length = (b"content-length", str(len(body)).encode())
        fields = (*(field for field in fields if field[0] != b"content-length"), length)
    return Reply(reply.status, fields, body)


def _packed_head(reply: Reply, encoding: str) -> Reply:
    """Return what `_packed` would say of the body; how long it would be is not known here."""
    length = reply.field(b"content-length")
    if not _is_to_be_packed(reply, encoding, int(length or 0)):
        return reply
    fields = (field for field in reply.fields if field[0] != b"content-length")
    return Reply(reply.status, _coded(tuple(fields), encoding))


def _is_to_be_packed(reply: Reply, encoding: str, size: int) -> bool:
    if reply.status == HTTPStatus.PARTIAL_CONTENT:
        return False  # a range counts the bytes of what is not packed (RFC 9110, section 14.4)
    packable = coding.is_packable(reply.field(b"content-type").decode("latin-1"), size)
    return packable and encoding != "" and not reply.field(b"content-encoding")


def _coded(fields: Fields, encoding: str) -> Fields:
    etag = Reply(200, fields).field(b"etag").strip(b'"').decode("latin-1")
    told = _with_tag(fields, coding.tag(etag, encoding)) if etag else fields
    return (*told, (b"content-encoding", encoding.encode()))


def _not_modified(held: Reply, visit: Visit) -> Reply | None:
    """Return the 304 for a client that holds the reply already (RFC 9110, section 15.4.5)."""
    known = visit.text(b"if-none-match")
    etag = coding.untag(held.field(b"etag").decode("latin-1").strip('"')) if known else ""
    if tag := known_tag(etag, known):
        return Reply(304, tuple(_without_content(_with_tag(held.fields, tag))))
    if is_whatever(etag, known):
        return Reply(304, tuple(_without_content(held.fields)))
    return None


def _with_tag(fields: Fields, etag: str) -> Fields:
    told = f'"{etag}"'.encode("latin-1")
    return tuple((name, told if name == b"etag" else value) for name, value in fields)


def _for_flask(scope: Scope) -> Scope:
    """Return the request with the validators that Flask gave; their codings were added here."""
    sent = ((name, value) for name, value in scope["headers"] if name not in FIELDS)
    fields = [(n, coding.untag_all(v) if n == b"if-none-match" else v) for n, v in sent]
    return {**scope, "headers": fields}


def _varied(fields: Fields, status: int) -> Fields:
    """Return `fields` with the notice that the coding is chosen by the client's wish."""
    if status in _REDIRECTS:
        return fields
    told = Reply(status, fields).field(b"vary")
    if b"accept-encoding" in told.lower():
        return fields
    vary = b", ".join(filter(None, (told, b"Accept-Encoding")))
    return (*(field for field in fields if field[0] != b"vary"), (b"vary", vary))


def _without_content(fields: Fields) -> Iterable[tuple[bytes, bytes]]:
    return ((name, value) for name, value in fields if name not in _OF_CONTENT)
