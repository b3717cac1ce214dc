"""What a page shows of a thing: plain values, ready to be written out by a template."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text, perhaps a link; `style` is a class of the style sheet.

    `why` is the address of the proof, for what was inferred.
    """

    text: str
    href: str = ""
    external: bool = False
    language: str = ""
    style: str = ""
    why: str = ""


Line = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Quote:
    """The words of a passage and where they stand: code points from zero, the end exclusive."""

    text: str
    href: str
    start: str
    end: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why a fact stands in the graph: passages of the source, or the editors' reason."""

    href: str
    status: Piece | None = None
    qualifiers: tuple[str, ...] = ()
    quotes: tuple[Quote, ...] = ()
    reason: Piece | None = None
    confidence: Piece | None = None
    addresses: tuple[Piece, ...] = ()
    date: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One fact in readable form; `origin` is the graph that holds it, `why` leads to its proof."""

    line: Line
    origin: str
    tags: tuple[str, ...] = ()
    qualifiers: tuple[str, ...] = ()
    statuses: tuple[Piece, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    problems: tuple[Piece, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """The facts of one property; `open` says that the source calls its list incomplete.

    `problems` concern all of its facts; those that concern some stand at these.
    """

    label: Piece
    entries: tuple[Entry, ...]
    problems: tuple[Piece, ...] = ()
    open: bool = False
    missing: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """How the editors propose to understand a troubled passage."""

    label: Piece
    reason: Piece | None = None
    confidence: Piece | None = None
    addresses: tuple[Piece, ...] = ()


@dataclass(frozen=True, slots=True)
class DataIssue:
    """A data issue that touches the thing."""

    label: Piece
    kind: str
    anchor: str
    readings: tuple[Reading, ...] = ()


@dataclass(frozen=True, slots=True)
class IncomingGroup:
    """Links of one property that lead to the thing; `total` counts those of all pages.

    `heading` says in words what they are; without one, the property's own name has to do.
    """

    label: Piece
    heading: str
    total: int
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Incoming:
    """One page of the links that lead to the thing."""

    groups: tuple[IncomingGroup, ...] = ()
    total: int = 0
    page: int = 1
    pages: int = 1


@dataclass(frozen=True, slots=True)
class Resource:
    """All that the page of one thing shows; `curated` says that it is the editors' own record."""

    iri: str
    label: Piece
    shelf: Piece
    kinds: tuple[Piece, ...] = ()
    names: tuple[Piece, ...] = ()
    summaries: tuple[Piece, ...] = ()
    lead: Line = ()
    mentions: tuple[Quote, ...] = ()
    groups: tuple[Group, ...] = ()
    problems: tuple[DataIssue, ...] = ()
    incoming: Incoming = field(default_factory=Incoming)
    curated: bool = False
    deprecated: bool = False
    successors: tuple[Piece, ...] = ()
