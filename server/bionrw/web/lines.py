"""Nodes that join several things, each as one readable line."""

from collections.abc import Callable, Iterable

from bionrw.model import Iri
from bionrw.web.naming import Naming
from bionrw.web.resource import Line, Piece
from bionrw.web.words import counted, number, plural, span

# A plain number says the one, two numbers with a word between them the other.
_SILENT = ("comparator:as-stated", "comparator:between")
_DOT = Piece(" · ", style="muted")


class Lines:
    """Writes the line of a node, as it reads on the page of the thing `this`."""

    def __init__(self, naming: Naming, this: str) -> None:
        """Keep where facts and names come from; what `this` is need not be said on its own page."""
        self._naming = naming
        self._facts = naming.excerpt
        self._this = this
        writers: dict[str, Callable[[str], Line]] = {
            "bionrw:MonetaryAmount": self._amount,
            "bionrw:Period": self._period,
            "bionrw:Observation": self._observation,
            "bionrw:Participation": self._participation,
            "bionrw:Commission": self._commission,
            "bionrw:ProjectPhase": self._phase,
            "bionrw:Offer": self._offer,
            "bionrw:TextSpan": self._passage,
            "rdf:Statement": self._statement,
        }
        self._writers = {self._facts.expand(kind): writer for kind, writer in writers.items()}

    def line(self, iri: str) -> Line:
        """Return the line of `iri`: its parts in words, or its name."""
        for kind in self._facts.kinds(iri):
            writer = self._writers.get(kind)
            if writer and (line := writer(iri)):
                return line
        return (self._naming.link(iri),)

    def _own(self, iri: str, text: str, style: str = "") -> Piece:
        """Return words that lead to the page of the node itself, unless this is that page."""
        return Piece(text, "" if iri == self._this else self._naming.links.local(iri), style=style)

    def _amount(self, iri: str) -> Line:
        value = self._facts.lexical(iri, "bionrw:value")
        if not value:
            return ()
        currency = self._facts.iri(iri, "bionrw:currency")
        sign = self._naming.vocabulary.terms.lexical(currency, "skos:notation") or self._word(currency)
        amount = " ".join(filter(None, (self._comparator(iri), sign, number(value))))
        return (self._own(iri, amount, "figure"), *self._as_written(iri))

    def _period(self, iri: str) -> Line:
        begin, end = self._facts.lexical(iri, "bionrw:begin"), self._facts.lexical(iri, "bionrw:end")
        kind = self._facts.iri(iri, "bionrw:durationKind")
        text = span(begin, end, unlimited=kind == self._facts.expand("duration:unlimited"))
        return (self._own(iri, text, "figure"), *self._as_written(iri)) if text else ()

    def _observation(self, iri: str) -> Line:
        figure = self._figure(iri)
        if not figure:
            return ()
        details = [*self._measure(iri), *self._links(iri, ("bionrw:population", "bionrw:observationAbout"))]
        details += [self._said(iri, "bionrw:shareOf", "share of"), self._said(iri, "bionrw:outOf", "out of")]
        interval = self._facts.text(iri, "bionrw:interval")
        details += [(self._naming.piece(interval),)] if interval else []
        details += [self._when(iri), self._said(iri, "bionrw:comparedWithPeriod", "compared with")]
        kind = self._facts.iri(iri, "bionrw:valueKind")
        details += [(Piece(self._word(kind)),)] if kind else []
        return _joined([(self._own(iri, figure, "figure"),), *details])

    def _figure(self, iri: str) -> str:
        facts = self._facts
        value = facts.lexical(iri, "bionrw:value")
        low, high = facts.lexical(iri, "bionrw:lowerValue"), facts.lexical(iri, "bionrw:upperValue")
        amount = value or high or low
        if not amount:
            return ""
        unit = self._unit(amount, facts.iri(iri, "bionrw:unit"))
        return " ".join(
            filter(None, (self._comparator(iri), f"{number(low)} to" if low and high else "", unit))
        )

    def _unit(self, amount: str, unit: str) -> str:
        if unit == self._facts.expand("unit:percent"):
            return f"{number(amount)} %"
        if not unit or unit == self._facts.expand("unit:one"):
            return number(amount)
        return counted(amount, self._word(unit))

    def _measure(self, iri: str) -> list[Line]:
        """Return what was measured, unless the unit says it already (so many employees)."""
        measure = self._facts.iri(iri, "bionrw:measure")
        word = self._word(measure)
        unit = self._word(self._facts.iri(iri, "bionrw:unit"))
        said = not measure or measure == self._facts.expand("measure:count") or plural(unit).startswith(word)
        return [] if said else [(Piece(word),)]

    def _when(self, iri: str) -> Line:
        if period := self._facts.iri(iri, "bionrw:observationPeriod"):
            return self._named(period)
        unknown = self._facts.expand("bionrw:observationPeriod") in self._facts.iris(iri, "bionrw:notStated")
        return (Piece("period not stated", style="muted"),) if unknown else ()

    def _participation(self, iri: str) -> Line:
        undertakings = self._owners(iri, "bionrw:hasParticipation")
        whom = self._facts.iris(iri, "bionrw:participant")
        roles = [(self._own(iri, self._word(role)),) for role in self._facts.iris(iri, "bionrw:role")]
        places = [
            (Piece("from "), *self._named(place)) for place in self._facts.iris(iri, "bionrw:statedPlace")
        ]
        who = [self._named(other) for other in (*whom, *undertakings) if other != self._this]
        return _joined([*who, *roles, *places])

    def _commission(self, iri: str) -> Line:
        by, whom = self._facts.iri(iri, "bionrw:commissioner"), self._facts.iri(iri, "bionrw:contractor")
        if not (by and whom):
            return ()
        return (*self._named(by), Piece(" "), self._own(iri, "commissions"), Piece(" "), *self._named(whom))

    def _phase(self, iri: str) -> Line:
        periods = [self._period(part) for part in self._facts.iris(iri, "bionrw:hasPeriod")]
        amounts = [self._amount(part) for part in self._facts.iris(iri, "bionrw:hasVolume")]
        return _joined([self._named(iri), *periods, *amounts])

    def _offer(self, iri: str) -> Line:
        amounts = [self._amount(part) for part in self._facts.iris(iri, "bionrw:offerValue")]
        return _joined([self._named(iri), *amounts]) if any(amounts) else ()

    def _passage(self, iri: str) -> Line:
        quote = self._naming.quote(iri)
        place = f"characters {quote.start} to {quote.end}"
        if iri != self._this:
            return (Piece(f"“{quote.text}”", quote.href), Piece(f" {place}", style="muted"))
        document = self._facts.iri(iri, "bionrw:source")
        return (Piece(place), *((Piece(" of "), *self._named(document)) if document else ()))

    def _statement(self, iri: str) -> Line:
        sentence = () if iri == self._this else self._naming.sentence(iri)
        return (
            _joined([*((piece,) for piece in sentence), (self._own(iri, "statement", "more"),)])
            if sentence
            else ()
        )

    def _links(self, iri: str, predicates: Iterable[str]) -> list[Line]:
        found = [other for predicate in predicates for other in self._facts.iris(iri, predicate)]
        return [self._named(other) for other in dict.fromkeys(found) if other != self._this]

    def _said(self, iri: str, predicate: str, words: str) -> Line:
        others = self._facts.iris(iri, predicate)
        return (Piece(f"{words} "), *self._named(others[0])) if others else ()

    def _owners(self, iri: str, predicate: str) -> list[str]:
        return self._facts.subjects(predicate, Iri(iri))

    def _comparator(self, iri: str) -> str:
        comparator = self._facts.iri(iri, "bionrw:comparator")
        silent = [self._facts.expand(name) for name in _SILENT]
        return "" if comparator in silent else self._word(comparator)

    def _as_written(self, iri: str) -> Line:
        words = self._facts.text(iri, "bionrw:statedAs")
        return (Piece(f" “{words.value}”", style="muted"),) if words else ()

    def _word(self, iri: str) -> str:
        return self._naming.name(iri).value if iri else ""

    def _named(self, iri: str) -> Line:
        piece = self._naming.link(iri)
        return (Piece(piece.text, language=piece.language),) if iri == self._this else (piece,)


def _joined(lines: Iterable[Line]) -> Line:
    """Return the lines that hold something as one, with dots between them."""
    full = [line for line in lines if line]
    return tuple(piece for at, line in enumerate(full) for piece in ((_DOT, *line) if at else line))
