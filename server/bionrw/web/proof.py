"""Why a triple holds: the steps of its proof, from rule to rule, down to what is stated and where."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bionrw.errors import NotFound
from bionrw.model import Blank, Literal, Term
from bionrw.web.evidence import Proofs
from bionrw.web.excerpt import Excerpt
from bionrw.web.lookup import Lookup
from bionrw.web.naming import Naming
from bionrw.web.resource import Evidence, Line, Piece, Quote
from bionrw.web.triples import Triple

# Deeper steps stand on a page of their own, so that a page stays readable.
DEEPEST = 12

_GROUNDS = ("proof-grounds", "proof-names")
_NOTES = {
    "alignments": "stated in the alignments",
    "curated": "added by the editors",
    "document": "stated in the document",
    "ontology": "stated in the ontology",
}
# How a triple reads as a sentence where the name of its property is none of ours, or only a heading.
_VERBS = {
    "rdf:type": "is a",
    "rdfs:domain": "is said of",
    "rdfs:range": "leads to",
    "rdfs:subClassOf": "is a kind of",
    "rdfs:subPropertyOf": "is a narrower property of",
    "owl:equivalentClass": "is the same as",
    "owl:equivalentProperty": "is the same as",
    "owl:inverseOf": "is the other way round of",
    "owl:propertyChainAxiom": "follows from",
}
# What "an" stands before; a university and a unit begin with a consonant when they are spoken.
_AN = re.compile(r"[aeio]|u(?!ni)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Step:
    """A triple of a proof: drawn by a rule from premises, or stated somewhere.

    `again` leads to where the page has proved it already, `further` to a page of its own.
    """

    sentence: Line
    anchor: str = ""
    rule: str = ""
    words: str = ""
    premises: tuple["Step", ...] = ()
    notes: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    mentions: tuple[Quote, ...] = ()
    again: str = ""
    further: str = ""


def require_triple(triple: Triple, lookup: Lookup) -> tuple[str, ...]:
    """Return the names of the graphs that hold `triple`; raise `NotFound` if no proof has it either."""
    bindings = triple.bindings()
    graphs = [row["graph"].value.rpartition("/")[2] for row in lookup.bound_rows("triple", bindings)]
    if not graphs and not lookup.bound_rows("proof", bindings):
        message = (
            "This triple is neither asserted nor among what was inferred. What follows about terms alone "
            "is not kept: `bionrw explain` works it out."
        )
        raise NotFound(message)
    return tuple(dict.fromkeys(graphs))


def read_excerpt(triple: Triple, lookup: Lookup, *, stated: bool) -> tuple[Excerpt, str]:
    """Return all that the page of a proof tells, and the name of its first step there, empty without one.

    What is `stated` needs no steps.
    """
    excerpt, root = lookup.excerpt(), ""
    for name in _GROUNDS if stated else ("proof", *_GROUNDS):
        for row in lookup.bound_rows(name, triple.bindings()):
            excerpt.add(_key(row["node"]), row["property"].value, row["value"])
            root = _key(row["root"]) if "root" in row else root
    return excerpt, root


def _key(term: Term) -> str:
    return f"_:{term.value}" if isinstance(term, Blank) else term.value


class Explanation:
    """Writes the proof of one triple."""

    def __init__(self, naming: Naming, triple: Triple) -> None:
        """Keep where steps, statements and names come from."""
        self._naming, self._facts, self._triple = naming, naming.excerpt, triple
        self._proofs = Proofs(naming, triple.subject.value)
        self._shown: dict[str, str] = {}
        self._verbs = {self._facts.expand(name): words for name, words in _VERBS.items()}

    def sentence(self) -> Line:
        """Return the triple itself in words."""
        return self._sentence(*self._triple)

    def drawn(self, root: str) -> Step:
        """Return the proof that begins with the step `root`."""
        return self._step(root, 0)

    def stated(self, graphs: Iterable[str]) -> Step:
        """Return where `graphs` state the triple: its passages, else the graph."""
        subject, predicate, value = self._triple
        evidence = self._proofs.of([predicate.value], value)
        mentions: tuple[Quote, ...] = ()
        if predicate.value in (self._facts.expand("rdf:type"), self._facts.expand("rdfs:label")):
            spans = self._facts.iris(subject.value, "bionrw:mentionedIn")
            mentions = tuple(self._naming.quote(span) for span in spans) if not evidence else ()
        notes = [_NOTES[name] for name in graphs if name in _NOTES]
        if evidence or mentions:
            notes = [note for note in notes if note != _NOTES["document"]]
        return Step(self.sentence(), "step-1", notes=tuple(notes), evidence=evidence, mentions=mentions)

    def _step(self, key: str, depth: int) -> Step:
        sentence = self._sentence(*self._parts(key))
        if key in self._shown:
            return Step(sentence, again=self._shown[key])
        rule = self._facts.lexical(key, "rdfs:label")
        if rule and depth >= DEEPEST:
            return Step(sentence, further=self._address(key))
        anchor = self._shown[key] = f"step-{len(self._shown) + 1}"
        if not rule:
            return self._ground(key, sentence, anchor)
        groups: dict[tuple[Term, ...], list[str]] = {}
        for source in self._facts.objects(key, "prov:wasDerivedFrom"):
            groups.setdefault(self._parts(_key(source)), []).append(_key(source))
        premises = [self._premise(keys, depth + 1) for keys in sorted(groups.values(), key=self._order)]
        words = self._facts.lexical(key, "dcterms:description")
        return Step(sentence, anchor, rule, words, tuple(premises))

    def _premise(self, keys: list[str], depth: int) -> Step:
        """Return a premise: a further step, or what one or several statements say."""
        if keys[0].startswith("_:"):
            return self._step(keys[0], depth)
        sentence = self._sentence(*self._parts(keys[0]))
        if keys[0] in self._shown:
            return Step(sentence, again=self._shown[keys[0]])
        anchor = self._shown[keys[0]] = f"step-{len(self._shown) + 1}"
        return Step(sentence, anchor, evidence=tuple(self._proofs.evidence(key) for key in keys))

    def _ground(self, key: str, sentence: Line, anchor: str) -> Step:
        spans = self._facts.iris(key, "prov:wasQuotedFrom")
        origin = self._facts.iri(key, "prov:hadPrimarySource")
        name = (origin or "document").rpartition("/")[2]
        return Step(
            sentence,
            anchor,
            notes=() if spans else (_NOTES[name],),
            mentions=tuple(self._naming.quote(span) for span in spans),
        )

    def _order(self, keys: list[str]) -> tuple[bool, str]:
        """Sort axioms before facts, then by words."""
        axiom = bool(self._facts.iri(keys[0], "prov:hadPrimarySource"))
        words = "".join(piece.text for piece in self._sentence(*self._parts(keys[0])))
        return not axiom, words.casefold()

    def _parts(self, key: str) -> tuple[Term, Term, Term]:
        parts = [self._facts.objects(key, f"rdf:{name}") for name in ("subject", "predicate", "object")]
        subject, predicate, value = (terms[0] if terms else Literal("?") for terms in parts)
        return subject, predicate, value

    def _address(self, key: str) -> str:
        subject, predicate, value = self._parts(key)
        return self._naming.links.proof(subject.value, predicate.value, value)

    def _sentence(self, subject: Term, predicate: Term, value: Term) -> Line:
        name = self._naming.piece(predicate)
        verb = self._verbs.get(predicate.value)
        if verb == "is a" and _AN.match(self._words(value)[0].text):
            verb = "is an"
        middle = Piece(verb) if verb else name
        return (*self._words(subject), Piece(" "), middle, Piece(" "), *self._words(value))

    def _words(self, term: Term) -> Line:
        """Return a term in words: a list or a nameless class by what it consists of."""
        if not isinstance(term, Blank):
            return (self._naming.piece(term),)
        key = _key(term)
        if kinds := self._facts.objects(key, "owl:someValuesFrom"):
            (way,) = self._facts.objects(key, "owl:onProperty")
            return (*self._words(way), Piece(" some "), *self._words(kinds[0]))
        if members := self._facts.objects(key, "owl:intersectionOf"):
            return self._joined(_key(members[0]), " with ")
        return self._joined(key, ", then ")

    def _joined(self, key: str, between: str) -> Line:
        line: list[Piece] = []
        seen: set[str] = set()
        while key not in seen and (items := self._facts.objects(key, "rdf:first")):
            seen.add(key)
            line += [*([Piece(between)] if line else []), *self._words(items[0])]
            key = next(map(_key, self._facts.objects(key, "rdf:rest")), "")
        return tuple(line) or (self._naming.piece(Blank(key)),)
