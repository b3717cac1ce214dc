"""Bombs for the parser: depth, chains, lists and lengths (all in the text, before anything runs)."""

from collections.abc import Callable, Iterator

from tests.hostile.case import BAD, OK, STOPPED, Case, asked

XSD = "PREFIX : <http://www.w3.org/2001/XMLSchema#> "
_SOME = "?s ?p ?o"


def _nested(opening: str, closing: str, inside: str = "", frame: str = "ASK {{{}}}") -> Callable[[int], str]:
    return lambda count: frame.format(opening * count + inside + closing * count)


def _chain(link: str, frame: str = "ASK {{{}}}") -> Callable[[int], str]:
    return lambda count: frame.format(link * count)


_FILTER = "ASK {{ FILTER({}) }}"
_PATH = "ASK {{ ?s {} ?o }}"
# Each kind, with the largest count that a request of 128 KiB holds. A small count, which the engine gets
# to see, and the largest are sent: either has to be survived or refused.
NESTS = {
    "groups": (_nested("{", "}"), 60_000),
    "round brackets": (_nested("(", ")", "1", _FILTER), 60_000),
    "blank nodes": (_nested("[ <a:p> ", "]", "1", "ASK {{ ?s ?p {} }}"), 12_000),
    "lists": (_nested("(", ")", "1", "ASK {{ ?s ?p {} }}"), 60_000),
    "triple terms": (_nested("<<( <a:s> <a:p> ", ")>>", "1", "ASK {{ ?s ?p {} }}"), 6_000),
    "reified triples": (_nested("<< ", " <a:p> 1 >>", "<a:s>", "ASK {{ {} ?p ?o }}"), 8_000),
    "annotations": (_nested("{| <a:p> 1 ", "|}", "", "ASK {{ ?s ?p ?o {} }}"), 9_000),
    "sub-selects": (_nested("{SELECT * {", "}}", _SOME), 8_000),
    "OPTIONALs": (_nested("OPTIONAL {", "}", _SOME), 10_000),
    "UNIONs": (_nested("{{} UNION ", "}", "{}"), 9_000),
    "MINUSes": (_nested(_SOME + " MINUS {", "}", _SOME), 6_000),
    "GRAPHs": (_nested("GRAPH ?g {", "}", _SOME), 10_000),
    "EXISTS": (_nested("FILTER EXISTS {", "}", _SOME), 7_000),
    "NOT EXISTS in expressions": (_nested("!EXISTS { FILTER(", ")}", "true", _FILTER), 5_000),
    "LATERALs": (_nested("LATERAL {", "}", _SOME), 11_000),
    "calls": (_nested("STR(", ")", "1", _FILTER), 25_000),
    "IFs": (_nested("IF(true, 1, ", ")", "1", _FILTER), 9_000),
    "lists of IN": (_nested("1 IN (", ")", "1", _FILTER), 16_000),
    "paths in brackets": (_nested("(", ")*", "<a:p>", _PATH), 40_000),
    "inverse paths": (_nested("^(", ")", "<a:p>", _PATH), 40_000),
    "negated paths": (_nested("!(", ")", "<a:p>", _PATH), 40_000),
    "casts": (_nested(":string(", ")", "1", XSD + _FILTER), 12_000),
}
CHAINS = {
    "triple patterns": (_chain(_SOME + " . "), 11_000),
    "predicates": (_chain("; ?p ?o", "ASK {{ ?s ?p ?o {} }}"), 18_000),
    "objects": (_chain(", ?o", "ASK {{ ?s ?p ?o {} }}"), 32_000),
    "UNIONs": (_chain("UNION {}", "ASK {{ {{}} {} }}"), 14_000),
    "OPTIONALs": (_chain("OPTIONAL {}"), 11_000),
    "MINUSes": (_chain("MINUS {}"), 14_000),
    "FILTERs": (_chain("FILTER(?x) "), 11_000),
    "FILTERs without blanks": (_chain("FILTERstr(?x)"), 9_900),
    "FILTERs that look like names": (_chain("FILTER:string(1)", XSD + "ASK {{ {} }}"), 8_000),
    "BINDs": (
        lambda count: "ASK {" + "".join(f"BIND(1 AS ?v{n})" for n in range(count)) + "}",
        6_500,
    ),
    "VALUES": (_chain("VALUES ?x {1} "), 9_000),
    "empty groups": (_chain("{}"), 60_000),
    "ors": (_chain("true||", "ASK {{ FILTER({} true) }}"), 21_000),
    "ands": (_chain("true&&", "ASK {{ FILTER({} true) }}"), 21_000),
    "sums": (_chain("1+", "ASK {{ FILTER({} 1) }}"), 60_000),
    "products": (_chain("1*", "ASK {{ FILTER({} 1) }}"), 60_000),
    "minus signs": (_chain("- ", "ASK {{ FILTER({} 1) }}"), 60_000),
    "signs of denial": (_chain("!", "ASK {{ FILTER({} true) }}"), 120_000),
    "steps of a path": (_chain("a/", "ASK {{ ?s {} a ?o }}"), 60_000),
    "choices of a path": (_chain("a|", "ASK {{ ?s {} a ?o }}"), 60_000),
    "reifiers": (_chain("~", "ASK {{ ?s ?p ?o {} }}"), 60_000),
    "reifiers with names": (_chain("~?r", "ASK {{ ?s ?p ?o {} }}"), 40_000),
    "annotations": (_chain("{| a a |}", "ASK {{ ?s ?p ?o {} }}"), 13_000),
    "items of a list": (_chain("1 ", "ASK {{ ?s ?p ({}) }}"), 60_000),
    "brackets": (_chain("[] a a . "), 13_000),
    "orders": (_chain("?x ", "SELECT * {{ ?x a ?y }} ORDER BY {}"), 40_000),
    "orders by calls": (_chain("str(1)", "SELECT * {{}} ORDER BY {}"), 20_000),
    "groupings": (_chain("str(1)", "SELECT (1 AS ?n) {{}} GROUP BY {}"), 20_000),
    "HAVINGs": (_chain("(1)", "SELECT (1 AS ?n) {{}} HAVING {}"), 40_000),
    "aggregates": (
        lambda count: "SELECT " + "".join(f"(COUNT(*)AS?v{n})" for n in range(count)) + "{}",
        6_000,
    ),
    "things to describe": (_chain("<a:a>", "DESCRIBE {}"), 25_000),
    "triples to construct": (_chain("<a:s><a:p>1.", "CONSTRUCT {{ {} }} {{}}"), 10_000),
}


