"""Look for smallest sets of axioms and facts that clash, with HermiT as the only judge."""

from collections.abc import Iterable
from typing import Any

from bionrw.release.reason.owlapi_java import Java

_MEMBER = "urn:bionrw:member"


class Search:
    """Looks for clashes, one after the other, each without the first part of those before it."""

    def __init__(self, java: Java, ontology: Any, kind: str = "") -> None:
        """Look among the axioms and facts of `ontology`; with `kind`, for what leaves that class empty."""
        self._java = java
        self._manager = ontology.getOWLOntologyManager()
        of_things = java.owl("model.AxiomType").ABoxAxiomTypes
        logical = sorted(ontology.getLogicalAxioms(), key=str)
        self._axioms = [axiom for axiom in logical if axiom.getAxiomType() not in of_things]
        self._facts = [axiom for axiom in logical if axiom.getAxiomType() in of_things]
        # A class is empty when a thing made up to be its member makes a clash.
        self._member = [self._membership(kind)] if kind else []

    def next(self) -> list[Any]:
        """Return facts and axioms that clash, none of them too many; none when nothing does."""
        found = self._smallest([*self._axioms, *self._member, *self._suspects()])
        self._axioms = [axiom for axiom in self._axioms if axiom not in found[:1]]
        self._facts = [fact for fact in self._facts if fact not in found[:1]]
        # Of fifteen disjoint classes, two are to blame.
        pairs = [pair for axiom in reversed(found) for pair in _pairs(axiom)]
        return [axiom for axiom in self._smallest(pairs) if axiom not in self._member]

    def _suspects(self) -> list[Any]:
        """Return facts that clash together with the axioms: none when the axioms do by themselves."""
        axioms, facts = [*self._axioms, *self._member], self._facts
        if self._clash(axioms) or not self._clash([*axioms, *facts]):
            return []
        return self._near(facts[: self._fewest(axioms, facts)])

    def _near(self, facts: list[Any]) -> list[Any]:
        """Return those of `facts` that matter: the last one does, so what is linked to it is tried first."""
        things, wider = set[str](), _things(facts[-1])
        while things != wider:
            things = wider
            near = [fact for fact in facts if not things.isdisjoint(_things(fact))]
            if self._clash([*self._axioms, *self._member, *near]):
                return near
            wider = things.union(*map(_things, near))
        return facts

    def _smallest(self, clashing: list[Any]) -> list[Any]:
        """Return a part of `clashing` that clashes while no part of it does; nothing when it does not.

        The last of the fewest first ones that clash belongs to every clash among them; it is kept, and
        the same is done with those before it.
        """
        needed: list[Any] = []
        if not self._clash(clashing):
            return needed
        while not self._clash(needed):
            fewest = self._fewest(needed, clashing)
            needed.append(clashing[fewest - 1])
            clashing = clashing[: fewest - 1]
        return needed

    def _fewest(self, given: list[Any], axioms: list[Any]) -> int:
        """Return how many of `axioms`, from the first on, it takes to clash with `given`; all of them do."""
        lowest, highest = 0, len(axioms)
        while lowest < highest:
            middle = (lowest + highest) // 2
            if self._clash([*given, *axioms[:middle]]):
                highest = middle
            else:
                lowest = middle + 1
        return lowest

    def _clash(self, axioms: Iterable[Any]) -> bool:
        chosen = self._java.type("java.util.HashSet")()
        for axiom in axioms:
            chosen.add(axiom)
        ontology = self._manager.createOntology(chosen)
        hermit = reasoner(self._java, ontology)
        try:
            return not hermit.isConsistent()
        finally:
            hermit.dispose()
            self._manager.removeOntology(ontology)

    def _membership(self, kind: str) -> Any:
        factory, iri = self._manager.getOWLDataFactory(), self._java.owl("model.IRI").create
        return factory.getOWLClassAssertionAxiom(
            factory.getOWLClass(iri(kind)), factory.getOWLNamedIndividual(iri(_MEMBER))
        )


def reasoner(java: Java, ontology: Any) -> Any:
    """Return HermiT for an ontology; it says that there is a clash instead of throwing it."""
    settings = java.type("org.semanticweb.HermiT.Configuration")()
    settings.throwInconsistentOntologyException = False
    return java.type("org.semanticweb.HermiT.Reasoner")(settings, ontology)


def _things(fact: Any) -> set[str]:
    """Return the things, named or not, that a fact is about."""
    return {str(each) for each in (*fact.getIndividualsInSignature(), *fact.getAnonymousIndividuals())}


def _pairs(axiom: Any) -> list[Any]:
    """Return an axiom about many as axioms about two, if that is possible."""
    return sorted(axiom.asPairwiseAxioms(), key=str) if hasattr(axiom, "asPairwiseAxioms") else [axiom]
