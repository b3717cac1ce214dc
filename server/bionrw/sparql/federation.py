"""Decide whether a query may ask other endpoints (SPARQL 1.1 Federated Query)."""

from typing import Protocol

from bionrw.errors import FederationRefused
from bionrw.sparql.reading import Reading

_REFUSAL = (
    "This endpoint sends no queries to other endpoints, so it refuses SERVICE; its operator can list some "
    "by the setting BIONRW_FEDERATION. Ask the other endpoint yourself and join both answers, or let a "
    "federating client do so."
)
_DOUBT = (
    "The query cannot be read surely and holds the word SERVICE, which is refused then. "
    "Close all quotes, put blanks around < and >, and write IRIs in lists as prefixed names."
)


class FederationPolicy(Protocol):
    """Which outgoing requests a query may cause."""

    def check(self, reading: Reading) -> None:
        """Return when the query may run; raise `FederationRefused` naming what to do instead."""
        ...


class Refuse:
    """Allow no outgoing request at all."""

    def check(self, reading: Reading) -> None:
        """Raise `FederationRefused` for a SERVICE, and for a text in which one might hide."""
        if reading.service:
            raise FederationRefused(_DOUBT if reading.doubtful else _REFUSAL)


class Listed:
    """Allow what the operator lists, which the federated engine holds each SERVICE against."""

    def check(self, reading: Reading) -> None:
        """Raise `FederationRefused` for a text in which a SERVICE might hide."""
        if reading.service and reading.doubtful:
            raise FederationRefused(_DOUBT)
