"""The versions of RDF, and which of them a query brings into its answer (RDF 1.2 Concepts, section 2.1)."""

from enum import IntEnum

from bionrw.sparql.lexer import Kind, Token


class Version(IntEnum):
    """A version label; each version holds all that those before it hold."""

    V1_1 = 1
    V1_2_BASIC = 2
    V1_2 = 3

    def __str__(self) -> str:
        """Return the label as media types carry it."""
        return _LABELS[self]


_LABELS = {Version.V1_1: "1.1", Version.V1_2_BASIC: "1.2-basic", Version.V1_2: "1.2"}
_NAMED = {label: version for version, label in _LABELS.items()}
RDF_1_1, RDF_1_2_BASIC, RDF_1_2 = Version

# Neither is a mark of SPARQL 1.1: what opens a triple, and what names its reifier.
_TRIPLES = ("<<", "~")
_HINTS = ("<<", "~", "{|", "--", "triple", "langdir")


def version_named(label: str) -> Version | None:
    """Return the version of that label, None when there is none."""
    return _NAMED.get(label.strip())


def version_of(token: Token, before: Token) -> Version:
    """Return the version that an answer needs because `token`, behind `before`, stands in the query.

    A triple term is written, made by TRIPLE, or stands for a reifier or annotation; a base direction
    is written with the language tag or made by STRLANGDIR (SPARQL 1.2 Query, sections 4.1 and 17.4).
    """
    if token.kind is Kind.MARK:
        annotates = token.text == "|" and before.text == "{" and before.start + 1 == token.start
        return RDF_1_2 if token.text in _TRIPLES or annotates else RDF_1_1
    if token.kind is Kind.LANGUAGE:
        return RDF_1_2_BASIC if "--" in token.text else RDF_1_1
    if token.kind is not Kind.WORD:
        return RDF_1_1
    # Engines do not ask for a blank after a keyword; isTRIPLE only looks.
    word = token.text.upper().replace("ISTRIPLE", "")
    if "TRIPLE" in word:
        return RDF_1_2
    return RDF_1_2_BASIC if "STRLANGDIR" in word else RDF_1_1


def version_of_doubtful(text: str) -> Version:
    """Return the version that an answer may need when `text` cannot be split surely."""
    folded = text.casefold()
    return RDF_1_2 if any(hint in folded for hint in _HINTS) else RDF_1_1
