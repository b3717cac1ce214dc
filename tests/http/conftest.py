"""The application over a port that says what a test tells it to say."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from bionrw.config import Settings
from bionrw.errors import NotFound
from bionrw.model import Answer, Release, Stream
from bionrw.names import Names
from bionrw.web.app import create_app
from bionrw.web.gateway import Gateway
from tests.http.gateway_client import GatewayClient
from tests.http.live import Live, publish, running
from tests.http.questions import THINGS

NAMES = Names("https://graph.example/")

ROWS = {
    "head": {"vars": ["thing", "label"]},
    "results": {
        "bindings": [
            {
                "thing": {"type": "uri", "value": NAMES.thing("place", "aachen")},
                "label": {"type": "literal", "value": "Aachen", "xml:lang": "de"},
            }
        ]
    },
}
BODIES = {
    "application/sparql-results+json": json.dumps(ROWS).encode(),
    "application/sparql-results+xml": b'<?xml version="1.0"?><sparql/>',
    "text/csv": b"thing,label\r\n",
    "text/tab-separated-values": b"?thing\t?label\n",
    "text/turtle": b"<a:s> <a:p> <a:o> .\n",
    "application/n-triples": b"<a:s> <a:p> <a:o> .\n",
    "application/rdf+xml": b'<?xml version="1.0"?><rdf:RDF/>',
    "application/ld+json": b"[]",
    "application/trig": b"<a:s> <a:p> <a:o> .\n",
    "application/n-quads": b"<a:s> <a:p> <a:o> .\n",
}


class Frames:
    """Frames that know whether they were closed; an error among them is raised in its turn."""

    def __init__(self, *frames):
        self._frames = iter(frames)
        self.whole = len(frames) == 1
        self.taken = 0
        self._closed = threading.Event()

    @property
    def closed(self):
        """Whether the frames were closed; another thread may do it in a moment."""
        return self._closed.wait(2)

    def __iter__(self):
        return self

    def __next__(self):
        frame = next(self._frames)
        self.taken += 1
        if isinstance(frame, Exception):
            raise frame
        return frame

    def close(self):
        self._closed.set()


class ScriptedStore:
    """A graph store that answers as told and remembers what it was asked; ASK gets `verdict`."""

    def __init__(self):
        graphs = {NAMES.graph("document"): 7, NAMES.graph("curated"): 2, NAMES.graph("alignments"): 5}
        self.release = Release("0123456789abcdef", Path(), NAMES.base, "2026-11-01T00:00:00Z", graphs)
        self.asked = []
        self.written = []
        self.formats = []
        self.deadlines = []
        self.answers = []
        self.failure = None
        self.frames = None
        self.verdict = True

    def will_send(self, *frames):
        """Answer the next query with `frames`; an error among them is raised in its turn."""
        self.frames = Frames(*frames)

    def query(self, operation, result_format, deadline):
        self.asked.append(operation)
        self.formats.append(result_format)
        self.deadlines.append(deadline)
        if self.failure:
            raise self.failure
        body = BODIES[result_format.media_type]
        if operation.form == "ASK" and result_format.name == "json":
            body = json.dumps({"head": {}, "boolean": self.verdict}).encode()
        frames = self.frames or Frames(body)
        self.answers.append(frames)
        return Answer(result_format.media_type, frames)

    def write(self, triples, result_format, deadline, prefixes):
        self.written.append((triples, prefixes))
        self.deadlines.append(deadline)
        self.formats.append(result_format)
        if self.failure:
            raise self.failure
        frames = Frames(BODIES[result_format.media_type])
        self.answers.append(frames)
        return Answer(result_format.media_type, frames)

    def close(self):
        """Nothing was started."""


EXAMPLE = SimpleNamespace(
    slug="places",
    title={"en": "Places & more", "de": "Orte"},
    text="PREFIX a: <a:>\nSELECT ?place {}",
)


GRAPHS = {
    "graph-construct": "CONSTRUCT { ?s ?p ?o } WHERE { GRAPH ?this { ?s ?p ?o } }",
    "default-graph-construct": "CONSTRUCT WHERE { ?s ?p ?o }",
}


class FewQueries:
    """A library of one example and the two queries for whole graphs."""

    def page(self, name):
        return GRAPHS[name] if name in GRAPHS else self.example(name).text

    def example(self, slug):
        if slug != EXAMPLE.slug:
            message = f"There is no query {slug}."
            raise NotFound(message)
        return EXAMPLE

    def examples(self):
        return (EXAMPLE,)

    def federated(self):
        return (EXAMPLE,)

    def prefixes(self):
        return {"place": NAMES.base + "id/place/", "xsd": "http://www.w3.org/2001/XMLSchema#"}


@pytest.fixture
def scripted():
    """Return the store behind `endpoint`."""
    return ScriptedStore()


class ScriptedEngine:
    """The same store as the event loop sees it; an answer of one frame is complete from the start."""

    def __init__(self, store):
        self.store = store
        self.release = store.release
        self.clients = []
        self.encodings = []

    async def query(self, operation, result_format, deadline, client="", encoding=""):
        self.clients.append(client)
        self.encodings.append(encoding)
        answer = self.store.query(operation, result_format, deadline)
        return Stream(answer.media_type, AsyncFrames(answer.frames), "", answer.frames.whole)


class AsyncFrames:
    """Frames for an event loop."""

    def __init__(self, frames):
        self._frames = frames

    def __aiter__(self):
        return self

    async def __anext__(self):
        try:
            return next(self._frames)
        except StopIteration:
            raise StopAsyncIteration from None

    async def aclose(self):
        self._frames.close()


SETTINGS = Settings(max_request_bytes=10_000, deadline=7.0)


@pytest.fixture
def flask_endpoint(scripted):
    """Return a client of Flask's application over the scripted store."""
    return create_app(scripted, SETTINGS, FewQueries()).test_client()


