"""The SPARQL endpoint (SPARQL 1.1 Protocol): queries by GET and POST, and a form for people."""

from flask import Blueprint, Response, request
from werkzeug.exceptions import RequestURITooLarge

from bionrw.errors import KnowledgeError
from bionrw.model import Answer
from bionrw.sparql.formats import content_type
from bionrw.sparql.protocol import Request, read_request, refuse_length
from bionrw.sparql.service import HTML, Prepared
from bionrw.web import description, problems
from bionrw.web.answers import content_fields, fields_of, is_whatever, known_tag, source_fields
from bionrw.web.console import show_answer, show_form
from bionrw.web.context import Context, current_context
from bionrw.web.observation import record_of

blueprint = Blueprint("endpoint", __name__)


@blueprint.route("/sparql", methods=["GET", "POST"])
def sparql() -> Response:
    """Answer the query in the request; without one, describe the service, or show a browser the form."""
    context = current_context()
    if request.method != "POST" and "query" not in request.args and "update" not in request.args:
        described = description.respond(context)
        return described or _page(show_form(context, _first_text(context)))
    record = record_of(request.environ)
    try:
        asked = _read(context)
        record.text = asked.text
        prepared = context.service.prepare(asked, request.headers.get("Accept", ""), pages=True)
        record.operation = prepared.operation
        return _answer(context, asked, prepared)
    except KnowledgeError as error:
        record.fault = error
        problem = problems.of_ours(error)
        return problems.respond(problem, lambda: show_form(context, record.text, problem))


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
    known = request.headers.get("If-None-Match", "")
    post = request.method == "POST"
    if prepared.media_type != HTML and not post and (tag := known_tag(prepared.etag, known)):
        return Response(status=304, headers=fields_of(prepared, etag=tag))
    answer = context.service.run(prepared)
    if prepared.media_type != HTML and not post and is_whatever(prepared.etag, known):
        _close(answer)
        return Response(status=304, headers=fields_of(prepared))
    if prepared.media_type == HTML:
        try:
            page = _page(show_answer(context, asked, prepared, answer))
            if not prepared.etag:
                page.headers["Cache-Control"] = "no-store"
            page.headers.update(source_fields(answer.sources))
            return page
        finally:
            _close(answer)
    if request.method == "HEAD":
        # The query was run to learn the status; its rows are not wanted.
        _close(answer)
        answer = Answer(answer.media_type, iter(()), answer.sources)
    # A fault from here on ends the connection: the frames raise into the HTTP server, which then
    # leaves out the last chunk, so that no client takes half a result for a whole one.
    fields = fields_of(prepared, post=post) | content_fields(prepared) | source_fields(answer.sources)
    return Response(answer.frames, headers=fields)


def _page(html: str) -> Response:
    response = Response(html, content_type=content_type(HTML))
    response.headers["Cache-Control"] = "no-cache"
    response.vary.add("Accept")
    return response


def _close(answer: Answer) -> None:
    if close := getattr(answer.frames, "close", None):
        close()
