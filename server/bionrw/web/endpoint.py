"""The SPARQL endpoint (SPARQL 1.1 Protocol): queries by GET and POST, and a form for people."""

from flask import Blueprint, Response, request
from werkzeug.exceptions import RequestURITooLarge

from bionrw.errors import KnowledgeError, NotAcceptable
from bionrw.model import Answer
from bionrw.sparql.formats import JSON, content_type
from bionrw.sparql.negotiation import choose
from bionrw.sparql.protocol import Request, read_request, refuse_length
from bionrw.sparql.service import HTML, Prepared
from bionrw.web import problems
from bionrw.web.console import show_answer, show_form
from bionrw.web.context import Context, current_context

blueprint = Blueprint("endpoint", __name__)


@blueprint.route("/sparql", methods=["GET", "POST"])
def sparql() -> Response:
    """Answer the query in the request, or show the form when a browser brings none."""
    context = current_context()
    if _is_visit():
        return _page(show_form(context, _first_text(context)))
    text = ""
    try:
        asked = _read(context)
        text = asked.text
        prepared = context.service.prepare(asked, request.headers.get("Accept", ""), pages=True)
        return _answer(context, asked, prepared)
    except KnowledgeError as error:
        problem = problems.of_ours(error)
        return problems.respond(problem, lambda: show_form(context, text, problem))


def _is_visit() -> bool:
    """Tell whether somebody came to write a query, and does not bring one."""
    if request.method == "POST" or "query" in request.args or "update" in request.args:
        return False
    try:
        return choose(request.headers.get("Accept", ""), (JSON.media_type, HTML)) == HTML
    except NotAcceptable:
        return False


def _first_text(context: Context) -> str:
    """Return the query to begin with: the example that was chosen, or else the first one."""
    if slug := request.args.get("example"):
        return context.queries.example(slug).text
    examples = context.queries.examples()
    return examples[0].text if examples else ""


def _read(context: Context) -> Request:
    limit = context.settings.max_request_bytes
    if len(request.query_string) > limit:
        raise RequestURITooLarge
    if (request.content_length or 0) > limit:
        raise refuse_length(limit)
    body = request.get_data() if request.method == "POST" else b""
    content = request.headers.get("Content-Type", "")
    coding = request.headers.get("Content-Encoding", "")
    return read_request(request.method, request.query_string, content, body, limit, coding)


def _answer(context: Context, asked: Request, prepared: Prepared) -> Response:
    if prepared.media_type != HTML and _is_known(prepared.etag):
        return _with_validators(Response(status=304), prepared)
    answer = context.service.run(prepared)
    if prepared.media_type == HTML:
        try:
            return _page(show_answer(context, asked, prepared, answer))
        finally:
            _close(answer)
    if request.method == "HEAD":
        # The query was run to learn the status; its rows are not wanted.
        _close(answer)
        answer = Answer(answer.media_type, iter(()))
    # A fault from here on ends the connection: the frames raise into the HTTP server, which then
    # leaves out the last chunk, so that no client takes half a result for a whole one.
    response = Response(answer.frames, content_type=content_type(answer.media_type))
    response.headers["Content-Disposition"] = f'inline; filename="result.{prepared.result_format.suffix}"'
    return _with_validators(response, prepared)


def _is_known(etag: str) -> bool:
    """Tell whether the client holds this very answer (RFC 9110, section 13.1.2)."""
    known = request.if_none_match
    return request.method != "POST" and bool(etag) and not known.star_tag and known.contains_weak(etag)


def _with_validators(response: Response, prepared: Prepared) -> Response:
    response.vary.add("Accept")
    if not prepared.etag:
        response.headers["Cache-Control"] = "no-store"
    elif request.method != "POST":
        response.headers["Cache-Control"] = "no-cache"
        response.set_etag(prepared.etag)
    return response


def _page(html: str) -> Response:
    response = Response(html, content_type=content_type(HTML))
    response.headers["Cache-Control"] = "no-cache"
    response.vary.add("Accept")
    return response


def _close(answer: Answer) -> None:
    if close := getattr(answer.frames, "close", None):
        close()