@pytest.fixture
def gateway(scripted):
    """Return the ASGI application over the scripted store."""
    return Gateway(create_app(scripted, SETTINGS, FewQueries()), ScriptedEngine(scripted), SETTINGS)


@pytest.fixture(params=["flask", "gateway"])
def endpoint(request):
    """Return a client of Flask's application, and one of what stands in front of it."""
    if request.param == "flask":
        return request.getfixturevalue("flask_endpoint")
    return GatewayClient(request.getfixturevalue("gateway"))


@pytest.fixture(scope="session")
def releases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with one small release."""
    folder = tmp_path_factory.mktemp("streams") / "var"
    publish(folder, THINGS)
    return folder


@pytest.fixture(scope="session")
def patient(releases: Path) -> Iterator[Live]:
    """Return a server of one reader, with a deadline that no test waits for."""
    settings = {"WORKERS": 1, "READERS": 1, "DEADLINE": 120, "CACHE_BYTES": 0}
    with running(releases, releases.parent / "patient.log", settings) as server:
        yield server


@pytest.fixture(scope="session")
def hasty(releases: Path) -> Iterator[Live]:
    """Return a server with a short deadline, which waits for clients a second or two."""
    settings = {"WORKERS": 1, "READERS": 6, "DEADLINE": 2, "CACHE_BYTES": 0}
    with running(releases, releases.parent / "hasty.log", settings, "tests.http.impatient") as server:
        yield server


@pytest.fixture(scope="session")
def narrow(releases: Path) -> Iterator[Live]:
    """Return a server that sends 200,000 bytes at most."""
    settings = {"WORKERS": 1, "READERS": 1, "DEADLINE": 120, "MAX_RESPONSE_BYTES": 200_000}
    with running(releases, releases.parent / "narrow.log", settings) as server:
        yield server


@pytest.fixture(scope="session")
def tight(releases: Path) -> Iterator[Live]:
    """Return a server that sends less than the first block of an answer that is streamed."""
    settings = {"WORKERS": 1, "READERS": 1, "DEADLINE": 120, "MAX_RESPONSE_BYTES": 50_000}
    with running(releases, releases.parent / "tight.log", settings) as server:
        yield server
