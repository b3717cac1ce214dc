"""Write out what an address stands for: as a page for people, or as data."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from bionrw.model import Answer, Release, ResultFormat
from bionrw.sparql.formats import JSON_LD, N_QUADS, N_TRIPLES, RDF_XML, TRIG, TURTLE
from bionrw.web.lookup import Bindings, Lookup

HTML = ResultFormat("html", "text/html", "html", "page")
# The order is the server's own preference: people come first, so that any browser gets a page.
FORMATS = (HTML, TURTLE, JSON_LD, RDF_XML, N_TRIPLES)
# In these the graph store writes graphs, too, and a graph's own address is to give what that does (SPARQL 1.1
# Graph Store HTTP Protocol, section 4.1).
QUADS = (TRIG, N_QUADS)
# What the build has written, since the engine knows RDF only (OWL 2 registrations of media types).
FUNCTIONAL = ResultFormat("ofn", "text/owl-functional", "ofn", "file")
MANCHESTER = ResultFormat("omn", "text/owl-manchester", "omn", "file")


def ontology_files(release: Release) -> dict[ResultFormat, Path]:
    """Return the files of `release` that hold the ontology in further syntaxes."""
    files = {item: release.path / f"ontology.{item.suffix}" for item in (FUNCTIONAL, MANCHESTER)}
    return {item: file for item, file in files.items() if file.is_file()}


@dataclass(frozen=True, slots=True)
class Target:
    """What is asked for: `iri`, described at `address`.

    `page` makes the HTML, the page query `query` the data, with `bound` as the values of its variables.
    `parameters` is what belongs to the address behind the suffix of a format; `further` are formats for
    which the data have a form besides the usual ones, `files` what the build has written in others.
    """

    iri: str
    address: str
    page: Callable[[], str]
    query: str
    bound: Bindings
    parameters: str = ""
    files: Mapping[ResultFormat, Path] = field(default_factory=dict)
    further: tuple[ResultFormat, ...] = ()

    @property
    def formats(self) -> tuple[ResultFormat, ...]:
        """Return the formats on offer, the server's favourite first."""
        return (*FORMATS, *self.further, *self.files)

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


@dataclass(frozen=True, slots=True)
class FileRenderer:
    """Gives what the build has written."""

    result_format: ResultFormat

    def render(self, target: Target) -> Answer:
        """Return the file, read whole."""
        return Answer(self.result_format.media_type, iter((target.files[self.result_format].read_bytes(),)))


def renderer(result_format: ResultFormat, lookup: Lookup) -> Renderer:
    """Return what writes `result_format`."""
    if result_format.kind == "file":
        return FileRenderer(result_format)
    return HtmlRenderer() if result_format == HTML else RdfRenderer(lookup, result_format)
