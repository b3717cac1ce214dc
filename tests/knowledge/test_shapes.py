"""The shapes find each seeded fault, say how to mend it, and let sound facts and terms pass."""

from collections.abc import Iterable
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse, serialize
from pyshacl import validate
from rdflib import SH, Graph, Literal, URIRef

ROOT = Path(__file__).resolve().parents[2]
SEEDED = Path(__file__).parent / "seeded"
TERMS = "https://w3id.org/bionrw/ontology#"
THINGS = "https://w3id.org/bionrw/id/"

Finding = tuple[str, str, str]  # node, severity, message

FAULTY_FACTS = [
    ("document/without-title", "Violation", "A document needs a title"),
    ("document/without-count", "Violation", "A document needs exactly one bionrw:characterCount"),
    ("document/short-hash", "Violation", "A document needs exactly one bionrw:sha256 of 64"),
    ("statement/without-subject", "Violation", "A statement needs exactly one rdf:subject"),
    ("statement/without-predicate", "Violation", "A statement needs exactly one rdf:predicate"),
    ("statement/two-objects", "Violation", "A statement needs exactly one rdf:object"),
    ("statement/without-evidence", "Violation", "A statement needs evidence"),
    ("statement/two-statuses", "Violation", "A statement needs exactly one bionrw:status"),
    ("statement/without-status", "Violation", "A statement needs exactly one bionrw:status"),
    ("statement/without-extraction", "Violation", "A statement needs exactly one bionrw:extractedBy"),
    ("span/nowhere", "Violation", "Evidence, issues and mentions point to a described bionrw:TextSpan"),
    ("activity/nobody", "Violation", "bionrw:extractedBy points to a described bionrw:Extraction"),
    ("span/without-source", "Violation", "A text span needs exactly one bionrw:source"),
    ("span/without-start", "Violation", "A text span needs exactly one bionrw:startOffset"),
    ("span/decimal-end", "Violation", "A text span needs exactly one bionrw:endOffset"),
    ("span/empty", "Violation", "A text span must end after it starts"),
    ("span/without-quote", "Violation", "A text span needs exactly one bionrw:quote"),
    ("span/long-quote", "Violation", "A quote has at most twelve words"),
    ("span/vague-name", "Violation", "A text span has at most one bionrw:quotesName"),
    ("project/nameless", "Violation", "An initiative, organisation, place or project needs a label"),
    ("organisation/unmentioned", "Violation", "A thing needs a mention"),
    ("document/ring", "Violation", "Evidence, issues and mentions point to a described bionrw:TextSpan"),
    ("amount/integer", "Violation", "An amount needs exactly one bionrw:value of type xsd:decimal"),
    ("amount/without-currency", "Violation", "An amount needs exactly one bionrw:currency"),
    ("amount/without-comparator", "Violation", "An amount needs exactly one bionrw:comparator"),
    ("amount/owed", "Violation", "An amount is never below zero"),
    ("observation/about-nothing", "Violation", "An observation needs exactly one bionrw:observationAbout"),
    ("observation/without-measure", "Violation", "An observation needs exactly one bionrw:measure"),
    ("observation/without-unit", "Violation", "An observation needs exactly one bionrw:unit"),
    ("observation/without-comparator", "Violation", "An observation needs exactly one bionrw:comparator"),
    ("observation/without-value", "Violation", "An observation needs a number"),
    ("observation/without-period", "Violation", "An observation needs a time"),
    ("observation/integer-value", "Violation", "An observation has at most one bionrw:value"),
    ("observation/crossed-range", "Violation", "An observation has at most one bionrw:lowerValue"),
    ("observation/integer-upper", "Violation", "An observation has at most one bionrw:upperValue"),
    ("observation/more-than-all", "Violation", "A share in percent lies between 0 and 100"),
    ("claim/about-nothing", "Violation", "A claim needs exactly one bionrw:claimAbout"),
    ("claim/wordless", "Violation", "A claim needs words"),
    ("participation/nobody", "Violation", "A participation needs exactly one bionrw:participant"),
    ("participation/two-partners", "Violation", "A participation needs exactly one bionrw:participant"),
    ("participation/roleless", "Violation", "A participation needs exactly one bionrw:role"),
    ("participation/detached", "Violation", "A participation belongs to exactly one undertaking"),
    ("participation/idle-coordinator", "Violation", "The participation of a coordinator is a coordination"),
    ("participation/partner-in-the-lead", "Violation", "A coordination has the bionrw:role role:coordinator"),
    ("participation/only-coordination", "Violation", "A coordination is a participation, too"),
    ("participation/only-coordination", "Violation", "A participation belongs to exactly one undertaking"),
    ("period/boundless", "Violation", "A period needs a bound"),
    ("period/without-edtf", "Violation", "A period needs exactly one bionrw:edtf"),
    ("period/full-date", "Violation", "A period has at most one bionrw:begin"),
    ("period/month-as-year", "Violation", "A period has at most one bionrw:end"),
    ("period/begin-crossed", "Violation", "A period has at most one bionrw:earliestBegin"),
    ("period/end-crossed", "Violation", "A period has at most one bionrw:earliestEnd"),
    ("period/two-latest-begins", "Violation", "A period has at most one bionrw:latestBegin"),
    ("period/end-as-day", "Violation", "A period has at most one bionrw:latestEnd"),
    ("period/inside-out", "Violation", "A period begins before it ends"),
    ("link/without-reason", "Violation", "A curated statement needs a bionrw:reason"),
    ("link/without-confidence", "Violation", "A record of the editors needs exactly one bionrw:confidence"),
    ("link/without-day", "Violation", "A record of the editors needs exactly one bionrw:curatedOn"),
    ("link/numbered-address", "Violation", "A bionrw:evidenceAddress is a web address"),
    ("issue/kindless", "Violation", "A data issue needs a bionrw:issueKind"),
    ("issue/placeless", "Violation", "A data issue needs a place"),
    ("issue/unread", "Violation", "A data issue needs a bionrw:hasReading"),
    ("reading/german-only", "Violation", "A reading needs its bionrw:reason in English"),
    ("reading/english-only", "Violation", "A reading needs its bionrw:reason in German"),
    ("direction/higher", "Violation", "A bionrw:comparator comes from scheme:comparator"),
    ("status/claim", "Violation", "A bionrw:confidence comes from scheme:confidence"),
    ("unit/euro", "Violation", "A bionrw:currency comes from scheme:currency"),
    ("comparator/more-than", "Violation", "A bionrw:claimDirection comes from scheme:direction"),
    ("status/truncated", "Violation", "A bionrw:durationKind comes from scheme:duration"),
    ("industry/chemical", "Violation", "A technology field comes from scheme:field"),
    ("field/bioeconomy", "Violation", "A bionrw:applicationIndustry comes from scheme:industry"),
    ("status/contradicted", "Violation", "A bionrw:issueKind comes from scheme:issue-kind"),
    ("organisation-kind/company", "Violation", "A bionrw:legalForm comes from scheme:legal-form"),
    ("unit/year", "Violation", "A bionrw:measure comes from scheme:measure"),
    ("legal-form/gmbh", "Violation", "A kind of organisation comes from scheme:organisation-kind"),
    ("unit/partner", "Violation", "A bionrw:role comes from scheme:role"),
    ("direction/highest", "Violation", "A bionrw:status comes from scheme:status"),
    ("currency/eur", "Violation", "A bionrw:unit comes from scheme:unit"),
    ("value-kind/wished", "Violation", "A bionrw:valueKind comes from scheme:value-kind"),
    ("activity/idle", "Violation", "An extraction reads a document"),
    ("place/named-twice", "Violation", "A thing has one rdfs:label in each language"),
    ("place/untagged", "Violation", "A thing has one rdfs:label in each language"),
    ("place/named-twice", "Violation", "A thing has one skos:prefLabel in each language"),
    ("phase/adrift", "Violation", "A phase belongs to exactly one undertaking"),
    ("phase/zeroth", "Violation", "A phase is counted from one"),
    ("claim/counted", "Violation", "A claim has no number"),
    ("claim/one-sided", "Violation", "A comparison has another side"),
    ("claim/aimless", "Violation", "A superlative has a direction"),
    ("amount/range", "Violation", "An amount has one number"),
    ("amount/shared", "Violation", "An amount belongs to one thing"),
    ("observation/half", "Violation", "A count is a whole number, zero or more"),
    ("observation/shrunk", "Violation", "A share shrinks by no more than all of it"),
    ("period/both", "Violation", "A period is limited or unlimited"),
    ("period/far", "Violation", "A period lies between the years 1500 and 2099"),
    ("period/endless", "Violation", "A period without limit has no end"),
    ("mailto:foam@example.org", "Violation", "A page is the IRI of something on the web"),
    ("project/nameless", "Warning", "A project or initiative has a supporter"),
    ("project/nameless", "Warning", "An undertaking or phase has a volume"),
    ("project/nameless", "Warning", "An undertaking or phase runs for a time"),
    ("phase/silent", "Warning", "An undertaking or phase has a volume"),
    ("phase/silent", "Warning", "An undertaking or phase runs for a time"),
    ("phase/adrift", "Info", "The source states no value"),
    ("phase/zeroth", "Info", "The source states no value"),
    ("statement/contradicted", "Warning", "The source contradicts this statement elsewhere"),
    ("project/foam-tiles", "Info", "The source states no value"),
    ("observation/tide-ring-members", "Info", "The source states no value"),
]

