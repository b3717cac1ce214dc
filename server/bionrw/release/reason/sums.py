"""The rules that work out a quantity, as query files: what comes out, and the addends it is made of."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from pyoxigraph import Triple

from bionrw.errors import SourceError
from bionrw.library import Library, Query
from bionrw.release.reason.rules import Binding, Pattern, Rule, instance_of, pattern_of

_FORM = re.compile(r"CONSTRUCT \{\n(?P<head>[^}]*)\}\n(?P<where>WHERE \{.*\})\s*\Z", re.DOTALL)
# What is added up stands in the innermost SELECT, one triple a line, so that it can be read as premises.
_ADDENDS = re.compile(r"\n *SELECT \* WHERE \{\n(?P<body>.*?)\n *\}\n *ORDER BY ", re.DOTALL)
_CONDITIONS = ("FILTER ", "BIND ")
_CONSTRUCT = "-construct"


@dataclass(frozen=True, slots=True)
class Sum:
    """A rule with the words for its results.

    `results` gives a row for each of them, with ?thing, ?derived and all that the rule tells;
    `addends` a row for each addend of one ?thing, with the ?source of its number.
    """

    rule: Rule
    title: Mapping[str, str]
    formula: Mapping[str, str]
    results: str
    addends: str
    head: tuple[Pattern, ...]

    def told(self, binding: Binding) -> tuple[Triple, ...]:
        """Return what the rule tells of one result."""
        return tuple(instance_of(pattern, binding) for pattern in self.head)

    def premises(self, binding: Binding) -> tuple[Triple, ...]:
        """Return the triples behind one addend."""
        return tuple(instance_of(pattern, binding) for pattern in self.rule.premises)


def read_sums(library: Library) -> tuple[Sum, ...]:
    """Return the rules of `queries/rules/derived`; raise `SourceError` for a malformed one."""
    return tuple(_sum(query, library.prefixes()) for query in library.derivations())


def _sum(query: Query, prefixes: Mapping[str, str]) -> Sum:
    form, inner = _FORM.search(query.text), _ADDENDS.search(query.text)
    if form is None or inner is None or not query.title or not query.formula:
        raise _malformed(query.file)
    prologue = query.text[: form.start()]
    head = _patterns(form["head"], prefixes, query.file)
    addends = f"{prologue}SELECT * WHERE {{\n{inner['body']}\n}}"
    rule = Rule(
        name=query.slug.removesuffix(_CONSTRUCT),
        summary=query.summary,
        file=query.file,
        prologue=prologue,
        text=query.text,
        bindings=addends,
        head=head[0],
        premises=_patterns(inner["body"], prefixes, query.file),
        conditions=(),
        about_terms=False,
    )
    results = f"{prologue}SELECT * {form['where']}"
    return Sum(rule, query.title, query.formula, results, addends, head)


def _patterns(block: str, prefixes: Mapping[str, str], file: str) -> tuple[Pattern, ...]:
    lines = [line.strip().removesuffix(".") for line in block.splitlines()]
    triples = [line for line in lines if line and not line.startswith(_CONDITIONS)]
    if not triples or any(len(line.split()) != 3 for line in triples):
        raise _malformed(file)
    return tuple(pattern_of(line, prefixes, file) for line in triples)


def _malformed(file: str) -> SourceError:
    message = (
        f"{file} works nothing out: write title and formula, CONSTRUCT with one triple a line, and "
        "inside of WHERE the addends as a SELECT * of one triple a line, with conditions and ORDER BY."
    )
    return SourceError(message, {"file": file})
