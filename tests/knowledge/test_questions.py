"""Each example query gives the answer that the source supports, in two engines, and follows the data."""

import csv
import io
import re
from decimal import Decimal, InvalidOperation
from pathlib import Path

import pytest
from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Store,
)
from rdflib import Dataset, URIRef

from bionrw.content import find_content
from bionrw.library import Library
from bionrw.names import CANONICAL_BASE, Names

ANSWERS = Path(__file__).parent / "answers"
NAMES = Names(CANONICAL_BASE)
LIBRARY = Library(find_content().queries)

# The numbers of the competency questions, and the query that answers each.
QUESTIONS = {
    1: "federal-state-country",
    3: "rhine-ruhr-inhabitants",
    5: "core-biotechnology-company-count",
    7: "life-science-company-count",
    9: "technology-centre-count",
    11: "technology-centre-main-task",
    13: "bio-nrw-pillars",
    15: "office-commissioner",
    17: "clib2021-member-count",
    19: "industrial-biotechnology-definition",
    21: "biobase4sme-programme",
    23: "innovation-voucher-value",
    25: "big-cluster-flagships",
    27: "biopen-coordinator",
    29: "biopharmaceutical-revenue-share",
    31: "project-supporters",
    33: "partners-from-belgium",
    35: "biobase4sme-partners-per-country",
    37: "biobase4sme-partner-countries",
    39: "rin-material-flows-volume",
    41: "partners-in-several-projects",
    43: "marine-enzyme-partner-count",
    45: "biopen-consortium",
    47: "ministry-of-culture-projects",
    49: "bio-nrw-membership",
    51: "biotechnology-industries",
    53: "foerderverein-focus",
    55: "rin-material-flows-objectives",
    57: "marine-enzyme-time-saving",
    59: "clinical-product-change",
    61: "projects-in-2017",
    63: "total-project-volume",
    65: "projects-by-volume",
    67: "project-months",
    69: "mwide-names",
    71: "revenue-share-year",
    73: "red-initiative-cell-therapy",
    75: "companies-without-biotechnology-focus",
    77: "partners-in-germany",
    79: "office-commission-evidence",
}
SLUGS = [query.slug for query in LIBRARY.examples()]

Rows = list[list[str]]


@pytest.fixture(scope="session")
def facts(release_dir):
    """Return the built graph in memory."""
    store = Store()
    store.load(path=release_dir / "graph.nq", format=RdfFormat.N_QUADS)
    return store


@pytest.fixture(scope="session")
def facts_in_rdflib(facts):
    """Return the built graph in the other engine."""
    dataset = Dataset(default_union=True)
    for graph in facts.named_graphs():
        triples = facts.dump(format=RdfFormat.N_TRIPLES, from_graph=graph)
        dataset.graph(URIRef(graph.value)).parse(data=triples, format="nt")
    return dataset


@pytest.fixture(scope="session")
def facts_said_twice(facts):
    """Return the built graph with each triple once more in a further graph of the default graph."""
    store, again = copy_of(facts), NamedNode(NAMES.graph("inferred"))
    store.extend(Quad(quad.subject, quad.predicate, quad.object, again) for quad in facts)
    return store


@pytest.fixture(scope="session")
def facts_without_document(facts):
    """Return the built graph without what the documents say."""
    store = copy_of(facts)
    store.remove_graph(NamedNode(NAMES.graph("document")))
    return store


def copy_of(store: Store) -> Store:
    """Return a store of its own with the same quads."""
    copy = Store()
    copy.extend(store)
    return copy


def like(old: object, value: str) -> Literal:
    """Return a literal of the same language or datatype with another value."""
    assert isinstance(old, Literal)
    return Literal(value, language=old.language) if old.language else Literal(value, datatype=old.datatype)


def comparable(cell: str) -> str:
    """Return a cell with numbers in their shortest form: engines write 109 or 109.0 for the same decimal."""
    try:
        return f"{Decimal(cell).normalize():f}"
    except InvalidOperation:
        return cell


def rows_of(table: str) -> Rows:
    """Return the rows of a table in the CSV format of SPARQL results, the header first."""
    return [[comparable(cell) for cell in row] for row in csv.reader(io.StringIO(table))]


def expected_rows(slug: str) -> Rows:
    """Return the rows that the answer file holds."""
    return rows_of((ANSWERS / f"{slug}.csv").read_text(encoding="utf-8"))


def answer(store: Store, slug: str) -> Rows:
    """Return what an example gives over the default graph of the endpoint."""
    union: list[NamedNode | BlankNode | DefaultGraph] = [NamedNode(iri) for iri in NAMES.default_graphs()]
    results = store.query(LIBRARY.example(slug).text, default_graph=union)
    if isinstance(results, QueryBoolean):
        return [["boolean"], [str(bool(results)).lower()]]
    assert isinstance(results, QuerySolutions)
    table = results.serialize(format=QueryResultsFormat.CSV)
    assert table is not None
    return rows_of(table.decode())


def difference(expected: Rows, found: Rows) -> str:
    """Return the rows that only one of two answers has; without any, order or number differs."""
    missing = [f"missing: {row}" for row in expected if row not in found]
    unexpected = [f"unexpected: {row}" for row in found if row not in expected]
    return "\n".join(["", *missing, *unexpected])


