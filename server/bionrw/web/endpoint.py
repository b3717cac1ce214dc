"""The SPARQL endpoint: queries by GET and POST, and a form for people."""

from flask import Blueprint, Response, request
from werkzeug.exceptions import RequestURITooLarge

from bionrw.sparql.formats import content_type
from bionrw.sparql.protocol import read_request
from bionrw.web.context import current_context

blueprint = Blueprint("endpoint", __name__)


@blueprint.route("/sparql", methods=["GET", "POST"])
def sparql() -> Response:
    """Answer a query."""
    context = current_context()
    limit = context.settings.max_request_bytes
    if len(request.query_string) > limit:
        raise RequestURITooLarge
    body = request.get_data() if request.method == "POST" else b""
    asked = read_request(
        request.method, request.query_string, request.headers.get("Content-Type", ""), body, limit
    )
    prepared = context.service.prepare(asked, request.headers.get("Accept", ""))
    answer = context.service.run(prepared)
    return Response(answer.frames, content_type=content_type(answer.media_type))
