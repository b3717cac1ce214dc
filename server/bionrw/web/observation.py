"""What is noted of each query: how it ended, how long it took, what it was; observers take it in."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Protocol

from bionrw.errors import (
    AnswerTooLarge,
    BadRequest,
    BodyTooLarge,
    FederationRefused,
    KnowledgeError,
    MalformedQuery,
    MethodNotAllowed,
    NotAcceptable,
    NotFound,
    OperationRefused,
    PreconditionFailed,
    QueryTimeout,
    QueryTooComplex,
    ReaderDied,
    SourceFailed,
    StoreUnavailable,
    UnsupportedMediaType,
    VersionTooOld,
)
from bionrw.model import Operation
from bionrw.web.cache import Reply

OK = "ok"
_FAILED, _BAD = "failed", "bad_request"
RECORD = "bionrw.record"


class ClientGone(Exception):
    """The client hung up before the answer was sent; nobody is told."""


# The nearest class above that of a fault decides.
OUTCOMES: Mapping[type[BaseException], str] = {
    ClientGone: "gone",
    MalformedQuery: "malformed",
    QueryTooComplex: "too_complex",
    BadRequest: _BAD,
    NotFound: _BAD,
    MethodNotAllowed: _BAD,
    UnsupportedMediaType: _BAD,
    BodyTooLarge: "request_too_large",
    OperationRefused: "refused",
    FederationRefused: "refused",
    NotAcceptable: "not_acceptable",
    PreconditionFailed: "precondition_failed",
    AnswerTooLarge: "too_large",
    VersionTooOld: "too_large",
    StoreUnavailable: "overload",
    QueryTimeout: "timeout",
    ReaderDied: "died",
    SourceFailed: "source_failed",
    KnowledgeError: _FAILED,
    asyncio.CancelledError: "stopped",
    BaseException: _FAILED,
}
NAMES = (OK, *dict.fromkeys(OUTCOMES.values()))


@dataclass(frozen=True, slots=True)
class Observation:
    """A query that has ended: when it `began` (seconds since 1970), what became of it, who asked what.

    `outcome` is one of `NAMES`, `size` the bytes of the body as they were sent, `hit`: it came from
    the cache; `form`, `format`, `text`, `shape` and `trace` are empty where they are not known.
    """

    began: float
    seconds: float
    outcome: str
    status: int
    size: int
    form: str
    format: str
    hit: bool
    client: str
    text: str
    shape: str
    trace: str


class Observer(Protocol):
    """Takes note of queries. Never raises: no query fails because it cannot be noted."""

    def note(self, observation: Observation) -> None:
        """Take note of a query that has ended."""
        ...


@dataclass(slots=True)
class Record:
    """What those who answer a request tell about it meanwhile."""

    text: str = ""
    operation: Operation | None = None
    body: bytes = b""
    held: Reply | None = None
    fault: BaseException | None = None

    @property
    def form(self) -> str:
        """Return the form of the query, "" where it is not known."""
        if self.operation is not None:
            return self.operation.form
        return self.held.form if self.held is not None else ""


def record_of(environ: Mapping[str, Any]) -> Record:
    """Return the record of a request that came through ASGI to WSGI, or one that nobody reads."""
    found = environ.get("asgi.scope", {}).get(RECORD)
    return found if isinstance(found, Record) else Record()


def outcome_of(fault: BaseException | None, status: int) -> str:
    """Return how a query ended, by what was raised or else by the status of its answer."""
    if fault is not None:
        return next(OUTCOMES[kind] for kind in type(fault).__mro__ if kind in OUTCOMES)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return _FAILED
    return _BAD if status >= HTTPStatus.BAD_REQUEST else OK