def _sizes(kinds: dict[str, tuple[Callable[[int], str], int]], few: int, what: str) -> Iterator[Case]:
    for name, (build, most) in kinds.items():
        for count in (few, most):
            yield asked(f"{count:,} {name} {what}", build(count), *STOPPED, heavy=True)


_VARIABLES = " ".join(f"?v{n}" for n in range(18_000))
_ITEMS = ",".join(str(n) for n in range(20_000))
_FLAT = (
    ("18,000 variables are selected", f"SELECT {_VARIABLES} {{}}"),
    ("A variable of 120 kB", f"SELECT (1 AS ?{'v' * 120_000}) {{}}"),
    ("IN over 20,000 numbers", f"ASK {{ ?s ?p ?o FILTER(?o IN ({_ITEMS})) }}"),
    ("IN over 60,000 equal numbers", f"ASK {{ ?s ?p ?o FILTER(?o IN ({'2,' * 60_000}2)) }}"),
    ("NOT IN over 60,000 variables", f"ASK {{ FILTER(1 NOT IN ({'?x,' * 40_000}?x)) }}"),
    ("VALUES of 60,000 rows", f"SELECT (COUNT(*) AS ?n) {{ VALUES ?x {{ {'1 ' * 60_000} }} }}"),
    ("COALESCE of 40,000 variables", f"ASK {{ FILTER(COALESCE({'?x,' * 40_000}1)) }}"),
    ("CONCAT of 30,000 strings", f"SELECT (STRLEN(CONCAT({chr(44).join(['2'] * 30_000)})) AS ?x) {{}}"),
    ("10,000 prefixes", "PREFIX a: <a:a> " * 7_000 + "ASK {}"),
    ("10,000 bases", "BASE <http://a/b/> " * 6_000 + "ASK {}"),
    ("10,000 graphs by FROM", "SELECT * " + "FROM <a:a> " * 10_000 + "{}"),
    ("An IRI that climbs 40,000 folders", f"BASE <http://a/> ASK {{ <{'../' * 40_000}> ?p ?o }}"),
    ("A comment of 130 kB", "ASK {} #" + "#" * 120_000),
    ("A string of 120 kB", f"ASK {{ ?s ?p '{'x' * 120_000}' }}"),
    ("A string of 60,000 escapes", f"ASK {{ ?s ?p '{chr(92) * 120_000}' }}"),
    ("A string that is never closed", "ASK { ?s ?p '" + "x" * 100_000),
    ("A long string of 100,000 quotes", "ASK { ?s ?p '''" + "'" * 100_000),
    ("An IRI that is never closed", "ASK { <" + "x" * 100_000),
    ("40,000 signs of less", "ASK { FILTER(1 " + "< " * 40_000),
    ("60,000 open brackets of all kinds", "{([<<" * 12_000),
    ("60,000 closing brackets", "ASK {} " + "}" * 60_000),
    ("A language of 100 kB", "SELECT ('a'@" + "a-" * 50_000 + "a AS ?x) {}"),
    ("A number of 120,000 digits", f"SELECT ({'9' * 120_000} AS ?x) {{}}"),
    ("A number with 120,000 decimals", f"SELECT (0.{'9' * 120_000} + 1 AS ?x) {{}}"),
    ("A limit beyond all numbers", "SELECT * {} LIMIT 99999999999999999999999999"),
    (
        "A limit at the last number",
        "SELECT * { ?s ?p ?o } LIMIT 18446744073709551615 OFFSET 18446744073709551615",
    ),
    (
        "Sums beyond all numbers",
        "SELECT (9223372036854775807 * 9223372036854775807 AS ?x) (-9223372036854775808 / -1 AS ?y) {}",
    ),
    (
        "A part of a string beyond its end",
        "SELECT (SUBSTR('aé', -9223372036854775808, 9223372036854775807) AS ?x) {}",
    ),
    ("Surrogates by escapes", r"SELECT ('\uD800\uDC00' AS ?x) {}"),
    ("A character beyond the last one", r"SELECT ('\U00110000' AS ?x) {}"),
    ("Brackets by 10,000 escapes", r"ASK \u007B" + r"\u007B" * 10_000),
    ("Half an escape at the end", "ASK {} \\u00"),
    ("Control characters between the words", "ASK\x01\x02\x1f\x7f{}\u2028\ufeff"),
)

