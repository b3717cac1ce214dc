"""Failures become errors that help the client and tell nothing of the inside."""

import signal

import pyoxigraph as ox
import pytest

from bionrw.errors import BadRequest, EngineFailure, MalformedQuery, QueryTooComplex, ReaderDied
from bionrw.store import diagnosis

KNOWN_ESCAPES = "the backslash of a string is followed by one of t, b, n, r, f, \", ' and \\"


def fault(text):
    """Return the error for a text that the engine's parser rejects."""
    with pytest.raises(SyntaxError) as caught:
        ox.Store().query(text + diagnosis.PADDING)
    return diagnosis.syntax_fault(text, str(caught.value))


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        ("", 1, 1, "it ends too early"),
        ("   \n ", 1, 1, "it ends too early"),
        ("SELECT * {", 1, 11, "it ends too early"),
        ("SELECT * { ?s ?p ?o\n\n", 1, 20, "it ends too early"),
        ("SELECT * { ?s ?p 'open }", 1, 25, "it ends too early"),
        ("SELEC ?s { ?s ?p ?o }", 1, 1, "unexpected “SELEC”"),
        ("\n\nINSERT DATA {}", 3, 1, "unexpected “INSERT”"),
        ("SELECT * { ?s ?p 1.e }", 1, 20, "unexpected “e”"),
        ("SELECT * {\r\n ?s ?p ?o ;; WRONG }", 2, 14, "unexpected “WRONG”"),
        ("SELECT * { ?s ?p ?o } LIMIT many", 1, 29, "unexpected “many”"),
        ("SELECT ('äöü€𝄞' AS ?x) {} LIMIT many", 1, 33, "unexpected “many”"),
        ("SELECT * { FILTER(\n\n  ??) }", 3, 3, "unexpected “??)”"),
        ("SELECT * {} " + "x" * 99, 1, 13, "unexpected “" + "x" * 24 + "…”"),
        ("SELECT * { ?s a foo:Bar }", 1, 24, "prefix not found"),
        (r'ASK { ?s ?p "\q" }', 1, 15, KNOWN_ESCAPES),
        ("SELECT ?s { ?s <relative> ?o }", 1, 26, "IRI parsing failed"),
        ("SELECT ?s (COUNT(?o) AS ?n) { ?s ?p ?o }", 1, 41, "the SELECT contains a variable that is unbound"),
    ],
)
def test_a_slip_is_located_in_the_text(text, line, column, words):
    error = fault(text)
    assert error.extra == {"line": line, "column": column}
    assert error.detail == f"The query does not parse near line {line}, column {column}: {words}."


@pytest.mark.parametrize("message", ["", "something else", "error at x:y: expected z"])
def test_a_message_without_a_position_gives_none(message):
    error = diagnosis.syntax_fault("SELECT", message)
    assert isinstance(error, MalformedQuery)
    assert error.extra == {}


MALFORMED = (
    r"ASK { ?s ?p '\q' }",
    r"ASK { ?s ?p '\ud800' }",
    "ASK { ?s ?p }",
    "ASK { <a b> ?p ?o }",
    "SELECT ?x, ?y {}",
    "ASK { ?s !( }",
    "ASK { <<( ?a ?b >> ?c ?d }",
    "PREFIX x <a> ASK {}",
    "ASK {} ASK {}",
    "ASK { FILTER(foo(?x)) }",
    "BASE ASK {}",
    "ASK { ?s ?p '''x",
    "ASK { ?s ?p 'x'@en--lr }",
    "ASK { ?s ?p ex:a%zz }",
    "ASK { VALUES",
)


@pytest.mark.parametrize("text", MALFORMED)
def test_the_engine_s_grammar_is_not_shown(text):
    detail = fault(text).detail
    assert not any(mark in detail for mark in ("[", "]", " | ", "OPTIONAL"))


@pytest.mark.parametrize("position", ["99:99", "1:999", "999:1", "0:0"])
def test_a_position_outside_the_text_is_brought_inside(position):
    error = diagnosis.syntax_fault("SELECT\n*", f"error at {position}: expected OPTIONAL")
    line, column = error.extra["line"], error.extra["column"]
    assert (1, 1) <= (line, column) <= (2, 2)


def test_an_unknown_function_is_the_client_s_slip():
    error = diagnosis.engine_fault("The custom function <urn:f> is not supported")
    assert isinstance(error, BadRequest)
    assert "<urn:f>" in error.detail


@pytest.mark.parametrize("message", ["IO error: No such file /srv/store/000004.sst", "Permission denied"])
def test_the_engine_s_words_go_to_the_log_only(message, caplog):
    error = diagnosis.engine_fault(message)
    assert isinstance(error, EngineFailure)
    assert message not in error.detail
    assert message in caplog.text


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (int(signal.SIGSEGV), QueryTooComplex),  # the stack has overflowed
        (signal.SIGABRT | 0x80, ReaderDied),  # an allocation was refused
        (int(signal.SIGKILL), ReaderDied),  # the system ran out of memory
        (1 << 8, ReaderDied),
        (None, ReaderDied),
    ],
)
def test_a_death_is_told_by_its_cause(status, kind):
    error = diagnosis.death(status, 512 * 1024**2)
    assert type(error) is kind
    assert ("512 MiB" in error.detail) is (kind is ReaderDied)