FAULTY_TERMS = [
    ("WithoutHome", "A class or property of ours needs rdfs:isDefinedBy"),
    ("WithoutEnglishLabel", "A term needs an English rdfs:label"),
    ("WithoutGermanLabel", "A term needs a German rdfs:label"),
    ("TwiceLabelled", "A term has one rdfs:label in each language"),
    ("WithoutEnglishDefinition", "A term needs an English skos:definition"),
    ("WithoutGermanDefinition", "A term needs a German skos:definition"),
    ("TwiceDefined", "A term has one skos:definition in each language"),
    ("DefinedElsewhere", "A term needs exactly one rdfs:isDefinedBy"),
    ("WithoutStatus", "A term needs exactly one vs:term_status"),
    ("http://example.org/Renamed", "A foreign term keeps the words of its makers"),
    ("withoutDomain", "A property needs exactly one rdfs:domain"),
    ("twoDomains", "A property needs exactly one rdfs:domain"),
    ("withoutRange", "A property needs exactly one rdfs:range"),
    ("unit/unlisted", "A code needs exactly one skos:inScheme"),
    ("unit/floating", "A code is a top concept of its list"),
    ("unit/two-names", "A code or code list carries the same names"),
    ("scheme/unnamed", "A code or code list carries the same names"),
]


