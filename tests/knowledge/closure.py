"""Work out the types of things by the simple rules, as a yardstick that no reasoner of ours had a hand in."""

from collections import defaultdict

from rdflib import OWL, RDF, RDFS, Graph, URIRef
from rdflib.term import Node

Types = dict[Node, set[Node]]


def reach(graph: Graph, relation: URIRef) -> dict[Node, set[Node]]:
    """Return each node with itself and everything above it."""
    nodes = set(graph.subjects(relation)) | set(graph.objects(None, relation))
    return {node: {up for up in graph.transitive_objects(node, relation) if up is not None} for node in nodes}


class _Ends:
    """The classes that a property gives to its subject and to its object."""

    def __init__(self, schema: Graph) -> None:
        self._schema, self._above = schema, reach(schema, RDFS.subPropertyOf)
        self._inverses: Types = defaultdict(set)
        for one, other in schema.subject_objects(OWL.inverseOf):
            self._inverses[one].add(other)
            self._inverses[other].add(one)

    def of(self, predicate: Node) -> tuple[set[Node], set[Node]]:
        """Return the classes of subject and object, by way of wider properties and inverses."""
        subject: set[Node] = set()
        target: set[Node] = set()
        known: set[tuple[Node, bool]] = set()
        agenda = [(predicate, False)]
        while agenda:
            term, flipped = item = agenda.pop()
            if item not in known:
                known.add(item)
                (target if flipped else subject).update(self._schema.objects(term, RDFS.domain))
                (subject if flipped else target).update(self._schema.objects(term, RDFS.range))
                agenda += [(up, flipped) for up in self._above.get(term, ())]
                agenda += [(other, not flipped) for other in self._inverses[term]]
        return subject, target


def inferred_types(facts: Graph, schema: Graph) -> Types:
    """Return every type that follows from classes, properties, domains, ranges and inverses.

    These are the rules of OWL 2 RL that give types without a restriction: cax-sco, prp-spo1, prp-dom, prp-rng
    and both of prp-inv (OWL 2 Profiles, section 4.3).
    """
    classes, ends = reach(schema, RDFS.subClassOf), _Ends(schema)
    given = {predicate: ends.of(predicate) for predicate in set(facts.predicates())}
    types: Types = defaultdict(set)
    for subject, predicate, value in facts:
        if predicate == RDF.type:
            types[subject].add(value)
        types[subject] |= given[predicate][0]
        types[value] |= given[predicate][1]
    return {node: {up for kind in kinds for up in classes.get(kind, {kind})} for node, kinds in types.items()}
