"""Which version of RDF an answer needs follows from the query (RDF 1.2 Concepts, section 2.1)."""

import pytest

from bionrw.sparql.reading import read
from bionrw.sparql.versions import RDF_1_1, RDF_1_2, RDF_1_2_BASIC, version_named


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("SELECT * { ?s ?p ?o }", "1.1"),
        ("SELECT * { ?triple <a:triple> 'TRIPLE(1,2,3) << ~ {| --ltr' } # <<( TRIPLE", "1.1"),
        ("PREFIX triple: <a:b> SELECT * { ?s triple:triple 'x'@en }", "1.1"),
        ("SELECT * { ?s ?p ?o FILTER(isTRIPLE(?o)) }", "1.1"),
        ("SELECT (LANGDIR(?o) AS ?d) { ?s ?p ?o FILTER(hasLANGDIR(?o)) }", "1.1"),
        ("SELECT * { FILTER(1<2||3>2) }", "1.1"),
        ("SELECT * { ?s ?p 'x'@ar--rtl }", "1.2-basic"),
        ("SELECT (STRLANGDIR('x', 'ar', 'rtl') AS ?d) {}", "1.2-basic"),
        ("SELECT (strlangdir('x', 'ar', 'rtl') AS ?d) {}", "1.2-basic"),
        ("SELECT (TRIPLE(<a:s>, <a:p>, 1) AS ?t) {}", "1.2"),
        ("SELECT(isTRIPLE(1)AS?x)(triple(<a:s>,<a:p>,1)AS?t){}", "1.2"),
        (r"SELECT (\u0054RIPLE(<a:s>, <a:p>, 1) AS ?t) {}", "1.2"),
        ("CONSTRUCT { <a:r> <a:p> <<( <a:s> <a:p> 'x'@ar--rtl )>> } {}", "1.2"),
        ("CONSTRUCT { << <a:s> <a:p> 1 >> <a:p> 2 } {}", "1.2"),
        ("CONSTRUCT { <a:s> <a:p> 1 {| <a:p> 2 |} } {}", "1.2"),
        ("CONSTRUCT { <a:s> <a:p> 1 ~ <a:r> } {}", "1.2"),
        # what cannot be read surely counts as the most that it may be
        ("SELECT * { ?s ?p ' }", "1.1"),
        ("SELECT * { ?s ?p ' TRIPLE( }", "1.2"),
    ],
)
def test_the_text_tells_the_version(text, version):
    assert str(read(text).version) == version


def test_versions_have_an_order_and_a_label():
    assert RDF_1_1 < RDF_1_2_BASIC < RDF_1_2
    assert [version_named(label) for label in ("1.1", "1.2-basic", " 1.2 ", "2.0", "")] == [
        RDF_1_1,
        RDF_1_2_BASIC,
        RDF_1_2,
        None,
        None,
    ]
