"""Compose the page of a thing from an excerpt of the graphs."""

from collections.abc import Iterable
from dataclasses import replace

from bionrw.model import Iri, Literal, Term
from bionrw.web.arrangement import ELSEWHERE, place
from bionrw.web.evidence import Proofs
from bionrw.web.excerpt import Excerpt, Fact
from bionrw.web.lines import Lines
from bionrw.web.links import Links
from bionrw.web.naming import Naming, foreign
from bionrw.web.resource import Entry, Group, Incoming, Line, Piece, Resource
from bionrw.web.vocabulary import Vocabulary

_ORIGINS = ("document", "ontology", "curated", "inferred")


class Composer:
    """Writes the page of the thing `this`."""

    def __init__(self, this: str, excerpt: Excerpt, vocabulary: Vocabulary, links: Links) -> None:
        """Keep what is known; nothing more is looked up while the page is composed."""
        self._this = this
        self._excerpt = excerpt
        self._vocabulary = vocabulary
        self._graphs = {links.names.graph(name): name for name in _ORIGINS}
        self.naming = Naming(excerpt, vocabulary, links)
        self.lines = Lines(self.naming, this)
        self._proofs = Proofs(self.naming, this)
        self._elsewhere = {excerpt.expand(name) for name in ELSEWHERE}

    def resource(self, shelf: Piece, incoming: Incoming) -> Resource:
        """Return all that the page shows."""
        naming, excerpt, this = self.naming, self._excerpt, self._this
        name = naming.name(this)
        line = self.lines.line(this)
        return Resource(
            iri=this,
            label=Piece(name.value, language=foreign(name.language)),
            shelf=shelf,
            kinds=self._kinds(),
            names=self._texts(("rdfs:label",), besides=name),
            summaries=self._texts(("bionrw:summary", "skos:definition")),
            lead=line if line != (naming.link(this),) else (),
            mentions=tuple(naming.quote(span) for span in excerpt.iris(this, "bionrw:mentionedIn")),
            groups=self._groups(),
            problems=self._proofs.problems(),
            incoming=incoming,
            curated=self._curated(),
            deprecated="true" in [text.value for text in excerpt.texts(this, "owl:deprecated")],
            successors=tuple(naming.link(iri) for iri in excerpt.iris(this, "dcterms:isReplacedBy")),
        )

    def _kinds(self) -> tuple[Piece, ...]:
        """Return the classes of the thing; one that nobody asserted says so."""
        predicate = self._excerpt.expand("rdf:type")
        inferred = {
            self.naming.link(fact.object.value): self._why(fact)
            for fact in self._excerpt.facts(self._this)
            if fact.predicate == predicate and self._origin(fact) == "inferred"
        }
        return tuple(
            replace(kind, text=f"{kind.text} (inferred)", why=inferred[kind]) if kind in inferred else kind
            for kind in self.naming.kinds(self._this)
        )

    def _why(self, fact: Fact) -> str:
        return self.naming.links.proof(self._this, fact.predicate, fact.object)

    def _curated(self) -> bool:
        """Tell whether the thing is a record of the editors: its class stands in their graph alone."""
        kinds = [
            fact
            for fact in self._excerpt.facts(self._this)
            if fact.predicate == self._excerpt.expand("rdf:type")
        ]
        return bool(kinds) and all(self._origin(fact) == "curated" for fact in kinds)

    def _texts(self, predicates: Iterable[str], besides: Literal | None = None) -> tuple[Piece, ...]:
        """Return texts of the head, those in the language of the page first."""
        found = [
            text for name in predicates for text in self._excerpt.texts(self._this, name) if text != besides
        ]
        ordered = sorted(dict.fromkeys(found), key=lambda text: bool(foreign(text.language)))
        return tuple(Piece(text.value, language=foreign(text.language)) for text in ordered)

    def _groups(self) -> tuple[Group, ...]:
        facts: dict[str, list[Fact]] = {}
        for fact in self._excerpt.facts(self._this):
            if fact.predicate not in self._elsewhere and not self._is_label(fact):
                facts.setdefault(fact.predicate, []).append(fact)
        special = {name: self._vocabulary.more_special(name) for name in facts}
        shown = [
            self._group(name, found, special[name])
            for name, found in facts.items()
            if not self._covered(name, facts)
        ]
        return tuple(group for _, group in sorted([*shown, *self._missing(facts)], key=lambda item: item[0]))

    def _is_label(self, fact: Fact) -> bool:
        """Tell whether this is the name that the head shows; another preferred name is a fact of its own."""
        labels = self._excerpt.texts(self._this, "rdfs:label")
        preferred = fact.predicate == self._excerpt.expand("skos:prefLabel")
        return preferred and (not labels or fact.object in labels)

    def _covered(self, predicate: str, facts: dict[str, list[Fact]]) -> bool:
        """Tell whether a more general property says all of this, too; there it is shown with a tag."""
        values = {fact.object for fact in facts[predicate]}
        return any(
            predicate in self._vocabulary.more_special(other) and values <= {fact.object for fact in found}
            for other, found in facts.items()
        )

    def _group(self, predicate: str, facts: list[Fact], special: list[str]) -> tuple[tuple[int, str], Group]:
        entries = [self._entry(fact, special) for fact in facts]
        entries.sort(key=_reading_order)
        incomplete = predicate in self._excerpt.iris(self._this, "bionrw:openListOf")
        shared = [item for item in entries[0].problems if all(item in entry.problems for entry in entries)]
        if len(entries) > 1:
            entries = [
                replace(entry, problems=tuple(item for item in entry.problems if item not in shared))
                for entry in entries
            ]
        else:
            shared = []
        group = Group(self._heading(predicate), tuple(entries), tuple(shared), open=incomplete)
        return self._place(predicate, group), group

    def _heading(self, predicate: str) -> Piece:
        """Return the name of a property as a heading: "has period" reads "period" there."""
        name = self.naming.link(predicate)
        return replace(name, text=name.text.removeprefix("has "))

    def _missing(self, facts: dict[str, list[Fact]]) -> list[tuple[tuple[int, str], Group]]:
        """Return a group for each property that the source, expected to, gives no value of."""
        groups = []
        for predicate in self._excerpt.iris(self._this, "bionrw:notStated"):
            if predicate not in facts:
                fact = Fact(self._excerpt.expand("bionrw:notStated"), Iri(predicate), ())
                entry = self._entry(fact, [], (Piece("not stated in the source", style="muted"),))
                group = Group(self._heading(predicate), (entry,), missing=True)
                groups.append((self._place(predicate, group), group))
        return groups

    def _place(self, predicate: str, group: Group) -> tuple[int, str]:
        return place(predicate, self._excerpt.expand), group.label.text.casefold()

    def _entry(self, fact: Fact, special: list[str], line: Line = ()) -> Entry:
        held = [
            name for name in special if any(same.predicate == name for same in self._same_value(fact.object))
        ]
        proofs = self._proofs.of([fact.predicate, *held], fact.object)
        line = line or self._line(fact.object)
        return Entry(
            line=line,
            origin=self._origin(fact),
            tags=tuple(self._heading(name).text for name in held),
            qualifiers=tuple(dict.fromkeys(word for proof in proofs for word in proof.qualifiers)),
            statuses=tuple(dict.fromkeys(proof.status for proof in proofs if proof.status)),
            evidence=proofs,
            problems=self._proofs.problems_of(fact.predicate, fact.object),
            why=self._why(fact) if self._origin(fact) == "inferred" else "",
        )

    def _same_value(self, value: Term) -> Iterable[Fact]:
        return (fact for fact in self._excerpt.facts(self._this) if fact.object == value)

    def _line(self, value: Term) -> Line:
        if isinstance(value, Iri):
            return self.lines.line(value.value)
        return (self.naming.piece(value),)

    def _origin(self, fact: Fact) -> str:
        names = {self._graphs[graph] for graph in fact.graphs if graph in self._graphs}
        return next((name for name in _ORIGINS if name in names), "document")


def _reading_order(entry: Entry) -> tuple[str, str]:
    """Sort by words, those in the language of the page first."""
    return entry.line[0].language, "".join(piece.text for piece in entry.line).casefold()
