"""The graphs one by one (SPARQL 1.1 Graph Store HTTP Protocol), for reading.

Writing methods get 405 and not 403: they are no operations that some are allowed and others not, the
address does not have them, and Allow says so (RFC 9110, sections 10.2.1 and 15.5.6).
"""

from flask import Blueprint, Response, request
from werkzeug.exceptions import RequestURITooLarge

from bionrw.errors import NotFound
from bionrw.model import Answer, ResultFormat
from bionrw.sparql.graph_store import read_graph_request
from bionrw.web.context import Context, current_context
from bionrw.web.lookup import bind
from bionrw.web.pages import current_lookup
from bionrw.web.transfer import choose_format, send

blueprint = Blueprint("graph_store", __name__)


@blueprint.get("/graph-store")
def graph_store() -> Response:
    """Answer with the default graph, as queries see it, or with a named one (section 5.2)."""
    context = current_context()
    if len(request.query_string) > context.settings.max_request_bytes:
        raise RequestURITooLarge
    asked = read_graph_request(request.query_string)
    if asked.graph:
        _require(context, asked.graph)
    choice = choose_format(asked.formats)
    query = "graph-construct" if asked.graph else "default-graph-construct"

    def start(result_format: ResultFormat) -> Answer:
        return current_lookup().data(query, bind(asked.graph), result_format)

    return send(context, choice, (context.queries.page(query), asked.graph), start)


def _require(context: Context, graph: str) -> None:
    known = sorted(context.store.release.graphs)
    if graph not in known:
        detail = f"There is no graph {graph[:200]}; known: {', '.join(known)}."
        raise NotFound(detail)
