"""The address of federation: whom queries may ask by SERVICE, how those answered, and queries for them."""

import json
from datetime import UTC, datetime

from flask import Blueprint, Response, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from bionrw.errors import NotFound
from bionrw.federation.description import describe
from bionrw.federation.endpoints import Endpoint
from bionrw.federation.receipt import Receipts
from bionrw.federation.tally import Tally
from bionrw.model import Answer, ResultFormat
from bionrw.sparql.formats import GRAPH_FORMATS, content_type
from bionrw.sparql.negotiation import Choice
from bionrw.web import document
from bionrw.web.context import Context, Example, current_context
from bionrw.web.quality import JSON
from bionrw.web.render import HTML
from bionrw.web.transfer import choose_format, send

blueprint = Blueprint("federation", __name__)


@blueprint.get("/federation")
@blueprint.get("/federation.<suffix>")
def federation(suffix: str = "") -> Response:
    """Answer with the list of endpoints, as a page or as a graph; it changes with each call of theirs."""
    context = current_context()
    known = {HTML.suffix: HTML, **{item.suffix: item for item in GRAPH_FORMATS}}
    if suffix and suffix not in known:
        detail = f"The list of endpoints has no format {suffix!r}; known: {', '.join(known)}."
        raise NotFound(detail)
    if suffix == HTML.suffix:
        response = _page(context)
    else:
        choice = choose_format([known[suffix].name] if suffix else [], (HTML.media_type,))
        response = _page(context) if choice.media_type == HTML.media_type else _data(context, choice)
    response.headers["Cache-Control"] = "no-store"
    if not suffix:
        response.vary.add("Accept")
    return response


@blueprint.get("/federation/receipt/<token>")
def receipt(token: str) -> BaseResponse:
    """Answer with what other endpoints gave to one answer, as a page or as JSON."""
    context = current_context()
    content = Receipts(context.tally.key).read(token)

    def written(chosen: ResultFormat) -> bytes:
        if chosen == HTML:
            moments = {"time": _moment(content["time"])}
            return render_template("receipt.html", receipt=content, moments=moments).encode()
        return json.dumps(content, ensure_ascii=False, indent=2).encode() + b"\n"

    response = document.respond("receipt", "", "", (JSON, HTML), written)
    # Every receipt has an address of its own, so a format has none.
    del response.headers["Content-Location"], response.headers["Link"]
    return response


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(int(seconds), UTC)


def _data(context: Context, choice: Choice) -> Response:
    prefixes = context.queries.prefixes()
    # From the settings, never from the client's Host field.
    path = url_for("federation.federation").removeprefix(request.script_root)
    triples = describe(context.tally, f"{context.public_url}{path}")

    def start(result_format: ResultFormat) -> Answer:
        return context.store.write(triples, result_format, context.settings.deadline, prefixes)

    return send(context, choice, (triples, *sorted(prefixes.items())), start)


def _page(context: Context) -> Response:
    tally = context.tally
    html = render_template(
        "federation.html",
        endpoints=[_shown(context, tally, each) for each in tally.endpoints.values()],
        formats=[item for item in GRAPH_FORMATS if item.name in ("ttl", "jsonld")],
        address=url_for("federation.federation"),
    )
    return Response(html, content_type=content_type(HTML.media_type))


def _shown(context: Context, tally: Tally, endpoint: Endpoint) -> dict[str, object]:
    state = tally.state(endpoint.iri)
    last = _moment(state.last) if state.last is not None else None
    return {"endpoint": endpoint, "state": state, "last": last, "examples": _examples(context, endpoint)}


def _examples(context: Context, endpoint: Endpoint) -> list[Example]:
    """Return the ready queries that ask this endpoint."""
    return [each for each in context.queries.federated() if f"<{endpoint.iri}>" in each.text]
