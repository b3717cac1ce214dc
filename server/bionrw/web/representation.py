"""Answer a request for a page or its data: format, validators, and links between the formats."""

import hashlib
from collections.abc import Iterable

from flask import Response, request
from werkzeug.urls import iri_to_uri
from werkzeug.wrappers import Response as BaseResponse

from bionrw.model import Answer, ResultFormat
from bionrw.sparql.formats import ALIASES, JSON_LD, content_type
from bionrw.sparql.negotiation import choose
from bionrw.web.context import Context
from bionrw.web.lookup import Lookup
from bionrw.web.render import FORMATS, Target, renderer


def split_suffix(name: str, formats: Iterable[ResultFormat] = FORMATS) -> tuple[str, ResultFormat | None]:
    """Return a name without the suffix of a format, and that format (None: the client's Accept decides)."""
    stem, _, suffix = name.rpartition(".")
    chosen = next((item for item in formats if item.suffix == suffix), None) if stem else None
    return (stem, chosen) if chosen else (name, None)


def respond(target: Target, fixed: ResultFormat | None, context: Context, lookup: Lookup) -> BaseResponse:
    """Return `target` in the `fixed` format, else in what the client likes best; raise `NotAcceptable`."""
    chosen = fixed or _negotiate(target.formats)
    known = _data_tag(context, target, chosen) if chosen.kind == "graph" else ""
    if known and request.if_none_match.contains_weak(known):
        # The client holds the data already, so the store need not be asked (RFC 9110, section 13.1.2).
        response = Response(status=304)
    else:
        response = _answer(renderer(chosen, lookup).render(target), chosen)
    response.set_etag(known or hashlib.sha256(response.get_data()).hexdigest()[:32])
    response.headers["Cache-Control"] = "no-cache"
    if not fixed:
        response.vary.add("Accept")
        if target.parameters or not request.query_string:
            response.headers["Content-Location"] = target.address_of(chosen)
    for value in _links(target, chosen):
        response.headers.add("Link", value)
    return response.make_conditional(request)


def _negotiate(formats: Iterable[ResultFormat]) -> ResultFormat:
    offers = {item.media_type: item for item in formats}
    aliases = {item.media_type: ALIASES.get(item, ()) for item in offers.values()}
    return offers[choose(request.headers.get("Accept", ""), list(offers), aliases)]


def _answer(answer: Answer, chosen: ResultFormat) -> Response:
    """Return a page or file as a whole, since its validator is made from its bytes, and data as a stream."""
    if chosen.kind != "graph":
        return Response(b"".join(answer.frames), content_type=content_type(answer.media_type))
    return Response(answer.frames, content_type=content_type(answer.media_type))


def _data_tag(context: Context, target: Target, chosen: ResultFormat) -> str:
    """Return what the data depend on: the release, the query, the thing and the format."""
    tag = context.jsonld_tag if chosen == JSON_LD else ""
    parts = (
        context.store.release.version,
        context.queries.page(target.query),
        repr(target.bound),
        chosen.name,
        tag,
    )
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def _links(target: Target, chosen: ResultFormat) -> list[str]:
    """Return Link fields (RFC 8288): what this describes (RFC 6892), its usual address, the other formats."""
    found = [
        f'<{iri_to_uri(target.iri)}>; rel="describes"',
        f'<{target.address}{target.parameters}>; rel="canonical"',
    ]
    others = [item for item in target.formats if item != chosen]
    return found + [
        f'<{target.address_of(item)}>; rel="alternate"; type="{item.media_type}"' for item in others
    ]
