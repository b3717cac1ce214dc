"""Run the check queries, each of which returns the nodes that break its rule."""

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, QuerySolutions, Store

from bionrw.errors import SourceError
from bionrw.library import Library, Query
from bionrw.names import Names
from bionrw.release.report import SHACL, Finding, Report, show

_TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_SUFFIX = "-violation"
_POSITION = re.compile(r"error at (?P<line>\d+):\d+: ")


def run_checks(quads: Iterable[Quad], library: Library, base: str) -> Report:
    """Return a violation for each row of each check; raise `SourceError` for a query that fails.

    The default graph is the union that the endpoint answers from.
    """
    store = Store()
    store.bulk_extend(quads)
    union: list[NamedNode | BlankNode | DefaultGraph] = [
        NamedNode(iri) for iri in Names(base).default_graphs()
    ]
    reports = [
        _result(check, row, library.shorten)
        for check in library.checks()
        for row in _rows(store, check, union)
    ]
    return Report(tuple(finding for finding, _ in reports), tuple(chain.from_iterable(q for _, q in reports)))


def _rows(
    store: Store, check: Query, union: list[NamedNode | BlankNode | DefaultGraph]
) -> Iterator[dict[str, object]]:
    try:
        solutions = store.query(check.text, default_graph=union)
        if not isinstance(solutions, QuerySolutions):
            message = f"{check.file} is no SELECT: a check returns the nodes at fault with a ?message."
            raise SourceError(message, {"file": check.file})
        names = [variable.value for variable in solutions.variables]
        for solution in solutions:
            yield {name: solution[name] for name in names if solution[name] is not None}
    except (SyntaxError, RuntimeError, OSError) as error:
        raise _query_fault(check, str(error)) from None


def _query_fault(check: Query, problem: str) -> SourceError:
    """Return the engine's complaint, its line, if it has one, counted in the file instead of in the text."""
    position = _POSITION.match(problem)
    line = int(position["line"]) - check.shift if position else 1
    message = f"{check.file}, line {line}: {_POSITION.sub('', problem)}."
    return SourceError(message, {"file": check.file, "line": line})


def _result(
    check: Query, row: dict[str, object], shorten: Callable[[str], str]
) -> tuple[Finding, list[Quad]]:
    """Return one row as a finding and as a result whose rule is the check's name."""
    message = row.pop("message", None)
    words = message.value if isinstance(message, Literal) else check.summary
    node = row.pop("this", next(iter(row.values()), None))
    rule = check.slug.removesuffix(_SUFFIX)
    value = "; ".join(f"{name} {show(term, shorten)}" for name, term in row.items())
    finding = Finding("Violation", show(node, shorten), rule, words, value=value)
    result = BlankNode()
    quads = [
        Quad(result, _TYPE, _shacl("ValidationResult")),
        Quad(result, _shacl("resultSeverity"), _shacl("Violation")),
        Quad(result, _shacl("resultMessage"), Literal(f"{rule}: {words}")),
    ]
    if isinstance(node, NamedNode | BlankNode | Literal):
        quads.append(Quad(result, _shacl("focusNode"), node))
    return finding, quads


def _shacl(name: str) -> NamedNode:
    return NamedNode(SHACL + name)
