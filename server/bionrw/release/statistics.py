"""Count what the default graph holds, for those who choose among sources by it (VoID)."""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable

from pyoxigraph import NamedNode, Quad, Store

from bionrw.names import Names

# The predicates that say what else a thing is (SKOS, section 10).
_MATCHES = "http://www.w3.org/2004/02/skos/core#"
_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


# The last part of an IRI, which is one thing of a dataset.
_LAST = re.compile(r"[^/#]+/?$")


def measure(quads: Iterable[Quad], names: Names) -> bytes:
    """Return JSON with the numbers of the default graph, of its classes, properties and links to others."""
    graphs = frozenset(names.default_graphs())
    store = Store()
    # The engine counts 1.0 and 1.00 as one value, and so do those who ask it.
    store.bulk_extend(Quad(*quad.triple) for quad in quads if getattr(quad.graph_name, "value", "") in graphs)
    triples = [quad.triple for quad in store]
    subjects, objects = defaultdict(set), defaultdict(set)
    uses, members, links = Counter[str](), Counter[str](), Counter[tuple[str, str]]()
    for triple in triples:
        name = triple.predicate.value
        uses[name] += 1
        subjects[name].add(triple.subject)
        objects[name].add(triple.object)
        if not isinstance(triple.object, NamedNode):
            continue
        iri = triple.object.value
        if name == _TYPE:
            members[iri] += 1
        elif name.startswith(_MATCHES) and name.endswith("Match") and not iri.startswith(names.base):
            links[name, _LAST.sub("", iri)] += 1
    statistics = {
        "triples": len(triples),
        "subjects": len(set().union(*subjects.values())),
        "objects": len(set().union(*objects.values())),
        "classes": members,
        "links": [
            {"predicate": name, "space": space, "triples": count}
            for (name, space), count in sorted(links.items())
        ],
        "properties": {
            name: {"triples": count, "subjects": len(subjects[name]), "objects": len(objects[name])}
            for name, count in uses.items()
        },
    }
    return (json.dumps(statistics, indent=2, sort_keys=True) + "\n").encode()
