"""The header fields of a query's answer, whoever sends it."""

from werkzeug.http import parse_etags

from bionrw.sparql.formats import content_type
from bionrw.sparql.service import Prepared
from bionrw.web import coding

VARY = "Accept, Accept-Encoding"


def fields_of(prepared: Prepared, encoding: str = "", *, post: bool = False) -> dict[str, str]:
    """Return the fields of a good answer in a content coding; what POST brings is not kept by clients."""
    fields = {"Vary": VARY}
    if not prepared.etag:
        fields["Cache-Control"] = "no-store"
    elif not post:
        fields["Cache-Control"] = "no-cache"
        fields["ETag"] = f'"{coding.tag(prepared.etag, encoding)}"'
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


def is_known(etag: str, if_none_match: str) -> bool:
    """Tell whether the client holds this very answer, in whatever coding (RFC 9110, section 13.1.2)."""
    if not etag or not if_none_match:
        return False
    known = parse_etags(if_none_match)
    codings = ("", coding.GZIP, coding.ZSTD)
    return not known.star_tag and any(known.contains_weak(coding.tag(etag, each)) for each in codings)


def is_whatever(etag: str, if_none_match: str) -> bool:
    """Tell whether the client wants no answer if there is one, and only running the query tells that."""
    return bool(etag) and parse_etags(if_none_match).star_tag
