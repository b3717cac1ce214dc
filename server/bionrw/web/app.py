"""Put the web application together: routes, problems, and the headers that every response carries."""

from flask import Flask, Response, request

from bionrw.config import Settings
from bionrw.sparql.service import Service
from bionrw.store.port import GraphStore
from bionrw.web import conditions, endpoint, pages, problems, quality
from bionrw.web.context import EXTENSION, Context, QueryLibrary, tag_of_context
from bionrw.web.mount import mount

# Pages need our own style sheet and pictures, and forms that lead here; nothing else, no script at all.
_CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    # All of the graph is public and there are no cookies, so any origin may read it, errors included.
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Link, Retry-After",
}


def create_app(store: GraphStore, settings: Settings, queries: QueryLibrary) -> Flask:
    """Return the application that serves one release; it reads neither environment nor files of its own."""
    app = Flask("bionrw.web")
    # One byte more than a request may have: a chunked body is cut here without a word, and the
    # protocol refuses what is too long.
    app.config["MAX_CONTENT_LENGTH"] = settings.max_request_bytes + 1
    app.config["MAX_FORM_MEMORY_SIZE"] = settings.max_request_bytes
    # An address is right or unknown: no redirects, which would be built from the client's Host field.
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False
    tag = tag_of_context(store.release)
    service = Service(store, settings, prefixes=queries.prefixes(), jsonld_tag=tag)
    app.extensions[EXTENSION] = Context(store, settings, service, queries, tag)
    app.register_blueprint(endpoint.blueprint)
    app.register_blueprint(pages.blueprint)
    app.register_blueprint(quality.blueprint)
    problems.register(app)
    conditions.register(app)
    app.after_request(_add_headers)
    app.wsgi_app = mount(app.wsgi_app, settings.public_url)  # type: ignore[assignment, method-assign]
    return app


def _add_headers(response: Response) -> Response:
    if request.method == "OPTIONS":
        # What applications from anywhere may send (Fetch, section 3.3.3).
        response.headers["Access-Control-Allow-Methods"] = response.headers.get("Allow", "GET")
        response.headers["Access-Control-Allow-Headers"] = "Accept, Content-Type, If-None-Match"
        response.headers["Access-Control-Max-Age"] = "86400"
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    return response
