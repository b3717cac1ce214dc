"""Run the rules over a store until nothing new follows, and remember the order of the conclusions."""

from collections.abc import Iterable

from pyoxigraph import Quad, QueryTriples, Store, Triple

from bionrw.release.reason.rules import Rule


class Closure:
    """Axioms and facts with all that follows; `steps` counts for each conclusion when it was first drawn.

    The premises of a conclusion are asserted or have a smaller step, so proofs end.
    """

    def __init__(self, triples: Iterable[Triple], rules: tuple[Rule, ...]) -> None:
        """Draw all conclusions now."""
        self.store = Store()
        self.store.bulk_extend(Quad(*triple) for triple in triples)
        self.steps: dict[Triple, int] = {}
        self.fired: dict[str, int] = {rule.name: 0 for rule in rules}
        step, idle = 0, 0
        # A full round without anything new is the fixpoint.
        while idle < len(rules):
            for rule in rules:
                step += 1
                found = self._new(rule)
                self.steps.update(dict.fromkeys(found, step))
                self.store.extend(Quad(*triple) for triple in found)
                self.fired[rule.name] += len(found)
                idle = 0 if found else idle + 1
                if idle == len(rules):
                    break

    def _new(self, rule: Rule) -> set[Triple]:
        """Return the conclusions of one rule that the store lacks."""
        drawn = self.store.query(rule.text)
        if not isinstance(drawn, QueryTriples):  # pragma: no cover
            message = f"{rule.file} is no CONSTRUCT."
            raise TypeError(message)
        return {triple for triple in drawn if Quad(*triple) not in self.store}

    def __contains__(self, triple: Triple) -> bool:
        return Quad(*triple) in self.store
