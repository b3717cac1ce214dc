"""Axioms and facts in a store of the engine: what was given, and what each step drew from it."""

from collections.abc import Iterable, Iterator, Mapping

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, QuerySolutions, Store, Triple, Variable

from bionrw.release.reason.coverage import RDFS, speaks_of_terms

Node = NamedNode | BlankNode
Term = Node | Literal

GIVEN = NamedNode("urn:bionrw:given")

_STEP = "urn:bionrw:step:"
# An update cannot name a blank node (SPARQL 1.1, section 4.1.4), so each has a name while it is in here.
_NAMELESS = "urn:bionrw:nameless:"
_FOR_PEOPLE = frozenset(RDFS + name for name in ("comment", "isDefinedBy", "label", "seeAlso"))


class Facts:
    """What was given in one graph, the conclusions of each step in another, and no triple in two of them."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        """Load `triples`, which are read once; keep those that speak about terms as `axioms`."""
        self.axioms: list[Triple] = []
        self._store = Store()
        self._store.bulk_extend(self._admitted(triples))

    def __contains__(self, triple: Triple) -> bool:
        return self.step(triple) is not None

    def step(self, triple: Triple) -> int | None:
        """Return the step that drew `triple`, 0 when it was given, None when it does not hold."""
        return next(map(_number, self._quads(triple)), None)

    def spelling(self, triple: Triple) -> Triple:
        """Return `triple` as it is held here, since a number may be written in several ways."""
        return next(map(_outward, self._quads(triple)), triple)

    def drawn(self, step: int | None = None) -> Iterator[tuple[Triple, int]]:
        """Yield the conclusions of one step, or of all, each with the number of its step."""
        graph = None if step is None else graph_of(step)
        for quad in self._store.quads_for_pattern(None, None, None, graph):
            if quad.graph_name != GIVEN:
                yield _outward(quad), _number(quad)

    def rows(self, query: str, given: Mapping[Variable, Term] | None = None) -> Iterator[dict[str, Term]]:
        """Yield the rows of a SELECT over all graphs, with the terms in `given` in place of variables."""
        solutions = self._store.query(
            query,
            use_default_graph_as_union=True,
            substitutions={name: _named(term) for name, term in (given or {}).items()},
        )
        if not isinstance(solutions, QuerySolutions):
            message = "A query for rows is a SELECT."
            raise TypeError(message)
        names = [variable.value for variable in solutions.variables]
        for solution in solutions:
            yield {name: _nameless(solution[name]) for name in names if solution[name] is not None}

    def _quads(self, triple: Triple) -> Iterator[Quad]:
        subject, predicate, value = triple
        return self._store.quads_for_pattern(_subject(subject), predicate, _named(value))

    def values(self, subject: Node, predicate: NamedNode) -> list[Term]:
        """Return the objects of all triples with `subject` and `predicate`."""
        return [
            _nameless(quad.object)
            for quad in self._store.quads_for_pattern(_subject(subject), predicate, None)
        ]

    def add(self, triples: Iterable[Triple], step: int) -> None:
        """Write those of `triples` that do not hold yet to the graph of `step`."""
        graph = graph_of(step)
        self._store.extend(
            Quad(_subject(triple.subject), triple.predicate, _named(triple.object), graph)
            for triple in triples
            if triple not in self
        )

    def draw(self, update: str, step: int) -> bool:
        """Run an update that writes to the graph of `step`; tell whether it wrote anything."""
        self._store.update(update)
        return self._store.contains_named_graph(graph_of(step))

    def _admitted(self, triples: Iterable[Triple]) -> Iterator[Quad]:
        """Yield `triples` for the store, and note axioms on the way."""
        for triple in triples:
            subject, predicate, value = triple
            if isinstance(subject, BlankNode) or speaks_of_terms(predicate, value):
                if predicate.value not in _FOR_PEOPLE:
                    self.axioms.append(triple)
                yield Quad(_subject(subject), predicate, _named(value), GIVEN)
            else:
                yield Quad(subject, predicate, _named(value), GIVEN)


def graph_of(step: int) -> NamedNode:
    """Return the graph that holds what a step drew."""
    return NamedNode(f"{_STEP}{step}")


def written(term: object) -> str:
    """Return a term as the queries over these facts name it."""
    return str(_named(term))


def _number(quad: Quad) -> int:
    graph = getattr(quad.graph_name, "value", "")
    return int(graph.removeprefix(_STEP)) if quad.graph_name != GIVEN else 0


def _named(term: object) -> NamedNode | Literal:
    if isinstance(term, BlankNode):
        return NamedNode(_NAMELESS + term.value)
    assert isinstance(term, NamedNode | Literal)  # noqa: S101  # triple terms are refused when sources are read
    return term


def _subject(term: object) -> NamedNode:
    named = _named(term)
    assert isinstance(named, NamedNode)  # noqa: S101
    return named


def _outward(quad: Quad) -> Triple:
    subject = _nameless(quad.subject)
    assert not isinstance(subject, Literal)  # noqa: S101
    return Triple(subject, quad.predicate, _nameless(quad.object))


def _nameless(term: object) -> Term:
    if isinstance(term, NamedNode) and term.value.startswith(_NAMELESS):
        return BlankNode(term.value.removeprefix(_NAMELESS))
    assert isinstance(term, NamedNode | Literal)  # noqa: S101
    return term
