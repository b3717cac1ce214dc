"""Each example query gives the answer that the source supports, on two engines, and follows the data."""

import csv
import io
import os
import re
from decimal import Decimal, InvalidOperation
from pathlib import Path

import pytest
import yaml
from pyoxigraph import (
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Store,
)
from rdflib import SH, Dataset, Graph, URIRef

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("BIONRW_SHARED", ROOT.parent / "shared"))
EXAMPLES = ROOT / "queries" / "examples"
ANSWERS = Path(__file__).parent / "answers"
BASE = "https://w3id.org/bionrw/"
XSD = "http://www.w3.org/2001/XMLSchema#"
GRAPHS = {
    "ontology": [ROOT / "ontology" / "core.ttl", ROOT / "ontology" / "codes.ttl"],
    "document": sorted((ROOT / "data" / "documents").glob("*.ttl")),
    "curated": sorted((ROOT / "data" / "curated").glob("*.ttl")),
}
KEYS = {"summary", "description", "tags", "title", "question", "graphs", "expects"}

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
SLUGS = sorted(path.stem for path in EXAMPLES.glob("*.rq"))

Rows = list[list[str]]


@pytest.fixture(scope="session")
def prefixes() -> dict[str, str]:
    """Return the one list of prefixes."""
    declared = Graph().parse(ROOT / "queries" / "prefixes.ttl")
    return {
        str(declared.value(node, SH.prefix)): str(declared.value(node, SH.namespace))
        for node in declared.objects(None, SH.declare)
    }


@pytest.fixture(scope="session")
def graph_of_facts() -> Store:
    """Return ontology, documents and curated records, each in its named graph."""
    store = Store()
    for name, paths in GRAPHS.items():
        for path in paths:
            store.load(path=path, format=RdfFormat.TURTLE, to_graph=NamedNode(f"{BASE}graph/{name}"))
    return store


@pytest.fixture(scope="session")
def facts_in_rdflib() -> Dataset:
    """Return the same graphs in the other engine."""
    dataset = Dataset(default_union=True)
    for name, paths in GRAPHS.items():
        for path in paths:
            dataset.graph(URIRef(f"{BASE}graph/{name}")).parse(path)
    return dataset


def text_of(slug: str) -> str:
    """Return the file of an example query."""
    return (EXAMPLES / f"{slug}.rq").read_text(encoding="utf-8")


def header_of(slug: str) -> dict[str, object]:
    """Return the decorators at the head of an example query."""
    lines = [line for line in text_of(slug).splitlines() if line.startswith("#+ ")]
    header = yaml.safe_load("\n".join(line.removeprefix("#+ ") for line in lines))
    assert isinstance(header, dict)
    return header


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


def answer(store: Store, prefixes: dict[str, str], slug: str, graphs: tuple[str, ...] = tuple(GRAPHS)) -> Rows:
    """Return what an example gives when the default graph is the union of `graphs`."""
    union = [NamedNode(f"{BASE}graph/{name}") for name in graphs]
    results = store.query(text_of(slug), prefixes=prefixes, default_graph=union)
    if isinstance(results, QueryBoolean):
        return [["boolean"], [str(bool(results)).lower()]]
    assert isinstance(results, QuerySolutions)
    table = results.serialize(format=QueryResultsFormat.CSV)
    assert table is not None
    return rows_of(table.decode())


def difference(expected: Rows, found: Rows) -> str:
    """Return the rows that only one of two answers has; without any, the order or the number of rows differs."""
    missing = [f"missing: {row}" for row in expected if row not in found]
    unexpected = [f"unexpected: {row}" for row in found if row not in expected]
    return "\n".join(["", *missing, *unexpected])


@pytest.mark.parametrize("slug", SLUGS)
def test_an_example_gives_the_expected_rows_in_order(slug, graph_of_facts, prefixes):
    expected, found = expected_rows(slug), answer(graph_of_facts, prefixes, slug)
    assert found == expected, difference(expected, found)


@pytest.mark.parametrize("slug", SLUGS)
def test_the_other_engine_gives_the_same_rows(slug, facts_in_rdflib, prefixes):
    table = facts_in_rdflib.query(text_of(slug), initNs=prefixes).serialize(format="csv")
    assert table is not None
    expected, found = expected_rows(slug), rows_of(table.decode())
    assert found == expected, difference(expected, found)


@pytest.mark.parametrize("slug", SLUGS)
def test_a_fact_repeated_in_another_graph_is_counted_once(slug, graph_of_facts, prefixes):
    store = Store()
    store.extend(graph_of_facts)
    again = NamedNode(f"{BASE}graph/inferred")
    store.extend(Quad(quad.subject, quad.predicate, quad.object, again) for quad in graph_of_facts)
    found = answer(store, prefixes, slug, (*GRAPHS, "inferred"))
    assert found == expected_rows(slug), difference(expected_rows(slug), found)


@pytest.mark.parametrize("slug", SLUGS)
def test_an_example_says_nothing_without_the_document(slug, graph_of_facts, prefixes):
    store = Store()
    store.extend(graph_of_facts)
    store.remove_graph(NamedNode(f"{BASE}graph/document"))
    assert answer(store, prefixes, slug)[1:] == []


