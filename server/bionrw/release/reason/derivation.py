"""Work out sums, durations and counts from what holds, and keep the calculation as their proof."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Quad, Store, Triple, Variable

from bionrw.library import Library
from bionrw.names import Names
from bionrw.release.reason.closure import Closure
from bionrw.release.reason.coverage import RDFS
from bionrw.release.reason.facts import Facts, Term
from bionrw.release.reason.proof import Proof, Prover
from bionrw.release.reason.rl import RlReasoner
from bionrw.release.reason.rules import Rule
from bionrw.release.reason.sums import Sum, read_sums

_LABEL = NamedNode(RDFS + "label")
_DERIVED_FROM = NamedNode("http://www.w3.org/ns/prov#wasDerivedFrom")


@dataclass(frozen=True, slots=True)
class Reckoned(Proof):
    """A triple that was worked out: `premises` lie behind its addends, `calculation` shows the numbers."""

    calculation: str = ""


class Reckoner(Prover):
    """Proves what was worked out by its calculation, and all else by the rules of the closure."""

    def __init__(
        self, closure: Closure, rules: tuple[Rule, ...], reckoned: Mapping[Triple, Reckoned]
    ) -> None:
        """Keep the calculations besides what any prover needs."""
        super().__init__(closure, rules)
        self._reckoned = reckoned

    def step(self, triple: Triple) -> Proof:
        """Return the last step of the proof."""
        return self._reckoned.get(self._closure.facts.spelling(triple)) or super().step(triple)


@dataclass(frozen=True, slots=True)
class Conclusions:
    """All that follows, the prover that tells why, and the closure that holds the premises, too."""

    triples: tuple[Triple, ...]
    prover: Prover
    closure: Closure


def conclude(grounds: Iterable[Triple], reasoner: RlReasoner, library: Library, base: str) -> Conclusions:
    """Return what follows from `grounds` by rule and by calculation, and by rule from what was calculated.

    Raises `BuildError` for an axiom that no rule reads and `SourceError` for a malformed rule.
    """
    given = list(grounds)
    closure = reasoner.close(given)
    reckoned = dict(_reckon(closure.facts, Spelling(given), read_sums(library), Names(base)))
    closure.add(reckoned, "derived")
    return Conclusions(tuple(closure.steps), Reckoner(closure, reasoner.book.rules, reckoned), closure)


class Spelling:
    """Gives triples back as they were written, since a store writes numbers its own way (5.0 as 5)."""

    def __init__(self, given: Iterable[Triple]) -> None:
        """Keep what is written of each thing and property."""
        self._written: dict[tuple[object, NamedNode], list[Triple]] = {}
        for triple in given:
            if isinstance(triple.object, Literal):
                self._written.setdefault((triple.subject, triple.predicate), []).append(triple)

    def of(self, triple: Triple) -> Triple:
        """Return the written form of a triple of the store; itself when it is not written but follows."""
        for written in self._written.get((triple.subject, triple.predicate), []):
            store = Store()
            store.add(Quad(*written))
            if Quad(*triple) in store:
                return written
        return triple


def _reckon(
    facts: Facts, spelling: Spelling, sums: Iterable[Sum], names: Names
) -> Iterator[tuple[Triple, Reckoned]]:
    for made in sums:
        for row in _rows(facts, made.results):
            addends = _rows(facts, made.addends, {Variable("thing"): row["thing"]})
            behind = {triple for addend in addends for triple in made.premises(addend)}
            premises = sorted(map(spelling.of, behind), key=str)
            sources = sorted({addend["source"] for addend in addends}, key=str)
            proof = tuple(map(Proof, premises))
            calculation = str(getattr(row["expression"], "value", ""))
            for triple in (*made.told(row), *_described(facts, made, row, sources, names)):
                yield triple, Reckoned(triple, made.rule, proof, calculation)


def _described(
    facts: Facts, made: Sum, row: Mapping[str, Term], sources: Iterable[Term], names: Names
) -> Iterator[Triple]:
    """Yield the names of one result, its formula in words, and the things that its numbers belong to."""
    node = row["derived"]
    assert isinstance(node, NamedNode)  # noqa: S101
    for language, words in made.title.items():
        text = f"{_name(facts, row['thing'], language)}: {words}"
        yield Triple(node, _LABEL, Literal(text, language=language))
    for language, words in made.formula.items():
        yield Triple(node, NamedNode(names.term("formula")), Literal(words, language=language))
    for source in sources:
        yield Triple(node, _DERIVED_FROM, source)


def _name(facts: Facts, thing: Term, language: str) -> str:
    """Return the label of a thing, in another language rather than none, else the end of its IRI."""
    assert isinstance(thing, NamedNode)  # noqa: S101
    found = facts.values(thing, _LABEL)
    labels = sorted(
        (label.language != language, label.value) for label in found if isinstance(label, Literal)
    )
    return labels[0][1] if labels else thing.value.rpartition("/")[2]


def _rows(facts: Facts, text: str, given: Mapping[Variable, Term] | None = None) -> list[dict[str, Term]]:
    known = {variable.value: term for variable, term in (given or {}).items()}
    return sorted(({**row, **known} for row in facts.rows(text, given)), key=str)
