"""Count what the default graph holds, for those who choose among sources by it (VoID, section 4)."""

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from urllib.parse import urlsplit

from pyoxigraph import NamedNode, Quad, Store

# The predicates that say what else a thing is (SKOS, section 10).
_MATCHES = "http://www.w3.org/2004/02/skos/core#"
_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


def measure(quads: Iterable[Quad], graphs: Collection[str]) -> bytes:
    """Return JSON with the numbers of the merge of `graphs`, and of each class and property in it."""
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
        if name.startswith(_MATCHES) and name.endswith("Match") and isinstance(triple.object, NamedNode):
            place = urlsplit(triple.object.value)
            links[name, f"{place.scheme}://{place.netloc}/"] += 1
        if name == _TYPE and isinstance(triple.object, NamedNode):
            members[triple.object.value] += 1
    extent = {
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
    return (json.dumps(extent, indent=2, sort_keys=True) + "\n").encode()
