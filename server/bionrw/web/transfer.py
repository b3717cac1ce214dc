"""Send a graph in the format that the client likes best, unless it holds the very same already."""

import hashlib
from collections.abc import Callable, Iterable

from flask import Response, request

from bionrw.model import Answer, ResultFormat
from bionrw.sparql.formats import ALIASES, GRAPH_FORMATS, JSON_LD, content_type, named_format
from bionrw.sparql.negotiation import Choice, negotiate
from bionrw.web.context import Context


def choose_format(names: Iterable[str], further: tuple[str, ...] = ()) -> Choice:
    """Return the graph format that is called by one of `names`, else what Accept says.

    `further` media types are on offer behind the graph formats. Raises `NotAcceptable`.
    """
    for name in names:
        if named := named_format(name, GRAPH_FORMATS):
            return Choice(named.media_type)
    offers = [item.media_type for item in GRAPH_FORMATS]
    aliases = {item.media_type: ALIASES.get(item, ()) for item in GRAPH_FORMATS}
    return negotiate(request.headers.get("Accept", ""), [*offers, *further], aliases)


def send(
    context: Context, choice: Choice, identity: Iterable[object], start: Callable[[ResultFormat], Answer]
) -> Response:
    """Return the graph that `start` begins to write; `identity` is all that its triples depend on.

    Raises what `start` raises, which has to be asked for HEAD, too: a failure is one for both methods.
    """
    result_format = next(item for item in GRAPH_FORMATS if item.media_type == choice.media_type)
    context_tag = context.jsonld_tag if result_format == JSON_LD else ""
    parts = (*identity, context.store.release.version, result_format.name, choice.version, context_tag)
    etag = hashlib.sha256(repr(parts).encode()).hexdigest()[:32]
    if request.if_none_match.contains_weak(etag):
        response = Response(status=304)
    else:
        response = _begin(start(result_format), choice)
        name = f'inline; filename="graph.{result_format.suffix}"'
        response.headers["Content-Disposition"] = name
    response.set_etag(etag)
    response.headers["Cache-Control"] = "no-cache"
    response.vary.add("Accept")
    return response


def _begin(answer: Answer, choice: Choice) -> Response:
    frames = answer.frames
    if request.method == "HEAD":
        if close := getattr(frames, "close", None):
            close()
        frames = iter(())
    return Response(frames, content_type=content_type(answer.media_type, choice.version))
