"""Split SPARQL text into its terminals, exactly and in linear time (SPARQL 1.1 Query, section 19.8)."""

import re
from collections import deque
from collections.abc import Iterator
from enum import Enum, auto
from typing import NamedTuple


class Kind(Enum):
    """What a token is; `BAD` is where reading ends because no terminal fits."""

    WORD = auto()
    NAME = auto()
    IRI = auto()
    VARIABLE = auto()
    BLANK = auto()
    STRING = auto()
    NUMBER = auto()
    LANGUAGE = auto()
    MARK = auto()
    BAD = auto()


class Token(NamedTuple):
    """A terminal, its spelling and where it starts."""

    kind: Kind
    text: str
    start: int


_BASE = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_VARIABLE = _BASE + "_0-9\u00b7\u0300-\u036f\u203f-\u2040"
_CHARS = _VARIABLE + r"\-"
_PLX = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"
_ESCAPE = r"\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}"

# Every repetition is possessive: an alternative that fails has looked at its own characters once.
_TERMINAL = re.compile(
    rf"""
    (?P<SKIP>    (?: [ \t\r\n] | \#[^\r\n]*+ )++ )
  | (?P<RUN>     [{_BASE}] (?: \.*+ [{_CHARS}] )*+ )
  | (?P<VARIABLE> [?$] [{_BASE}_0-9] [{_VARIABLE}]*+ )
  | (?P<IRI>     < (?: [^<>"{{}}|^`\\\x00-\x20]++ | {_ESCAPE} )*+ > )
  | (?P<LONG>    \"\"\" (?: "{{0,2}} (?: [^"\\]++ | \\. ) )*+ \"\"\"
               | ''' (?: '{{0,2}} (?: [^'\\]++ | \\. ) )*+ ''' )
  | (?P<BAD>     \"\"\" | ''' )
  | (?P<STRING>  " (?: [^"\\\r\n]++ | \\. )*+ " | ' (?: [^'\\\r\n]++ | \\. )*+ ' )
  | (?P<BLANK>   _: [{_BASE}_0-9] (?: \.*+ [{_CHARS}] )*+ )
  | (?P<NUMBER>  [0-9]++ \.? [0-9]*+ [eE] [+-]? [0-9]++ | \. [0-9]++ (?: [eE] [+-]? [0-9]++ )?+
               | [0-9]++ \. [0-9]++ | [0-9]++ )
  | (?P<LANGUAGE> @ [A-Za-z]++ (?: -[A-Za-z0-9]++ )*+ (?: --(?:ltr|rtl) )?+ )
  | (?P<MARK>    << | >> | \^\^ | \|\| | && | <= | >= | != | [{{}}()\[\];,.=<>!+\-*/|^?~&$] )
    """,
    re.VERBOSE | re.DOTALL,
)
_LOCAL = re.compile(
    rf": (?: (?: [{_BASE}_0-9:] | {_PLX} ) (?: \.*+ (?: [{_CHARS}:] | {_PLX} ) )*+ )?+", re.VERBOSE
)
# By the groups of the expression; looking a member up in an Enum by its name takes ten times as long.
_KINDS = {**Kind.__members__, "LONG": Kind.STRING}
_WORD_OR_DOT = re.compile(r"[^.]+|\.")
_CODEPOINT = re.compile(_ESCAPE)
_LAST_CODEPOINT = 0x10FFFF


def tokenize(text: str) -> Iterator[Token]:
    """Yield the tokens of `text` without blanks and comments; a `BAD` token is the last one.

    A string of marks is split as the longest-match rule says (section 19.8, note 1), so `<` opens
    an IRI wherever one can be read.
    """
    at, end = 0, len(text)
    while at < end:
        name = text[at] == ":"
        match = None if name else _TERMINAL.match(text, at)
        group = match.lastgroup if match else None
        if match and group not in ("RUN", "BAD"):
            if group and group != "SKIP":
                yield Token(_KINDS[group], match[0], at)
            at = match.end()
            continue
        stop = match.end() if match and group == "RUN" else at
        if local := _LOCAL.match(text, stop) if name or group == "RUN" else None:
            yield Token(Kind.NAME, text[at : local.end()], at)
            at = local.end()
        elif group == "RUN":
            yield from _words(text[at:stop], at)
            at = stop
        else:
            yield Token(Kind.BAD, text[at : at + 1], at)
            return


def decode_codepoints(text: str) -> str:
    r"""Return `text` with `\uXXXX` and `\UXXXXXXXX` read (SPARQL 1.1 Query, section 19.2).

    A surrogate is no character; it stays as it is spelt.
    """

    def character(match: re.Match[str]) -> str:
        digits = match[0][2:]
        code = int(digits, 16)
        if 0xD800 <= code <= 0xDFFF or code > _LAST_CODEPOINT:
            return match[0]
        return chr(code)

    return _CODEPOINT.sub(character, text)


def spelt_out(text: str) -> str:
    r"""Return `text` with its codepoint escapes read when one stands where only its character could.

    Engines read those in strings and IRIs by themselves, and none elsewhere.
    """
    if "\\u" not in text and "\\U" not in text:
        return text
    # Reading ends at the first place that is no terminal, so that only the last token can be one.
    last = deque(tokenize(text), maxlen=1)
    outside = any(token.kind is Kind.BAD and _CODEPOINT.match(text, token.start) for token in last)
    return decode_codepoints(text) if outside else text


def position(text: str, offset: int) -> tuple[int, int]:
    """Return line and column of `offset`, both counted from one."""
    line_start = text.rfind("\n", 0, offset) + 1
    return text.count("\n", 0, offset) + 1, offset - line_start + 1


def _words(run: str, start: int) -> Iterator[Token]:
    """Split a run without colon at its dots: read whole, it is not looked at again from each dot on."""
    for match in _WORD_OR_DOT.finditer(run):
        kind = Kind.MARK if match[0] == "." else Kind.WORD
        yield Token(kind, match[0], start + match.start())
