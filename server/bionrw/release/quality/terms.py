"""Which terms of ours are in use: by data, by an axiom of another term, by a shape or by a query."""

import re
from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from pyoxigraph import NamedNode, Quad

from bionrw.names import Names
from bionrw.release.quality.acceptances import Acceptance, weigh
from bionrw.release.quality.report import Level, Measure, Remark, Section
from bionrw.release.reason.coverage import OWL, RDF, RDFS

DATA = ("document", "curated", "inferred")

_TYPE = NamedNode(f"{RDF}type")
_CLASS = NamedNode(f"{OWL}Class")
_PROPERTIES = tuple(NamedNode(f"{OWL}{kind}Property") for kind in ("Annotation", "Datatype", "Object"))
_DEFINED_BY = NamedNode(f"{RDFS}isDefinedBy")
_NAME = re.compile(r"\bbionrw:(\w+)")


@dataclass(frozen=True, slots=True)
class Use:
    """The terms of ours, and those of them that are in use."""

    classes: AbstractSet[str]
    properties: AbstractSet[str]
    in_data: AbstractSet[str]
    elsewhere: AbstractSet[str]


def survey(quads: Iterable[Quad], shapes: Iterable[Quad], texts: Iterable[str], names: Names) -> Use:
    """Return the use of the terms in the graphs `quads`, in `shapes` and in the queries `texts`."""
    data = {NamedNode(names.graph(name)) for name in DATA}
    ontology = NamedNode(names.graph("ontology"))
    own = names.term("")
    classes, properties, in_data, elsewhere = set(), set(), set(), set()
    for quad in quads:
        if quad.graph_name in data:
            in_data |= _iris(quad)
        elif quad.graph_name == ontology:
            # A term's own block is no use of it, but its axioms are one of the terms that they name.
            if quad.predicate != _DEFINED_BY:
                elsewhere |= _iris(quad) - {_iri(quad.subject)}
            if quad.predicate == _TYPE and _iri(quad.subject).startswith(own):
                if quad.object == _CLASS:
                    classes.add(_iri(quad.subject))
                elif quad.object in _PROPERTIES:
                    properties.add(_iri(quad.subject))
    elsewhere |= {iri for quad in shapes for iri in _iris(quad)}
    elsewhere |= {names.term(name) for text in texts for name in _NAME.findall(text)}
    known = classes | properties
    return Use(classes, properties, in_data & known, elsewhere & known)


def section(use: Use, acceptances: Iterable[Acceptance], shorten: Callable[[str], str]) -> Section:
    """Return the section on terms; one without any use and without a reason wants an eye."""
    unused = sorted((use.classes | use.properties) - use.in_data - use.elsewhere)
    found = [(shorten(term), "neither data nor an axiom, a shape or a query has it") for term in unused]
    aside = sorted(use.elsewhere - use.in_data)
    measures = (
        Measure("classes-in-data", len(use.classes & use.in_data), len(use.classes)),
        Measure("properties-in-data", len(use.properties & use.in_data), len(use.properties)),
        Measure("unused-terms", len(unused)),
    )
    remarks = [
        *weigh("unused-term", found, acceptances, Level.NOTICE),
        *(
            Remark(Level.CHECKED, shorten(term), "not in the data, but in an axiom, a shape or a query")
            for term in aside
        ),
    ]
    return Section("terms", measures, tuple(remarks))


def _iris(quad: Quad) -> set[str]:
    return {_iri(quad.subject), quad.predicate.value, _iri(quad.object)}


def _iri(term: object) -> str:
    return term.value if isinstance(term, NamedNode) else ""
