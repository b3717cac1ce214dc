"""What the graph works out is right, is marked as worked out, and is left undone where it would be wrong."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Quad, QuerySolutions, RdfFormat, Store, Triple, parse

from bionrw.content import find_content
from bionrw.errors import SourceError
from bionrw.library import Library
from bionrw.model import Release
from bionrw.names import CANONICAL_BASE, Names
from bionrw.release.reason import RlReasoner
from bionrw.release.reason.derivation import conclude
from bionrw.release.reason.hermit import HermitReasoner
from bionrw.release.reason.sums import read_sums
from bionrw.release.sources import read_quads, shape_files, source_files
from bionrw.release.validate import validate

NAMES = Names()
LIBRARY = Library(find_content().queries)
PROLOGUE = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in LIBRARY.prefixes().items())

TWO = "project:net bionrw:hasPhase phase:one , phase:two . "
THREE = f"{TWO} project:net bionrw:hasPhase phase:three . "


def volume(phase: str, value: str, comparator: str = "as-stated", currency: str = "eur") -> str:
    """Return the facts of the volume of one phase."""
    return (
        f"phase:{phase} bionrw:hasVolume amount:{phase} . amount:{phase} bionrw:value {value} ; "
        f"bionrw:currency currency:{currency} ; bionrw:comparator comparator:{comparator} . "
    )


def contradicted(subject: str) -> str:
    """Return a statement about a subject that the source contradicts."""
    return f"statement:s rdf:subject {subject} ; bionrw:status status:contradicted . "


FIRST, SECOND = volume("one", "70.5"), volume("two", "30.0")
PAIR = TWO + FIRST + SECOND
MONTHS = 'bionrw:begin "2001-11"^^xsd:gYearMonth ; bionrw:end "2003-02"^^xsd:gYearMonth'
TEAM = """project:net bionrw:hasParticipation participation:a , participation:b , participation:c .
    participation:a bionrw:participant organisation:a . participation:b bionrw:participant organisation:b .
    participation:c bionrw:participant organisation:a . """

# Facts, the property, and what it gives: comparator, value and the calculation.
WORKED_OUT = [
    (PAIR, "hasTotalVolume", "as-stated 100.5 = 30 + 70.5"),
    # Equal addends are two addends.
    (TWO + volume("one", "5.0") + volume("two", "5.0"), "hasTotalVolume", "as-stated 10 = 5 + 5"),
    (TWO + volume("one", "70.5", "more-than") + SECOND, "hasTotalVolume", "more-than 100.5 = 30 + 70.5"),
    (TWO + FIRST + volume("two", "30.0", "at-most"), "hasTotalVolume", "at-most 100.5 = 30 + 70.5"),
    (
        TWO + volume("one", "1.0", "at-least") + volume("two", "2.0", "at-least"),
        "hasTotalVolume",
        "at-least 3 = 1 + 2",
    ),
    (f"{PAIR} phase:two bionrw:phaseNumber 2 .", "hasTotalVolume", "as-stated 100.5 = 30 + 70.5"),
    # A phase counts from whichever side it is linked.
    (
        "phase:one bionrw:phaseOf project:net . phase:two bionrw:phaseOf project:net . " + FIRST + SECOND,
        "hasTotalVolume",
        "as-stated 100.5 = 30 + 70.5",
    ),
    (f"period:p {MONTHS} .", "hasDuration", "as-stated 16 = 12 * (2003 - 2001) + 2 - 11 + 1"),
    (TEAM, "hasParticipantCount", "counted 2 = 1 + 1"),
    (
        "organisation:c bionrw:hasPillar organisation:x , organisation:y .",
        "hasPillarCount",
        "counted 2 = 1 + 1",
    ),
]
# Why a number would be wrong, and the facts that would give it.
LEFT_UNDONE = [
    (
        "a bound above and one below",
        TWO + volume("one", "1.0", "more-than") + volume("two", "2.0", "at-most"),
    ),
    ("two currencies", TWO + FIRST + volume("two", "30.0", currency="gbp")),
    ("a phase without volume", TWO + FIRST),
    ("a phase without volume among others", THREE + FIRST + SECOND),
    ("a phase linked from its side only", f"{PAIR} phase:three bionrw:phaseOf project:net ."),
    ("a volume without number", f"{THREE + FIRST + SECOND} phase:three bionrw:hasVolume amount:three ."),
    ("a volume without currency", PAIR.replace("bionrw:currency currency:eur ; ", "", 1)),
    ("one phase", f"project:net bionrw:hasPhase phase:one . {FIRST}"),
    ("a phase whose number tells of another before", f"{PAIR} phase:two bionrw:phaseNumber 3 ."),
    ("a volume of the whole", f"{PAIR} project:net bionrw:hasVolume amount:whole ."),
    ("an open list of phases", f"{PAIR} project:net bionrw:openListOf bionrw:hasPhase ."),
    ("two volumes of one phase", PAIR + volume("three", "9.0").replace("phase:three", "phase:one")),
    ("one amount of two phases", PAIR.replace("amount:two", "amount:one")),
    ("a contradicted amount", PAIR + contradicted("amount:one")),
    ("a contradicted phase", PAIR + contradicted("phase:two")),
    ("a begin to the year", f"period:p {MONTHS} .".replace('"2001-11"^^xsd:gYearMonth', '"2001"^^xsd:gYear')),
    ("no end", 'period:p bionrw:begin "2001-11"^^xsd:gYearMonth .'),
    ("two ends", f'period:p {MONTHS} . period:p bionrw:end "2004-01"^^xsd:gYearMonth .'),
    ("an end before the begin", f"period:p {MONTHS} .".replace("2003-02", "2001-02")),
    ("a contradicted period", f"period:p {MONTHS} . {contradicted('period:p')}"),
    ("a contradicted participation", TEAM + contradicted("participation:b")),
    ("nobody", "project:net a bionrw:Project ."),
]


@cache
def terms() -> tuple[Triple, ...]:
    """Return the ontology."""
    files = [file for file in source_files(find_content()) if file.graph == "ontology"]
    return tuple(quad.triple for file in files for quad in read_quads(file, CANONICAL_BASE))


def worked_out(facts: str) -> list[str]:
    """Return what is worked out from facts: the property, comparator, value and calculation."""
    given = [quad.triple for quad in parse(PROLOGUE + facts, format=RdfFormat.TURTLE)]
    drawn = conclude([*terms(), *given], RlReasoner(LIBRARY), LIBRARY, CANONICAL_BASE)
    store = Store()
    store.bulk_extend(Quad(*triple) for triple in drawn.triples)
    rows = store.query(
        f"""{PROLOGUE} SELECT ?property ?comparator ?value ?expression WHERE {{
            ?thing ?property ?derived . FILTER (?property != bionrw:hasDerivedValue)
            ?derived a bionrw:DerivedValue ; bionrw:comparator ?comparator ; bionrw:value ?value ;
                bionrw:expression ?expression }}"""
    )
    assert isinstance(rows, QuerySolutions)
    short = [[str(getattr(term, "value", "")) for term in row] for row in rows]
    return [
        f"{prop.rpartition('#')[2]} {comparator.rpartition('/')[2]} {value} = {expression}"
        for prop, comparator, value, expression in short
    ]


@pytest.mark.parametrize(("facts", "prop", "result"), WORKED_OUT)
def test_a_number_is_worked_out_with_its_comparator(facts: str, prop: str, result: str) -> None:
    assert worked_out(facts) == [f"{prop} {result}"]


@pytest.mark.parametrize("facts", [row[1] for row in LEFT_UNDONE], ids=[row[0] for row in LEFT_UNDONE])
def test_no_number_is_worked_out_where_it_would_be_wrong(facts: str) -> None:
    assert worked_out(facts) == []


def test_every_rule_has_its_case() -> None:
    tested = {prop for _, prop, _ in WORKED_OUT}
    assert {rule.head[0][1] for rule in read_sums(LIBRARY)} == {
        NamedNode(NAMES.term(prop)) for prop in tested
    }


@pytest.fixture(scope="module")
def graphs(release: Release) -> Store:
    """Return the built graphs."""
    store = Store()
    store.bulk_load(path=str(release.path / "graph.nq"), format=RdfFormat.N_QUADS)
    return store


def ask(store: Store, pattern: str, *variables: str) -> list[tuple[str, ...]]:
    """Return the values of variables that a pattern over the union of all graphs binds, as texts."""
    text = f"{PROLOGUE}SELECT DISTINCT {' '.join(variables)} WHERE {{ {pattern} }}"
    rows = store.query(text, use_default_graph_as_union=True)
    assert isinstance(rows, QuerySolutions)
    return [tuple(str(getattr(term, "value", term)) for term in row) for row in rows]


def test_the_real_figures_are_those_of_the_text(graphs: Store) -> None:
    pattern = """GRAPH graph:inferred { ?thing ?property ?derived . ?derived bionrw:value ?value }
        FILTER (?property != bionrw:hasDerivedValue)"""
    found = {
        (thing.rpartition("/id/")[2], prop.rpartition("#")[2], value)
        for thing, prop, value in ask(graphs, pattern, "?thing", "?property", "?value")
    }
    assert {row for row in found if row[1] != "hasParticipantCount"} == {
        ("project/rin-material-flows", "hasTotalVolume", "1236000"),
        ("period/rin-material-flows-1", "hasDuration", "34"),
        ("period/rin-material-flows-2", "hasDuration", "36"),
        ("period/biopen", "hasDuration", "30"),
        ("organisation/bio-nrw", "hasPillarCount", "3"),
    }
    # Nine partners are listed although eight are said; five of over twenty are named.
    assert ("project/biobase4sme", "hasParticipantCount", "9") in found
    assert ("project/marine-enzymes", "hasParticipantCount", "5") in found


def test_every_calculation_gives_its_value(graphs: Store) -> None:
    pattern = "?derived bionrw:expression ?expression ; bionrw:value ?value"
    rows = ask(graphs, pattern, "?expression", "?value")
    assert rows
    for expression, value in rows:
        assert ask(graphs, f"BIND (xsd:decimal({expression}) AS ?result)", "?result") == [(value,)]


@pytest.mark.parametrize(
    "elsewhere",
    [
        "GRAPH ?graph { ?derived a bionrw:DerivedValue } FILTER (?graph != graph:inferred)",
        "?derived a bionrw:MonetaryAmount",
        "?derived a bionrw:Observation",
        "?statement rdf:subject|rdf:object ?derived ; bionrw:evidence ?span",
    ],
)
def test_nothing_worked_out_passes_for_stated(graphs: Store, elsewhere: str) -> None:
    derived = "GRAPH graph:inferred { ?derived a bionrw:DerivedValue }"
    assert ask(graphs, derived, "?derived")
    assert ask(graphs, f"{derived} {elsewhere}", "?derived") == []


def test_each_result_leads_to_its_addends_and_its_rule(graphs: Store) -> None:
    derived = "GRAPH graph:inferred { ?derived a bionrw:DerivedValue }"
    addend = (
        "GRAPH graph:inferred { ?derived prov:wasDerivedFrom ?addend } "
        "GRAPH graph:document { ?addend a ?kind }"
    )
    assert ask(graphs, f"{derived} FILTER NOT EXISTS {{ {addend} }}", "?derived") == []
    plan = "prov:wasGeneratedBy/prov:qualifiedAssociation/prov:hadPlan/rdfs:label"
    ruled = ask(graphs, f"{derived} GRAPH graph:proofs {{ ?derived {plan} ?rule }}", "?derived", "?rule")
    assert {row[0] for row in ruled} == {row[0] for row in ask(graphs, derived, "?derived")}
    assert {row[1] for row in ruled} == {rule.rule.name for rule in read_sums(LIBRARY)}


def test_shapes_and_hermit_accept_what_was_worked_out(graphs: Store) -> None:
    proofs = NamedNode(NAMES.graph("proofs"))
    quads = [quad for quad in graphs if quad.graph_name != proofs]
    shapes = [quad for file in shape_files(find_content()) for quad in read_quads(file, CANONICAL_BASE)]
    report = validate(quads, shapes, LIBRARY.shorten)
    assert [finding for finding in report.findings if finding.severity == "Violation"] == []
    assert HermitReasoner().judge(quad.triple for quad in quads).consistent


def test_an_amount_that_is_also_worked_out_contradicts_itself() -> None:
    facts = "derived:x a bionrw:DerivedValue , bionrw:MonetaryAmount ."
    given: Iterable[Triple] = [quad.triple for quad in parse(PROLOGUE + facts, format=RdfFormat.TURTLE)]
    assert not RlReasoner(LIBRARY).judge([*terms(), *given]).consistent


MALFORMED = {
    "no CONSTRUCT": "SELECT ?thing WHERE { ?thing a ?kind }",
    "no addends": "CONSTRUCT {\n  ?x bionrw:value ?n .\n}\nWHERE {\n  ?x bionrw:value ?n .\n}",
}


@pytest.mark.parametrize("text", MALFORMED.values(), ids=list(MALFORMED))
def test_a_malformed_rule_is_refused_with_its_remedy(tmp_path: Path, text: str) -> None:
    folder = tmp_path / "rules" / "derived"
    folder.mkdir(parents=True)
    (tmp_path / "prefixes.ttl").write_bytes((find_content().queries / "prefixes.ttl").read_bytes())
    header = '#+ summary: x\n#+ title: {en: "x", de: "x"}\n#+ formula: {en: "x", de: "x"}\n'
    (folder / "x-construct.rq").write_text(header + text, encoding="utf-8")
    with pytest.raises(SourceError, match="works nothing out: write title and formula"):
        read_sums(Library(tmp_path))
