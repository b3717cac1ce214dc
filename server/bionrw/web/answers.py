"""The header fields of a query's answer, whoever sends it."""

from collections.abc import Collection

from werkzeug.http import parse_etags

from bionrw.federation import receipt
from bionrw.model import Source
from bionrw.sparql.formats import content_type
from bionrw.sparql.service import Prepared
from bionrw.web import coding

VARY = "Accept, Accept-Encoding"


def fields_of(
    prepared: Prepared, encoding: str = "", *, post: bool = False, etag: str = ""
) -> dict[str, str]:
    """Return the fields of a good answer in a content coding; what POST brings is not kept by clients.

    `etag` is the one to send where it is not that of the coding.
    """
    fields = {"Vary": VARY}
    if not prepared.etag:
        fields["Cache-Control"] = "no-store"
    elif not post:
        fields["Cache-Control"] = prepared.cache_control
        fields["ETag"] = f'"{etag or coding.tag(prepared.etag, encoding)}"'
    return fields


def content_fields(prepared: Prepared, encoding: str = "") -> dict[str, str]:
    """Return the fields that describe the body of a good answer; a 304 has none."""
    fields = {
        "Content-Type": content_type(prepared.media_type, prepared.version),
        "Content-Disposition": f'inline; filename="result.{prepared.result_format.suffix}"',
    }
    if encoding:
        fields["Content-Encoding"] = encoding
    return fields


def source_fields(sources: Collection[Source]) -> dict[str, str]:
    """Return the field that says what other endpoints gave to an answer, none when none was asked."""
    return {receipt.FIELD: receipt.field(sources)} if sources else {}


def known_tag(etag: str, if_none_match: str) -> str:
    """Return the validator of this very answer that the client holds, in whatever coding, or "".

    A 304 tells it back, so that the client knows which of its copies is meant (RFC 9110, section 13.1.2;
    RFC 9111, section 4.3.4).
    """
    if not etag or not if_none_match:
        return ""
    known = parse_etags(if_none_match)
    if known.star_tag:
        return ""
    tags = (coding.tag(etag, each) for each in ("", coding.GZIP, coding.ZSTD))
    return next((tag for tag in tags if known.contains_weak(tag)), "")


def is_whatever(etag: str, if_none_match: str) -> bool:
    """Tell whether the client wants no answer if there is one, and only running the query tells that."""
    return bool(etag) and parse_etags(if_none_match).star_tag
