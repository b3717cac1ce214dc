"""Read a request for a query out of its HTTP parts (SPARQL 1.1 Protocol, sections 2.1 and 2.2)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl

from werkzeug.http import parse_options_header

from bionrw.errors import BadRequest, BodyTooLarge, OperationRefused, UnsupportedMediaType
from bionrw.model import Dataset

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"

FORMAT_PARAMETERS = ("format", "output", "results")
DATASET_PARAMETERS = ("default-graph-uri", "named-graph-uri")
_MAX_PARAMETERS = 1000
_UTF_8 = ("", "utf-8", "utf8", "us-ascii")
# RFC 3987 wants a scheme first; the other characters are those of the terminal IRIREF.
_ABSOLUTE_IRI = re.compile(r"""[A-Za-z][A-Za-z0-9+.\-]*+:[^<>"{}|^`\\\x00-\x20]*+""")


@dataclass(frozen=True, slots=True)
class Request:
    """What a client asks: the text, the dataset (None: it names none), the formats it calls by name."""

    text: str
    dataset: Dataset | None = None
    formats: tuple[str, ...] = ()


def read_request(
    method: str,
    query_string: bytes,
    content_type: str = "",
    body: bytes = b"",
    limit: int = 1024**2,
    coding: str = "",
) -> Request:
    """Return the query that GET, HEAD or POST carries; unknown parameters are read over.

    `coding` is the field Content-Encoding; nothing is unpacked here, for a little can unpack to very much.

    Raises `BadRequest` for a query that is missing, repeated or no UTF-8, `BodyTooLarge` beyond
    `limit` bytes, `UnsupportedMediaType`, and `OperationRefused` for an update.
    """
    if len(query_string) + len(body) > limit:
        raise refuse_length(limit)
    parameters = decode_form(query_string, "query string")
    if method == "POST":
        _refuse_coding(coding)
        parameters += _read_body(content_type, body)
    return Request(_query(parameters), _dataset(parameters), values_of(parameters, *FORMAT_PARAMETERS))


def is_absolute_iri(text: str) -> bool:
    """Tell whether `text` is an absolute IRI."""
    return _ABSOLUTE_IRI.fullmatch(text) is not None


def refuse_update(name: str = "") -> OperationRefused:
    """Return the error that tells a client why its update is not run."""
    what = f"{name} is an update" if name else "This is an update"
    detail = f"{what}; the graph is read-only here and changes with its releases. Send a query instead."
    return OperationRefused(detail)


def refuse_length(limit: int) -> BodyTooLarge:
    """Return the error for a request of more than `limit` bytes."""
    return BodyTooLarge(f"The request is longer than {limit} bytes; send a shorter query.", {"limit": limit})


def _refuse_coding(coding: str) -> None:
    """Raise `UnsupportedMediaType` for a body that is packed (RFC 9110, section 8.4)."""
    if coding.strip().lower() not in ("", "identity"):
        detail = "The body is packed by a Content-Encoding; send it as it is."
        raise UnsupportedMediaType(detail, {"accepted": [QUERY, FORM]})


def _read_body(content_type: str, body: bytes) -> list[tuple[str, str]]:
    """Return the parameters that a body carries; a direct POST carries one, the query (section 2.1.3)."""
    media_type, options = parse_options_header(content_type)
    media_type = media_type.strip().lower()
    if media_type == UPDATE:
        raise refuse_update()
    if media_type not in (FORM, QUERY):
        detail = f"Send the query as {QUERY}, or as the field `query` of {FORM}."
        raise UnsupportedMediaType(detail, {"accepted": [QUERY, FORM]})
    if options.get("charset", "").strip().lower() not in _UTF_8:
        detail = "The body is to be UTF-8 (SPARQL 1.1 Protocol, section 2.1.3)."
        raise UnsupportedMediaType(detail, {"accepted": [QUERY, FORM]})
    if media_type == FORM:
        return decode_form(body, "body")
    return [("query", _decode(body, "body"))]


def decode_form(raw: bytes, place: str) -> list[tuple[str, str]]:
    """Return the fields of a form, decoded exactly once (section 2.1.2).

    Raises `BadRequest`, which names the `place`, for what is no UTF-8 and for too many fields.
    """
    try:
        return parse_qsl(
            _decode(raw, place), keep_blank_values=True, errors="strict", max_num_fields=_MAX_PARAMETERS
        )
    except UnicodeDecodeError:
        raise _not_utf_8(place) from None
    except ValueError:
        detail = f"The {place} has more than {_MAX_PARAMETERS} parameters."
        raise BadRequest(detail, {"limit": _MAX_PARAMETERS}) from None


def _decode(raw: bytes, place: str) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        raise _not_utf_8(place) from None


def _not_utf_8(place: str) -> BadRequest:
    return BadRequest(f"The {place} is not UTF-8; encode the query as UTF-8.")


def _query(parameters: Sequence[tuple[str, str]]) -> str:
    if values_of(parameters, "update"):
        raise refuse_update()
    queries = [value for name, value in parameters if name == "query"]
    if not queries:
        detail = f"There is no query; send it as the parameter `query`, or POST it as {QUERY}."
        raise BadRequest(detail)
    if len(queries) > 1:
        detail = f"There are {len(queries)} queries in one request; send exactly one."
        raise BadRequest(detail)
    return queries[0]


def _dataset(parameters: Sequence[tuple[str, str]]) -> Dataset | None:
    """Return the graphs that the request names (section 2.1.4), None when it names none."""
    default = values_of(parameters, "default-graph-uri")
    named = values_of(parameters, "named-graph-uri")
    for iri in (*default, *named):
        if not is_absolute_iri(iri):
            detail = f"The graph name {iri[:200]!r} is no absolute IRI; graphs are named like https://example.org/g."
            raise BadRequest(detail)
    # A dataset is made of sets: to name a graph twice adds nothing (SPARQL 1.1 Query, section 13.2).
    kept = tuple(dict.fromkeys(default)), tuple(dict.fromkeys(named))
    return Dataset(*kept) if default or named else None


def values_of(parameters: Sequence[tuple[str, str]], *names: str) -> tuple[str, ...]:
    """Return the values of `names` in order; forms send the fields that were left empty, too."""
    return tuple(value for name, value in parameters if name in names and value.strip())
