"""The SPARQL endpoint on the event loop: answers programs, streams results, and keeps small ones.

Flask serves the same route (web/endpoint.py) and makes the pages for people; both read requests, choose
formats and word problems by the same functions, so they differ in speed only.
"""

import asyncio
import re
from dataclasses import dataclass, field, replace
from functools import partial
from http import HTTPStatus

from bionrw.config import Settings
from bionrw.errors import KnowledgeError, StoreUnavailable, VersionTooOld
from bionrw.model import Form, Source, Stream
from bionrw.sparql.protocol import Request, read_request
from bionrw.sparql.service import HTML, Prepared, Service
from bionrw.store.port import AsyncGraphStore
from bionrw.web import problems
from bionrw.web.answers import content_fields, fields_of, is_whatever, known_tag, source_fields
from bionrw.web.cache import Key, Reply, ReplyCache, raw
from bionrw.web.headers import EVERYWHERE_RAW
from bionrw.web.observation import ClientGone
from bionrw.web.visit import Visit

MAX_WHOLE = 16 * 1024**2
_LONG = 8192
_NAMED_PAGE = re.compile(rb"(?:format|output|results)=(?:text(?:/|%2F))?html", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Direct:
    """Answers SPARQL requests of programs over one engine."""

    service: Service
    engine: AsyncGraphStore
    settings: Settings
    cache: ReplyCache
    reading: asyncio.Lock = field(default_factory=asyncio.Lock)

    def takes(self, visit: Visit) -> bool:
        """Tell whether this is a request with a query and from a program; the rest is Flask's."""
        if b"text/html" in visit.fields.get(b"accept", b"").lower() or _NAMED_PAGE.search(visit.query):
            return False
        if len(visit.query) > self.settings.max_request_bytes:
            return False
        return visit.method == "POST" or (visit.method in ("GET", "HEAD") and b"query=" in visit.query)

    async def answer(self, visit: Visit) -> None:
        """Send the answer to a query, or the problem with it.

        A fault after the answer has begun is raised into the HTTP server, which breaks the connection
        without the last chunk, so that no client takes half a result for a whole one.
        """
        try:
            await self._answer(visit)
        except ClientGone as gone:
            visit.record.fault = gone
        except Exception as error:
            visit.record.fault = error
            if visit.status:
                raise
            await visit.reply(problems.reply(problems.of(error), visit.text(b"accept")))

    async def _answer(self, visit: Visit) -> None:
        body = b""
        limit = self.settings.max_request_bytes
        if visit.method == "POST":
            body = await visit.body(limit)
            visit.record.body = body
            if held := self.cache.find(visit.key(body)):
                visit.record.held = held
                await visit.reply(held)
                return
        asked = read_request(
            visit.method,
            visit.query,
            visit.text(b"content-type"),
            body,
            limit,
            visit.text(b"content-encoding"),
        )
        visit.record.text = asked.text
        if len(asked.text) > _LONG:
            prepared = await visit.while_there(self._prepare_aside(asked, visit.text(b"accept")))
        else:
            prepared = self._prepare(asked, visit.text(b"accept"))
        visit.record.operation = prepared.operation
        if visit.method != "POST" and (tag := known_tag(prepared.etag, visit.text(b"if-none-match"))):
            await visit.reply(self._reply(304, visit, prepared, b"", etag=tag))
            return
        try:
            stream = await visit.while_there(self._run(prepared, visit))
        except KnowledgeError as error:
            raise self.service.explained(error, prepared) from error
        try:
            if visit.method != "POST" and is_whatever(prepared.etag, visit.text(b"if-none-match")):
                await visit.reply(self._reply(304, visit, prepared, b"", stream.encoding))
            else:
                await self._send(visit, prepared, stream, visit.key(body))
        finally:
            await stream.frames.aclose()

    def _prepare(self, asked: Request, accept: str) -> Prepared:
        prepared = self.service.prepare(asked, accept, pages=True)
        return self.service.prepare(asked, accept) if prepared.media_type == HTML else prepared

    async def _prepare_aside(self, asked: Request, accept: str) -> Prepared:
        """Read a long query in a thread, which takes a while; beside one of them the loop serves others."""
        try:
            async with asyncio.timeout(self.settings.queue_timeout):
                await self.reading.acquire()
        except TimeoutError:
            message = "Too many long queries wait to be read; try again in a moment."
            raise StoreUnavailable(message) from None
        try:
            return await asyncio.to_thread(self._prepare, asked, accept)
        finally:
            self.reading.release()

    async def _run(self, prepared: Prepared, visit: Visit) -> Stream:
        encoding = "" if prepared.operation.form is Form.ASK else visit.encoding
        return await self.engine.query(
            prepared.operation, prepared.result_format, self.settings.deadline, visit.client, encoding
        )

    async def _send(self, visit: Visit, prepared: Prepared, stream: Stream, key: Key) -> None:
        told = partial(self._reply, 200, visit, prepared, encoding=stream.encoding, sources=stream.sources)
        if visit.method == "HEAD":
            # The query was run to learn the status; its rows are not wanted.
            await stream.frames.aclose()
            await visit.reply(told(None))
            return
        if stream.complete:
            # All of it is here, so it goes out with its length.
            frames = [frame async for frame in stream.frames]
            reply = told(b"".join(frames))
            if prepared.etag:
                self.cache.keep(key, reply)
            await visit.reply(reply)
            return
        reply = told(None)
        if not visit.streams:
            await visit.reply(told(await visit.while_there(whole(stream))))
            return
        await visit.start(reply.status, reply.fields)
        await visit.while_there(self._stream(visit, stream, reply, key if prepared.etag else None))

    async def _stream(self, visit: Visit, stream: Stream, reply: Reply, key: Key | None) -> None:
        kept: list[bytes] = []
        size = 0
        async for frame in stream.frames:
            await visit.send(frame, more=True)
            size += len(frame)
            if key is not None and size <= self.cache.largest:
                kept.append(frame)
            else:
                key = None
                kept.clear()
        await visit.send(b"", more=False)
        if key is not None:
            body = b"".join(kept)
            length = (b"content-length", str(len(body)).encode())
            self.cache.keep(key, replace(reply, fields=(*reply.fields, length), body=body))

    def _reply(
        self,
        status: int,
        visit: Visit,
        prepared: Prepared,
        body: bytes | None,
        encoding: str = "",
        etag: str = "",
        sources: tuple[Source, ...] = (),
    ) -> Reply:
        fields = fields_of(prepared, encoding, post=visit.method == "POST", etag=etag)
        if status != HTTPStatus.NOT_MODIFIED:
            fields |= content_fields(prepared, encoding) | source_fields(sources)
            if body is not None:
                fields["Content-Length"] = str(len(body))
        form = prepared.operation.form
        return Reply(status, (*raw(fields.items()), *EVERYWHERE_RAW), body or b"", form)


async def whole(stream: Stream) -> bytes:
    """Return all of an answer for HTTP/1.0; raise `VersionTooOld` when it is large."""
    parts: list[bytes] = []
    size = 0
    async for frame in stream.frames:
        parts.append(frame)
        size += len(frame)
        if size > MAX_WHOLE:
            detail = (
                f"An answer of more than {MAX_WHOLE} bytes needs HTTP/1.1, which shows whether it is whole."
            )
            raise VersionTooOld(detail, {"limit": MAX_WHOLE})
    return b"".join(parts)
