"""What a text tells before an engine sees it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bionrw.errors import MalformedQuery, QueryTooComplex
from bionrw.sparql.reading import MAX_JOINTS, is_default_only, read, require_form, require_simple


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("SELECT * {}", "SELECT"),
        ("select*{}", "SELECT"),
        ("ASK{}", "ASK"),
        ("CONSTRUCT WHERE {}", "CONSTRUCT"),
        ("describe <http://x.example/>", "DESCRIBE"),
        ("# INSERT\nBASE <http://x.example/> PREFIX select: <ask#> PREFIX : <x> SELECT * {}", "SELECT"),
        ('VERSION "1.2" ASK {}', "ASK"),
        (r"\u0041SK {}", "ASK"),
        ("", None),
        ("PREFIX x: <http://x.example/>", None),
        ("?ask {}", None),
        ("<ask>", None),
        ("SELECTED * {}", None),
        ("INSERT DATA {}", None),
    ],
)
def test_the_form_stands_behind_the_prologue(text, form):
    assert read(text).form == form


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("INSERT DATA { <a:b> <a:b> 1 }", "INSERT"),
        ("delete where { ?s ?p ?o }", "DELETE"),
        ("PREFIX x: <http://x.example/> LOAD <http://x.example/>", "LOAD"),
        ("# a comment\nDROP ALL", "DROP"),
        ("WITH <http://x.example/> DELETE {} WHERE {}", "WITH"),
        (r"\u0043LEAR ALL", "CLEAR"),
        ("CREATE GRAPH <http://x.example/>", "CREATE"),
        ("COPY DEFAULT TO <http://x.example/>", "COPY"),
        ("MOVE DEFAULT TO <http://x.example/>", "MOVE"),
        ("ADD DEFAULT TO <http://x.example/>", "ADD"),
        ("SELECT ?insert { ?insert ?load 'DROP ALL' } # DROP ALL", ""),
        ("PREFIX insert: <http://x.example/> SELECT * { ?s insert:data ?load }", ""),
    ],
)
def test_an_update_is_known_by_its_first_keyword(text, name):
    assert read(text).update == name


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?s ?p ?service }",
        "SELECT $SERVICE { ?s ?p $SERVICE }",
        "PREFIX service: <http://x.example/> SELECT * { ?s service:uri service:SERVICE }",
        "PREFIX x: <http://x.example/> SELECT * { ?s x:SERVICE ?o . ?s x:a.SERVICE ?o }",
        "PREFIX x: <http://x.example/> SELECT * { GRAPH x:service { ?s ?p ?o } }",
        "PREFIX x: <http://x.example/> ASK FROM x:service { ?s ?p ?o }",
        "PREFIX x: <http://x.example/> DESCRIBE x:service { ?s ?p ?o }",
        "SELECT * { ?s <http://x.example/SERVICE> 'SERVICE <http://x.example/> {}' }",
        'SELECT * { ?s ?p "it\'s a SERVICE {" }',
        'SELECT * { ?s ?p """SERVICE <x> { " } \' """ }',
        "SELECT * { ?s ?p '''SERVICE <x> { ' } \" ''' }",
        "SELECT * { # SERVICE <http://x.example/> {}\n ?s ?p ?o }",
        r"SELECT * { ?s ?p 'a\'b SERVICE <http://x.example/> {}' }",
        'SELECT * { ?s ?p "service"@service }',
        "SELECT * { _:service ?p _:a.service }",
        "SELECT * { ?s ?p ?o FILTER(?s<?o && ?o != 'service') }",
        "SELECT * { VALUES ?x { <http://x.example/service#a> <http://x.example/b#c> } }",
        "SELECT * { ?s <http://x.example/service#a> <http://x.example/b#c> }",
        "SELECT * { <<( ?s <http://x.example/service#a> <<( ?s ?p ?o )>> )>> ?p << ?s ?p << ?s ?p ?o >> >> }",
    ],
)
def test_the_word_alone_reaches_nowhere(text):
    assert not read(text).service


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { SERVICE <http://x.example/> { ?s ?p ?o } }",
        "SELECT * { service silent ?x { ?s ?p ?o } }",
        "SELECT*{SeRvIcE<http://x.example/>{}}",
        "ASK { { { OPTIONAL { SERVICE <http://x.example/> {} } } } }",
        "ASK { FILTER EXISTS { SERVICE <http://x.example/> {} } }",
        "ASK { # comment\n SERVICE # comment\n <http://x.example/> {} }",
        r"ASK { \u0053ERVICE <http://x.example/> {} }",
        r"ASK { \U00000053ERVICE <http://x.example/> {} }",
        r"ASK { SERV\u0049CE <http://x.example/> {} }",
        r"ASK { ?s ?p '\u0027 . SERVICE <http://x.example/> {} }",
        "ASK { # \\u000A SERVICE <http://x.example/> {} }",
        # Engines read keywords without a blank behind them.
        "ASK { SERVICESILENT<http://x.example/>{} }",
        "PREFIX x: <http://x.example/> ASK { SERVICEx:y{} }",
        "PREFIX : <http://x.example/> ASK { SERVICE:y{} }",
        "PREFIX : <http://x.example/> ASK { SERVICESILENT:y # comment\n {} }",
        "ASK { ?s ?p trueSERVICE<http://x.example/>{} }",
        "ASK { ?s ?p 1SERVICE<http://x.example/>{} }",
        "ASK { ?s ?p 'a'SERVICE<http://x.example/>{} }",
        # An engine that expects an operator reads these otherwise than by the longest match.
        "ASK { ?s ?p ?o FILTER(?o<1)SERVICE#>\n<http://x.example/>{} }",
        "ASK { ?s ?p ?o FILTER(?o<'>')SERVICE<http://x.example/>{}#'\n}",
        'ASK { ?s ?p ?o FILTER(?o<1#>"""\n)SERVICE<http://x.example/>{}#"""\n}',
        "ASK { ?s ?p ?o FILTER(?o<<http://x.example/#y>)SERVICE<http://x.example/>{} }",
        # What nobody can read may hide one.
        "ASK { ` SERVICE <http://x.example/> {} }",
        "ASK { ?s ?p 'open } # service",
        "ASK { \u017fERVICE <http://x.example/> {} }",
    ],
)
def test_a_service_is_found_however_it_is_written(text):
    assert read(text).service


