"""Ask the graph what the queries of `queries/quality` measure, and gather cited passages from it."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, QuerySolutions, Store

from bionrw.errors import SourceError
from bionrw.library import Library, Query
from bionrw.names import Names
from bionrw.release.quality.axioms import Axiom
from bionrw.release.quality.passages import Text
from bionrw.release.quality.report import Measure

AXIOMS = "axioms"

# What makes a passage count as used, as in the command `evidence`.
_CITING = ("evidence", "mentionedIn", "issueSpan")


class Survey:
    """The graphs of a build in the engine, the proofs left out."""

    def __init__(self, quads: Iterable[Quad], library: Library, base: str) -> None:
        """Load the graphs now."""
        self._names, self._library, self._store = Names(base), library, Store()
        self._store.bulk_extend(quads)
        self._union: list[NamedNode | BlankNode | DefaultGraph] = [
            NamedNode(iri) for iri in self._names.default_graphs()
        ]

    def measures(self) -> Iterator[Measure]:
        """Yield a measure for each row of each query that is called like a metric."""
        for query in self._library.measures():
            if query.slug != AXIOMS:
                for row in self._rows(query):
                    whole = int(row["whole"]) if "whole" in row else None
                    yield Measure(query.slug, int(row["value"]), whole, row.get("about", ""))

    def axioms(self) -> Iterator[Axiom]:
        """Yield the axioms of which facts can meet the premises."""
        for row in self._rows(self._library.query(f"quality/{AXIOMS}")):
            yield Axiom(row["kind"], row["this"], row["works"] == "true")

    def texts(self) -> Iterator[Text]:
        """Yield the documents with their cited passages."""
        cited = {quad.object for name in _CITING for quad in self._quads(name)}
        starts = {quad.subject: _number(quad.object) for quad in self._quads("startOffset")}
        ends = {quad.subject: _number(quad.object) for quad in self._quads("endOffset")}
        passages: dict[object, list[tuple[int, int]]] = defaultdict(list)
        for quad in self._quads("source"):
            span = quad.subject
            if span in cited and span in starts and span in ends:
                passages[quad.object].append((starts[span], ends[span]))
        for quad in self._quads("characterCount"):
            slug = str(getattr(quad.subject, "value", "")).rpartition("/")[2]
            found = tuple(sorted(passages[quad.subject]))
            yield Text(slug, _number(quad.object), found)

    def _quads(self, name: str) -> Iterator[Quad]:
        return self._store.quads_for_pattern(None, NamedNode(self._names.term(name)), None, None)

    def _rows(self, query: Query) -> Iterator[dict[str, str]]:
        """Yield rows with their IRIs shortened; raise `SourceError` for a query that fails."""
        try:
            solutions = self._store.query(query.text, default_graph=self._union)
            if not isinstance(solutions, QuerySolutions):
                message = f"{query.file} is no SELECT: a measure returns ?value, and ?whole or ?about."
                raise SourceError(message, {"file": query.file})
            names = [variable.value for variable in solutions.variables]
            for solution in solutions:
                yield {
                    name: _show(solution[name], self._library.shorten)
                    for name in names
                    if solution[name] is not None
                }
        except (SyntaxError, RuntimeError, OSError) as error:
            message = f"{query.file}: {error}."
            raise SourceError(message, {"file": query.file}) from None


def _show(term: object, shorten: Callable[[str], str]) -> str:
    return shorten(term.value) if isinstance(term, NamedNode) else str(getattr(term, "value", term))


def _number(term: object) -> int:
    return int(term.value) if isinstance(term, Literal) and term.value.isdecimal() else 0
