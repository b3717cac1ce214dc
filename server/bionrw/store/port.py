"""The port behind which any SPARQL engine can stand."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from bionrw.model import Answer, Operation, Release, ResultFormat, Stream, Triple


class GraphStore(Protocol):
    """Answers queries over one released graph."""

    @property
    def release(self) -> Release:
        """Return the release that is answered from."""
        ...

    def query(self, operation: Operation, result_format: ResultFormat, deadline: float) -> Answer:
        """Start a query and return when its first bytes are there.

        Relative IRIs in the text are below the base of the release (SPARQL 1.1 Protocol, section 2.3).
        `deadline` is in seconds from now and covers the whole answer. Raises `MalformedQuery`,
        `QueryTooComplex`, `BadRequest` (an argument is no IRI, a function is unknown),
        `NotAcceptable` (this form of query has no such format), `QueryTimeout`, `ReaderDied`,
        `EngineFailure` or `StoreUnavailable`. Close the answer's frames when you leave them early.
        """
        ...

    def write(
        self,
        triples: Sequence[Triple],
        result_format: ResultFormat,
        deadline: float,
        prefixes: Mapping[str, str],
    ) -> Answer:
        """Start to write a small graph that is not in the store, what the first triple is about in front.

        It is laid out with the `prefixes` that it uses. `deadline` and what is raised are those of `query`.
        """
        ...

    def close(self) -> None:
        """End everything that the store started."""
        ...


class AsyncGraphStore(Protocol):
    """Answers queries over one released graph on an event loop."""

    @property
    def release(self) -> Release:
        """Return the release that is answered from."""
        ...

    async def query(
        self,
        operation: Operation,
        result_format: ResultFormat,
        deadline: float,
        client: str = "",
        encoding: str = "",
    ) -> Stream:
        """Start a query as `GraphStore.query` does, for a `client`, in a content coding ("gzip", "zstd", "").

        Queries of one client wait for each other before they wait for those of others. When the caller
        is cancelled, the query ends.
        """
        ...


class AsyncEngine(AsyncGraphStore, Protocol):
    """One that can also write small graphs, and is ended by who has begun it."""

    @property
    def network_guard(self) -> str:
        """Return what keeps its readers off the network: "seccomp", "descriptors" or "none"."""
        ...

    async def write(
        self,
        triples: Sequence[Triple],
        result_format: ResultFormat,
        deadline: float,
        prefixes: Mapping[str, str],
    ) -> Stream:
        """Start to write a small graph; see `GraphStore.write`."""
        ...

    async def close(self) -> None:
        """End everything that it started."""
        ...
