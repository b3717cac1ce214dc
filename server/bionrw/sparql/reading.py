"""What the text of a query tells before an engine sees it: form, reach, depth and length."""

import re
from dataclasses import dataclass, replace

from bionrw.errors import MalformedQuery, QueryTooComplex
from bionrw.model import Clauses, Form
from bionrw.sparql.clauses import ClauseFinder
from bionrw.sparql.lexer import Kind, Token, decode_codepoints, position, tokenize
from bionrw.sparql.versions import RDF_1_1, Version, version_of, version_of_doubtful

# The engine recurses along chains as well as into brackets. Measured on pyoxigraph 0.5.13 with a
# stack of 8 MiB, every kind of chain survives 2000 links and the weakest die before 5000.
MAX_JOINTS = 1000
# A text that opens so many brackets is read no further: the engine dies of little more.
_DEEPEST = 2000

_PROLOGUE = {"BASE": 1, "PREFIX": 2, "VERSION": 1}
_UPDATES = frozenset(("INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH"))
# Engines ask for no blank around a keyword, so that trueFILTERstr(?x) is three words to them.
_CHAINING = re.compile("UNION|OPTIONAL|MINUS|FILTER|BIND|VALUES|GRAPH|EXISTS|LATERAL|^AS$")
_CHANCE = re.compile("RAND|NOW|UUID|BNODE")
_OPEN, _CLOSE = frozenset(("{", "(", "[", "<<")), frozenset(("}", ")", "]", ">>"))
_OPERATORS = frozenset((".", ";", "||", "&&", "+", "-", "*", "/", "!", "|", "^", "~"))
_FORMS = frozenset(Form)
# What makes blank nodes in a template, those of reifiers and annotations among them (SPARQL 1.2).
_FRESH = frozenset(("(", "[", "<<", "~", "|"))
# The brackets of a block of data (SPARQL 1.1 Query, section 19.8, rules 62 to 64), and of a row in it.
_ROWS, _ROW = "VALUES {", "VALUES ("
_AROUND_VARIABLES = frozenset(("(", ")", "{"))
_NOTHING = Token(Kind.MARK, "", 0)


@dataclass(frozen=True, slots=True)
class Reading:
    """The facts of one text.

    `doubtful`: an engine might split the text otherwise, or stops reading where the lexer stopped;
    `joints` counts what makes the engine's trees deep although no bracket opens, up to the number at
    which the text is refused; `start` is the offset where the form should stand; `undeclared` is the
    first name whose prefix was not declared; `version` is the least version of RDF that can surely hold
    what the text makes of RDF 1.1 data.
    """

    form: Form | None
    update: str
    service: bool
    clauses: Clauses | None
    deterministic: bool
    nesting: int
    joints: int
    doubtful: bool
    start: int
    undeclared: Token | None
    version: Version


def read(text: str) -> Reading:
    r"""Return what `text` tells; never raises.

    Codepoint escapes are to be decoded before parsing (SPARQL 1.1 Query, section 19.2), which not
    every engine does. So a text that has some is read both ways, and the stricter finding counts.
    """
    plain = _Reader(text).finish()
    decoded = decode_codepoints(text)
    if decoded == text:
        return plain
    other = _Reader(decoded).finish()
    return replace(
        plain,
        form=plain.form or other.form,
        update=plain.update or other.update,
        service=plain.service or other.service,
        deterministic=plain.deterministic and other.deterministic,
        doubtful=plain.doubtful or other.doubtful,
        nesting=max(plain.nesting, other.nesting),
        joints=max(plain.joints, other.joints),
        version=max(plain.version, other.version),
    )


def is_default_only(text: str) -> bool:
    r"""Tell whether `text` can reach no graph but the default one.

    To be sure of that, neither GRAPH nor FROM may stand in it, anywhere and however glued to other
    words, nor any escape that could spell them.
    """
    folded = text.casefold()
    return "graph" not in folded and "from" not in folded and "\\u" not in folded


def require_form(text: str, reading: Reading) -> Form:
    """Return the form of the query, or raise `MalformedQuery` with the place where one was expected."""
    if reading.form:
        return reading.form
    line, column = position(text, reading.start)
    detail = f"Line {line}, column {column}: write SELECT, ASK, CONSTRUCT or DESCRIBE here."
    raise MalformedQuery(detail if text.strip() else "The query is empty.", {"line": line, "column": column})


def require_simple(reading: Reading, max_nesting: int) -> None:
    """Raise `QueryTooComplex` for what could overflow the stack of the engine's parser."""
    if reading.nesting > max_nesting:
        detail = f"The query opens {reading.nesting} brackets inside one another; {max_nesting} are allowed."
        raise QueryTooComplex(detail, {"nesting": reading.nesting, "limit": max_nesting})
    if reading.joints > MAX_JOINTS:
        detail = (
            f"The query joins more than {MAX_JOINTS} patterns, operators and steps. "
            "Give long lists of values with VALUES or IN, or split the query."
        )
        raise QueryTooComplex(detail, {"limit": MAX_JOINTS})