CASES: tuple[Case, ...] = (
    *_sizes(NESTS, 150, "inside one another"),
    *_sizes(CHAINS, 700, "in one chain"),
    *(asked(name, text, *STOPPED, heavy=True) for name, text in _FLAT),
    asked(
        "Control characters in a result of JSON",
        r"SELECT ('\u0001\u0000\u001F\uFFFE\u0085' AS ?x) {}",
        *OK,
        *BAD,
    ),
    asked(
        "Control characters in a result of XML",
        r"SELECT ('\u0001\u0000\u001F\uFFFE\u0085' AS ?x) {}",
        *OK,
        400,
        406,
        accept="application/sparql-results+xml",
    ),
    asked(
        "Control characters in RDF/XML",
        r"CONSTRUCT { <a:s> <a:p> '\u0001\u001F\uFFFE' } {}",
        *OK,
        400,
        406,
        accept="application/rdf+xml",
    ),
    asked(
        "A property that RDF/XML cannot name",
        "CONSTRUCT { <a:s> <http://a/1> 2 . <a:s> <http://a/> 3 } {}",
        *OK,
        400,
        406,
        accept="application/rdf+xml",
    ),
    asked(
        "Triple terms in RDF/XML",
        "CONSTRUCT { <a:s> <a:p> <<( <a:s> <a:p> 1 )>> } {}",
        *OK,
        400,
        406,
        accept="application/rdf+xml",
    ),
    asked(
        "Markup in a result of XML",
        "SELECT (']]></literal><!--&x;' AS ?x) {}",
        *OK,
        accept="application/sparql-results+xml",
    ),
    asked(
        "Triple terms in a result of XML",
        "SELECT (<<( <a:s> <a:p> 1 )>> AS ?x) {}",
        *OK,
        400,
        accept="application/sparql-results+xml",
    ),
)
