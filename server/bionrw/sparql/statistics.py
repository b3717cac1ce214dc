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
def statistics_of(release: Path) -> Any:
    """Return what the build has counted, None for a release that does not tell."""
    try:
        return json.loads((release / "statistics.json").read_bytes())
    except (OSError, ValueError):
        return None


def partitions(statistics: Any, graph: Blank) -> Iterator[Triple]:
    """Yield the numbers of `graph`, and of its parts by class and property."""
    yield from _counts(graph, statistics)
    yield graph, Iri(_VOID + "classes"), _number(len(statistics["classes"]))
    yield graph, Iri(_VOID + "properties"), _number(len(statistics["properties"]))
    for place, (iri, count) in enumerate(statistics["classes"].items(), 1):
        part = Blank(f"class-{place}")
        yield graph, Iri(_VOID + "classPartition"), part
        yield part, Iri(_VOID + "class"), Iri(iri)
        yield part, Iri(_VOID + "entities"), _number(count)
    for place, (iri, counts) in enumerate(statistics["properties"].items(), 1):
        part = Blank(f"property-{place}")
        yield graph, Iri(_VOID + "propertyPartition"), part
        yield part, Iri(_VOID + "property"), Iri(iri)
        yield from _counts(part, counts)


def linksets(statistics: Any, graph: Blank) -> Iterator[Triple]:
    """Yield where `graph` leads to, by the beginning of the IRIs there and by predicate."""
    for place, link in enumerate(statistics["links"], 1):
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
