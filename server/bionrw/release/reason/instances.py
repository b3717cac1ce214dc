"""A rule with the terms of one axiom in place, so that it asks for nothing but facts."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from pyoxigraph import NamedNode, Variable

from bionrw.release.reason.coverage import TYPE, speaks_of_terms
from bionrw.release.reason.facts import Facts, Term, graph_of, written
from bionrw.release.reason.rules import Binding, Rule

# With more axioms of one kind than this, the rule as it stands is cheaper than an instance for each.
MOST_INSTANCES = 5_000

Slot = Variable | Term
Pattern = tuple[Slot, Slot, Slot]
# A predicate, and for rdf:type also the class; None stands for any.
Signature = tuple[NamedNode | None, Term | None]

_PATTERN_IN_CONDITION = re.compile(r"\{(.*)\}")
_VARIABLE = re.compile(r"\?(\w+)")


@dataclass(frozen=True, slots=True)
class Instance:
    """What a rule asks of the facts, and what it concludes from them."""

    rule: str
    head: Pattern
    premises: tuple[Pattern, ...]
    conditions: tuple[str, ...] = ()
    prologue: str = ""

    def reads(self) -> tuple[Signature, ...]:
        """Return the kinds of triples whose change may let it conclude something new."""
        return tuple(map(signature, self.premises))

    def update(self, step: int, new: tuple[int, int] | None = None) -> str:
        """Return the SPARQL update that writes what is new to the graph of `step`.

        `new` takes one premise, by its number, from the conclusions of one earlier step only. All
        terms are written by the engine, which escapes them.
        """
        graphs = [f"?_{at}" for at in range(len(self.premises))]
        if new is not None:
            premise, earlier = new
            graphs[premise] = written(graph_of(earlier))
        body = " ".join(
            f"GRAPH {graph} {{ {_line(pattern)} }}"
            for graph, pattern in zip(graphs, self.premises, strict=True)
        )
        conditions = " ".join(
            _PATTERN_IN_CONDITION.sub(rf"{{ GRAPH ?_c{at} {{\1}} }}", condition)
            for at, condition in enumerate(self.conditions)
        )
        head = _line(self.head)
        return (
            f"{self.prologue}INSERT {{ GRAPH {written(graph_of(step))} {{ {head} }} }} "
            f"WHERE {{ {body} {conditions} FILTER NOT EXISTS {{ GRAPH ?_h {{ {head} }} }} }}"
        )


def signature(pattern: Pattern) -> Signature:
    """Return the kind of triples that a pattern fits."""
    _, predicate, value = pattern
    if not isinstance(predicate, NamedNode):
        return None, None
    return predicate, value if predicate == TYPE and not isinstance(value, Variable) else None


def whole(rule: Rule) -> Instance:
    """Return the rule as it stands."""
    return Instance(rule.name, rule.head, rule.premises, rule.conditions, rule.prologue)


def instances(rule: Rule, facts: Facts) -> Iterator[Instance]:
    """Yield the rule once for each way in which its premises about terms hold."""
    about_terms = tuple(pattern for pattern in rule.premises if is_about_terms(pattern))
    rest = tuple(pattern for pattern in rule.premises if not is_about_terms(pattern))
    if not about_terms or not rest:
        yield whole(rule)
        return
    bound = {slot.value for pattern in about_terms for slot in pattern if isinstance(slot, Variable)}
    settled = tuple(line for line in rule.conditions if set(_VARIABLE.findall(line)) <= bound)
    body = " . ".join(map(_line, about_terms))
    rows = list(facts.rows(f"{rule.prologue}SELECT * WHERE {{ {body} {' '.join(settled)} }}"))
    if len(rows) > MOST_INSTANCES:
        yield whole(rule)
        return
    left = Instance(
        rule.name, rule.head, rest, tuple(c for c in rule.conditions if c not in settled), rule.prologue
    )
    for row in rows:
        instance = replace(
            left,
            head=_filled(left.head, row),
            premises=tuple(_filled(pattern, row) for pattern in left.premises),
            conditions=tuple(_filled_condition(line, row) for line in left.conditions),
        )
        if instance.head not in instance.premises:
            yield instance


def is_about_terms(pattern: Pattern) -> bool:
    """Tell whether a pattern fits axioms only: its predicate, or the class it asks for, is a word of OWL."""
    _, predicate, value = pattern
    return isinstance(predicate, NamedNode) and speaks_of_terms(predicate, value)


def _filled(pattern: Pattern, row: Binding) -> Pattern:
    subject, predicate, value = (
        row.get(slot.value, slot) if isinstance(slot, Variable) else slot for slot in pattern
    )
    return subject, predicate, value


def _filled_condition(line: str, row: Binding) -> str:
    return _VARIABLE.sub(lambda found: written(row[found[1]]) if found[1] in row else found[0], line)


def _line(pattern: Pattern) -> str:
    return " ".join(str(slot) if isinstance(slot, Variable) else written(slot) for slot in pattern)
