"""Find out why a conclusion holds: the rule that drew it and its premises, down to what is asserted."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from pyoxigraph import Triple

from bionrw.release.reason.closure import Closure
from bionrw.release.reason.rules import Rule


@dataclass(frozen=True, slots=True)
class Proof:
    """A triple that holds: asserted when there is no rule, else by `rule` from `premises`."""

    triple: Triple
    rule: Rule | None = None
    premises: tuple["Proof", ...] = ()

    def leaves(self) -> Iterator[Triple]:
        """Yield the asserted triples that the proof rests on, axioms included."""
        if self.rule is None:
            yield self.triple
        for premise in self.premises:
            yield from premise.leaves()


class Prover:
    """Proves conclusions on demand by reading the rules backwards; nothing is stored beforehand."""

    def __init__(self, closure: Closure, rules: tuple[Rule, ...]) -> None:
        """Keep what holds and the rules that it was drawn with."""
        self._closure, self._rules = closure, rules
        self._steps: dict[Triple, Proof] = {}

    def prove(self, triple: Triple) -> Proof:
        """Return the proof with the fewest and earliest premises; of equal ones the first by name.

        Raises `LookupError` when `triple` does not hold.
        """
        last = self.step(triple)
        return replace(last, premises=tuple(self.prove(premise.triple) for premise in last.premises))

    def step(self, triple: Triple) -> Proof:
        """Return the last step of the proof: its rule, and its premises without their own proofs."""
        if triple not in self._steps:
            self._steps[triple] = self._step(triple)
        return self._steps[triple]

    def _step(self, triple: Triple) -> Proof:
        if triple not in self._closure:
            message = f"{triple} does not hold."
            raise LookupError(message)
        drawn = self._closure.steps.get(triple, 0)
        if not drawn:
            return Proof(triple)
        rule, premises = min(self._ways(triple, drawn), key=self._cost)
        return Proof(triple, rule, tuple(map(Proof, premises)))

    def _ways(self, triple: Triple, step: int) -> Iterator[tuple[Rule, tuple[Triple, ...]]]:
        """Yield each rule with premises that held before `triple` did, so that no proof runs in a circle."""
        steps = self._closure.steps
        for rule in self._rules:
            given = rule.match(triple)
            if given is None:
                continue
            known = {variable.value: term for variable, term in given.items()}
            for row in self._closure.facts.rows(rule.bindings, given):
                premises = rule.instances({**row, **known})
                if all(steps.get(premise, 0) < step for premise in premises):
                    yield rule, premises

    def _cost(self, way: tuple[Rule, tuple[Triple, ...]]) -> tuple[int, int, str, str]:
        rule, premises = way
        drawn = [self._closure.steps.get(premise, 0) for premise in premises]
        return max(drawn), sum(map(bool, drawn)), rule.name, " ".join(map(str, premises))