@pytest.mark.parametrize("slug", SLUGS)
def test_an_example_gives_the_expected_rows_in_order(slug, facts):
    expected, found = expected_rows(slug), answer(facts, slug)
    assert found == expected, difference(expected, found)


@pytest.mark.parametrize("slug", SLUGS)
def test_the_other_engine_gives_the_same_rows(slug, facts_in_rdflib):
    table = facts_in_rdflib.query(LIBRARY.example(slug).text).serialize(format="csv")
    expected, found = expected_rows(slug), rows_of(table.decode())
    assert found == expected, difference(expected, found)


@pytest.mark.parametrize("slug", SLUGS)
def test_a_fact_repeated_in_another_graph_is_counted_once(slug, facts_said_twice):
    expected, found = expected_rows(slug), answer(facts_said_twice, slug)
    assert found == expected, difference(expected, found)


@pytest.mark.parametrize("slug", SLUGS)
def test_an_example_says_nothing_without_the_document(slug, facts_without_document):
    assert answer(facts_without_document, slug)[1:] == []


@pytest.mark.parametrize(
    ("slug", "change", "column", "expected"),
    [
        ("biopen-consortium", "observation/biopen-clusters value 6", "derivedAgrees", ["false"] * 3),
        ("clib2021-member-count", "observation/clib2021-members statedAs a lot", "statedAs", ["a lot"]),
        (
            "clinical-product-change",
            "observation/clinical-products-after value 600",
            "derivedChange",
            ["-27"],
        ),
        (
            "companies-without-biotechnology-focus",
            "observation/core-companies value 120",
            "derivedBound",
            ["380"],
        ),
        (
            "marine-enzyme-time-saving",
            "observation/development-time-current lowerValue 4",
            "derivedLeast",
            ["1"],
        ),
        ("project-months", "period/biopen end 2020-01", "derivedMonths", ["33", "34", "36"]),
        (
            "projects-in-2017",
            "period/biobase4sme end 2016",
            "begin",
            ["2017-05", "2014-05", "2017-03", "2015", "2016", ""],
        ),
        (
            "red-initiative-cell-therapy",
            "topic/endogenous-tissues summary cell therapy",
            "derivedAnswer",
            ["stated"] * 5,
        ),
        (
            "rin-material-flows-volume",
            "amount/rin-material-flows-1 value 700000",
            "derivedTotal",
            ["1262000"] * 2,
        ),
        ("total-project-volume", "amount/biopen value 1300000", "derivedTotal", ["14536000"] * 6),
    ],
)
def test_an_answer_follows_the_data(slug, change, column, expected, facts):
    subject, predicate, value = change.split(maxsplit=2)
    store, document = copy_of(facts), NamedNode(NAMES.graph("document"))
    thing, term = NamedNode(f"{CANONICAL_BASE}id/{subject}"), NamedNode(NAMES.term(predicate))
    for quad in facts.quads_for_pattern(thing, term, None, document):
        store.remove(quad)
        store.add(Quad(thing, term, like(quad.object, value), document))
    header, *rows = answer(store, slug)
    assert [row[header.index(column)] for row in rows] == expected


def test_each_example_has_an_answer_and_each_answer_an_example():
    assert sorted(path.stem for path in ANSWERS.glob("*.csv")) == SLUGS


def test_each_example_answers_one_question():
    assert sorted(QUESTIONS.values()) == SLUGS


def test_each_competency_question_is_answered(shared):
    questions = (shared / "questions.md").read_text(encoding="utf-8")
    numbers = re.findall(r"^\*\*Q(\d+)\*\*", questions, re.MULTILINE)
    assert [int(number) for number in numbers] == list(QUESTIONS)


@pytest.mark.parametrize("slug", SLUGS)
def test_a_header_is_complete_in_both_languages(slug):
    query = LIBRARY.example(slug)
    assert query.tags
    for texts in (query.title, query.question):
        assert texts.keys() == {"en", "de"}
        assert all(texts.values())


@pytest.mark.parametrize("slug", SLUGS)
def test_summary_and_description_repeat_title_and_question(slug):
    query = LIBRARY.example(slug)
    assert query.summary == query.title["en"]
    assert " ".join(query.description.split()).startswith(query.question["en"])


@pytest.mark.parametrize("slug", SLUGS)
def test_the_header_names_the_graphs_of_the_answer(slug):
    query = LIBRARY.example(slug)
    assert {*query.graphs, "ontology"} == {*re.findall(r"GRAPH graph:(\w+)", query.text), "ontology"}


@pytest.mark.parametrize("slug", SLUGS)
def test_the_answer_has_the_size_that_the_header_expects(slug):
    size = len(expected_rows(slug)) - 1
    expected = re.fullmatch(r"(at least )?(\d+) rows?", LIBRARY.example(slug).expects)
    assert expected
    least = int(expected[2])
    assert size >= least if expected[1] else size == least


@pytest.mark.parametrize("slug", SLUGS)
def test_an_example_orders_its_rows(slug):
    assert re.search(r"^ORDER BY ", LIBRARY.example(slug).text, re.MULTILINE)


@pytest.mark.parametrize("slug", SLUGS)
def test_an_example_leaves_prefixes_to_the_one_list(slug):
    source = (find_content().queries / "examples" / f"{slug}.rq").read_text(encoding="utf-8")
    assert not re.search(r"^\s*PREFIX\b", source, re.MULTILINE | re.IGNORECASE)
