"""Apply the rules until nothing new follows, and remember in which step each conclusion was drawn."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from pyoxigraph import Triple, Variable

from bionrw.release.reason.coverage import TYPE, speaks_of_terms
from bionrw.release.reason.facts import Facts, Term
from bionrw.release.reason.instances import Instance, Signature, instances, signature, whole
from bionrw.release.reason.rules import Rule


class Steps(Mapping[Triple, int]):
    """The conclusions, each with the number of the step that drew it, read from the store on demand."""

    def __init__(self, facts: Facts) -> None:
        """Look into `facts`."""
        self._facts = facts

    def __getitem__(self, triple: Triple) -> int:
        if step := self._facts.step(triple):
            return step
        raise KeyError(triple)

    def __iter__(self) -> Iterator[Triple]:
        return (triple for triple, _ in self._facts.drawn())

    def __len__(self) -> int:
        return sum(1 for _ in self._facts.drawn())


class Closure:
    """Axioms and facts with all that follows.

    The premises of a conclusion are given or were drawn in an earlier step, so proofs end. A rule is
    applied for each axiom apart, and again only to triples that have come up since.
    """

    def __init__(self, facts: Facts, rules: tuple[Rule, ...]) -> None:
        """Draw all conclusions now, into `facts`."""
        self.facts = facts
        self.steps = Steps(facts)
        self._rules = rules
        self._by_step: list[str] = []
        self._changed: dict[Signature, list[int]] = {}
        self._ran: dict[Instance, int] = {}
        self._close()

    def __contains__(self, triple: Triple) -> bool:
        return triple in self.facts

    def add(self, conclusions: Iterable[Triple], rule: str) -> None:
        """Take in what was concluded by other means, and draw what follows from it."""
        step = len(self._by_step) + 1
        self.facts.add(conclusions, step)
        if kinds := self._kinds(step):
            self._note(rule, kinds)
            self._close()

    @cached_property
    def fired(self) -> Mapping[str, int]:
        """Return the number of conclusions by the name of the rule that drew them first."""
        found = Counter(self._by_step[step - 1] for _, step in self.facts.drawn())
        return {rule.name: found[rule.name] for rule in self._rules}

    def _close(self) -> None:
        before = -1
        while self._terms_changed_after(before):
            before = len(self._by_step)
            self._settle(self._instances())
        # Table 9 of OWL 2 Profiles adds subsumptions to the terms, but no fact that the other rules have
        # not drawn; so its rules come last, and the proofs of facts go by the axioms as they are written.
        self._settle([whole(rule) for rule in self._rules if rule.about_terms])

    def _terms_changed_after(self, step: int) -> bool:
        return step < 0 or any(
            changed[-1] > step and predicate is not None and speaks_of_terms(predicate, kind)
            for (predicate, kind), changed in self._changed.items()
        )

    def _instances(self) -> list[Instance]:
        found = [
            instance
            for rule in self._rules
            if not rule.about_terms
            for instance in instances(rule, self.facts)
        ]
        return list(dict.fromkeys(found))

    def _settle(self, agenda: Sequence[Instance]) -> None:
        """Apply instances until none of them has anything new to read.

        What feeds on itself comes first, then other links, then what things are, each of these before
        the next one begins: so most instances have to be applied once only.
        """
        recursive = [instance for instance in agenda if set(instance.reads()) == {signature(instance.head)}]
        others = [instance for instance in agenda if instance not in set(recursive)]
        links = [instance for instance in others if instance.head[1] != TYPE]
        kinds = _narrow_before_wide([instance for instance in others if instance.head[1] == TYPE])
        while self._pass(recursive) or self._pass(links) or self._pass(kinds):
            continue

    def _pass(self, agenda: Iterable[Instance]) -> bool:
        """Apply each instance that is due; tell whether anything was drawn."""
        before = len(self._by_step)
        for instance in agenda:
            ran = self._ran.get(instance)
            self._ran[instance] = len(self._by_step)
            if ran is None:
                self._apply(instance)
                continue
            for premise, kind in enumerate(instance.reads()):
                for step in self._changed_after(kind, ran):
                    # One of its premises has to be new, else the conclusion is not (semi-naive evaluation).
                    self._apply(instance, (premise, step))
        return len(self._by_step) > before

    def _changed_after(self, kind: Signature, step: int) -> list[int]:
        steps = self._changed.get(kind, [])
        return steps[bisect_right(steps, step) :]

    def _apply(self, instance: Instance, new: tuple[int, int] | None = None) -> None:
        step = len(self._by_step) + 1
        if self.facts.draw(instance.update(step, new), step):
            predicate, kind = signature(instance.head)
            told = predicate is not None and (kind is not None or predicate != TYPE)
            self._note(instance.rule, {(predicate, kind)} if told else self._kinds(step))

    def _note(self, rule: str, kinds: set[Signature]) -> None:
        """Remember that `rule` has drawn triples of some kinds in the next step."""
        self._by_step.append(rule)
        for kind in {(None, None), *kinds, *((predicate, None) for predicate, _ in kinds)}:
            self._changed.setdefault(kind, []).append(len(self._by_step))

    def _kinds(self, step: int) -> set[Signature]:
        return {signature(tuple(triple)) for triple, _ in self.facts.drawn(step)}


def _narrow_before_wide(agenda: Sequence[Instance]) -> list[Instance]:
    """Return instances in the order in which fewest need a second turn: up the hierarchy of classes."""
    wider: dict[Term, set[Term]] = {}
    for instance in agenda:
        for predicate, kind in instance.reads():
            target = instance.head[2]
            if predicate == TYPE and kind is not None and not isinstance(target, Variable):
                wider.setdefault(kind, set()).add(target)
    reach = {kind: len(_above(kind, wider)) for kind in wider}

    def rank(instance: Instance) -> int:
        kinds = [kind for _, kind in instance.reads() if kind is not None]
        return -min((reach[kind] for kind in kinds), default=len(reach) + 1)

    return sorted(agenda, key=rank)


def _above(kind: Term, wider: Mapping[Term, set[Term]]) -> set[Term]:
    found: set[Term] = set()
    waiting = [kind]
    while waiting:
        new = wider.get(waiting.pop(), set()) - found
        found |= new
        waiting.extend(new)
    return found
