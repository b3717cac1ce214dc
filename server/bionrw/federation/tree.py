"""Read the groups of a text.

What this does not read surely is no tree at all: a text that an engine might read otherwise must not
decide what leaves the house.
"""

from collections.abc import Iterable, Iterator, Sequence

from bionrw.federation.groups import Element, Group, Part, Path, ways_to_services
from bionrw.sparql.lexer import Kind, Token, decode_codepoints, tokenize

_OPEN = {"{": "}", "(": ")", "[": "]", "<<": ">>"}
_CLOSE = frozenset(_OPEN.values())
_TERMS = (Kind.IRI, Kind.NAME, Kind.VARIABLE)
# In these, codepoint escapes are read by every engine.
_QUOTED = (Kind.IRI, Kind.STRING)
# The words that may stand among triples.
_IN_TRIPLES = frozenset(("A", "TRUE", "FALSE"))
_PARTS = {part.name: part for part in Part if part not in (Part.TRIPLES, Part.UNION)}


class Unreadable(Exception):
    """The text is no query that this module knows."""


class Tree:
    """The groups of one text."""

    def __init__(self, text: str) -> None:
        """Read `text`; raise `Unreadable`."""
        self.text = text
        self.tokens = _tokens(text)
        self._partners = _partners(self.tokens)
        # What the prologue declares: namespaces by prefix, and the base as it is written (None: none).
        self.prefixes: dict[str, str] = {}
        self.base: str | None = None
        self.start = self._read_prologue()
        # Where the pattern of the query opens.
        self.opening = len(self.tokens)
        self.roots = self._roots()

    def is_word(self, index: int, *words: str) -> bool:
        """Tell whether a token is one of `words`."""
        if not 0 <= index < len(self.tokens):
            return False
        token = self.tokens[index]
        return token.kind is Kind.WORD and token.text.upper() in words

    def is_mark(self, index: int, mark: str) -> bool:
        """Tell whether a token is this mark."""
        if not 0 <= index < len(self.tokens):
            return False
        return self.tokens[index].kind is Kind.MARK and self.tokens[index].text == mark

    def source(self, first: int, end: int) -> str:
        """Return the text from one token up to another one, without what lies between it and the next."""
        if first >= end:
            return ""
        last = self.tokens[end - 1]
        return self.text[self.tokens[first].start : last.start + len(last.text)]

    def variables(self, first: int, end: int) -> dict[str, None]:
        """Return the names of the variables among these tokens, in their order."""
        found = self.tokens[first:end]
        return dict.fromkeys(token.text[1:] for token in found if token.kind is Kind.VARIABLE)

    def words(self, first: int, end: int) -> Iterator[str]:
        """Yield the words among these tokens, in capitals."""
        return (token.text.upper() for token in self.tokens[first:end] if token.kind is Kind.WORD)

    def services(self) -> Iterator[tuple[Path, Element]]:
        """Yield each SERVICE that lies in no other one, and the way to it."""
        for root in self.roots:
            yield from ways_to_services(root, ())

    def _read_prologue(self) -> int:
        """Read the declarations, of which a later one counts, and return where they end."""
        at = 0
        while True:
            if self.is_word(at, "PREFIX") and len(self.tokens) > at + 2:
                name, iri = self.tokens[at + 1].text, self.tokens[at + 2].text
                self.prefixes[name.partition(":")[0]] = decode_codepoints(iri[1:-1])
                at += 3
            elif self.is_word(at, "BASE", "VERSION") and len(self.tokens) > at + 1:
                self.base = self.tokens[at + 1].text if self.is_word(at, "BASE") else self.base
                at += 2
            else:
                return at

    def _roots(self) -> list[Group]:
        """Return the pattern of the query and the groups in its expressions."""
        pattern = self._pattern(self.start, len(self.tokens), template=self.is_word(self.start, "CONSTRUCT"))
        if pattern is None:  # DESCRIBE may do without
            return self._expressions(self.start, len(self.tokens))
        self.opening = pattern
        head = self._expressions(self.start, pattern)
        rest = self._expressions(self._partners[pattern] + 1, len(self.tokens))
        return [self._group(pattern), *head, *rest]

    def _pattern(self, first: int, end: int, *, template: bool = False) -> int | None:
        """Return where the pattern of a query opens: at its first brace outside round brackets."""
        at = first
        if template and self.is_mark(first + 1, "{"):
            at = self._partners[first + 1] + 1
        while at < end:
            if self.is_mark(at, "{"):
                return at
            at = self._partners.get(at, at) + 1
        return None

    def _group(self, opening: int) -> Group:
        group = Group(opening, self._partners[opening] + 1)
        at, end = opening + 1, group.end - 1
        if self.is_word(at, "SELECT"):
            self._sub_select(group, at, end)
            return group
        while at < end:
            if self.is_mark(at, "."):
                at += 1
                continue
            element = self._element(at, end)
            group.elements.append(element)
            at = element.end
        return group

    def _sub_select(self, group: Group, first: int, end: int) -> None:
        pattern = self._pattern(first, end)
        if pattern is None:
            raise Unreadable
        inner = self._group(pattern)
        group.head = (first + 1, pattern)
        group.elements.append(Element(Part.UNION, pattern, inner.end, [inner]))
        group.aside = self._expressions(first, pattern) + self._expressions(inner.end, end)

    def _element(self, at: int, end: int) -> Element:
        token = self.tokens[at]
        part = _PARTS.get(token.text.upper()) if token.kind is Kind.WORD else None
        if part in (Part.OPTIONAL, Part.MINUS, Part.LATERAL):
            return self._nested(part, at, at + 1)
        if part in (Part.GRAPH, Part.SERVICE):
            silent = part is Part.SERVICE and self.is_word(at + 1, "SILENT")
            element = self._nested(part, at, at + 2 + silent)
            element.term, element.silent = self.tokens[at + 1 + silent], silent
            if element.term.kind not in _TERMS:
                raise Unreadable
            return element
        if part in (Part.FILTER, Part.BIND):
            stop = self._constraint_end(at + 1)
            return Element(part, at, stop, self._expressions(at, stop))
        if part is Part.VALUES:
            return Element(part, at, self._values_end(at + 1))
        if self.is_mark(at, "{"):
            return self._union(at)
        return self._triples(at, end)

    def _nested(self, part: Part, first: int, opening: int) -> Element:
        if not self.is_mark(opening, "{"):
            raise Unreadable
        group = self._group(opening)
        return Element(part, first, group.end, [group])

    def _union(self, at: int) -> Element:
        groups = [self._group(at)]
        while self.is_word(groups[-1].end, "UNION"):
            if not self.is_mark(groups[-1].end + 1, "{"):
                raise Unreadable
            groups.append(self._group(groups[-1].end + 1))
        return Element(Part.UNION, at, groups[-1].end, groups)

    def _constraint_end(self, at: int) -> int:
        """Return where the expression in brackets, the call or the EXISTS at this place ends."""
        if self.is_word(at, "NOT"):
            at += 1
        if self.is_word(at, "EXISTS"):
            return self._behind(at + 1, "{")
        if not self.is_mark(at, "("):
            at += 1  # the name of a function
        return self._behind(at, "(")

    def _values_end(self, at: int) -> int:
        if self.is_mark(at, "("):
            return self._behind(self._partners[at] + 1, "{")
        return self._behind(at + 1, "{")

    def _behind(self, at: int, bracket: str) -> int:
        if not self.is_mark(at, bracket):
            raise Unreadable
        return self._partners[at] + 1

    def _triples(self, first: int, end: int) -> Element:
        at = first
        while at < end:
            token = self.tokens[at]
            if token.kind is Kind.WORD and token.text.upper() not in _IN_TRIPLES:
                if token.text.upper() not in _PARTS:
                    raise Unreadable
                break
            if self.is_mark(at, "{"):
                if self.is_mark(at + 1, "|"):
                    raise Unreadable  # an annotation (SPARQL 1.2)
                break
            at = self._partners.get(at, at) + 1
        stop = at - 1 if self.is_mark(at - 1, ".") else at
        if stop == first:
            raise Unreadable
        return Element(Part.TRIPLES, first, stop)

    def _expressions(self, first: int, end: int) -> list[Group]:
        """Return the groups of EXISTS among these tokens."""
        found: list[Group] = []
        at = first
        while at < end:
            if self.is_word(at, "EXISTS") and self.is_mark(at + 1, "{"):
                found.append(self._group(at + 1))
                at = found[-1].end
            else:
                at += 1
        return found


def _tokens(text: str) -> Sequence[Token]:
    """Return the tokens of a text; raise `Unreadable` when to decode it first makes others of them."""
    found = tuple(tokenize(text))
    if found and found[-1].kind is Kind.BAD:
        raise Unreadable
    decoded = decode_codepoints(text)
    if decoded != text and _outlines(found) != _outlines(tokenize(decoded)):
        raise Unreadable
    return found


def _outlines(tokens: Iterable[Token]) -> list[tuple[Kind, str]]:
    return [(token.kind, "" if token.kind in _QUOTED else token.text) for token in tokens]


def _partners(tokens: Sequence[Token]) -> dict[int, int]:
    """Return for each opening bracket where it closes; raise `Unreadable` when one does not."""
    found: dict[int, int] = {}
    opened: list[tuple[int, str]] = []
    for index, token in enumerate(tokens):
        if token.kind is not Kind.MARK:
            continue
        if token.text in _OPEN:
            opened.append((index, _OPEN[token.text]))
        elif token.text in _CLOSE:
            if not opened or opened[-1][1] != token.text:
                raise Unreadable
            found[opened.pop()[0]] = index
    if opened:
        raise Unreadable
    return found
