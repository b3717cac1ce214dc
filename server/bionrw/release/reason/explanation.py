"""Say why a triple holds: its proof from rule to rule, down to the passages that state its premises."""

from collections.abc import Callable, Iterable, Iterator

from pyoxigraph import BlankNode, NamedNode, Quad, RdfFormat, Store, Triple, parse

from bionrw.errors import BadRequest, NotFound
from bionrw.library import Library
from bionrw.names import Names
from bionrw.release.reason.coverage import RDF, TYPE
from bionrw.release.reason.derivation import Reckoned, conclude
from bionrw.release.reason.proof import Proof
from bionrw.release.reason.rl import RlReasoner
from bionrw.release.reason.step import SOURCES
from bionrw.release.reason.words import Words

_SUBJECT, _PREDICATE, _OBJECT = (NamedNode(RDF + name) for name in ("subject", "predicate", "object"))
_LABEL = NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
_PLACES = {
    "alignments": "stated in the alignments",
    "curated": "added by the editors",
    "document": "stated in the document",
    "ontology": "stated in the ontology",
}


def read_triple(words: tuple[str, str, str], library: Library) -> Triple:
    """Return the triple of three terms as Turtle writes them, or of plain IRIs; raise `BadRequest`."""
    prologue = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in library.prefixes().items())
    terms = [f"<{word}>" if "://" in word and word[:1] not in "<\"'" else word for word in words]
    try:
        (quad,) = parse(f"{prologue}{' '.join(terms)} .", format=RdfFormat.TURTLE)
    except (SyntaxError, ValueError):
        message = (
            f"{' '.join(words)} is no triple: write subject, predicate and object as IRIs, as names with a "
            "prefix of queries/prefixes.ttl, or the object as a literal of Turtle."
        )
        raise BadRequest(message) from None
    return Triple(quad.subject, quad.predicate, quad.object)


class Explainer:
    """Explains the triples of a built graph; proofs are worked out when they are asked for."""

    def __init__(self, quads: Iterable[Quad], library: Library, base: str) -> None:
        """Draw all conclusions anew, which takes a fraction of a second for one document."""
        self._names = Names(base)
        inferred = NamedNode(self._names.graph("inferred"))
        given = [quad for quad in quads if quad.graph_name != inferred]
        self._store = Store()
        self._store.bulk_extend(given)
        grounds = {NamedNode(self._names.graph(name)) for name in SOURCES}
        triples = [Triple(q.subject, q.predicate, q.object) for q in given if q.graph_name in grounds]
        drawn = conclude(triples, RlReasoner(library), library, base)
        self._closure, self._prover = drawn.closure, drawn.prover
        self._words = Words(triples, library.shorten)

    def lines(self, triple: Triple) -> Iterator[str]:
        """Yield the proof of `triple`, a premise deeper; raise `NotFound` when it does not hold."""
        if triple in self._closure:
            yield from self._proof(self._prover.prove(triple), "")
            return
        places = list(self._places(triple))
        if not places:
            message = f"{self._words.triple(triple)} is neither asserted nor does it follow."
            raise NotFound(message)
        yield self._words.triple(triple)
        yield from (f"  {place}" for place in places)

    def _proof(self, proof: Proof, indent: str) -> Iterator[str]:
        yield f"{indent}{self._words.triple(proof.triple)}"
        if proof.rule is None:
            yield from (f"{indent}  {place}" for place in self._places(proof.triple))
            return
        calculation = f": {proof.calculation}" if isinstance(proof, Reckoned) else ""
        yield f"{indent}  inferred by {proof.rule.name}: {proof.rule.summary}{calculation}"
        for premise in proof.premises:
            if premise.rule or not self._words.is_structure(premise.triple):
                yield from self._proof(premise, f"{indent}    ")

    def _places(self, triple: Triple) -> Iterator[str]:
        """Yield where an asserted triple stands: its passages if it has some, else its graph."""
        for quad in self._store.quads_for_pattern(triple.subject, triple.predicate, triple.object):
            name = str(getattr(quad.graph_name, "value", "")).rpartition("/")[2]
            passages = list(dict.fromkeys(self._passages(triple))) if name == "document" else []
            if not passages:
                yield _PLACES.get(name, f"stated in the graph {name}")
            yield from passages

    def _passages(self, triple: Triple) -> Iterator[str]:
        for quad in self._store.quads_for_pattern(None, _SUBJECT, triple.subject):
            statement = quad.subject
            if self._has(statement, _PREDICATE, triple.predicate) and self._has(
                statement, _OBJECT, triple.object
            ):
                status = "".join(map(self._words.term, self._values(statement, "status")))
                for span in self._values(statement, "evidence"):
                    yield self._passage(span, status.rpartition(":")[2] or "stated")
        if triple.predicate in (TYPE, _LABEL):
            for span in self._values(triple.subject, "mentionedIn"):
                yield self._passage(span, "mentioned")

    def _passage(self, span: object, status: str) -> str:
        quote, start, end = (
            "".join(str(getattr(value, "value", value)) for value in self._values(span, name))
            for name in ("quote", "startOffset", "endOffset")
        )
        source = " ".join(map(self._words.term, self._values(span, "source")))
        return f"{status}: “{' '.join(quote.split())}” (characters {start} to {end} of {source})"

    def _values(self, subject: object, name: str) -> Iterator[object]:
        if isinstance(subject, NamedNode | BlankNode):
            found = self._store.quads_for_pattern(subject, NamedNode(self._names.term(name)), None)
            yield from sorted((quad.object for quad in found), key=str)

    def _has(self, subject: object, predicate: NamedNode, value: object) -> bool:
        pattern: Callable[..., Iterable[Quad]] = self._store.quads_for_pattern
        return any(True for _ in pattern(subject, predicate, value))
