"""Make every error response: problem details (RFC 9457), plain text or a page, by what the client accepts."""

import json
import logging
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

from flask import Flask, Response, render_template, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as BaseResponse

from bionrw.errors import (
    BadRequest,
    BodyTooLarge,
    KnowledgeError,
    MethodNotAllowed,
    NotAcceptable,
    NotFound,
    UnsupportedMediaType,
)
from bionrw.sparql.formats import content_type
from bionrw.sparql.negotiation import choose
from bionrw.web.cache import Reply, raw
from bionrw.web.headers import EVERYWHERE_RAW

PROBLEM_JSON = "application/problem+json"
_OFFERS = (PROBLEM_JSON, "text/plain", "text/html")
_ALIASES = {PROBLEM_JSON: ("application/json",)}
_RETRY_SECONDS = 5
_DETAILS = {
    400: "The request breaks HTTP; check its headers and its length.",
    404: "Nothing is known under this address; check its spelling or start from the home page.",
    405: "This address does not take this method; the Allow field names those it takes. "
    "Nothing is written over HTTP: the graph changes with its releases only.",
    413: "The request is larger than this server reads; send a shorter query.",
    414: "The address is longer than this server reads; send the query by POST.",
}
# What an error of Flask's tells in its header fields; the others describe its own page.
_KEPT = ("Allow", "Content-Range", "Retry-After")
_TITLES = {
    error.status: error.title
    for error in (BadRequest, NotFound, MethodNotAllowed, BodyTooLarge, UnsupportedMediaType)
}
_LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Problem:
    """An error as clients see it; `members` are further ones (RFC 9457, section 3.2)."""

    status: int
    title: str
    detail: str
    members: Mapping[str, object] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    def document(self) -> dict[str, object]:
        """Return the problem details; the type is about:blank, so the status tells the kind."""
        plain = {"type": "about:blank", "title": self.title, "status": self.status, "detail": self.detail}
        return {**plain, **self.members, **plain}


def register(app: Flask) -> None:
    """Let `app` answer all errors with problems, foreign and unexpected ones included."""
    app.register_error_handler(KnowledgeError, lambda error: respond(of_ours(error)))
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _unexpected_error)


def respond(problem: Problem, page: Callable[[], str] | None = None) -> Response:
    """Return the response in the form that the client accepts; nothing acceptable: as JSON.

    `page` makes the HTML where the usual page of a problem would take the user's work away.
    """
    media_type = _choose(request.headers.get("Accept", ""))
    if media_type == "text/html":
        body = page() if page else render_template("problem.html", problem=problem)
    else:
        body = _write(problem, media_type)
    return Response(body, problem.status, headers=_fields(problem, media_type))


def reply(problem: Problem, accept: str = "") -> Reply:
    """Return the problem as JSON or plain text, for clients that want no page."""
    media_type = _choose(accept, _OFFERS[:2])
    body = _write(problem, media_type).encode()
    fields = {**_fields(problem, media_type), "Content-Length": str(len(body))}
    return Reply(problem.status, (*raw(fields.items()), *EVERYWHERE_RAW), body)


def _choose(accept: str, offers: tuple[str, ...] = _OFFERS) -> str:
    try:
        return choose(accept, offers, _ALIASES)
    except NotAcceptable:
        return PROBLEM_JSON


def _write(problem: Problem, media_type: str) -> str:
    if media_type == "text/plain":
        return f"{problem.status} {problem.title}\n\n{problem.detail}\n"
    return json.dumps(problem.document(), ensure_ascii=False)


def _fields(problem: Problem, media_type: str) -> dict[str, str]:
    return {
        **problem.headers,
        "Content-Type": content_type(media_type),
        "Cache-Control": "no-store",
        "Vary": "Accept",
    }


def of(error: Exception) -> Problem:
    """Return the problem that an error stands for, whoever made it."""
    return of_ours(error) if isinstance(error, KnowledgeError) else of_fault(error)


def of_ours(error: KnowledgeError) -> Problem:
    """Return the problem that one of our own errors stands for."""
    headers = {}
    members = dict(error.extra)
    if error.status == HTTPStatus.SERVICE_UNAVAILABLE:
        headers["Retry-After"] = str(_RETRY_SECONDS)
    if allow := members.pop("allow", None):
        headers["Allow"] = str(allow)
    if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        _LOGGER.warning("%s %s: %s", error.status, error.title, error.detail)
    return Problem(error.status, error.title, error.detail, members, headers)


def _http_error(error: HTTPException) -> BaseResponse:
    """Answer what Flask found wrong; redirects and the like pass as they are."""
    if error.code is None or error.code < HTTPStatus.BAD_REQUEST:
        return error.get_response()
    phrase = HTTPStatus(error.code).phrase
    headers = {name: value for name, value in error.get_headers() if name in _KEPT}
    detail = _DETAILS.get(error.code, f"The request cannot be answered: {phrase.lower()}.")
    return respond(Problem(error.code, _TITLES.get(error.code, phrase), detail, {}, headers))


def _unexpected_error(error: Exception) -> Response:
    return respond(of_fault(error))


def of_fault(error: Exception) -> Problem:
    """Return the problem of a fault of ours: a reference to the log; nothing else of it leaves the house."""
    reference = uuid.uuid4().hex[:12]
    _LOGGER.error("unexpected error, reference %s", reference, exc_info=error)
    detail = f"The server failed on this request. If it happens again, report the reference {reference}."
    phrase = HTTPStatus.INTERNAL_SERVER_ERROR.phrase
    return Problem(HTTPStatus.INTERNAL_SERVER_ERROR, phrase, detail, {"reference": reference})
