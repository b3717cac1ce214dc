"""The real data: every passage fits the text, the text itself stays out, records are verified ones."""

import csv
import re
import subprocess
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest
from rdflib import DCTERMS, OWL, RDF, RDFS, SKOS, Graph, Namespace, URIRef
from rdflib.collection import Collection

from bionrw.content import find_content
from bionrw.names import CANONICAL_BASE
from bionrw.release.evidence import Outcome, examine

ROOT = Path(__file__).resolve().parents[2]
TERM = Namespace(CANONICAL_BASE + "ontology#")
SHORTEST_SENTENCE = 6


@pytest.fixture(scope="module")
def text(shared: Path) -> str:
    """Return the source text of the document."""
    [file] = (shared / "source").glob("*.txt")
    return file.read_bytes().decode("utf-8")


@pytest.fixture(scope="module")
def outcome(text: str) -> Outcome:
    """Return how the document's evidence fits the text."""
    return examine(find_content(), text.encode("utf-8"))


@pytest.fixture(scope="module")
def curated() -> Graph:
    """Return the editors' readings and identities."""
    graph = Graph()
    for file in sorted((ROOT / "data" / "curated").glob("*.ttl")):
        graph.parse(file)
    return graph


def test_every_offset_and_quotation_fits_the_text(outcome: Outcome) -> None:
    assert outcome.mismatches == ()
    assert outcome.idle == ()


def test_every_stretch_that_no_fact_cites_is_explained(outcome: Outcome) -> None:
    assert outcome.unreviewed == ()
    assert outcome.stale == ()


def test_no_passage_begins_or_ends_inside_a_word(outcome: Outcome, text: str) -> None:
    inside = re.compile(r"\w\w")
    broken = [
        span.name
        for span in outcome.document.spans
        for edge in (span.start, span.end)
        if 0 < edge < len(text) and inside.fullmatch(text[edge - 1 : edge + 1])
    ]
    assert broken == []


def sentences(text: str) -> Iterator[str]:
    """Yield the sentences of prose: what ends a line or ends in a full stop, and has a verb's length."""
    for part in re.split(r"(?<=[.!?])\s+|\n", text):
        sentence = part.strip().rstrip(".")
        if len(sentence.split()) >= SHORTEST_SENTENCE and not re.match(r"[\w ]+: ", sentence):
            yield sentence


def test_no_sentence_of_the_text_stands_in_the_repository(text: str) -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    found = []
    for name in listed.stdout.splitlines():
        if (ROOT / name).suffix in (".png", ".svg"):
            continue
        content = (ROOT / name).read_text(encoding="utf-8")
        found += [(name, sentence) for sentence in sentences(text) if sentence in content]
    assert found == []
    assert len(list(sentences(text))) > 50  # else the cut into sentences has failed


def test_the_readme_lists_every_data_issue(curated: Graph) -> None:
    issues = {str(issue).rpartition("/")[2] for issue in curated.subjects(RDF.type, TERM.DataIssue)}
    readme = (ROOT / "data" / "README.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `([\w-]+)` \|", readme, re.MULTILINE)) == issues
    assert issues


def test_identities_are_verified_ones(curated: Graph, shared: Path) -> None:
    with (shared / "identities.csv").open(encoding="utf-8") as file:
        verified = {
            row["iri"]: row["confidence"]
            for row in csv.DictReader(file)
            if row["confidence"] != "not verified" and row["iri"]
        }
    outside = {
        str(node): str(curated.value(link, TERM.confidence)).rpartition("/")[2]
        for link in curated.subjects(RDF.type, TERM.CuratedStatement)
        if isinstance(node := curated.value(link, RDF.object), URIRef)
        if not str(node).startswith(CANONICAL_BASE)
    }
    assert set(outside) <= set(verified)
    # The editors may be less sure than the register they cite, never more.
    order = ["low", "medium", "high"]
    bolder = [iri for iri, sure in outside.items() if order.index(sure) > order.index(verified[iri])]
    assert bolder == []


def test_a_sure_match_is_exact_and_an_unsure_one_is_not(curated: Graph) -> None:
    exact = URIRef("http://www.w3.org/2004/02/skos/core#exactMatch")
    unsure = [
        link
        for link in curated.subjects(RDF.predicate, exact)
        if str(curated.value(link, TERM.confidence)).rpartition("/")[2] != "high"
    ]
    assert unsure == []


KINDS = ["Cluster", "FundingProgramme", "Organisation", "Place", "ProjectPhase", "Undertaking"]


def held_apart(curated: Graph) -> set[frozenset[URIRef]]:
    """Return the pairs of things that the editors say are different."""
    lists = [curated.value(axiom, OWL.members) for axiom in curated.subjects(RDF.type, OWL.AllDifferent)]
    members = [[URIRef(str(item)) for item in Collection(curated, head)] for head in lists if head]
    return {frozenset(pair) for names in members for pair in combinations(names, 2)}


def perhaps_one(curated: Graph) -> set[frozenset[URIRef]]:
    """Return the pairs of things that a match says are one, or may be."""
    matches = (SKOS.closeMatch, SKOS.exactMatch)
    pairs = [pair for match in matches for pair in curated.subject_objects(match)]
    return {frozenset(URIRef(str(name)) for name in pair) for pair in pairs}


@pytest.mark.parametrize("kind", KINDS)
def test_things_of_a_kind_are_held_apart_unless_they_may_be_one(curated: Graph, kind: str) -> None:
    core = Graph().parse(ROOT / "ontology" / "core.ttl")
    facts = Graph().parse(ROOT / "data" / "documents" / "bio-nrw.ttl") + curated
    classes = set(core.transitive_subjects(RDFS.subClassOf, TERM[kind]))
    things = {URIRef(str(name)) for name in classes for name in facts.subjects(RDF.type, name)}
    assert things
    pairs = {frozenset(pair) for pair in combinations(sorted(things), 2)}
    assert pairs - held_apart(curated) == pairs & perhaps_one(curated)


def test_nothing_is_held_apart_that_may_be_one(curated: Graph) -> None:
    assert held_apart(curated)
    assert not held_apart(curated) & perhaps_one(curated)


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ("clib2021", "bio-nrw", True),
        # Two ministries share an abbreviation, no more.
        (
            "ministry-for-economy-innovation-digitalization-and-energy",
            "ministry-of-innovation-science-research-and-technology",
            True,
        ),
        ("mkw-nrw", "flanders-bio-economy-valley", True),
        ("ministry-of-culture-and-science", "flanders-biobased-valley", True),
        ("ministry-of-culture-and-science", "mkw-nrw", False),
        ("flanders-bio-economy-valley", "flanders-biobased-valley", False),
    ],
)
def test_which_organisations_are_held_apart(curated: Graph, one: str, other: str, apart: bool) -> None:
    names = (URIRef(f"{CANONICAL_BASE}id/organisation/{slug}") for slug in (one, other))
    assert (frozenset(names) in held_apart(curated)) is apart


def test_each_list_of_different_things_has_its_record(curated: Graph) -> None:
    for axiom in curated.subjects(RDF.type, OWL.AllDifferent):
        (record,) = curated.objects(axiom, DCTERMS.source)
        assert (record, RDF.type, TERM.CuratedItem) in curated
        reasons = curated.objects(record, TERM.reason)
        assert {getattr(text, "language", None) for text in reasons} == {"en", "de"}
