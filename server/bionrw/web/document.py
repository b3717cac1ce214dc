"""Answer with a document that there is in several formats: by suffix, else by what the client accepts."""

from collections.abc import Callable, Sequence

from flask import Response, request
from werkzeug.wrappers import Response as BaseResponse

from bionrw.errors import NotFound
from bionrw.model import ResultFormat
from bionrw.sparql.formats import content_type
from bionrw.sparql.negotiation import choose


def respond(
    name: str,
    address: str,
    suffix: str,
    formats: Sequence[ResultFormat],
    content: Callable[[ResultFormat], bytes],
) -> BaseResponse:
    """Return the document called `name` at `address`; without `suffix` the client's Accept decides.

    Raises `NotFound` for a suffix that no format has, `NotAcceptable`, and what `content` raises.
    """
    suffixes = {item.suffix: item for item in formats}
    if suffix and suffix not in suffixes:
        message = f"The {name} has no format {suffix!r}; known: {', '.join(suffixes)}."
        raise NotFound(message)
    chosen = suffixes[suffix] if suffix else _negotiate(formats)
    response = Response(content(chosen), content_type=content_type(chosen.media_type))
    response.headers["Cache-Control"] = "no-cache"
    if not suffix:
        response.vary.add("Accept")
        response.headers["Content-Location"] = f"{address}.{chosen.suffix}"
    for item in formats:
        if item != chosen:
            link = f'<{address}.{item.suffix}>; rel="alternate"; type="{item.media_type}"'
            response.headers.add("Link", link)
    response.add_etag()
    return response.make_conditional(request)


def _negotiate(formats: Sequence[ResultFormat]) -> ResultFormat:
    offers = {item.media_type: item for item in formats}
    return offers[choose(request.headers.get("Accept", ""), list(offers))]
