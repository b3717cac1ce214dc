"""Find the day of a release in its own facts, so that a build depends on no clock."""

from collections.abc import Iterable
from datetime import UTC, datetime

from pyoxigraph import Literal, Quad

from bionrw.errors import BuildError
from bionrw.names import Names

MODIFIED = "http://purl.org/dc/terms/modified"
ENDED = "http://www.w3.org/ns/prov#endedAtTime"


def newest(quads: Iterable[Quad], base: str) -> str:
    """Return the newest time at which terms were modified, a document read or a record curated (UTC).

    A date stands for its first moment. Raises `BuildError` when there is none or one does not read.
    """
    predicates = {MODIFIED, ENDED, Names(base).term("curatedOn")}
    times = [
        _time(quad.object)
        for quad in quads
        if quad.predicate.value in predicates and isinstance(quad.object, Literal)
    ]
    if not times:
        message = "No source tells when it was modified: add dcterms:modified to ontology/core.ttl."
        raise BuildError(message)
    return max(times).strftime("%Y-%m-%dT%H:%M:%SZ")


def _time(literal: Literal) -> datetime:
    try:
        time = datetime.fromisoformat(literal.value)
    except ValueError:
        message = f"{literal} is no date: write one such as 2001-02-03, typed xsd:date."
        raise BuildError(message) from None
    return time.replace(tzinfo=time.tzinfo or UTC).astimezone(UTC)
