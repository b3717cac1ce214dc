"""Content codings: which one a client likes, and bytes in it (RFC 9110, sections 8.4.1 and 12.5.3)."""

import re
import zlib
from functools import lru_cache

import zstandard
from werkzeug.http import parse_accept_header

GZIP, ZSTD = "gzip", "zstd"
# The server's own order: zstd packs as well as gzip in a third of the time.
_OFFERS = (ZSTD, GZIP)
_PACKABLE = ("text/", "application/json", "application/ld+json", "application/xml", "image/svg+xml")
_PACKABLE_ENDS = ("+json", "+xml", "/n-triples", "/n-quads", "/trig", "/sparql-query")
_WORTH_PACKING = 1024
_TAGGED = re.compile(rb'-(?:gzip|zstd)"')


@lru_cache(maxsize=256)
def choose(accept_encoding: str) -> str:
    """Return "zstd", "gzip", or "" where the client accepts neither or does not tell."""
    weights = {name.lower(): weight for name, weight in parse_accept_header(accept_encoding)}
    rest = weights.get("*", 0.0)
    best = max(_OFFERS, key=lambda offer: weights.get(offer, rest))
    weight = weights.get(best, rest)
    return best if weight > 0 and weight >= weights.get("identity", 0.0) else ""


def is_packable(content_type: str, size: int) -> bool:
    """Tell whether packing a body of that type and size saves anything."""
    media_type = content_type.partition(";")[0].strip().lower()
    packable = media_type.startswith(_PACKABLE) or media_type.endswith(_PACKABLE_ENDS)
    return packable and size >= _WORTH_PACKING


def pack(body: bytes, encoding: str) -> bytes:
    """Return `body` in a coding that `choose` returned."""
    if encoding == ZSTD:
        return zstandard.ZstdCompressor(level=3).compress(body)
    stream = zlib.compressobj(6, zlib.DEFLATED, 31)
    return stream.compress(body) + stream.flush()


def untag_all(if_none_match: bytes) -> bytes:
    """Return a list of validators as they were before `tag`."""
    return _TAGGED.sub(b'"', if_none_match)


def untag(etag: str) -> str:
    """Return the validator that `tag` was given."""
    return etag.removesuffix(f"-{GZIP}").removesuffix(f"-{ZSTD}")


def tag(etag: str, encoding: str) -> str:
    """Return the validator in a coding: other bytes have another strong one (RFC 9110, section 8.8.3.3)."""
    return f"{etag}-{encoding}" if etag and encoding else etag
