"""Sources are read into their graphs, and a bad file is named with the place of its fault."""

import json
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode

from bionrw.content import Content
from bionrw.errors import SourceError
from bionrw.names import CANONICAL_BASE
from bionrw.release.sources import SourceFile, read_context, read_quads, shape_files, source_files

PREFIXES = "@prefix : <https://w3id.org/bionrw/id/place/> .\n"
ELSEWHERE = "https://data.example.org/"


def turtle(text: str, name: str = "data/documents/cove.ttl") -> SourceFile:
    """Return Turtle as a file of the document graph."""
    return SourceFile(name, "document", text.encode())


def test_each_file_has_its_graph(content: Content, folder: Path) -> None:
    (folder / "data" / "curated").mkdir()
    (folder / "data" / "curated" / "names.ttl").write_text(PREFIXES)
    assert [(file.name, file.graph) for file in source_files(content)] == [
        ("ontology/core.ttl", "ontology"),
        ("ontology/codes.ttl", "ontology"),
        ("data/documents/lantern-coast.ttl", "document"),
        ("data/curated/names.ttl", "curated"),
    ]
    assert [file.name for file in shape_files(content)] == [
        "ontology/shapes/documents.ttl",
        "ontology/shapes/terms.ttl",
    ]


@pytest.mark.parametrize(
    ("text", "place", "problem"),
    [
        (":a :b :c .", "line 1, column 1", "prefix : has not been declared"),
        (PREFIXES + ":a :b\n  :c :d .", "line 3, column 6", "dot"),
        (PREFIXES + ":a :b <cove> .", "line 2, column 7", "No scheme found in an absolute IRI"),
        (PREFIXES + ':a :b "open .\n', "line 2, column 7", "Unexpected end of file"),
        (PREFIXES + ":a :b 1", "line 2, column 8", "Unexpected end"),
    ],
)
def test_bad_turtle_is_named_with_file_line_and_column(text: str, place: str, problem: str) -> None:
    with pytest.raises(SourceError) as caught:
        read_quads(turtle(text), CANONICAL_BASE)
    assert caught.value.detail.startswith(f"data/documents/cove.ttl, {place}: ")
    assert problem in caught.value.detail
    assert "Parser error" not in caught.value.detail


def test_bytes_that_are_no_utf_8_are_named_too() -> None:
    bad = SourceFile(
        "data/documents/cove.ttl", "document", b'<http://a.example/> <http://b.example/> "\xff" .'
    )
    with pytest.raises(SourceError, match=r"cove\.ttl, line 1, column \d+: Invalid UTF-8"):
        read_quads(bad, CANONICAL_BASE)


def test_a_byte_order_mark_is_read_over() -> None:
    marked = SourceFile(
        "data/documents/cove.ttl", "document", b"\xef\xbb\xbf" + (PREFIXES + ":a :b :c .").encode()
    )
    assert len(read_quads(marked, CANONICAL_BASE)) == 1


def test_triple_terms_are_refused_because_they_have_no_canonical_form() -> None:
    with pytest.raises(SourceError, match=r"cove\.ttl holds a triple term: .*bionrw:Statement"):
        read_quads(turtle(PREFIXES + ":a :b <<( :c :d :e )>> ."), CANONICAL_BASE)


def test_a_base_direction_is_refused_for_it_would_be_rdf_1_2() -> None:
    with pytest.raises(SourceError, match=r'cove\.ttl holds "x"@ar--rtl: a text has a language'):
        read_quads(turtle(PREFIXES + ':a :b "y"@en, "x"@ar--rtl .'), CANONICAL_BASE)


def test_blank_nodes_of_two_files_stay_apart() -> None:
    nodes = {
        quad.subject
        for name in ("one.ttl", "two.ttl")
        for quad in read_quads(turtle(PREFIXES + "_:x :b :c .", name), CANONICAL_BASE)
    }
    assert len(nodes) == 2
    assert all(isinstance(node, BlankNode) for node in nodes)


def test_identifiers_move_to_another_base_and_literals_stay() -> None:
    text = PREFIXES + ':a :b :c, <https://w3id.org/other/c>, "https://w3id.org/bionrw/id/place/a" .'
    quads = read_quads(turtle(text), ELSEWHERE)
    assert {quad.subject for quad in quads} == {NamedNode(f"{ELSEWHERE}id/place/a")}
    assert {quad.graph_name for quad in quads} == {NamedNode(f"{ELSEWHERE}graph/document")}
    assert [quad.object for quad in quads] == [
        NamedNode(f"{ELSEWHERE}id/place/c"),
        NamedNode("https://w3id.org/other/c"),
        Literal("https://w3id.org/bionrw/id/place/a"),
    ]


def test_the_note_of_the_namespace_moves_with_it() -> None:
    note = '<http://purl.org/vocab/vann/preferredNamespaceUri> "https://w3id.org/bionrw/ontology#"'
    (quad,) = read_quads(turtle(f"{PREFIXES} :a {note} ."), ELSEWHERE)
    assert quad.object == Literal(f"{ELSEWHERE}ontology#")


@pytest.mark.parametrize(
    ("missing", "message"),
    [
        ("ontology/codes.ttl", r"ontology/codes\.ttl cannot be read"),
        ("data/documents/lantern-coast.ttl", r"data/documents holds no \.ttl file"),
    ],
)
def test_a_missing_source_is_named(content: Content, folder: Path, missing: str, message: str) -> None:
    (folder / missing).unlink()
    with pytest.raises(SourceError, match=message):
        source_files(content)


def test_the_json_names_move_with_the_base(content: Content) -> None:
    context = json.loads(read_context(content, ELSEWHERE))["@context"]
    assert context["bionrw"] == f"{ELSEWHERE}ontology#"
    assert context["rdf"] == "http://www.w3.org/1999/02/22-rdf-syntax-ns#"


def test_a_context_that_is_no_json_is_named(content: Content, folder: Path) -> None:
    (folder / "ontology" / "context.jsonld").write_text('{"@context": ', encoding="utf-8")
    with pytest.raises(SourceError, match=r"ontology/context\.jsonld is no JSON: .*line 1"):
        read_context(content, ELSEWHERE)