def load(*files: Path) -> Graph:
    """Return the union of Turtle files."""
    graph = Graph()
    for file in files:
        graph.parse(file, format="turtle")
    return graph


def sound_facts() -> Graph:
    """Return the invented sound document, its graphs made one."""
    quads = parse(path=SEEDED / "sound.trig", format=RdfFormat.TRIG)
    triples = serialize((quad.triple for quad in quads), format=RdfFormat.N_TRIPLES)
    assert triples is not None
    return Graph().parse(data=triples, format="nt")


def shapes(name: str) -> Graph:
    """Return one file of shapes."""
    return load(ROOT / "ontology" / "shapes" / f"{name}.ttl")


def findings(data: Graph, rules: Graph) -> set[Finding]:
    """Return what validation reports, nodes shortened to their local part."""
    _, report, _ = validate(data, shacl_graph=rules)
    assert isinstance(report, Graph)
    return {
        (
            str(report.value(result, SH.focusNode)).removeprefix(TERMS).removeprefix(THINGS),
            str(report.value(result, SH.resultSeverity)).removeprefix(str(SH)),
            str(report.value(result, SH.resultMessage)),
        )
        for result in report.objects(None, SH.result)
    }


def unexpected(found: set[Finding], expected: Iterable[Finding]) -> set[Finding]:
    """Return the findings that no expected one announces."""
    table = list(expected)
    return {
        finding
        for finding in found
        if not any(finding[:2] == row[:2] and finding[2].startswith(row[2]) for row in table)
    }


