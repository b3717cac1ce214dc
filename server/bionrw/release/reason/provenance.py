"""Proofs as data: what each conclusion was derived from and by which rule, in the words of PROV-O."""

from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from bionrw.names import Names
from bionrw.release.reason.coverage import RDF, RDFS, TYPE
from bionrw.release.reason.derivation import Reckoned
from bionrw.release.reason.proof import Proof, Prover
from bionrw.release.reason.rl import is_telling
from bionrw.release.reason.rules import Rule
from bionrw.release.reason.words import Words

GRAPH = "proofs"

_PROV = "http://www.w3.org/ns/prov#"
_ENTITY, _ACTIVITY, _ASSOCIATION, _PLAN = (
    NamedNode(_PROV + name) for name in ("Entity", "Activity", "Association", "Plan")
)
_DERIVED, _GENERATED, _QUOTED, _PRIMARY = (
    NamedNode(_PROV + name)
    for name in ("wasDerivedFrom", "wasGeneratedBy", "wasQuotedFrom", "hadPrimarySource")
)
_QUALIFIED, _AGENT, _HAD_PLAN = (
    NamedNode(_PROV + name) for name in ("qualifiedAssociation", "agent", "hadPlan")
)
_PARTS = tuple(NamedNode(RDF + name) for name in ("subject", "predicate", "object"))
_LABEL = NamedNode(RDFS + "label")
_DESCRIPTION = NamedNode("http://purl.org/dc/terms/description")

Node = NamedNode | BlankNode


class Grounds:
    """Where asserted triples come from: their statements, else the passages that mention their subject."""

    def __init__(self, quads: Iterable[Quad], names: Names) -> None:
        """Index statements, mentions, axioms and what the editors say once."""
        reified: dict[object, dict[NamedNode, object]] = {}
        mention = NamedNode(names.term("mentionedIn"))
        document, ontology, curated = (
            NamedNode(names.graph(name)) for name in ("document", "ontology", "curated")
        )
        origins = {ontology: NamedNode(names.ontology), curated: curated}
        self.origins: dict[Triple, NamedNode] = {}
        self.mentions: dict[object, list[NamedNode]] = {}
        for quad in quads:
            if isinstance(quad.graph_name, NamedNode) and quad.graph_name in origins:
                self.origins[quad.triple] = origins[quad.graph_name]
            elif quad.graph_name == document and quad.predicate in _PARTS:
                reified.setdefault(quad.subject, {})[quad.predicate] = quad.object
            elif quad.predicate == mention and isinstance(quad.object, NamedNode):
                self.mentions.setdefault(quad.subject, []).append(quad.object)
        self.statements: dict[tuple[object, ...], list[Node]] = {}
        for statement, parts in reified.items():
            if isinstance(statement, NamedNode):
                key = tuple(parts.get(name) for name in _PARTS)
                self.statements.setdefault(key, []).append(statement)


class Ledger:
    """Writes conclusions, each once, with what they rest on; its nodes are nameless, hence without pages."""

    def __init__(self, prover: Prover, grounds: Grounds, words: Words, names: Names) -> None:
        """Keep what proofs are found and written with."""
        self._prover, self._grounds, self._words = prover, grounds, words
        self._editors = NamedNode(names.thing("agent", "editors"))
        self._graph = NamedNode(names.graph(GRAPH))

    def quads(self, conclusions: Iterable[Triple]) -> Iterator[Quad]:
        """Yield the proofs of `conclusions`, from rule to rule, each rule and premise once."""
        rules: dict[str, Rule] = {}
        premises: dict[Triple, None] = {}
        waiting, seen = list(conclusions), set()
        while waiting:
            triple = waiting.pop()
            if triple in seen:
                continue
            seen.add(triple)
            proof = self._prover.step(triple)
            if proof.rule is None:
                premises[triple] = None
                continue
            rules[proof.rule.name] = proof.rule
            grounds = list(dict.fromkeys(self._telling(proof)))
            waiting.extend(grounds)
            yield from self._conclusion(proof, proof.rule, grounds)
        for premise in premises:
            yield from self._premise(premise)
        for rule in rules.values():
            yield from self._rule(rule)

    def _telling(self, proof: Proof) -> Iterator[Triple]:
        """Yield the premises; for one about a nameless class, the premises that it rests on itself."""
        for premise in proof.premises:
            triple = premise.triple
            if self._words.is_structure(triple):
                continue
            further = self._prover.step(triple)
            if further.rule is not None and not is_telling(triple):
                yield from self._telling(further)
            else:
                yield triple

    def _conclusion(self, proof: Proof, rule: Rule, grounds: Iterable[Triple]) -> Iterator[Quad]:
        node = _node("conclusion", proof.triple)
        yield from self._reified(node, proof.triple)
        yield self._quad(node, _GENERATED, _node("application", rule.name))
        if isinstance(proof, Reckoned) and proof.triple.predicate == TYPE:
            # What was worked out is a thing of its own, so it tells its rule itself.
            yield self._quad(proof.triple.subject, _GENERATED, _node("application", rule.name))
        for ground in grounds:
            for source in self._sources(ground):
                yield self._quad(node, _DERIVED, source)

    def _sources(self, triple: Triple) -> list[Node]:
        stated = self._grounds.statements.get((triple.subject, triple.predicate, triple.object))
        if stated and self._prover.step(triple).rule is None:
            return stated
        return [_node("conclusion", triple)]

    def _premise(self, triple: Triple) -> Iterator[Quad]:
        """Yield an asserted triple that no statement of the document describes."""
        if self._sources(triple) != [_node("conclusion", triple)]:
            return
        node = _node("conclusion", triple)
        yield from self._reified(node, triple)
        if origin := self._grounds.origins.get(triple):
            yield self._quad(node, _PRIMARY, origin)
        elif triple.predicate == TYPE:
            for span in self._grounds.mentions.get(triple.subject, []):
                yield self._quad(node, _QUOTED, span)

    def _reified(self, node: Node, triple: Triple) -> Iterator[Quad]:
        yield self._quad(node, TYPE, _ENTITY)
        for part, term in zip(_PARTS, triple, strict=True):
            yield self._quad(node, part, term)

    def _rule(self, rule: Rule) -> Iterator[Quad]:
        activity, association, plan = (
            _node(kind, rule.name) for kind in ("application", "association", "rule")
        )
        values: Mapping[Node, list[tuple[NamedNode, Node | Literal]]] = {
            activity: [(TYPE, _ACTIVITY), (_QUALIFIED, association)],
            association: [(TYPE, _ASSOCIATION), (_AGENT, self._editors), (_HAD_PLAN, plan)],
            plan: [
                (TYPE, _PLAN),
                (_LABEL, Literal(rule.name)),
                (_DESCRIPTION, Literal(rule.summary, language="en")),
            ],
        }
        for node, facts in values.items():
            for predicate, value in facts:
                yield self._quad(node, predicate, value)

    def _quad(self, subject: Node | Triple, predicate: NamedNode, value: Node | Literal | Triple) -> Quad:
        return Quad(subject, predicate, value, self._graph)


def _node(kind: str, about: object) -> BlankNode:
    """Return the nameless node for a triple or rule, the same each time."""
    return BlankNode(f"{kind}{sha256(str(about).encode()).hexdigest()[:24]}")
