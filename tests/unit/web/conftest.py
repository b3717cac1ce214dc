"""Small excerpts of a graph, written in Turtle."""

import pyoxigraph as ox
import pytest

from bionrw.model import Blank, Iri, Literal
from bionrw.names import Names
from bionrw.web.excerpt import Excerpt
from bionrw.web.links import Links
from bionrw.web.naming import Naming
from bionrw.web.vocabulary import Vocabulary

NAMES = Names("https://graph.example/")
KINDS = (
    *(
        "amount",
        "code",
        "claim",
        "commission",
        "comparator",
        "currency",
        "duration",
        "measure",
        "observation",
    ),
    *("offer", "organisation", "period", "phase", "place", "project", "population", "participation", "role"),
    *("span", "statement", "status", "unit"),
)
PREFIXES = {
    "bionrw": NAMES.ontology + "#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    **{kind: NAMES.thing(kind, "") for kind in KINDS},
}
TERMS = """
comparator:as-stated rdfs:label "as stated"@en . comparator:more-than rdfs:label "more than"@en .
currency:eur rdfs:label "euro"@en ; skos:notation "EUR" . unit:company rdfs:label "company"@en .
unit:percent rdfs:label "percent"@en . unit:employee rdfs:label "employee"@en .
unit:year rdfs:label "year"@en .
unit:one rdfs:label "one"@en . measure:count rdfs:label "count"@en .
measure:employees rdfs:label "employees"@en .
measure:share rdfs:label "share"@en . role:partner rdfs:label "partner"@en .
code:target rdfs:label "target"@en .
bionrw:hasMember a owl:ObjectProperty ; rdfs:label "has member"@en .
bionrw:hasHead a owl:ObjectProperty ; rdfs:label "has head"@en ; rdfs:subPropertyOf bionrw:hasMember .
bionrw:memberOf rdfs:label "member of"@en ; owl:inverseOf bionrw:hasMember .
bionrw:Body rdfs:label "body"@en . bionrw:Club rdfs:subClassOf bionrw:Body ; rdfs:label "club"@en .
"""


def parse(turtle, graph="document"):
    """Return an excerpt of the facts in `turtle`, which may use all prefixes."""
    excerpt = Excerpt(PREFIXES)
    head = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())
    for triple in ox.parse(input=head + turtle, format=ox.RdfFormat.TURTLE):
        excerpt.add(triple.subject.value, triple.predicate.value, _term(triple.object), NAMES.graph(graph))
    return excerpt


def _term(term):
    if isinstance(term, ox.NamedNode):
        return Iri(term.value)
    if isinstance(term, ox.Literal):
        return Literal(term.value, term.language or "", term.datatype.value)
    return Blank(term.value)


@pytest.fixture
def excerpt():
    """Return a function that makes an excerpt of Turtle."""
    return parse


@pytest.fixture(scope="session")
def vocabulary():
    """Return the words of a small ontology."""
    return Vocabulary(parse(TERMS, "ontology"))


@pytest.fixture
def naming(vocabulary):
    """Return a function that makes the names for an excerpt of Turtle."""
    return lambda turtle: Naming(parse(turtle), vocabulary, Links(NAMES))
