"""The dataset that a query names in its text: the graphs of FROM and FROM NAMED (SPARQL 1.1 Query, 13.2)."""

from collections.abc import Container

from bionrw.model import Clauses
from bionrw.sparql.lexer import Kind, Token

_FROM, _NAMED = "FROM", "NAMED"
# What follows the pattern of a query; no clause stands behind it.
_MODIFIERS = frozenset(("GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET", "VALUES"))


class ClauseFinder:
    """Collects the clauses from the tokens outside all brackets, behind the form of the query."""

    def __init__(self) -> None:
        """Begin without any."""
        self._default: list[str] = []
        self._named: list[str] = []
        # The keyword whose graph comes next, "" where none is awaited.
        self._awaited = ""
        self._found = self._over = False

    def take(self, token: Token, declared: Container[str]) -> None:
        """Look at the next token; `declared` are the prefixes of the prologue.

        Engines ask for no blank behind a keyword, so that FROMNAMED<g> is read, and FROMex:g is a
        clause where FROMex is no prefix.
        """
        if self._over:
            return
        spelling = token.text
        if token.kind is Kind.WORD:
            self._take_word(spelling.upper())
        elif token.kind is Kind.NAME or (token.kind is Kind.IRI and self._awaited):
            if token.kind is Kind.NAME and spelling.partition(":")[0] not in declared:
                spelling = self._unglued(spelling)
            if self._awaited:
                (self._named if self._awaited == _NAMED else self._default).append(spelling)
            self._awaited = ""
        else:
            self._awaited = ""

    def finish(self, prologue: str) -> Clauses | None:
        """Return what was found, None for a text without such a clause."""
        return Clauses(prologue, tuple(self._default), tuple(self._named)) if self._found else None

    def _take_word(self, word: str) -> None:
        self._over = word in _MODIFIERS
        if word == _NAMED and self._awaited == _FROM:
            self._awaited = _NAMED
        elif word.startswith(_FROM):
            self._found = True
            self._awaited = _NAMED if word == _FROM + _NAMED else _FROM if word == _FROM else ""
        else:
            self._awaited = ""

    def _unglued(self, name: str) -> str:
        for keyword in (_FROM, _NAMED):
            awaited = "" if keyword == _FROM else _FROM
            if self._awaited == awaited and name[: len(keyword)].upper() == keyword:
                name, self._awaited, self._found = name[len(keyword) :], keyword, True
        return name
