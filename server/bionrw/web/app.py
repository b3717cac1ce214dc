"""Put the web application together: routes, problems, and the headers that every response carries."""

from functools import partial

from flask import Flask, Response, request

from bionrw.config import Settings
from bionrw.federation.tally import Tally
from bionrw.sparql.federation import Listed, Refuse
from bionrw.sparql.service import Service
from bionrw.store.port import GraphStore
from bionrw.web import (
    conditions,
    conformance,
    endpoint,
    federation,
    graph_store,
    health,
    pages,
    problems,
    quality,
)
from bionrw.web.context import EXTENSION, Context, QueryLibrary, tag_of_context
from bionrw.web.headers import EVERYWHERE
from bionrw.web.mount import mount


def create_app(
    store: GraphStore, settings: Settings, queries: QueryLibrary, tally: Tally | None = None
) -> Flask:
    """Return the application that serves one release; it reads neither environment nor files of its own.

    `store` answers SERVICE for the endpoints of `tally`.
    """
    app = Flask("bionrw.web")
    # One byte more than a request may have: a chunked body is cut here without a word, and the
    # protocol refuses what is too long.
    app.config["MAX_CONTENT_LENGTH"] = settings.max_request_bytes + 1
    app.config["MAX_FORM_MEMORY_SIZE"] = settings.max_request_bytes
    # An address is right or unknown: no redirects, which would be built from the client's Host field.
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False
    tag = tag_of_context(store.release)
    tally = tally or Tally({})
    policy = Listed() if tally.endpoints else Refuse()
    service = Service(store, settings, policy, prefixes=queries.prefixes(), jsonld_tag=tag)
    app.extensions[EXTENSION] = Context(store, settings, service, queries, tag, tally)
    app.register_blueprint(endpoint.blueprint)
    app.register_blueprint(graph_store.blueprint)
    app.register_blueprint(pages.blueprint)
    app.register_blueprint(quality.blueprint)
    app.register_blueprint(conformance.blueprint)
    app.register_blueprint(federation.blueprint)
    app.register_blueprint(health.blueprint)
    problems.register(app)
    conditions.register(app)
    app.after_request(partial(_add_headers, settings.cache_control))
    app.wsgi_app = mount(app.wsgi_app, settings.public_url)  # type: ignore[assignment, method-assign]
    return app


# The star allows others, such as those of a trace, to all who send no credentials (Fetch, section 4.9).
_ALLOWED_FIELDS = "Accept, Content-Type, If-None-Match, *"


def _add_headers(cache_control: str, response: Response) -> Response:
    if response.headers.get("Cache-Control") == "no-cache":
        # What a route would have asked for again each time; the operator may allow more.
        response.headers["Cache-Control"] = cache_control
    if request.method == "OPTIONS":
        # What applications from anywhere may send (Fetch, section 3.3.3).
        response.headers["Access-Control-Allow-Methods"] = response.headers.get("Allow", "GET")
        response.headers["Access-Control-Allow-Headers"] = _ALLOWED_FIELDS
        response.headers["Access-Control-Max-Age"] = "86400"
    for name, value in EVERYWHERE.items():
        response.headers.setdefault(name, value)
    return response
