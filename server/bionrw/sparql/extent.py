"""What the default graph holds, in the words of VoID: federating clients choose their sources by it."""

import json
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from bionrw.model import Blank, Iri, Literal, Triple

_VOID = "http://rdfs.org/ns/void#"
_TYPE = Iri("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_INTEGER = "http://www.w3.org/2001/XMLSchema#integer"
_NAMES = {"triples": "triples", "subjects": "distinctSubjects", "objects": "distinctObjects"}


@lru_cache(maxsize=4)
def extent_of(release: Path) -> Any:
    """Return what the build has counted, None for a release that does not tell."""
    try:
        return json.loads((release / "extent.json").read_bytes())
    except (OSError, ValueError):
        return None


def partitions(extent: Any, graph: Blank) -> Iterator[Triple]:
    """Yield the numbers of `graph`, and of its parts by class and property (VoID, sections 4.5 and 4.6)."""
    yield from _counts(graph, extent)
    yield graph, Iri(_VOID + "classes"), _number(len(extent["classes"]))
    yield graph, Iri(_VOID + "properties"), _number(len(extent["properties"]))
    for place, (iri, count) in enumerate(extent["classes"].items(), 1):
        part = Blank(f"class-{place}")
        yield graph, Iri(_VOID + "classPartition"), part
        yield part, Iri(_VOID + "class"), Iri(iri)
        yield part, Iri(_VOID + "entities"), _number(count)
    for place, (iri, counts) in enumerate(extent["properties"].items(), 1):
        part = Blank(f"property-{place}")
        yield graph, Iri(_VOID + "propertyPartition"), part
        yield part, Iri(_VOID + "property"), Iri(iri)
        yield from _counts(part, counts)


def linksets(extent: Any, graph: Blank) -> Iterator[Triple]:
    """Yield where `graph` leads to, by the beginning of the IRIs there and by predicate (VoID, section 5)."""
    for place, link in enumerate(extent["links"], 1):
        found, target = Blank(f"links-{place}"), Blank(f"target-{place}")
        yield found, _TYPE, Iri(_VOID + "Linkset")
        yield found, Iri(_VOID + "linkPredicate"), Iri(link["predicate"])
        yield found, Iri(_VOID + "subjectsTarget"), graph
        yield found, Iri(_VOID + "objectsTarget"), target
        yield found, Iri(_VOID + "triples"), _number(link["triples"])
        yield target, _TYPE, Iri(_VOID + "Dataset")
        yield target, Iri(_VOID + "uriSpace"), Literal(link["space"])


def _counts(part: Blank, counts: Any) -> Iterator[Triple]:
    return ((part, Iri(_VOID + name), _number(counts[key])) for key, name in _NAMES.items())


def _number(value: int) -> Literal:
    return Literal(str(value), datatype=_INTEGER)
