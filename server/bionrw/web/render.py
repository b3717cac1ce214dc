"""Write out what an address stands for: as a page for people, or as data."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from bionrw.model import Answer, ResultFormat
from bionrw.sparql.formats import JSON_LD, N_TRIPLES, RDF_XML, TURTLE
from bionrw.web.lookup import Bindings, Lookup

HTML = ResultFormat("html", "text/html", "html", "page")
# The order is the server's own preference: people come first, so that any browser gets a page.
FORMATS = (HTML, TURTLE, JSON_LD, RDF_XML, N_TRIPLES)


@dataclass(frozen=True, slots=True)
class Target:
    """What is asked for: `iri`, described at `address`.

    `page` makes the HTML, the page query `query` the data, with `bound` as the values of its variables.
    `parameters` is what belongs to the address behind the suffix of a format.
    """

    iri: str
    address: str
    page: Callable[[], str]
    query: str
    bound: Bindings
    parameters: str = ""

    def address_of(self, item: ResultFormat) -> str:
        """Return the address of one format."""
        return f"{self.address}.{item.suffix}{self.parameters}"


class Renderer(Protocol):
    """Turns a target into bytes."""

    def render(self, target: Target) -> Answer:
        """Return the representation; raises what the store raises."""
        ...


@dataclass(frozen=True, slots=True)
class HtmlRenderer:
    """Writes pages for people."""

    def render(self, target: Target) -> Answer:
        """Return the page, written whole."""
        return Answer(HTML.media_type, iter((target.page().encode(),)))


@dataclass(frozen=True, slots=True)
class RdfRenderer:
    """Streams the engine's own serialisation of a graph."""

    lookup: Lookup
    result_format: ResultFormat

    def render(self, target: Target) -> Answer:
        """Return the data; the engine is at work when this returns."""
        return self.lookup.data(target.query, target.bound, self.result_format)


def renderer(result_format: ResultFormat, lookup: Lookup) -> Renderer:
    """Return what writes `result_format`."""
    return HtmlRenderer() if result_format == HTML else RdfRenderer(lookup, result_format)
