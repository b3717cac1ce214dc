"""The addresses that people and machines read: home, things, kinds, terms and graphs."""

import re
from collections.abc import Callable
from typing import cast
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from bionrw.errors import NotFound
from bionrw.model import ResultFormat
from bionrw.sparql.formats import JSON_LD
from bionrw.web import ontology as ontology_pages
from bionrw.web import views
from bionrw.web.context import current_context
from bionrw.web.links import Links
from bionrw.web.listing import read_page
from bionrw.web.lookup import Lookup, bind
from bionrw.web.proof import require_triple
from bionrw.web.render import FORMATS, QUADS, Target, ontology_files
from bionrw.web.representation import respond, split_suffix
from bionrw.web.scene import Scene
from bionrw.web.terms_search import read_words
from bionrw.web.triples import read_triple

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
    context = current_context()
    names, files = context.names, ontology_files(context.store.release)
    formats = (*FORMATS, *files)
    name = version or "ontology"
    name, fixed = split_suffix(f"{name}.{suffix}" if suffix else name, formats)
    iri = f"{names.ontology}/{name}" if version else names.ontology
    terms = current_lookup().vocabulary.terms
    # An earlier version is answered by this one, which holds all of its terms (ontology/README.md, Versions).
    known = [v for p in ("owl:versionIRI", "owl:priorVersion") for v in terms.iris(names.ontology, p)]
    if (suffix and fixed is None) or (version and iri not in known):
        message = f"There is no such version of the ontology; known: {', '.join([names.ontology, *known])}."
        raise NotFound(message)
    address = url_for("pages.ontology", version=name) if version else url_for("pages.ontology")
    words = read_words(request.args.get("q", ""))

    def page() -> str:
        if words:
            return ontology_pages.found(_scene(), words)
        return ontology_pages.page(_scene(), iri, address, formats)

    target = Target(iri, address, page, "graph-construct", bind(names.graph("ontology")), files=files)
    return respond(target, fixed, context, current_lookup())


@blueprint.get("/ontology/alignments")
@blueprint.get("/ontology/alignments.<suffix>")
@blueprint.get("/ontology/alignments/<version>")
def alignments(version: str = "", suffix: str = "") -> BaseResponse:
    """Answer with the alignments of the ontology, which are one of their own."""
    name, fixed = split_suffix(f"{version or 'alignments'}.{suffix}" if suffix else version or "alignments")
    names = current_context().names
    own = f"{names.ontology}/alignments"
    iri = f"{own}/{name}" if version else own
    known = [row["version"].value for row in current_lookup().kept_rows("alignments-version")]
    if not known or (suffix and fixed is None) or (version and iri not in known):
        message = f"There are no such alignments; known: {', '.join([own, *known]) if known else 'none'}."
        raise NotFound(message)
    address = url_for("pages.alignments", version=name) if version else url_for("pages.alignments")
    graph = names.graph("alignments")
    return _respond(
        iri, address, lambda: ontology_pages.aligned(_scene(), iri, address), "graph-construct", fixed, graph
    )


@blueprint.get("/.well-known/void")
def void() -> BaseResponse:
    """Lead to the description of the graph (VoID)."""
    return redirect(url_for("endpoint.sparql"))


@blueprint.get("/context.jsonld")
def jsonld_context() -> Response:
    """Answer with the JSON-LD context of the release, below the release's own base."""
    try:
        content = (current_context().store.release.path / "context.jsonld").read_bytes()
    except OSError:
        message = "This release has no JSON-LD context; build it anew with `bionrw build`."
        raise NotFound(message) from None
    return _revalidated(Response(content, content_type=JSON_LD.media_type))


@blueprint.get("/proof")
@blueprint.get("/proof.<suffix>")
def proof(suffix: str = "") -> BaseResponse:
    """Answer with the reason why a triple holds."""
    context, lookup = current_context(), current_lookup()
    _, fixed = split_suffix(f"proof.{suffix}")
    if suffix and fixed is None:
        message = f"There is no format {suffix!r}; known: {', '.join(item.suffix for item in FORMATS)}."
        raise NotFound(message)
    triple = read_triple(request.args.to_dict(flat=False), context.queries.prefixes())
    graphs = require_triple(triple, lookup)
    address, parameters = url_for("pages.proof"), f"?{urlencode(triple.parameters())}"
    target = Target(
        triple.subject.value,
        address,
        lambda: views.proof(_scene(), triple, graphs, address, parameters),
        "proof-construct",
        triple.bindings(),
        parameters,
    )
    return respond(target, fixed, context, lookup)


@blueprint.get("/graph/<name>")
def graph(name: str) -> BaseResponse:
    """Answer with a named graph."""
    name, fixed = split_suffix(name, (*FORMATS, *QUADS))
    context = current_context()
    iri = context.names.graph(name)
    if iri not in context.store.release.graphs:
        known = ", ".join(sorted(context.store.release.graphs))
        message = f"There is no graph {name!r}; known: {known}."
        raise NotFound(message)
    address = url_for("pages.graph", name=name)
    target = Target(
        iri,
        address,
        lambda: views.graph(_scene(), iri, address),
        "graph-construct",
        bind(iri),
        further=QUADS,
    )
    return respond(target, fixed, context, current_lookup())


def _scene() -> Scene:
    context = current_context()
    return Scene(context, current_lookup(), Links(context.names, request.script_root))


def _respond(
    iri: str, address: str, page: Callable[[], str], query: str, fixed: ResultFormat | None, bound: str = ""
) -> BaseResponse:
    target = Target(iri, address, page, query, bind(bound or iri))
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
