"""The plain, frozen values that the layers hand to each other."""

from collections.abc import AsyncIterator, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Protocol


class Form(StrEnum):
    """The four query forms (SPARQL 1.1 Query, section 16)."""

    SELECT = "SELECT"
    ASK = "ASK"
    CONSTRUCT = "CONSTRUCT"
    DESCRIBE = "DESCRIBE"


@dataclass(frozen=True, slots=True)
class Iri:
    """An absolute IRI."""

    value: str


@dataclass(frozen=True, slots=True)
class Literal:
    """A literal: lexical form, language tag or datatype IRI (empty: xsd:string)."""

    value: str
    language: str = ""
    datatype: str = ""


@dataclass(frozen=True, slots=True)
class Blank:
    """A blank node, by its label in one answer."""

    value: str


Term = Iri | Literal | Blank
Triple = tuple[Iri | Blank, Iri, Term]


@dataclass(frozen=True, slots=True)
class ResultFormat:
    """A serialisation that answers can have; `kind` is "rows" (SELECT, ASK) or "graph"."""

    name: str
    media_type: str
    suffix: str
    kind: str


@dataclass(frozen=True, slots=True)
class Dataset:
    """The graphs that a request names (SPARQL 1.1 Protocol, section 2.1.4)."""

    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Clauses:
    """The graphs of FROM and FROM NAMED as a text spells them, names by the prefixes of its `prologue`."""

    prologue: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Operation:
    """A query that may run: its text, form, dataset (None: the release's own) and bound values.

    `clauses`: the text itself names its dataset and the request none.
    `default_only`: the text can reach no graph but the default one, whatever an engine makes of it.
    `shape` is what like queries have in common, from which a store may tell how long one takes.
    `federated`: SERVICE stands in the text, so that other endpoints are to be asked first.
    `prefixes`: a graph is to be laid out for people: what is bound comes first, names are shortened.
    """

    text: str
    form: Form
    dataset: Dataset | None = None
    bindings: tuple[tuple[str, Iri | Literal], ...] = ()
    deterministic: bool = True
    clauses: Clauses | None = None
    prefixes: tuple[tuple[str, str], ...] = ()
    shape: str = ""
    default_only: bool = False
    federated: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """What one endpoint gave to one answer: the receipt of a SERVICE.

    `seconds` are those of all `requests`; `since` is when the oldest kept answer was fetched, in seconds
    since 1970, None when all were fetched now; `error` is what SILENT passed over; `blank_nodes` became IRIs.
    """

    iri: str
    label: str
    requests: int = 0
    rows: int = 0
    bytes: int = 0
    seconds: float = 0.0
    since: float | None = None
    error: str = ""
    blank_nodes: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """The bytes of a result; at least one frame was received, so the query began well.

    Iterating raises `QueryTimeout`, `ReaderDied` or `EngineFailure` when the rest does not come;
    closing the iterator gives the reader free.
    """

    media_type: str
    frames: Iterator[bytes]
    sources: tuple[Source, ...] = ()


class Frames(Protocol):
    """The bytes of a result as they come, for an event loop."""

    def __aiter__(self) -> AsyncIterator[bytes]:
        """Return the frames themselves."""
        ...

    async def __anext__(self) -> bytes:
        """Return the next frame; raise what iterating an `Answer` does."""
        ...

    async def aclose(self) -> None:
        """Give the reader free, ending its query if that still runs."""
        ...


@dataclass(frozen=True, slots=True)
class Stream:
    """The bytes of a result for an event loop; the first frame is here, so the query began well.

    `encoding` is the content coding of the bytes ("" for none); `complete`: the first frame is all.
    """

    media_type: str
    frames: Frames
    encoding: str = ""
    complete: bool = False
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class Release:
    """A published state of the graph; `graphs` counts triples by graph IRI.

    `shared` are the pairs of graphs that have a triple in common, None where nobody has looked.
    """

    version: str
    path: Path
    base_iri: str
    created: str
    graphs: Mapping[str, int] = field(default_factory=dict)
    shared: Collection[tuple[str, str]] | None = None

    @property
    def triples(self) -> int:
        """Return the number of triples in all graphs."""
        return sum(self.graphs.values())
