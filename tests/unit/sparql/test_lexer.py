"""The lexer splits as the grammar says, and takes its time only once."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bionrw.sparql.lexer import Kind, decode_codepoints, position, tokenize

KIB_128 = 128 * 1024


def spelt(text):
    return [token.text for token in tokenize(text)]


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("SELECT*{}", ["SELECT", "*", "{", "}"]),
        ("?a $b ?1", ["?a", "$b", "?1"]),
        ("<http://x/a#b> <a b>", ["<http://x/a#b>", "<", "a", "b", ">"]),  # a blank is no part of an IRI
        ("?a<?b", ["?a", "<", "?b"]),
        ("?a<=?b", ["?a", "<=", "?b"]),
        ("x:a.b. :c : x:", ["x:a.b", ".", ":c", ":", "x:"]),  # a dot within a name, and behind one
        (r"x:a%20b\,c", [r"x:a%20b\,c"]),
        ("a.b:c", ["a.b:c"]),
        ("a.b c", ["a", ".", "b", "c"]),  # no colon, so no prefixed name
        ("_:a.b.", ["_:a.b", "."]),
        ("1 1. 1.5 .5 1e1 1.e-1", ["1", "1", ".", "1.5", ".5", "1e1", "1.e-1"]),
        ("'a' \"b\" '' \"\"", ["'a'", '"b"', "''", '""']),
        (r'"a\"b" ' + r"'\\'", [r'"a\"b"', r"'\\'"]),
        ('"""a"b""c\n""" x', ['"""a"b""c\n"""', "x"]),
        ("'''a''b''''''c'''", ["'''a''b'''", "'''c'''"]),
        ('"a"@en-GB "b"@ar--rtl', ['"a"', "@en-GB", '"b"', "@ar--rtl"]),
        ('"1"^^xsd:int', ['"1"', "^^", "xsd:int"]),
        ("a # b <c\nd", ["a", "d"]),
        ("<<( ?s ?p ?o )>>", ["<<", "(", "?s", "?p", "?o", ")", ">>"]),
        ("ünï:cødé", ["ünï:cødé"]),
    ],
)
def test_the_longest_terminal_is_taken(text, tokens):
    assert spelt(text) == tokens


@pytest.mark.parametrize(
    "text", ['"open', "'''open''", '"line\nbreak"', "`", "\\", "@", "\N{NO-BREAK SPACE}"]
)
def test_reading_ends_where_no_terminal_fits(text):
    tokens = list(tokenize("ASK " + text + " ASK"))
    assert tokens[1].kind is Kind.BAD
    assert tokens[1].start == 4
    assert len(tokens) == 2


@pytest.mark.parametrize(
    ("text", "decoded"),
    [
        (r"\u0041\U0001F9EC", "A\N{DNA DOUBLE HELIX}"),
        (r"\u004", r"\u004"),
        (r"\uD800", r"\uD800"),  # a surrogate is no character
        (r"\U00110000", r"\U00110000"),
        (r"\\n", r"\\n"),
    ],
)
def test_codepoint_escapes_are_decoded(text, decoded):
    assert decode_codepoints(text) == decoded


@pytest.mark.parametrize(
    ("text", "offset", "place"),
    [("abc", 0, (1, 1)), ("abc", 3, (1, 4)), ("a\nbc", 2, (2, 1)), ("a\r\nb\n\n", 5, (3, 1))],
)
def test_positions_count_from_one(text, offset, place):
    assert position(text, offset) == place


@pytest.mark.parametrize(
    "piece",
    [
        *("a.", "<", "<a", "<<", '"', "'", '""a', "x:a.", "x:a..", "(", "#", "1."),
        *("1e", "_:a.", "@a-", "?a ", "\\u0041"),
    ],
)
def test_a_hostile_text_is_split_in_linear_time(piece):
    text = piece * (KIB_128 // len(piece))
    started = time.perf_counter()
    for _ in tokenize(text):
        pass
    # Measured: at most 0.5 s; looking at each character again from each other takes minutes.
    assert time.perf_counter() - started < 10


@given(st.text(alphabet="aE:.?$<>\"'\\#{}()[]@_-^|&=!*+/,;1 \n\tu02é\u00b7\U0001f9ec", max_size=60))
@settings(max_examples=500)
def test_tokens_never_overlap_and_leave_out_only_blanks_and_comments(text):
    at = 0
    for token in tokenize(text):
        gap = text[at : token.start]
        assert gap.strip(" \t\r\n") == "" or gap.lstrip(" \t\r\n").startswith("#")
        assert text.startswith(token.text, token.start)
        assert token.text
        at = token.start + len(token.text)


@given(st.text(max_size=200))
@settings(max_examples=300)
def test_no_text_at_all_makes_the_lexer_fail(text):
    kinds = [token.kind for token in tokenize(text)]
    assert Kind.BAD not in kinds[:-1]
