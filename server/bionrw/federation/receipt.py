"""The receipt of a federated answer: what each source gave, as a header field."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import http_sf

from bionrw.model import Source

FIELD = "Federation-Sources"
# What an IRI may hold as it is; the rest of a field is ASCII (RFC 9651, section 3.3.3).
_AS_IT_IS = "%/:=&?~#+!$,;'@()*[]"
_LONGEST_ERROR = 300


def field(sources: Iterable[Source]) -> str:
    """Return a List of the IRIs of sources, each with what it gave (RFC 9651, section 3.1)."""
    items: list[Any] = [(quote(source.iri, safe=_AS_IT_IS), _parameters(source)) for source in sources]
    return http_sf.ser(items)


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
