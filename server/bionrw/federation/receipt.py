"""The receipt of a federated answer: what each source gave, as a header field and behind an address."""

import hashlib
import json
import time
from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import http_sf
from itsdangerous import BadData, URLSafeSerializer

from bionrw.errors import NotFound
from bionrw.model import Source

FIELD = "Federation-Sources"
# What an IRI may hold as it is; the rest of a field is ASCII (RFC 9651, section 3.3.3).
_AS_IT_IS = "%/:=&?~#+!$,;'@()*[]"
_LONGEST_ERROR = 300
_HEAD = b'{"head":{'


def field(sources: Iterable[Source]) -> str:
    """Return a List of the IRIs of sources, each with what it gave (RFC 9651, section 3.1)."""
    items: list[Any] = [(quote(source.iri, safe=_AS_IT_IS), _parameters(source)) for source in sources]
    return http_sf.ser(items)


class Receipts:
    """Writes receipts into addresses, signed, so that nobody has to keep them and nobody can make one up."""

    def __init__(self, key: bytes) -> None:
        """Sign with `key`; receipts live as long as it does."""
        self._serializer = URLSafeSerializer(key, salt="receipt")

    def token(self, release: str, query: str, sources: Iterable[Source]) -> str:
        """Return the last part of the address of a receipt."""
        content = {
            "release": release,
            "time": int(time.time()),
            # The text itself may say something about who asks.
            "query": hashlib.sha256(query.encode("utf-8", "replace")).hexdigest(),
            "sources": [_short(source) for source in sources],
        }
        return str(self._serializer.dumps(content))

    def read(self, token: str) -> dict[str, Any]:
        """Return what a token says: release, time, query, sources; raise `NotFound` for a foreign one."""
        try:
            content: dict[str, Any] = self._serializer.loads(token)
        except BadData:
            detail = "This is no receipt of this server, or it is from before its last start."
            raise NotFound(detail) from None
        return content


def linked(frame: bytes, address: str) -> bytes:
    """Return the first bytes of rows in JSON with a link in their head.

    SPARQL 1.1 Query Results JSON Format, section 3.1.2.
    """
    if not frame.startswith(_HEAD):
        return frame
    rest = frame[len(_HEAD) :]
    comma = b"" if rest.startswith(b"}") else b","
    return b"".join((_HEAD, b'"link":[', json.dumps(address).encode(), b"]", comma, rest))


def _short(source: Source) -> dict[str, Any]:
    """Return what is known of a source, without what is nothing."""
    found = {name: value for name, value in asdict(source).items() if value}
    if source.error:
        found["error"] = source.error[:_LONGEST_ERROR]
    return found | {"seconds": round(source.seconds, 3), "rows": source.rows}


def _parameters(source: Source) -> dict[str, object]:
    found: dict[str, object] = {
        "requests": source.requests,
        "rows": source.rows,
        "bytes": source.bytes,
        "seconds": round(source.seconds, 3),
    }
    if source.since is not None:
        found["since"] = datetime.fromtimestamp(int(source.since), UTC)
    if source.blank_nodes:
        found["blank-nodes"] = source.blank_nodes
    if source.error:
        error = source.error.encode("ascii", "replace").decode()
        found["error"] = "".join(c if c.isprintable() else " " for c in error)[:_LONGEST_ERROR]
    return found