def silent_messages(rules: Graph, expected: Iterable[str]) -> set[str]:
    """Return the messages of the shapes that no expected finding begins."""
    starts = tuple(expected)
    messages = {str(message) for message in rules.objects(None, SH.message)}
    return {message for message in messages if not message.startswith(starts)}


@pytest.fixture(scope="module")
def fact_findings(ontology: Graph) -> set[Finding]:
    """Validate the sound facts together with all seeded faults, once."""
    seeds = load(*sorted((SEEDED / "shapes").glob("*.ttl")))
    return findings(ontology + sound_facts() + seeds, shapes("documents"))


@pytest.fixture(scope="module")
def term_findings(ontology: Graph) -> set[Finding]:
    """Validate the ontology together with all seeded faults, once."""
    return findings(ontology + load(*sorted((SEEDED / "terms").glob("*.ttl"))), shapes("terms"))


@pytest.mark.parametrize(("node", "severity", "message"), FAULTY_FACTS)
def test_a_faulty_fact_is_found_with_its_remedy(
    fact_findings: set[Finding], node: str, severity: str, message: str
) -> None:
    matching = [f for f in fact_findings if f[:2] == (node, severity) and f[2].startswith(message)]
    assert matching, sorted(f for f in fact_findings if f[0] == node)


@pytest.mark.parametrize(("node", "message"), FAULTY_TERMS)
def test_a_faulty_term_is_found_with_its_remedy(term_findings: set[Finding], node: str, message: str) -> None:
    matching = [f for f in term_findings if f[0] == node and f[2].startswith(message)]
    assert matching, sorted(f for f in term_findings if f[0] == node)


def test_no_sound_fact_beside_the_faults_is_blamed(fact_findings: set[Finding]) -> None:
    assert not unexpected(fact_findings, FAULTY_FACTS)


def test_no_sound_term_beside_the_faults_is_blamed(term_findings: set[Finding]) -> None:
    table = [(node, "Violation", message) for node, message in FAULTY_TERMS]
    assert not unexpected(term_findings, table)


def test_sound_facts_give_nothing_but_information(ontology: Graph) -> None:
    found = findings(ontology + sound_facts(), shapes("documents"))
    assert {severity for _, severity, _ in found} == {"Info"}


def test_our_own_terms_conform(ontology: Graph) -> None:
    assert not findings(ontology, shapes("terms"))


def test_every_message_of_the_document_shapes_is_seeded() -> None:
    assert not silent_messages(shapes("documents"), (row[2] for row in FAULTY_FACTS))


def test_every_message_of_the_term_shapes_is_seeded() -> None:
    assert not silent_messages(shapes("terms"), (row[1] for row in FAULTY_TERMS))


@pytest.mark.parametrize("name", ["documents", "terms"])
def test_the_shapes_are_themselves_well_formed(name: str) -> None:
    conforms, _, report = validate(Graph(), shacl_graph=shapes(name), meta_shacl=True)
    assert conforms, report


@pytest.mark.parametrize("name", ["documents", "terms"])
def test_the_shapes_name_only_defined_terms_and_code_lists(ontology: Graph, name: str) -> None:
    used = {
        node
        for triple in shapes(name)
        for node in triple
        if isinstance(node, URIRef) and str(node).startswith((TERMS, THINGS))
    }
    assert not {node for node in used if (node, None, None) not in ontology}


def test_every_message_says_how_to_mend_in_one_line() -> None:
    messages = [m for name in ("documents", "terms") for m in shapes(name).objects(None, SH.message)]
    assert all(isinstance(m, Literal) and m.endswith(".") and "\n" not in m for m in messages)
