"""The one tree of errors: each class knows its HTTP status and title, each message says what to do.

KnowledgeError 500
├── BadRequest 400
│   ├── MalformedQuery 400        the SPARQL text does not parse; carries line and column
│   └── QueryTooComplex 400       nested or long beyond what the engine reads safely
├── OperationRefused 403          an update
│   └── FederationRefused 403     a SERVICE that the operator has not listed, or that is not sure
├── NotFound 404                  no such thing, page, query or release
├── MethodNotAllowed 405
├── NotAcceptable 406             no offered media type is accepted
├── PreconditionFailed 412        If-Match or If-Unmodified-Since does not hold
├── BodyTooLarge 413
├── UnsupportedMediaType 415
├── AnswerTooLarge 422            the answer would pass the limit on its bytes or rows
├── EngineFailure 500
│   └── ReaderDied 500            the process that ran the query ended: memory or a crash
├── SourceFailed 502              another endpoint that a query asks gives no usable answer
├── StoreUnavailable 503          no release, or no reader free in time
├── QueryTimeout 504
├── VersionTooOld 505              a large answer for a client of HTTP/1.0
├── SettingError (never served)    a setting has a value that no server can run with
└── BuildError (never served)
    ├── SourceError               a file does not parse: file, line, column
    ├── ShapeViolation            a fact breaks a shape or a check
    ├── EvidenceMismatch          an offset or quotation does not fit the text
    └── OutOfReach                the graph is too large or too hard for a reasoner
"""

from collections.abc import Mapping
from typing import ClassVar


class KnowledgeError(Exception):
    """Something went wrong that the caller can be told about; `extra` adds members to the problem."""

    status: ClassVar[int] = 500
    title: ClassVar[str] = "Something went wrong"

    def __init__(self, detail: str, extra: Mapping[str, object] | None = None) -> None:
        """Keep what was wrong and what to do (`detail`) and further members (RFC 9457, section 3.2)."""
        super().__init__(detail)
        self.detail = detail
        self.extra: Mapping[str, object] = extra or {}


class BadRequest(KnowledgeError):
    """The request breaks the protocol."""

    status, title = 400, "Bad request"


class MalformedQuery(BadRequest):
    """The query does not parse; `extra` holds line and column, counted from one."""

    status, title = 400, "The query does not parse"


class QueryTooComplex(BadRequest):
    """The query nests or chains deeper than the engine reads safely, or merges more than it should."""

    status, title = 400, "The query is too complex"


class OperationRefused(KnowledgeError):
    """The operation is understood and not allowed here."""

    status, title = 403, "Operation refused"


class FederationRefused(OperationRefused):
    """The query wants an outgoing SERVICE request that the operator has not allowed."""

    status, title = 403, "Federated query refused"


class NotFound(KnowledgeError):
    """Nothing is known under this address."""

    status, title = 404, "Not found"


class MethodNotAllowed(KnowledgeError):
    """The address does not take this method; `extra` holds `allow`."""

    status, title = 405, "Method not allowed"


class NotAcceptable(KnowledgeError):
    """None of the media types on offer is accepted; `extra` holds `offers`."""

    status, title = 406, "Not acceptable"


class PreconditionFailed(KnowledgeError):
    """What is here is not what the client means; `extra` may hold its tag."""

    status, title = 412, "Precondition failed"


class BodyTooLarge(KnowledgeError):
    """The request is larger than the limit that `extra` names in bytes."""

    status, title = 413, "Request too large"


class UnsupportedMediaType(KnowledgeError):
    """The body comes in a media type that is not read here."""

    status, title = 415, "Unsupported media type"


class AnswerTooLarge(KnowledgeError):
    """The answer would be larger than the limit that `extra` names."""

    status, title = 422, "The answer is too large"


class EngineFailure(KnowledgeError):
    """The engine failed on a well-formed query."""

    status, title = 500, "The query failed"


class ReaderDied(EngineFailure):
    """The process that ran the query ended before its answer did."""

    status, title = 500, "The query ended its reader"


class SourceFailed(KnowledgeError):
    """An endpoint that SERVICE asks gave no usable answer; `extra` holds its `source` and the `reason`."""

    status, title = 502, "A source of the query failed"


class StoreUnavailable(KnowledgeError):
    """No release can be read now; try again later."""

    status, title = 503, "Store unavailable"


class QueryTimeout(KnowledgeError):
    """The query ran past the time allowed; narrow it or add LIMIT."""

    status, title = 504, "The query took too long"


class VersionTooOld(KnowledgeError):
    """The answer is too large for a version of HTTP in which nobody can see whether it is whole."""

    status, title = 505, "HTTP/1.1 is needed"


class SettingError(KnowledgeError):
    """A setting has a value that no server can run with; the message names it and what to give."""

    title = "A setting is wrong"


class BuildError(KnowledgeError):
    """The build stopped; the served release stays as it was."""

    title = "The build stopped"


class SourceError(BuildError):
    """A source file does not parse; the message names file, line and column."""

    title = "A source file does not parse"


class ShapeViolation(BuildError):
    """A fact breaks a shape or a check; the message names node, shape, path and how to mend it."""

    title = "The facts break a rule"


class EvidenceMismatch(BuildError):
    """An offset, digest or quotation does not fit the text."""

    title = "Evidence does not fit the text"


class OutOfReach(BuildError):
    """A reasoner cannot judge the graph in the time allowed; another one has to."""

    title = "The graph is out of the reasoner's reach"
