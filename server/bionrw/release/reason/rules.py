"""The rules of OWL 2 RL as query files: a conclusion, the premises it follows from, and conditions."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from pyoxigraph import BlankNode, Literal, NamedNode, Triple, Variable

from bionrw.errors import SourceError
from bionrw.library import Library, Query

Term = NamedNode | BlankNode | Literal
Slot = Variable | NamedNode
Pattern = tuple[Slot, Slot, Slot]
Binding = Mapping[str, Term]

_FORM = re.compile(r"CONSTRUCT \{(?P<head>[^}]*)\}(?P<where>\s*WHERE \{\n(?P<body>.*)\}\s*)\Z", re.DOTALL)
_CONSTRUCT, _CLASH = "-construct", "-violation"
_CONDITION = "FILTER "


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule by its name in the tables of OWL 2 Profiles, section 4.3.

    `text` draws every conclusion, `bindings` gives what the premises stand for instead; it is the
    same pattern, read in two ways.
    """

    name: str
    summary: str
    file: str
    prologue: str
    text: str
    bindings: str
    head: Pattern
    premises: tuple[Pattern, ...]
    conditions: tuple[str, ...]
    about_terms: bool

    def match(self, triple: Triple) -> dict[Variable, Term] | None:
        """Return what the variables of the conclusion stand for when it is `triple`, else None."""
        found: dict[Variable, Term] = {}
        for slot, term in zip(self.head, triple, strict=True):
            if isinstance(slot, NamedNode):
                if slot != term:
                    return None
            elif found.setdefault(slot, term) != term:
                return None
        return found

    def instances(self, binding: Binding) -> tuple[Triple, ...]:
        """Return the premises with their variables replaced."""
        return tuple(instance_of(pattern, binding) for pattern in self.premises)


@dataclass(frozen=True, slots=True)
class RuleBook:
    """The rules that draw conclusions, those that find clashes, and the words of OWL that they read."""

    rules: tuple[Rule, ...]
    clashes: tuple[Query, ...]
    covered: frozenset[str]


def read_rules(library: Library) -> RuleBook:
    """Return the rules of `queries/rules/rl`; raise `SourceError` for one that is not written as asked."""
    prefixes = library.prefixes()
    queries = library.rules()
    rules = [_rule(query, prefixes) for query in queries if query.slug.endswith(_CONSTRUCT)]
    clashes = tuple(query for query in queries if query.slug.endswith(_CLASH))
    covered = frozenset(expand(word, prefixes, query.file) for query in queries for word in query.covers)
    return RuleBook(tuple(rules), clashes, covered)


def expand(name: str, prefixes: Mapping[str, str], file: str = "") -> str:
    """Return the IRI of a prefixed name; raise `SourceError` naming `file` for an unknown prefix."""
    prefix, colon, local = name.partition(":")
    if not colon or prefix not in prefixes:
        message = f"{file}: {name} is no name with a prefix of queries/prefixes.ttl."
        raise SourceError(message, {"file": file})
    return prefixes[prefix] + local


def _rule(query: Query, prefixes: Mapping[str, str]) -> Rule:
    form = _FORM.search(query.text)
    if form is None:
        raise _malformed(query.file)
    lines = [line.strip() for line in form["body"].splitlines()]
    patterns = [
        pattern_of(line.removesuffix("."), prefixes, query.file)
        for line in lines
        if line and not line.startswith(_CONDITION)
    ]
    return Rule(
        name=query.slug.removesuffix(_CONSTRUCT),
        summary=query.summary,
        file=query.file,
        prologue=query.text[: form.start()],
        text=query.text,
        bindings=f"{query.text[: form.start()]}SELECT *{form['where']}",
        head=pattern_of(form["head"], prefixes, query.file),
        premises=tuple(patterns),
        conditions=tuple(line for line in lines if line.startswith(_CONDITION)),
        about_terms="terms" in query.tags,
    )


def pattern_of(text: str, prefixes: Mapping[str, str], file: str) -> Pattern:
    """Return the pattern of one line; raise `SourceError` naming `file` when it is not one triple."""
    words = text.split()
    if len(words) != 3:
        raise _malformed(file)
    slots = [
        Variable(word[1:]) if word.startswith("?") else NamedNode(expand(word, prefixes, file))
        for word in words
    ]
    return slots[0], slots[1], slots[2]


def instance_of(pattern: Pattern, binding: Binding) -> Triple:
    """Return the triple of a pattern whose variables are bound."""
    subject, predicate, value = (
        binding[slot.value] if isinstance(slot, Variable) else slot for slot in pattern
    )
    if isinstance(subject, Literal) or not isinstance(predicate, NamedNode):
        message = f"{subject} {predicate} {value} is no triple, though a rule has matched it."
        raise TypeError(message)
    return Triple(subject, predicate, value)


def _malformed(file: str) -> SourceError:
    message = (
        f"{file} is no rule: write CONSTRUCT with one triple, WHERE with one triple a line, "
        "then conditions, each a line that begins with FILTER."
    )
    return SourceError(message, {"file": file})
