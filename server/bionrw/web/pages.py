"""The addresses that people and machines read: home, things, kinds, terms and graphs."""

import re
from collections.abc import Callable
from typing import cast

from flask import Blueprint, Response, current_app, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from bionrw.errors import NotFound
from bionrw.model import ResultFormat
from bionrw.sparql.formats import JSON_LD
from bionrw.web import views
from bionrw.web.context import current_context
from bionrw.web.links import Links
from bionrw.web.listing import read_page
from bionrw.web.lookup import Lookup
from bionrw.web.render import Target
from bionrw.web.representation import respond, split_suffix

blueprint = Blueprint("pages", __name__)

_LOOKUP = "bionrw.pages"
# What an IRI may hold unescaped (RFC 3987, section 2.2); other names cannot be in the graph.
_NAME = re.compile(r"[^\x00-\x20\x7f<>\"{}|\\^`/?#\ufffd]+")


def current_lookup() -> Lookup:
    """Return the look-up of the app that answers the current request."""
    extensions = current_app.extensions
    if _LOOKUP not in extensions:
        extensions[_LOOKUP] = Lookup(current_context())
    return cast("Lookup", extensions[_LOOKUP])


@blueprint.get("/")
def home() -> Response:
    """Answer with the home page: what this is, how much there is, and where to begin."""
    return _plain(views.home(_scene()))


@blueprint.get("/doc")
def kinds() -> Response:
    """Answer with the list of all kinds of things."""
    return _plain(views.kinds(_scene()))


@blueprint.get("/id")
@blueprint.get("/id/<kind>")
@blueprint.get("/id/<kind>/<slug>")
def identifier(kind: str = "", slug: str = "") -> BaseResponse:
    """Lead from a thing to its description (303, as in Cool URIs for the Semantic Web, section 4.2)."""
    if slug:
        _require(current_context().names.thing(kind, slug), kind, slug)
        path = url_for("pages.thing", kind=kind, slug=slug)
    elif kind:
        _require_kind(kind)
        path = url_for("pages.things", kind=kind)
    else:
        path = url_for("pages.kinds")
    # The address comes from the settings, never from the client's Host field.
    return redirect(current_context().public_url + path.removeprefix(request.script_root), 303)


@blueprint.get("/doc/<kind>/<slug>")
def thing(kind: str, slug: str) -> BaseResponse:
    """Answer with the page or the data of a thing."""
    slug, fixed = split_suffix(slug)
    iri = current_context().names.thing(kind, slug)
    _require(iri, kind, slug)
    page = read_page(request.args.get("page", "1"))
    address = url_for("pages.thing", kind=kind, slug=slug)
    return _respond(
        iri, address, lambda: views.thing(_scene(), iri, page, address), "resource-construct", fixed
    )


@blueprint.get("/doc/<kind>")
def things(kind: str) -> BaseResponse:
    """Answer with the things of one kind."""
    kind, fixed = split_suffix(kind)
    _require_kind(kind)
    page = read_page(request.args.get("page", "1"))
    namespace = current_context().names.thing(kind, "")
    address = url_for("pages.things", kind=kind)
    return _respond(
        namespace, address, lambda: views.things(_scene(), kind, page, address), "kind-construct", fixed
    )


@blueprint.get("/ontology")
@blueprint.get("/ontology.<suffix>")
@blueprint.get("/ontology/<version>")
def ontology(version: str = "", suffix: str = "") -> BaseResponse:
    """Answer with the ontology: its terms are told of on one page, each at its own anchor."""
    name, fixed = split_suffix(f"{version or 'ontology'}.{suffix}" if suffix else version or "ontology")
    names = current_context().names
    iri = f"{names.ontology}/{name}" if version else names.ontology
    terms = current_lookup().vocabulary.terms
    # An earlier version is answered by this one, which holds all of its terms (ontology/README.md, Versions).
    known = [v for p in ("owl:versionIRI", "owl:priorVersion") for v in terms.iris(names.ontology, p)]
    if (suffix and fixed is None) or (version and iri not in known):
        message = f"There is no such version of the ontology; known: {', '.join([names.ontology, *known])}."
        raise NotFound(message)
    address = url_for("pages.ontology", version=name) if version else url_for("pages.ontology")

    def page() -> str:
        return views.ontology(_scene(), iri, address)

    return _respond(iri, address, page, "graph-construct", fixed, bound=names.graph("ontology"))


@blueprint.get("/context.jsonld")
def jsonld_context() -> Response:
    """Answer with the JSON-LD context of the release, below the release's own base."""
    try:
        content = (current_context().store.release.path / "context.jsonld").read_bytes()
    except OSError:
        message = "This release has no JSON-LD context; build it anew with `bionrw build`."
        raise NotFound(message) from None
    return _revalidated(Response(content, content_type=JSON_LD.media_type))


@blueprint.get("/graph/<name>")
def graph(name: str) -> BaseResponse:
    """Answer with a named graph."""
    name, fixed = split_suffix(name)
    context = current_context()
    iri = context.names.graph(name)
    if iri not in context.store.release.graphs:
        known = ", ".join(sorted(context.store.release.graphs))
        message = f"There is no graph {name!r}; known: {known}."
        raise NotFound(message)
    address = url_for("pages.graph", name=name)
    return _respond(iri, address, lambda: views.graph(_scene(), iri, address), "graph-construct", fixed)


def _scene() -> views.Scene:
    context = current_context()
    return views.Scene(context, current_lookup(), Links(context.names, request.script_root))


def _respond(
    iri: str, address: str, page: Callable[[], str], query: str, fixed: ResultFormat | None, bound: str = ""
) -> BaseResponse:
    target = Target(iri, address, page, query, bound or iri)
    return respond(target, fixed, current_context(), current_lookup())


def _require(iri: str, kind: str, slug: str) -> None:
    """Raise `NotFound` unless something is said of `iri`."""
    if not (_NAME.fullmatch(kind) and _NAME.fullmatch(slug) and current_lookup().exists(iri)):
        message = f"The graph says nothing of {iri}; look through /doc, or ask at /sparql."
        raise NotFound(message)


def _require_kind(kind: str) -> None:
    """Raise `NotFound` unless there are things of `kind`."""
    known = [slug for slug, _ in current_lookup().counts()]
    if kind not in known:
        message = f"There is no kind {kind!r}; known: {', '.join(known)}."
        raise NotFound(message)


def _plain(html: str) -> Response:
    return _revalidated(Response(html, content_type="text/html; charset=utf-8"))


def _revalidated(response: Response) -> Response:
    """Return `response` with a validator made from its bytes (RFC 9110, section 8.8.3)."""
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag()
    return cast("Response", response.make_conditional(request))
