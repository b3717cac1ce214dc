"""An engine and sources in this process, so that federation can be tried without any connection."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox

from bionrw.config import Settings
from bionrw.errors import SourceFailed
from bionrw.federation.endpoints import Endpoint
from bionrw.federation.engine import FederatedEngine
from bionrw.federation.gate import Fetched
from bionrw.federation.results import read_results
from bionrw.federation.tally import Tally
from bionrw.model import Form, Operation, Release, ResultFormat, Stream, Triple
from bionrw.sparql.formats import JSON
from bionrw.sparql.reading import is_default_only

BASE = "https://example.org/"


class Frames:
    """The frames of an answer that is there."""

    def __init__(self, *frames: bytes) -> None:
        self._frames = list(frames)

    def __aiter__(self) -> "Frames":
        return self

    async def __anext__(self) -> bytes:
        if not self._frames:
            raise StopAsyncIteration
        return self._frames.pop(0)

    async def aclose(self) -> None:
        self._frames.clear()


class LocalEngine:
    """Answers from one store; keeps the texts that it was asked."""

    network_guard = "none"

    def __init__(self, store: ox.Store) -> None:
        self.store, self.texts = store, list[str]()
        self.release = Release("1", Path("1"), BASE, "2026-01-01T00:00:00Z")

    async def query(
        self,
        operation: Operation,
        result_format: ResultFormat,
        deadline: float,
        client: str = "",
        encoding: str = "",
    ) -> Stream:
        assert not operation.federated
        assert (deadline > 0, client, encoding) == (True, "", "")
        self.texts.append(operation.text)
        given = operation.dataset
        graphs = None if given is None else [ox.NamedNode(iri) for iri in given.default_graphs]
        result = self.store.query(operation.text, base_iri=BASE, default_graph=graphs)  # type: ignore[arg-type]
        return Stream(result_format.media_type, Frames(_json(result)), complete=True)

    async def write(
        self,
        triples: Sequence[Triple],
        result_format: ResultFormat,
        deadline: float,
        prefixes: Mapping[str, str],
    ) -> Stream:
        raise NotImplementedError

    async def close(self) -> None:
        return


@dataclass
class StoreGate:
    """Answers for endpoints from stores, in place of the gate; those without one fail."""

    stores: dict[str, ox.Store]
    asked: list[tuple[str, str]] = field(default_factory=list)

    async def ask(self, endpoint: Endpoint, query: str, seconds: float) -> Fetched:
        assert seconds > 0
        self.asked.append((endpoint.iri, query))
        if endpoint.iri not in self.stores:
            detail = f"{endpoint.label} <{endpoint.iri}> does not answer."
            raise SourceFailed(detail, {"source": endpoint.iri})
        body = _json(self.stores[endpoint.iri].query(query))
        variables, rows = read_results(body)
        return Fetched(tuple(variables), tuple(rows), len(body), 0.1, None)

    async def close(self) -> None:
        return


@dataclass
class Federation:
    """A federated engine over stores of this process."""

    local: LocalEngine
    gate: StoreGate
    engine: FederatedEngine

    async def stream(self, text: str, form: Form = Form.SELECT) -> Stream:
        """Answer a query as JSON."""
        asked = Operation(text, form, federated=True, default_only=is_default_only(text))
        return await self.engine.query(asked, JSON, 10)

    async def rows(self, text: str) -> list[dict[str, dict[str, str]]]:
        """Return the bindings of a SELECT."""
        stream = await self.stream(text)
        body = b"".join([frame async for frame in stream.frames])
        return list(json.loads(body)["results"]["bindings"])


def federation(local: ox.Store, stores: dict[str, ox.Store], **limits: object) -> Federation:
    """Return an engine over `local` and the endpoints that `stores` answers for."""
    endpoints = {iri: Endpoint(iri, iri.rsplit("/", 1)[-1], **limits) for iri in stores}  # type: ignore[arg-type]
    engine, gate = LocalEngine(local), StoreGate(stores)
    return Federation(engine, gate, FederatedEngine(engine, Tally(endpoints), gate, Settings()))  # type: ignore[arg-type]


def store_of(turtle: str, graph: str = "") -> ox.Store:
    """Return a store of some triples."""
    store = ox.Store()
    place = ox.NamedNode(graph) if graph else None
    store.load(input=turtle.encode(), format=ox.RdfFormat.TURTLE, base_iri=BASE, to_graph=place)
    return store


def _json(result: object) -> bytes:
    assert isinstance(result, ox.QuerySolutions | ox.QueryBoolean)
    return result.serialize(format=ox.QueryResultsFormat.JSON) or b""
