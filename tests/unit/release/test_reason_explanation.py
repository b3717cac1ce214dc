"""Each conclusion of the built graph can be traced to rules, axioms and passages, on the command line too."""

import re

import click.testing
import pytest
from pyoxigraph import NamedNode, Quad, RdfFormat, Triple, parse

from bionrw.cli import Tools, main
from bionrw.config import Settings
from bionrw.content import find_content
from bionrw.errors import BadRequest, NotFound
from bionrw.library import Library
from bionrw.model import Release
from bionrw.names import Names
from bionrw.release.reason.explanation import Explainer, read_triple

LIBRARY = Library(find_content().queries)
PASSAGE = re.compile(r"\w+: “.+” \(characters \d+ to \d+ of document:bio-nrw\)")
END = re.compile(rf"stated in the ontology|added by the editors|{PASSAGE.pattern}")


@pytest.fixture(scope="module")
def quads(release: Release) -> list[Quad]:
    return list(parse(path=str(release.path / "graph.nq"), format=RdfFormat.N_QUADS))


@pytest.fixture(scope="module")
def explainer(quads: list[Quad], release: Release) -> Explainer:
    return Explainer(quads, LIBRARY, release.base_iri)


def explain(explainer: Explainer, *words: str) -> list[str]:
    """Return the lines for a triple given as on the command line."""
    subject, predicate, value = words
    return list(explainer.lines(read_triple((subject, predicate, value), LIBRARY)))


def depth(line: str) -> int:
    """Return how far a line is indented."""
    return len(line) - len(line.lstrip())


def test_a_proof_names_rule_axiom_and_passages(explainer: Explainer) -> None:
    lines = explain(explainer, "organisation:clib2021", "bionrw:locatedIn", "place:europe")
    assert lines[:4] == [
        "organisation:clib2021 bionrw:locatedIn place:europe",
        "  inferred by prp-spo2: Two properties in a row make the property that is defined as their chain",
        "    bionrw:locatedIn owl:propertyChainAxiom ( bionrw:locatedIn bionrw:partOf )",
        "      stated in the ontology",
    ]
    stated = lines.index("    organisation:clib2021 bionrw:locatedIn place:north-rhine-westphalia")
    assert PASSAGE.fullmatch(lines[stated + 1].strip())


def test_a_definition_is_read_in_words(explainer: Explainer) -> None:
    lines = explain(explainer, "project:biopen", "a", "bionrw:ProgrammeSupportedProject")
    assert any(
        "(bionrw:Project and (bionrw:supportedBy some bionrw:FundingProgramme))" in line for line in lines
    )
    assert not any("rdf:first" in line or "owl:onProperty" in line or "_:" in line for line in lines)


def test_every_conclusion_ends_in_axioms_passages_and_records_of_the_editors(
    explainer: Explainer, quads: list[Quad], release: Release
) -> None:
    inferred = NamedNode(Names(release.base_iri).graph("inferred"))
    conclusions = [Triple(q.subject, q.predicate, q.object) for q in quads if q.graph_name == inferred]
    assert len(conclusions) > 500
    for triple in conclusions:
        lines = list(explainer.lines(triple))
        assert lines[1].startswith("  inferred by ")
        leaves = [
            line for line, after in zip(lines, [*lines[1:], ""], strict=True) if depth(after) <= depth(line)
        ]
        unfounded = [line for line in leaves if not END.fullmatch(line.strip())]
        assert unfounded == [], triple


@pytest.mark.parametrize(
    ("words", "place"),
    [
        (("bionrw:University", "rdfs:subClassOf", "bionrw:ResearchOrganisation"), "stated in the ontology"),
        (("project:biopen", "a", "bionrw:Project"), "mentioned: “BiOPEN”"),
        (("project:biopen", "bionrw:supportedBy", "funder:eu-h2020"), "contextual: “"),
        (("place:germany", "rdfs:label", '"Germany"@en'), "mentioned: “Germany”"),
    ],
)
def test_what_is_asserted_tells_where(explainer: Explainer, words: tuple[str, str, str], place: str) -> None:
    first, second, *_ = explain(explainer, *words)
    assert depth(first) == 0
    assert second.startswith(f"  {place}")


def test_what_the_editors_add_is_said_to_be_theirs(
    explainer: Explainer, quads: list[Quad], release: Release
) -> None:
    curated = NamedNode(Names(release.base_iri).graph("curated"))
    quad = next(quad for quad in quads if quad.graph_name == curated)
    _, place = explainer.lines(Triple(quad.subject, quad.predicate, quad.object))
    assert place == "  added by the editors"


def test_iris_and_names_are_read_alike() -> None:
    base = "https://w3id.org/bionrw/"
    names = read_triple(("place:europe", "bionrw:hasPart", "place:germany"), LIBRARY)
    plain = read_triple((f"{base}id/place/europe", f"<{base}ontology#hasPart>", "place:germany"), LIBRARY)
    assert names == plain


@pytest.mark.parametrize(
    "words",
    [
        ("a", "b", "c"),
        ("nowhere:x", "rdfs:label", '"x"'),
        ("place:x", "a", "place:y . place:z a place:y"),
        ("", "", ""),
    ],
)
def test_what_is_no_triple_is_refused(words: tuple[str, str, str]) -> None:
    with pytest.raises(BadRequest, match="is no triple"):
        read_triple(words, LIBRARY)


def test_what_does_not_follow_is_said_not_to(explainer: Explainer) -> None:
    with pytest.raises(
        NotFound, match="bionrw:fundedBy funder:eu-h2020 is neither asserted nor does it follow"
    ):
        explain(explainer, "project:biopen", "bionrw:fundedBy", "funder:eu-h2020")


@pytest.mark.parametrize(
    ("value", "code", "words"),
    [
        ("place:europe", 0, "inferred by prp-spo2"),
        ("place:wales", 1, "is neither asserted nor does it follow"),
    ],
)
def test_the_command_prints_the_proof_or_says_why_not(
    release: Release, value: str, code: int, words: str
) -> None:
    tools = Tools(Settings(var_dir=str(release.path.parent)), find_content())
    arguments = ["explain", "organisation:clib2021", "bionrw:locatedIn", value]
    done = click.testing.CliRunner().invoke(main, arguments, obj=tools)
    assert done.exit_code == code
    assert words in done.output


@pytest.mark.parametrize("number", ["1236000.0", "1236000.00", '"01236000"^^xsd:decimal'])
def test_a_figure_is_explained_however_its_number_is_written(explainer: Explainer, number: str) -> None:
    figure = "derived:total-volume-of-project-rin-material-flows"
    lines = list(explainer.lines(read_triple((figure, "bionrw:value", number), LIBRARY)))
    assert lines[1].startswith("  inferred by total-volume: ")
    assert lines[1].endswith(": 562000 + 674000")
