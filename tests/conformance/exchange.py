"""HTTP requests that manifests describe, and the answers they get from a server."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http.client import HTTPConnection
from urllib.parse import urlsplit

from bionrw.sparql.formats import GRAPH_FORMATS, ROW_FORMATS
from tests.conformance.description import RDF, Description, Term, words
from tests.conformance.manifests import MF, Case
from tests.conformance.results import UNREADABLE, read_result

HT = "http://www.w3.org/2011/http#"
CNT = "http://www.w3.org/2011/content#"
SECONDS = 30
# How manifests name the statuses of one class, and single ones.
_STATUSES = {
    "StatusCode2xx": range(200, 300),
    "StatusCode3xx": range(300, 400),
    "StatusCode4xx": range(400, 500),
    "OK": (200,),
    "Created": (201,),
    "NoContent": (204,),
    "NotFound": (404,),
}
_TABLES = {item.media_type: item.suffix for item in ROW_FORMATS}
_VERDICTS = ("application/sparql-results+json", "application/sparql-results+xml")
_GRAPHS = {item.media_type: item.suffix for item in GRAPH_FORMATS}


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back."""

    status: int
    media_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a manifest says of the reply; empty and None mean that it says nothing."""

    statuses: frozenset[int]
    verdict: bool | None
    form: str
    headers: Mapping[str, str]
    body: str

    @property
    def succeeds(self) -> bool:
        """Tell whether the request is to be granted."""
        return any(status < 300 for status in self.statuses)


@dataclass(frozen=True, slots=True)
class Request:
    """A request and the reply that it should get."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes
    text: str
    wanted: Wanted


def requests_of(case: Case) -> Iterator[Request]:
    """Yield the requests of a test in their order."""
    described = case.described
    node = next(n for n in described.subjects(MF + "action") if words(n) == case.iri)
    action = described.value(node, MF + "action")
    for item in described.members(described.value(action, HT + "requests")):
        yield _request(described, item)


def _request(described: Description, node: Term) -> Request:
    text, encoding = _content(described, node)
    return Request(
        described.text(node, HT + "methodName"),
        described.text(node, HT + "absolutePath"),
        _headers(described, node),
        # UTF-16 stands for any other encoding: what goes out is not UTF-8.
        text.encode(encoding),
        text,
        _wanted(described, described.value(node, HT + "resp")),
    )


def _wanted(described: Description, node: Term) -> Wanted:
    names = [words(v).rpartition("#")[2] for v in described.values(node, MF + "expectedStatus")]
    verdict = described.text(node, MF + "expectedBoolean")
    return Wanted(
        frozenset(status for name in names for status in _STATUSES[name]),
        verdict == "true" if verdict else None,
        described.text(node, MF + "expectedFormat"),
        _headers(described, node),
        _content(described, node)[0],
    )


def _content(described: Description, node: Term) -> tuple[str, str]:
    for body in described.values(node, HT + "body"):
        return described.text(body, CNT + "chars"), described.text(body, CNT + "characterEncoding")
    return "", "UTF-8"


def _headers(described: Description, node: Term) -> dict[str, str]:
    lists = described.values(node, HT + "headers")
    items = [item for head in lists for item in described.members(head)]
    return {described.text(i, HT + "fieldName"): described.text(i, HT + "fieldValue") for i in items}


def send(address: str, method: str, target: str, headers: Mapping[str, str], body: bytes = b"") -> Reply:
    """Send a request as it is written and return the reply; redirects are not followed."""
    connection = HTTPConnection(urlsplit(address).netloc, timeout=SECONDS)
    try:
        connection.request(method, target, body or None, dict(headers))
        reply = connection.getresponse()
        media_type = (reply.getheader("Content-Type") or "").partition(";")[0].strip()
        return Reply(reply.status, media_type, reply.read())
    finally:
        connection.close()


def complaint(reply: Reply, wanted: Wanted) -> str:
    """Return how a reply differs from what the manifest says, but for its body as a graph."""
    if reply.status not in wanted.statuses:
        return f"status {reply.status}, expected {_ranges(wanted.statuses)}"
    if wanted.form:
        offers = {"boolean": _VERDICTS, "tabular": _TABLES, "RDF": _GRAPHS}[wanted.form]
        if reply.media_type not in offers:
            return f"{reply.media_type} is no format for {wanted.form}"
        if fault := _unreadable(reply):
            return fault
    if wanted.verdict is not None:
        said = read_result(reply.body, _TABLES[reply.media_type], RDF).verdict
        return "" if said is wanted.verdict else f"answered {said}"
    return ""


def _unreadable(reply: Reply) -> str:
    """Return why the body is not in the format that it should be in."""
    try:
        read_result(reply.body, _TABLES.get(reply.media_type) or _GRAPHS[reply.media_type], RDF)
    except UNREADABLE as error:
        return f"the body is no {reply.media_type}: {error}"
    return ""


def _ranges(statuses: frozenset[int]) -> str:
    return ", ".join(
        sorted({str(status)[0] + "xx" if len(statuses) > 3 else str(status) for status in statuses})
    )
