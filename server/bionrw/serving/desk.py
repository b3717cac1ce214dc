"""The operator's addresses: metrics for Prometheus, and the slowest queries as a page and as JSON."""

import json
from collections.abc import Callable, Iterable
from http import HTTPStatus
from importlib.resources import files
from wsgiref.types import StartResponse, WSGIEnvironment

from jinja2 import Environment, PackageLoader, select_autoescape
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder

from bionrw.serving.ledger import Ledger
from bionrw.serving.slowest import SlowQuery, slowest

_HTML, _JSON, _TEXT = "text/html; charset=utf-8", "application/json", "text/plain; charset=utf-8"
_HEADERS = {
    # Not for other sites: no origin may read it.
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
# A page of another site that has its name lead to this machine comes with that name.
_HOSTS = ("127.0.0.1", "localhost", "[::1]")

_Content = tuple[str, bytes]


class Desk:
    """A WSGI application over the ledger (PEP 3333)."""

    def __init__(self, registry: CollectorRegistry, ledger: Ledger) -> None:
        """Show what `registry` collects and what `ledger` holds."""
        self._registry, self._ledger = registry, ledger
        self._templates = Environment(
            loader=PackageLoader("bionrw.serving"), autoescape=select_autoescape(), trim_blocks=True
        )
        self._routes: dict[str, Callable[[str], _Content]] = {
            "/": self._page,
            "/slow": self._page,
            "/slow.json": self._data,
            "/metrics": self._metrics,
            "/style.css": _style,
        }

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        status, headers, (media_type, body) = self._answer(environ)
        fields = {**_HEADERS, **headers, "Content-Type": media_type, "Content-Length": str(len(body))}
        start_response(f"{status.value} {status.phrase}", list(fields.items()))
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]

    def _answer(self, environ: WSGIEnvironment) -> tuple[HTTPStatus, dict[str, str], _Content]:
        host = environ.get("HTTP_HOST", "").rpartition(":")[0] or environ.get("HTTP_HOST", "")
        if host not in _HOSTS:
            return HTTPStatus.MISDIRECTED_REQUEST, {}, _words("Ask 127.0.0.1 or localhost.")
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return HTTPStatus.METHOD_NOT_ALLOWED, {"Allow": "GET, HEAD"}, _words("This can be read only.")
        show = self._routes.get(environ["PATH_INFO"])
        if show is None:
            return HTTPStatus.NOT_FOUND, {}, _words(f"There are {', '.join(self._routes)}.")
        return HTTPStatus.OK, {}, show(environ.get("HTTP_ACCEPT", ""))

    def _metrics(self, accept: str) -> _Content:
        encode, media_type = choose_encoder(accept)
        return media_type, encode(self._registry)

    def _page(self, _accept: str) -> _Content:
        page = self._templates.get_template("slow.html")
        return _HTML, page.render(queries=self._slowest()).encode()

    def _data(self, _accept: str) -> _Content:
        queries = [query.document() for query in self._slowest()]
        return _JSON, json.dumps({"queries": queries}, ensure_ascii=False).encode()

    def _slowest(self) -> list[SlowQuery]:
        return slowest(place for place, _ in self._ledger.places())


def _style(_accept: str) -> _Content:
    return "text/css; charset=utf-8", (files("bionrw.web") / "static" / "style.css").read_bytes()


def _words(words: str) -> _Content:
    return _TEXT, f"{words}\n".encode()
