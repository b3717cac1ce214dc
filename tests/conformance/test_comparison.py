"""The comparison of results sees every difference that counts, and none that does not."""

import random
from collections.abc import Iterator
from dataclasses import replace

import pyoxigraph as ox
import pytest

from tests.conformance.comparison import same
from tests.conformance.evaluation import expected
from tests.conformance.manifests import Kind
from tests.conformance.results import Result, Row
from tests.conformance.spelling import respell

A, B, C = (ox.BlankNode(name) for name in "abc")
ONE, TWO = ox.Literal(1), ox.Literal(2)
OTHER = ox.Literal("something else")


def rows(*content, **more):
    names = tuple("xyz"[: len(content[0]) if content else 1])
    return Result(tuple(content), names, **more)


@pytest.mark.parametrize(
    ("left", "right", "alike"),
    [
        (rows((ONE,), (TWO,)), rows((TWO,), (ONE,)), True),
        (rows((ONE,), (TWO,), ordered=True), rows((TWO,), (ONE,)), False),
        (rows((ONE,), (ONE,)), rows((ONE,)), False),
        (rows((ONE,), (ONE,), (TWO,)), rows((ONE,), (TWO,), (TWO,)), False),
        (rows((A, B), (B, A)), rows((B, C), (C, B)), True),
        (rows((A, B), (B, A)), rows((A, A), (B, B)), False),
        (rows((A, ONE), (B, ONE)), rows((A, ONE), (A, ONE)), False),
        (rows((A, B), (B, C), (C, A)), rows((A, B), (B, C), (A, C)), False),
        (rows((None, ONE)), rows((ONE, None)), False),
        (rows((ONE,)), Result(((ONE,),), ("other",)), False),
        (Result(((ONE, TWO),), ("x", "y")), Result(((TWO, ONE),), ("y", "x")), True),
        (Result(verdict=True), Result(verdict=False), False),
        (Result(verdict=True), rows((ONE,)), False),
        (rows(), Result(), False),
        (Result(((A, A, A), (A, A, A))), Result(((B, B, B),)), True),  # a graph is a set of triples
        (rows((ox.Triple(A, ox.NamedNode("x:p"), B),)), rows((ox.Triple(C, ox.NamedNode("x:p"), C),)), False),
    ],
)
def test_results_are_alike_or_not(left, right, alike):
    assert same(left, right) is alike


@pytest.mark.parametrize(
    ("left", "right", "alike"),
    [
        (rows((ONE,), (ONE,), (TWO,)), rows((ONE,), (TWO,)), True),
        (rows((ONE,), (TWO,)), rows((ONE,), (ONE,), (TWO,)), False),
        (rows((ONE,), (ONE,), (TWO,)), rows((ONE,), (ONE,)), False),
    ],
)
def test_reduced_rows_may_come_fewer_times_but_not_never(left, right, alike):
    assert same(left, right, lax=True) is alike


@pytest.mark.parametrize(
    ("left", "right", "kind", "alike"),
    [
        ("01", "1", "integer", True),
        ("1.50", "1.5", "decimal", True),
        ("1.0e2", "100", "double", True),
        ("1", "true", "boolean", True),
        ("2020-01-01T00:00:00+00:00", "2020-01-01T00:00:00Z", "dateTime", True),
        ("1", "2", "integer", False),
        ("01", "1", "string", False),
    ],
)
def test_a_value_may_be_spelt_in_several_ways(left, right, kind, alike):
    datatype = ox.NamedNode(f"http://www.w3.org/2001/XMLSchema#{kind}")
    one, other = (rows((ox.Literal(text, datatype=datatype),)) for text in (left, right))
    assert not same(one, other)
    assert same(respell(one), respell(other)) is alike


def test_a_number_of_another_kind_is_another_value():
    integer, decimal = (rows((ox.Literal(value),)) for value in (1, 1.0))
    assert not same(respell(integer), respell(decimal))


@pytest.fixture(scope="module")
def results(campaign):
    """Return the expected results by test, with the tests' laxity."""
    asked = [each for each in campaign.questions if each.case.kind is Kind.EVALUATION]
    return {each.case.iri: (expected(each, campaign.suites), each.case.lax) for each in asked}


def test_each_result_is_like_itself_in_another_order_with_other_blank_nodes(results):
    chance = random.Random(20_260_101)
    for test, (result, lax) in results.items():
        names = {node: ox.BlankNode(f"n{chance.getrandbits(64):x}") for node in nodes(result)}
        content = [tuple(renamed(term, names) for term in row) for row in result.rows]
        if not result.ordered:
            chance.shuffle(content)
        assert same(result, replace(result, rows=tuple(content)), lax=lax), test


def test_each_change_to_a_result_is_seen(results):
    seen = 0
    for test, (result, lax) in results.items():
        for name, changed in mutations(result, lax=lax):
            assert not same(result, changed, lax=lax), f"{name}: {test}"
            assert not same(respell(result), respell(changed), lax=lax), f"{name}, spelt by value: {test}"
            seen += 1
    assert seen > 1000


def mutations(result: Result, *, lax: bool) -> Iterator[tuple[str, Result]]:
    """Yield the result with one change each that makes it another."""
    if result.verdict is not None:
        yield "the verdict turned", replace(result, verdict=not result.verdict)
        return
    content = list(result.rows)
    if not content:
        row: Row = tuple(OTHER for _ in result.variables or "spo")
        yield "a row added", replace(result, rows=(row,))
        return
    last = content[-1]
    if not (lax and content.count(last) > 1):
        yield "a row dropped", replace(result, rows=tuple(content[:-1]))
    if result.variables is not None:
        yield "a row doubled", replace(result, rows=(*content, last))
    if last:
        place = len(last) - 1
        row = tuple(OTHER if at == place else term for at, term in enumerate(last))
        yield "a term changed", replace(result, rows=(*content[:-1], row))
    found = nodes(result)
    if len(found) > 1:
        merged = {found[0]: found[1]}
        yield (
            "two blank nodes merged",
            replace(result, rows=tuple(tuple(renamed(term, merged) for term in row) for row in content)),
        )
    if result.ordered and not found and content[0] != last:
        yield "the order changed", replace(result, rows=(last, *content[1:-1], content[0]))


def nodes(result):
    parts = [part for row in result.rows for term in row for part in pieces(term)]
    return list(dict.fromkeys(part for part in parts if isinstance(part, ox.BlankNode)))


def pieces(term):
    return [term.subject, term.object] if isinstance(term, ox.Triple) else [term]


def renamed(term, names):
    if isinstance(term, ox.Triple):
        return ox.Triple(renamed(term.subject, names), term.predicate, renamed(term.object, names))
    return names.get(term, term)
