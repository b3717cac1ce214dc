"""The released graph as Python objects of owlready2: classes, properties and individuals in one world."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from itertools import groupby
from typing import Any

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, parse, serialize

from bionrw.errors import NotFound, StoreUnavailable
from bionrw.model import Release
from bionrw.names import Names

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_OWL = "http://www.w3.org/2002/07/owl#"
_TYPE = NamedNode(_RDF + "type")
_ANNOTATION = NamedNode(_OWL + "AnnotationProperty")
_INDIVIDUAL = NamedNode(_OWL + "NamedIndividual")
_CLASS = NamedNode(_OWL + "Class")
# No ontology in OWL 2 DL may declare these (OWL 2 Structural Specification, section 2.4); objects need them.
_RESERVED = ("subject", "predicate", "object")


class Lexical(str):
    """A literal of a datatype that Python has no type for (a year, a month of a year): its lexical form."""

    __slots__ = ()
    datatype = ""


@dataclass(frozen=True, slots=True)
class Workspace:
    """What a release holds, as objects: `terms.Project` is a class, `ontology` holds terms and codes.

    Each graph is one owlready2 ontology in `world`, under the IRI of the graph.
    """

    world: Any
    ontology: Any
    terms: Any
    release: Release

    def thing(self, kind: str, slug: str) -> Any:
        """Return the individual `id/<kind>/<slug>`; raise `NotFound` when nothing is said of it."""
        iri = Names(self.release.base_iri).thing(kind, slug)
        found = self.world[iri]
        if found is None:
            message = f"The graph says nothing of {iri}."
            raise NotFound(message)
        return found


def read_workspace(release: Release) -> Workspace:
    """Return the default graph of `release` as objects; raise `StoreUnavailable` when it cannot be read."""
    import owlready2

    names = Names(release.base_iri)
    quads = _quads(release, names.default_graphs())
    _declare(quad.object.datatype.value for quad in quads if isinstance(quad.object, Literal))
    world = owlready2.World()
    try:
        _load(world, names.base + "workspace", _additions(quads))
        for graph, members in groupby(quads, key=_graph):
            _load(world, graph, (quad.triple for quad in members))
    except owlready2.OwlReadyOntologyParsingError as error:
        message = "owlready2 cannot read the current release: run `bionrw build`."
        raise StoreUnavailable(message) from error
    _rename(world.properties(), names.term(""))
    ontology = world.get_ontology(names.graph("ontology"))
    return Workspace(world, ontology, world.get_namespace(names.term("")), release)


def _quads(release: Release, graphs: tuple[str, ...]) -> list[Quad]:
    """Return what stands in `graphs`, the terms before what is said with them."""
    try:
        found = list(parse(path=str(release.path / "graph.nq"), format=RdfFormat.N_QUADS))
    except (OSError, SyntaxError) as error:
        message = "The current release has no readable graph.nq: run `bionrw build`."
        raise StoreUnavailable(message) from error
    return sorted((quad for quad in found if _graph(quad) in graphs), key=_graph, reverse=True)


def _graph(quad: Quad) -> str:
    return quad.graph_name.value if isinstance(quad.graph_name, NamedNode) else ""


def _load(world: Any, iri: str, triples: Iterable[Triple]) -> None:
    content = serialize(triples, format=RdfFormat.N_TRIPLES) or b""
    world.get_ontology(iri).load(fileobj=BytesIO(content))


def _declare(datatypes: Iterable[str]) -> None:
    """Give owlready2 a type for each datatype it does not know, else it cannot read such a literal.

    It keeps datatypes for the whole process; those it knows are left as they are.
    """
    import owlready2

    known = owlready2.base._universal_iri_2_abbrev  # noqa: SLF001  # there is no public way to ask
    for iri in sorted(set(datatypes) - set(known)):
        name = iri.rpartition("#")[2].rpartition("/")[2]
        kind = type(name[:1].upper() + name[1:], (Lexical,), {"__slots__": (), "datatype": iri})
        owlready2.declare_datatype(kind, iri, kind, str)


def _additions(quads: Iterable[Quad]) -> Iterator[Triple]:
    """Yield what owlready2 needs and the graph does not say: which things are individuals."""
    for name in _RESERVED:
        yield Triple(NamedNode(_RDF + name), _TYPE, _ANNOTATION)
    typed = [quad for quad in quads if quad.predicate == _TYPE and isinstance(quad.subject, NamedNode)]
    classes = {quad.subject for quad in typed if quad.object == _CLASS}
    for subject in dict.fromkeys(quad.subject for quad in typed if quad.object in classes):
        yield Triple(subject, _TYPE, _INDIVIDUAL)


def _rename(properties: Iterable[Any], namespace: str) -> None:
    """Let the foreign one of two properties with one name step back: `foreign_source` for dcterms:source.

    owlready2 finds attributes by the last part of an IRI alone, and the one loaded last would win.
    """
    found = list(properties)
    own = {item.name: item for item in found if item.iri.startswith(namespace)}
    for item in found:
        if item.name in own and item is not own[item.name]:
            item.python_name = f"foreign_{item.name}"
            own[item.name].python_name = item.name
