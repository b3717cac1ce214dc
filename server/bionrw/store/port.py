"""The port behind which any SPARQL engine can stand."""

from typing import Protocol

from bionrw.model import Answer, Operation, Release, ResultFormat


class GraphStore(Protocol):
    """Answers queries over one released graph."""

    @property
    def release(self) -> Release:
        """Return the release that is answered from."""
        ...

    def query(self, operation: Operation, result_format: ResultFormat, deadline: float) -> Answer:
        """Start a query and return when its first bytes are there.

        `deadline` is in seconds from now and covers the whole answer. Raises `MalformedQuery`,
        `QueryTooComplex`, `BadRequest` (an argument is no IRI, a function is unknown),
        `NotAcceptable` (this form of query has no such format), `QueryTimeout`, `ReaderDied`,
        `EngineFailure` or `StoreUnavailable`. Close the answer's frames when you leave them early.
        """
        ...

    def close(self) -> None:
        """End everything that the store started."""
        ...
