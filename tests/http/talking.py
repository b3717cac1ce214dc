"""A store whose answers tell what was asked, behind a gateway, and what a client takes from a response."""

import hashlib
import json
import zlib
from dataclasses import replace

import zstandard

from bionrw.errors import QueryTimeout
from bionrw.model import Answer, Stream
from bionrw.web.gateway import Gateway
from tests.http.conftest import SETTINGS, Frames, ScriptedStore

FRAME = 64 * 1024
# Of the same query, in bytes: nothing packable, one frame, and several.
SIZES = {"little": 10, "some": 3_000, "much": 150_000}
CHANGING = ("RAND()", "NOW()", "UUID()", "STRUUID()", "BNODE()")


class TalkingStore(ScriptedStore):
    """A store whose answers tell the query, the release and, where two may differ, their number."""

    def __init__(self, version="0123456789abcdef"):
        super().__init__()
        self.release = replace(self.release, version=version)

    def query(self, operation, result_format, _deadline):
        self.asked.append(operation)
        if "'late'" in operation.text:
            message = "The query ran too long."
            raise QueryTimeout(message)
        number = 0 if operation.deterministic else len(self.asked)
        asked = repr((operation.text, operation.dataset, result_format.name, self.release.version, number))
        body = written(result_format, asked, size_of(asked, result_format))
        frames = [body[at : at + FRAME] for at in range(0, len(body), FRAME)]
        if "'broken'" in operation.text:
            frames += [body, QueryTimeout("The query ran too long.")]
        return Answer(result_format.media_type, Frames(*frames))


def size_of(asked, result_format):
    usual = SIZES["some" if result_format.kind == "graph" else "little"]
    return next((size for word, size in SIZES.items() if word in asked), usual)


def written(result_format, asked, size):
    """Return an answer of about that many bytes, which no other question gets."""
    told = hashlib.sha256(asked.encode()).hexdigest()
    words = told + " filler" * (size // 7)
    if result_format.name == "json" and "ASK" in asked:
        return json.dumps({"head": {}, "boolean": int(told, 16) % 2 == 0}).encode()
    if result_format.name == "json":
        rows = [{"a": {"type": "literal", "value": words}}]
        return json.dumps({"head": {"vars": ["a"]}, "results": {"bindings": rows}}).encode()
    return words.encode()


class TalkingEngine:
    """The same store for an event loop, packing as the readers do."""

    def __init__(self, store):
        self.store, self.release = store, store.release

    async def query(self, operation, result_format, deadline, _client="", encoding=""):
        answer = self.store.query(operation, result_format, deadline)
        frames = list_with_faults(answer.frames)
        whole = len(frames) == 1
        packed = encoding if not whole or len(frames[0]) >= 1024 else ""
        return Stream(answer.media_type, packed_frames(frames, packed), packed, whole)


def list_with_faults(frames):
    """Return the frames, a fault as the last of them."""
    found = []
    try:
        found.extend(frames)
    except QueryTimeout as fault:
        found.append(fault)
    return found


def packer(encoding):
    if encoding == "gzip":
        return zlib.compressobj(4, zlib.DEFLATED, 31)
    return zstandard.ZstdCompressor().compressobj() if encoding == "zstd" else None


async def packed_frames(frames, encoding):
    stream = packer(encoding)
    for frame in frames:
        if isinstance(frame, Exception):
            raise frame
        if packed := stream.compress(frame) if stream else frame:
            yield packed
    if stream:
        yield stream.flush()


def gateway(application, cache_bytes):
    """Return a gateway over an application; its cache is empty."""
    app, store = application
    return Gateway(app, TalkingEngine(store), replace(SETTINGS, cache_bytes=cache_bytes, workers=1))


def unpacked(body, encoding):
    if not body:  # HEAD, and 304
        return body
    if encoding == "gzip":
        return zlib.decompress(body, 31)
    if encoding == "zstd":
        return zstandard.ZstdDecompressor().decompressobj().decompress(body)
    return body


def told(response):
    """Return status, header fields that matter, and the body as it is read, None for a broken one."""
    fields = {name.lower(): value for name, value in response.headers if name.lower() != "content-length"}
    fields.pop("link", None)
    fields["links"] = response.headers.getlist("Link")
    try:
        sent = b"".join(response.response)
    except QueryTimeout:
        return response.status_code, fields, None
    if (length := response.headers.get("Content-Length")) and response.request.method != "HEAD":
        assert int(length) == len(sent)
    return response.status_code, fields, unpacked(sent, response.headers.get("Content-Encoding"))
