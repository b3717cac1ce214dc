"""What a request demands of the representation that it would get (RFC 9110, sections 13.1 and 13.2)."""

from collections.abc import Mapping

from werkzeug.http import parse_date, parse_etags

from bionrw.errors import PreconditionFailed
from bionrw.web.cache import Fields, Reply

# A library behind the event loop must not judge these: it would do so before the body has its coding and tag.
FIELDS = frozenset((b"if-match", b"if-unmodified-since"))
_READING = ("GET", "HEAD")
_FAILING = 400


def require(asked: Mapping[bytes, bytes], method: str, status: int, told: Fields) -> None:
    """Raise `PreconditionFailed` when a response is about another representation than the client means.

    `asked` are the fields of the request, `told` those of the response, which would be a 2xx or a 304;
    of others nothing is demanded (section 13.2.1). A tag has to be the very same one (section 13.1.1), and
    a date counts only without tags, and for what has one (section 13.1.4).
    """
    if FIELDS.isdisjoint(asked) or method not in _READING or status >= _FAILING:
        return
    reply = Reply(status, told)
    if b"if-match" in asked:
        wanted = parse_etags(asked[b"if-match"].decode("latin-1"))
        tag = reply.field(b"etag").decode("latin-1")
        strong = tag.startswith('"') and wanted.contains(tag.strip('"'))
        if not (wanted.star_tag or strong):
            detail = "What is here now has none of the tags in If-Match; get it anew and compare."
            raise PreconditionFailed(detail, {"etag": tag} if tag else {})
        return
    since, last = _date(asked[b"if-unmodified-since"]), _date(reply.field(b"last-modified"))
    if since and last > since:
        detail = "What is here now is younger than the date in If-Unmodified-Since; get it anew and compare."
        raise PreconditionFailed(detail)


def _date(written: bytes) -> float:
    """Return a date in seconds since 1970, 0 for what is none."""
    try:
        found = parse_date(written.decode("latin-1"))
    except OverflowError:
        return 0.0
    return found.timestamp() if found else 0.0