@pytest.mark.parametrize(
    ("text", "deterministic"),
    [
        ("CONSTRUCT { ?s ?p ?o ~ } WHERE { ?s ?p ?o }", False),
        ("CONSTRUCT { ?s ?p ?o {| <a:b> 1 |} } WHERE { ?s ?p ?o }", False),
        ("CONSTRUCT { << ?s ?p ?o >> <a:b> 1 } WHERE { ?s ?p ?o }", False),
        ("CONSTRUCT { ?s ?p ?o } WHERE { ?s <a:b>|<a:c> ?o . << ?s ?p ?o >> ?a (1 2) }", True),
        ("SELECT (RAND() AS ?x) {}", False),
        ("SELECT (now() AS ?x) {}", False),
        ("SELECT * { BIND(STRUUID() AS ?x) }", False),
        ("SELECT * { BIND(uuid() AS ?x) }", False),
        ("SELECT * { BIND(BNODE() AS ?x) }", False),
        ("CONSTRUCT { [] a ?o } WHERE { ?s a ?o }", False),
        ("CONSTRUCT { _:x a ?o } WHERE { ?s a ?o }", False),
        ("CONSTRUCT { ?s a (1 2) } WHERE { ?s a ?o }", False),
        ("CONSTRUCT { ?s a ?o } WHERE { ?s a [] , (1 2) . _:x a ?o }", True),
        ("SELECT ?now ?rand { ?now <rand> 'uuid()' }", True),
        ("SELECT * { [] a _:x }", True),
    ],
)
def test_chance_and_time_make_an_answer_unrepeatable(text, deterministic):
    assert read(text).deterministic is deterministic


@pytest.mark.parametrize(
    ("text", "nesting"),
    [
        ("ASK {}", 1),
        ("ASK { { } { } }", 2),
        ("ASK { FILTER((((1)))) }", 5),
        ("ASK { ?s ?p [ ?p [ ?p 1 ] ] }", 3),
        ("ASK { ?s ?p '((((' } # ((((", 1),
        ("ASK { <<?s ?p <<?s ?p ?o>>>> ?p ?o }", 3),
        ("}" * 50 + "{", 1),
    ],
)
def test_nesting_is_the_greatest_number_of_open_brackets(text, nesting):
    assert read(text).nesting == nesting


LONG = MAX_JOINTS + 1


@pytest.mark.parametrize(
    "text",
    [
        "ASK { FILTER(1" + "||1" * LONG + ") }",
        "ASK { FILTER(1" + "+1" * LONG + ") }",
        "ASK { FILTER(" + "!" * LONG + "1) }",
        "ASK { ?s <a:b>" + "/<a:b>" * LONG + " ?o }",
        "ASK { {}" + " UNION {}" * LONG + " }",
        "ASK { " + "OPTIONAL {}" * LONG + " }",
        "ASK { " + "?s ?p ?o ." * LONG + " }",
        "ASK { ?s ?p ?o" + ", ?o" * LONG + " }",
        "ASK { ?s ?p (" + "1 " * (LONG + 1) + ") }",
        "ASK { " + "BIND(1 AS ?x)" * LONG + " }",
        "ASK { ?s ?p ?o " + "~" * LONG + " }",
        "ASK { ?s ?p ?o " + "~?r" * LONG + " }",
        "ASK { " + "FILTERstr(?x)" * LONG + " }",
        "ASK { ?s ?p true" + "FILTERSTR(?x)" * LONG + " }",
        "PREFIX : <a:> ASK { " + "FILTER:f(1)" * LONG + " }",
        "SELECT " + "(1 AS ?x)" * LONG + " {}",
        "ASK { VALUES ?x { 1 } ?s ?p (" + "1 " * LONG + ") }",
        "ASK { VALUES (?x) { (1) } { ?s ?p (" + "1 " * LONG + ") } }",
        "ASK { VALUES " + "(1 2) " * LONG + " }",
        "DESCRIBE " + "<a:b> " * (LONG + 1),
    ],
)
def test_a_chain_that_could_overflow_the_engine_is_refused(text):
    with pytest.raises(QueryTooComplex) as caught:
        require_simple(read(text), max_nesting=200)
    assert caught.value.extra["limit"] == MAX_JOINTS


