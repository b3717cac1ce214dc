"""The answer to who comes to the endpoint without a query: a description of the service, in RDF."""

from flask import Response, request, url_for

from bionrw.errors import BadRequest
from bionrw.model import Answer, ResultFormat
from bionrw.sparql.description import describe
from bionrw.sparql.formats import ROW_FORMATS
from bionrw.sparql.protocol import DATASET_PARAMETERS, FORMAT_PARAMETERS
from bionrw.sparql.statistics import statistics_of
from bionrw.web.context import Context
from bionrw.web.transfer import choose_format, send

_HTML = "text/html"


def respond(context: Context) -> Response | None:
    """Return the description of the service, None when the client would rather have a page.

    Raises `NotAcceptable`, and `BadRequest` for a client that expects the rows of a query it forgot.
    """
    if unknown := sorted({*request.args} - {*FORMAT_PARAMETERS, *DATASET_PARAMETERS, "example", "version"}):
        # Whoever sends something else meant to send a query.
        detail = f"There is no query; send it as the parameter `query`, not as `{unknown[0][:40]}`."
        raise BadRequest(detail)
    names = [value for name in FORMAT_PARAMETERS for value in request.args.getlist(name)]
    if "html" in names:
        return None
    rows = tuple(item.media_type for item in ROW_FORMATS)
    choice = choose_format(names, (_HTML, *rows))
    if choice.media_type == _HTML:
        return None
    if choice.media_type in rows:
        detail = "There is no query; send it as the parameter `query`, or accept RDF to get the description."
        raise BadRequest(detail)
    triples = describe(
        context.store.release,
        context.settings,
        _public(context, url_for("endpoint.sparql")),
        _public(context, url_for("graph_store.graph_store")),
        federated=bool(context.tally.endpoints),
        statistics=statistics_of(context.store.release.path),
    )

    prefixes = context.queries.prefixes()

    def start(result_format: ResultFormat) -> Answer:
        return context.store.write(triples, result_format, context.settings.deadline, prefixes)

    return send(context, choice, (triples, *sorted(prefixes.items())), start)


def _public(context: Context, path: str) -> str:
    """Return the address of `path` from the settings, never from the client's Host field."""
    return context.public_url + path.removeprefix(request.script_root)