class _Reader:
    """Walks once over the tokens of one text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._last = self._last_but_one = _NOTHING
        self._brackets: list[str] = []
        self._groups_closed = 0
        self._head = _Head()
        self._clauses = ClauseFinder()
        self._service = self._chance = self._doubtful = False
        self._nesting = self._joints = 0
        self._declared: set[str] = set()
        self._undeclared: Token | None = None
        self._version = RDF_1_1
        # Between VALUES and the brace of its rows, which are no patterns and make no tree deeper.
        self._before_rows = False

    def finish(self) -> Reading:
        """Read the text to its end, or to the first place that is no SPARQL."""
        for token in tokenize(self._text):
            self._head.take(token)
            if not self._brackets and self._head.start is not None:
                self._clauses.take(token, self._declared)
            self._take(token)
            self._last_but_one, self._last = self._last, token
            if self._joints > MAX_JOINTS or self._nesting > _DEEPEST:
                # Whatever follows, the text will be refused; reading 128 KiB takes half a second.
                self._joints, self._doubtful = MAX_JOINTS + 1, True
                break
        return Reading(
            form=self._head.form,
            update=self._head.update,
            # What cannot be read surely might reach out in the engine's eyes.
            service=self._service or (self._doubtful and "service" in self._text.casefold()),
            clauses=self._clauses.finish(self._text[: self._head.start]),
            deterministic=not (self._chance or self._doubtful),
            nesting=self._nesting,
            joints=self._joints,
            doubtful=self._doubtful,
            start=len(self._text) if self._head.start is None else self._head.start,
            undeclared=self._undeclared,
            version=version_of_doubtful(self._text) if self._doubtful else self._version,
        )

    def _take(self, token: Token) -> None:
        self._doubtful = self._doubtful or self._is_doubtful(token)
        self._version = max(self._version, version_of(token, self._last))
        self._before_rows = token.text.upper() == "VALUES" or (
            self._before_rows and (token.kind is Kind.VARIABLE or token.text in _AROUND_VARIABLES)
        )
        if token.kind is Kind.BAD:
            self._doubtful = True
        elif token.kind is Kind.WORD:
            self._take_word(token.text.upper())
        elif token.kind is Kind.MARK:
            self._take_mark(token.text)
        else:
            self._take_term(token)

    def _take_word(self, word: str) -> None:
        # Engines do not ask for a blank after a keyword: SERVICESILENT<x> and trueSERVICE<x> are read.
        self._service = self._service or "SERVICE" in word
        self._chance = self._chance or _CHANCE.search(word) is not None
        self._joints += len(_CHAINING.findall(word))

    def _take_mark(self, mark: str) -> None:
        inside = self._brackets[-1] if self._brackets else ""
        self._chance = self._chance or (mark in _FRESH and self._in_template())
        if mark in _OPEN:
            # The engine reads SERVICEx:y{ as a keyword and a name, so such a name is no mere name.
            glued = self._last.kind is Kind.NAME and "SERVICE" in self._last.text.upper()
            if mark == "{" and inside and glued and self._last_but_one.text.upper() != "GRAPH":
                self._service = True
            self._brackets.append(self._bracket(mark, inside))
            self._nesting = max(self._nesting, len(self._brackets))
            self._joints += mark == "[" or (mark == "{" and inside == "{") or (mark == "(" and not inside)
        elif mark in _CLOSE:
            if self._brackets:
                self._brackets.pop()
                self._groups_closed += not self._brackets
        else:
            self._joints += mark in _OPERATORS or (mark == "," and inside in ("{", "["))

    def _bracket(self, mark: str, inside: str) -> str:
        """Return what a bracket opens.

        In a triple (`<<(`, SPARQL 1.2) and in a row of VALUES a term follows a term, and nothing is compared.
        """
        if mark == "(" and self._last.text == "<<":
            return "<<("
        if mark == "{" and self._before_rows:
            return _ROWS
        return _ROW if mark == "(" and inside == _ROWS else mark

    def _take_term(self, token: Token) -> None:
        if token.kind is Kind.NAME:
            self._take_name(token)
        self._chance = self._chance or (token.kind is Kind.BLANK and self._in_template())
        # Terms side by side are items of a collection in round brackets: two triples each.
        in_list = self._brackets[-1] == "(" if self._brackets else self._head.start is not None
        self._joints += in_list and token.kind is not Kind.LANGUAGE and self._after_operand()

    def _take_name(self, token: Token) -> None:
        prefix = token.text.partition(":")[0]
        if self._head.start is None:
            self._declared.add(prefix)  # only PREFIX has names in the prologue
        elif prefix not in self._declared:
            self._undeclared = self._undeclared or token
        # The engine reads FILTERx:f(?y) as a keyword and a call.
        self._joints += "FILTER" in prefix.upper()

    def _in_template(self) -> bool:
        """Tell whether this is the template of CONSTRUCT, whose blank nodes are new ones in each answer."""
        return self._head.form is Form.CONSTRUCT and bool(self._brackets) and not self._groups_closed

    def _after_operand(self) -> bool:
        kind = self._last.kind
        return (kind is not Kind.MARK and kind is not Kind.BAD) or self._last.text in (")", "]")

    def _is_doubtful(self, token: Token) -> bool:
        """Tell whether an engine may read `<` after an operand as "less than", and all after it otherwise.

        The lexer takes the longest match, as the grammar says; an engine that knows what it expects
        may differ there. It matters when the IRI holds a quote, a comment or a bracket.
        """
        if token.text != "<<" and not (token.kind is Kind.IRI and any(mark in token.text for mark in "'#()")):
            return False
        return bool(self._brackets) and self._brackets[-1] == "(" and self._after_operand()


class _Head:
    """Finds the keyword after the prologue (SPARQL 1.1 Query, section 19.8, rules 4 to 6)."""

    def __init__(self) -> None:
        self.form: Form | None = None
        self.update = ""
        self.start: int | None = None
        self._operands = 0

    def take(self, token: Token) -> None:
        """Look at the next token, until the keyword is found."""
        if self.start is not None:
            return
        word = token.text.upper() if token.kind is Kind.WORD else ""
        if self._operands:
            self._operands -= 1
        elif word in _PROLOGUE:
            self._operands = _PROLOGUE[word]
        else:
            self.start = token.start
            self.form = Form(word) if word in _FORMS else None
            self.update = word if word in _UPDATES else ""