@pytest.mark.parametrize(
    "text",
    [
        "ASK { VALUES ?x { " + "1 " * 5000 + " } }",
        "ASK { VALUES (?x ?y) { " + "(1 2) " * 400 + " } }",
        "ASK { VALUES (?x ?y) { " + "(<a:b> '#') " * 10_000 + " } ?x ?y ?z }",
        "ASK { ?x ?y ?z } VALUES(?x ?y){" + "(UNDEF 2)" * 10_000 + "}",
        "ASK { FILTER(1 IN (1" + ",1" * 5000 + ")) }",
        "PREFIX a: <http://x.example/>\n" * 3000 + "ASK {}",
        "BASE <http://x.example/>\n" * 6000 + "ASK {}",
        "ASK { " + "?s ?p ?o ; ?p ?o , ?o . " * 300 + " }",
    ],
)
def test_long_lists_and_honest_queries_pass(text):
    require_simple(read(text), max_nesting=200)


@pytest.mark.parametrize("opening", ["{", "(", "1+", "STR(", "~"])
def test_what_will_be_refused_is_not_read_to_its_end(opening):
    reading = read("ASK { ?s ?p ?o " + opening * 50_000 + " `")
    assert reading.joints <= LONG
    assert reading.nesting < 3000
    assert reading.doubtful
    with pytest.raises(QueryTooComplex):
        require_simple(reading, max_nesting=100_000)


def test_deep_nesting_is_refused_with_the_limit():
    with pytest.raises(QueryTooComplex) as caught:
        require_simple(read("ASK " + "{" * 201 + "}" * 201), max_nesting=200)
    assert caught.value.extra == {"nesting": 201, "limit": 200}


@pytest.mark.parametrize(
    ("text", "place"),
    [("", (1, 1)), ("  \n FOO", (2, 2)), ("PREFIX x: <a:b>\n?x", (2, 1)), ("`", (1, 1))],
)
def test_a_text_without_form_is_refused_with_its_place(text, place):
    with pytest.raises(MalformedQuery) as caught:
        require_form(text, read(text))
    assert (caught.value.extra["line"], caught.value.extra["column"]) == place


PIECES = ["SELECT", "{", "}", "(", "<", ">", "'", '"', "#", "\n", " ", "\\u0027", "x:y", "?a"]


@given(st.lists(st.sampled_from(PIECES)))
@settings(max_examples=300)
def test_any_text_can_be_read_and_a_keyword_in_front_is_always_seen(pieces):
    reading = read("ASK { SERVICE <http://x.example/> {} " + "".join(pieces))
    assert reading.service
    assert reading.form == "ASK"


@pytest.mark.parametrize(
    ("text", "undeclared"),
    [
        ("PREFIX a: <http://x/> SELECT * { ?s a:b ?o }", None),
        ("prefix a: <http://x/> prefix : <http://y/> ASK { :s a:b :o }", None),
        ("SELECT * { ?s a:b c:d }", "a:b"),
        ("PREFIX a: <http://x/> ASK { ?s a:b c:d }", "c:d"),
        ("PREFIX a: <http://x/> ASK { :s a:b 1 }", ":s"),
        ("ASK { ?s ?p 'a:b' , <a:b> , _:b } # a:b", None),
    ],
)
def test_the_first_name_without_a_declared_prefix_is_known(text: str, undeclared: str | None) -> None:
    token = read(text).undeclared
    assert (token and token.text) == undeclared


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT * { ?s ?p ?o }", True),
        ("SELECT * { GRAPH ?g { ?s ?p ?o } }", False),
        ("SELECT * { graph<a>{ ?s ?p ?o } }", False),
        ("SELECT * { optionalGRAPHx:y{ ?s ?p ?o } }", False),
        ("SELECT * FROM <a> { ?s ?p ?o }", False),
        (r"SELECT * { \u0047RAPH ?g { ?s ?p ?o } }", False),
        (r"SELECT * { \U00000047RAPH ?g { ?s ?p ?o } }", False),
    ],
)
def test_whether_a_text_can_reach_named_graphs_is_never_doubted(text, expected):
    assert is_default_only(text) is expected
