"""What is remembered of like texts is what reading each of them would tell."""

import dataclasses

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bionrw.sparql.reading import read
from bionrw.sparql.survey import survey

# What a lexer could stumble over, values that may be emptied, and what gives the facts.
PIECES = (
    "SELECT ",
    "ASK ",
    "CONSTRUCT ",
    "PREFIX p: ",
    "BASE ",
    "* ",
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    "FILTER",
    "?x",
    "?x1",
    "<",
    ">",
    "<<",
    ">>",
    "<<(",
    ")>>",
    "<a>",
    "<http://a.example/b#c>",
    "<http://a.example/(b>",
    "< ",
    "<'>",
    '<">',
    '"s"',
    '""',
    '"""',
    '"a#b"',
    "'",
    "'q'",
    '"',
    "\\",
    "\\u0053",
    "\n",
    "#",
    "# SERVICE\n",
    "%41",
    "p:a%41",
    "12",
    "1.5e3",
    ".5",
    "p:a1",
    "p1:b",
    "SERVICE ",
    "SERVICE",
    "FROM ",
    "RAND()",
    "NOW()",
    "NOW2",
    "UUID",
    "_:b1",
    "@en",
    "@en--ltr",
    "||",
    "/",
    "*",
    "+",
    "-1",
    ".",
    ";",
    ",",
    "UNION",
    "INSERT ",
    'VERSION "1.2" ',
    "TRIPLE(",
    "~",
    "{|",
    "|}",
)


def told(reading):
    return {field.name: getattr(reading, field.name) for field in dataclasses.fields(reading)}


@given(st.lists(st.sampled_from(PIECES), max_size=24).map("".join))
@example('SELECT * { ?s ?p "x" FILTER(?x <http://a.example/b#c> 1) }')
@example("SELECT * { ?s ?p 'x' }")
@example('SELECT * { ?s ?p """a" SERVICE <b> """ }')
@example('ASK { FILTER(?x <"s">?y) }')
@example("ASK { ?s ?p 1.5e3 # <a>\n SERVICE <b> {} }")
def test_a_like_text_tells_the_same(text):
    known = told(survey(text)[0])
    expected = told(read(text))
    if expected["form"] is not None:
        for name in ("start", "undeclared"):
            del known[name], expected[name]
    assert known == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ASK { <urn:a> ?p 1 }", "ASK { <urn:b/c> ?p 27 }"),
        ('SELECT ?x { ?x ?p "one" }', 'SELECT ?x { ?x ?p "quite another" }'),
        ("ASK { <urn:a#x> ?p ?o }", "ASK { <urn:b#y> ?p ?o }"),
    ],
)
def test_texts_that_differ_in_values_have_one_template(one, other):
    assert survey(one)[1] == survey(other)[1] != one


@pytest.mark.parametrize(
    "text",
    [
        "ASK { ?s ?p 'x' }",
        "ASK { ?s ?p ?o } # really",
        r'ASK { ?s ?p "\n" }',
        "ASK { p:%41 ?p 1 }",
        "ASK {} " + " " * 9000,
    ],
)
def test_what_is_not_sure_is_read_itself(text):
    assert survey(text)[0] == read(text)


def test_texts_that_differ_in_comments_have_one_template():
    assert survey("ASK { ?s ?p 'x' } # 1")[1] == survey("ASK { ?s ?p 'x' } # two")[1]


def test_the_facts_of_what_is_refused_are_those_of_the_text():
    text = "PREFIX a: <urn:some:long:name> NONSENSE"
    assert survey(text)[0].start == text.index("NONSENSE")
