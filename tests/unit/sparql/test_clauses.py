"""The graphs that a text names are found in its clauses, as they are spelt."""

import pytest

from bionrw.model import Clauses
from bionrw.sparql.reading import read
from bionrw.sparql.survey import survey


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("SELECT * FROM <a:b> {}", Clauses("", ("<a:b>",))),
        ("SELECT * FROM NAMED <a:b> {}", Clauses("", (), ("<a:b>",))),
        ("SELECT * FROM <b> FROM NAMED e:c From\n#x\n<b> WHERE {}", Clauses("", ("<b>", "<b>"), ("e:c",))),
        ("ASK from<a:b>{}", Clauses("", ("<a:b>",))),
        ("ASK FROMNAMED<a:b>FROM NAMED<a:c>{}", Clauses("", (), ("<a:b>", "<a:c>"))),
        ("PREFIX e:<a:b>DESCRIBE e:x FROM e:g", Clauses("PREFIX e:<a:b>", ("e:g",))),
        ("PREFIX e: <a:b> ASK FROMe:g FROM NAMEDe:h{}", Clauses("PREFIX e: <a:b> ", ("e:g",), ("e:h",))),
        ("PREFIX named: <a:> ASK FROM named:g FROM :g {}", Clauses("PREFIX named: <a:> ", ("named:g", ":g"))),
        ("CONSTRUCT { ?s ?p 1 } FROM <a:b> WHERE { ?s ?p 1 }", Clauses("", ("<a:b>",))),
        ("CONSTRUCT FROM <a:b> WHERE { ?s ?p 1 }", Clauses("", ("<a:b>",))),
        ("PREFIX FROMe: <a:> SELECT * { } GROUP BY FROMe:f(1)", None),
        ("SELECT * { } GROUP BY FROMe:f(1)", None),
        ("CONSTRUCT { ?from ?p 'FROM' } WHERE {}", None),
        ("SELECT ?from { ?s <from> ?from } # FROM <http://x.example/>", None),
    ],
)
def test_a_text_may_name_its_own_dataset(text, found):
    assert read(text).clauses == found
    assert survey(text)[0].clauses == found
