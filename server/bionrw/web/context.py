"""What every route reaches: the store, the settings, the SPARQL service and the stored queries."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, cast

from flask import Flask, current_app

from bionrw.config import Settings
from bionrw.federation.tally import Tally
from bionrw.model import Release
from bionrw.names import Names
from bionrw.sparql.service import Service
from bionrw.store.port import GraphStore

EXTENSION = "bionrw"


class Example(Protocol):
    """A stored query that people can start from."""

    @property
    def slug(self) -> str:
        """Return the name in addresses."""
        ...

    @property
    def title(self) -> Mapping[str, str]:
        """Return the title by language."""
        ...

    @property
    def text(self) -> str:
        """Return the query with the prefixes that it uses."""
        ...


class QueryLibrary(Protocol):
    """The stored queries and their prefixes."""

    def page(self, name: str) -> str:
        """Return the text of a page query with its prefixes."""
        ...

    def examples(self) -> Sequence[Example]:
        """Return the example queries in their order."""
        ...

    def federated(self) -> Sequence[Example]:
        """Return the ready queries that ask other endpoints."""
        ...

    def example(self, slug: str) -> Example:
        """Return the example `slug`; raise `NotFound`."""
        ...

    def prefixes(self) -> Mapping[str, str]:
        """Return the namespaces by prefix."""
        ...


@dataclass(frozen=True, slots=True)
class Context:
    """What the routes of one app share; `jsonld_tag` stands for the context of JSON-LD.

    `tally` knows the endpoints that queries may ask, and how they answered.
    """

    store: GraphStore
    settings: Settings
    service: Service
    queries: QueryLibrary
    jsonld_tag: str = ""
    tally: Tally = field(default_factory=lambda: Tally({}))

    @property
    def names(self) -> Names:
        """Return the IRIs of the release that is served."""
        return Names(self.store.release.base_iri)

    @property
    def public_url(self) -> str:
        """Return the address under which people reach the server, without a slash at its end."""
        return self.settings.address


def tag_of_context(release: Release) -> str:
    """Return a digest of the JSON-LD context of `release`, empty when it has none."""
    try:
        return hashlib.sha256((release.path / "context.jsonld").read_bytes()).hexdigest()
    except OSError:
        return ""


def current_context() -> Context:
    """Return the context of the app that answers the current request."""
    return context_of(current_app)


def context_of(app: Flask) -> Context:
    """Return the context of `app`."""
    return cast("Context", app.extensions[EXTENSION])