@pytest.mark.parametrize(
    ("slug", "subject", "predicate", "value", "column", "expected"),
    [
        (
            "companies-without-biotechnology-focus",
            "observation/core-companies",
            "value",
            ("120", "decimal"),
            "derivedBound",
            ["380"],
        ),
        (
            "rin-material-flows-volume",
            "amount/rin-material-flows-1",
            "value",
            ("700000", "decimal"),
            "derivedTotal",
            ["1262000", "1262000"],
        ),
        (
            "project-months",
            "period/biopen",
            "end",
            ("2020-01", "gYearMonth"),
            "derivedMonths",
            ["33", "34", "36"],
        ),
        (
            "clinical-product-change",
            "observation/clinical-products-after",
            "value",
            ("600", "decimal"),
            "derivedChange",
            ["-27"],
        ),
        (
            "marine-enzyme-time-saving",
            "observation/development-time-current",
            "lowerValue",
            ("4", "decimal"),
            "derivedLeast",
            ["1"],
        ),
        (
            "biopen-consortium",
            "observation/biopen-clusters",
            "value",
            ("6", "decimal"),
            "derivedAgrees",
            ["false", "false", "false"],
        ),
        (
            "projects-in-2017",
            "period/high-performance-ingredients-roadmap",
            "end",
            ("2016", "gYear"),
            "curatedName",
            ["", "", "", "", "INMARE", ""],
        ),
        (
            "red-initiative-cell-therapy",
            "topic/gene-therapeutic-approaches",
            "statedName",
            ("cell therapies", "string"),
            "derivedAnswer",
            ["stated"] * 5,
        ),
        (
            "clib2021-member-count",
            "observation/clib2021-members",
            "statedAs",
            ("100 and a few", "string"),
            "statedAs",
            ["100 and a few"],
        ),
    ],
)
def test_an_answer_follows_the_data(
    slug, subject, predicate, value, column, expected, graph_of_facts, prefixes
):
    store = Store()
    store.extend(graph_of_facts)
    document = NamedNode(f"{BASE}graph/document")
    thing, term = NamedNode(f"{BASE}id/{subject}"), NamedNode(f"{BASE}ontology#{predicate}")
    for quad in list(store.quads_for_pattern(thing, term, None, document)):
        store.remove(quad)
    lexical, datatype = value
    store.add(Quad(thing, term, Literal(lexical, datatype=NamedNode(XSD + datatype)), document))
    header, *rows = answer(store, prefixes, slug)
    assert [row[header.index(column)] for row in rows] == expected


def test_each_example_has_an_answer_and_each_answer_an_example():
    assert sorted(path.stem for path in ANSWERS.glob("*.csv")) == SLUGS


def test_each_example_answers_one_question():
    assert sorted(QUESTIONS.values()) == SLUGS


def test_each_competency_question_is_answered():
    questions = SHARED / "questions.md"
    if not questions.exists():
        pytest.skip("the competency questions are not beside the checkout nor at BIONRW_SHARED")
    numbers = re.findall(r"^\*\*Q(\d+)\*\*", questions.read_text(encoding="utf-8"), re.MULTILINE)
    assert [int(number) for number in numbers] == list(QUESTIONS)


@pytest.mark.parametrize("slug", SLUGS)
def test_a_header_is_complete_in_both_languages(slug):
    header = header_of(slug)
    assert header.keys() == KEYS
    assert header["tags"]
    for key in ("title", "question"):
        texts = header[key]
        assert isinstance(texts, dict)
        assert texts.keys() == {"en", "de"}
        assert all(texts.values())


@pytest.mark.parametrize("slug", SLUGS)
def test_summary_and_description_repeat_title_and_question(slug):
    header = header_of(slug)
    title, question, description = header["title"], header["question"], header["description"]
    assert isinstance(title, dict)
    assert isinstance(question, dict)
    assert header["summary"] == title["en"]
    assert " ".join(str(description).split()).startswith(question["en"])


@pytest.mark.parametrize("slug", SLUGS)
def test_the_header_names_the_graphs_of_the_answer(slug):
    used = set(re.findall(r"GRAPH graph:(\w+)", text_of(slug)))
    named = header_of(slug)["graphs"]
    assert isinstance(named, list)
    assert set(named) == used - {"ontology"}


@pytest.mark.parametrize("slug", SLUGS)
def test_the_answer_has_the_size_that_the_header_expects(slug):
    size = len(expected_rows(slug)) - 1
    expected = re.fullmatch(r"(at least )?(\d+) rows?", str(header_of(slug)["expects"]))
    assert expected
    least = int(expected[2])
    assert size >= least if expected[1] else size == least


@pytest.mark.parametrize("slug", SLUGS)
def test_an_example_orders_its_rows_and_leaves_prefixes_to_the_one_list(slug):
    query = re.sub(r"^#.*\n", "", text_of(slug), flags=re.MULTILINE)
    assert re.search(r"^ORDER BY ", query, re.MULTILINE)
    assert "PREFIX" not in query.upper()
