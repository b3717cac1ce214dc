"""What the process can be asked of HermiT: all that follows, and the reasons of a clash."""

import time
from collections.abc import Iterable, Iterator, Sequence
from itertools import repeat
from typing import Any

from bionrw.release.reason.coverage import OWL, RDF, RDFS
from bionrw.release.reason.owlapi_java import Java, JavaFault
from bionrw.release.reason.owlapi_search import Search, reasoner

_TYPE, _NARROWER, _SUB = f"{RDF}type", f"{RDFS}subClassOf", f"{RDFS}subPropertyOf"

Link = tuple[str, str, str]


def entail(java: Java, content: str) -> Iterator[list[Link]]:
    """Yield what HermiT draws: types of things, wider classes and properties, links."""
    ontology, _ = java.read(content)
    hermit = reasoner(java, ontology)
    if not hermit.isConsistent():
        message = "HermiT draws nothing from axioms and facts that contradict each other."
        raise JavaFault(message)
    links: set[Link] = set()
    for thing in ontology.getIndividualsInSignature():
        links |= _each(thing, _TYPE, hermit.getTypes(thing, False).getFlattened())
    for kind in ontology.getClassesInSignature():
        links |= _each(kind, _NARROWER, hermit.getSuperClasses(kind, False).getFlattened())
        links |= _each(kind, _NARROWER, hermit.getEquivalentClasses(kind).getEntities())
    for term in ontology.getObjectPropertiesInSignature():
        links |= _each(term, _SUB, hermit.getSuperObjectProperties(term, False).getFlattened())
        links |= _each(term, _SUB, hermit.getEquivalentObjectProperties(term).getEntities())
        for thing, values in dict(hermit.getObjectPropertyInstances(term)).items():
            links |= _each(thing, str(term.getIRI()), values)
    for term in ontology.getDataPropertiesInSignature():
        links |= _each(term, _SUB, hermit.getSuperDataProperties(term, False).getFlattened())
        links |= _each(term, _SUB, hermit.getEquivalentDataProperties(term).getEntities())
    yield sorted(link for link in links if not any(part.startswith(OWL) for part in link))


def explain(java: Java, content: str, most: int, budget: float, kinds: Sequence[str]) -> Iterator[list[str]]:
    """Yield smallest sets of axioms and facts that clash, at most `most`, in about `budget` seconds.

    With `kinds`, one set for each of these classes: what leaves it without a member.
    """
    until = time.monotonic() + budget
    ontology, _ = java.read(content)
    write = java.manchester()
    searches: Iterator[Search]
    if kinds:
        searches = (Search(java, ontology, kind) for kind in kinds)
    else:
        searches = repeat(Search(java, ontology), most)
    for search in searches:
        clash = search.next() if time.monotonic() < until else []
        if not clash and not kinds:
            return
        yield [write(axiom) for axiom in clash]


def _each(subject: Any, predicate: str, values: Iterable[Any]) -> set[Link]:
    """Return links to all named ones of `values`."""
    named = (value for value in values if not value.isAnonymous())
    return {(str(subject.getIRI()), predicate, str(value.getIRI())) for value in named}
