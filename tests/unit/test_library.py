"""Query files are found by name, their headers read, and only the prefixes that they use put in front."""

from pathlib import Path

import pytest
from pyoxigraph import Store

from bionrw.content import find_content
from bionrw.errors import NotFound, SourceError
from bionrw.library import Library

PREFIXES = """@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<https://w3id.org/bionrw/ontology> sh:declare
    [ sh:prefix "bionrw" ; sh:namespace "https://w3id.org/bionrw/ontology#"^^xsd:anyURI ] ,
    [ sh:prefix "place" ; sh:namespace "https://w3id.org/bionrw/id/place/"^^xsd:anyURI ] ,
    [ sh:prefix "rdfs" ; sh:namespace "http://www.w3.org/2000/01/rdf-schema#"^^xsd:anyURI ] .
"""
HEADER = """#+ summary: Islands
#+ description: |
#+   Which islands are there?
#+   All of them.
#+ tags: [places, water]
#+ title: {en: "Islands", de: "Inseln"}
#+ question:
#+   en: "Which islands are there?"
#+   de: "Welche Inseln gibt es?"
#+ graphs: [document]
#+ expects: at least 1 row
#+ defaults:
#+   - language: en
#+ enumerate:
#+   - place
"""
BODY = "SELECT ?place WHERE { ?place a bionrw:Region ; rdfs:label ?label }\n"


def library(folder: Path, base: str = "https://w3id.org/bionrw/", **files: str) -> Library:
    """Return a library of examples, `{slug}` by text."""
    (folder / "examples").mkdir()
    (folder / "prefixes.ttl").write_text(PREFIXES)
    for slug, text in files.items():
        (folder / "examples" / f"{slug}.rq").write_text(text, encoding="utf-8")
    return Library(folder, base)


def test_a_header_tells_what_a_query_is_for(tmp_path: Path) -> None:
    query = library(tmp_path, islands=HEADER + BODY).example("islands")
    assert (query.slug, query.file) == ("islands", "queries/examples/islands.rq")
    assert query.summary == "Islands"
    assert query.description == "Which islands are there?\nAll of them."
    assert query.title == {"en": "Islands", "de": "Inseln"}
    assert query.question == {"en": "Which islands are there?", "de": "Welche Inseln gibt es?"}
    assert (query.tags, query.graphs) == (("places", "water"), ("document",))
    assert query.expects == "at least 1 row"
    assert (query.defaults, query.enumerate) == ({"language": "en"}, ("place",))


@pytest.mark.parametrize(
    ("header", "key", "value"),
    [
        ("#+ title: Islands\n", "title", {"en": "Islands"}),
        ("#+ expects: {rows: 3}\n", "expects", "rows: 3"),
        ("#+ summary: 14\n", "summary", "14"),
        ("#+ defaults: {language: de}\n", "defaults", {"language": "de"}),
        ("#+why: because\n", "why", "because"),
        ("# a remark, and no header\n", "summary", ""),
        ("", "title", {}),
    ],
)
def test_keys_may_be_short_or_absent(tmp_path: Path, header: str, key: str, value: object) -> None:
    assert getattr(library(tmp_path, islands=header + BODY).example("islands"), key) == value


@pytest.mark.parametrize(
    ("header", "line", "problem"),
    [
        ("#+ summary: Islands\n#+ title: {en: Islands\n", 2, "does not parse"),
        ("#+ summary: Islands: all\n", 1, "does not parse"),
        ("#+ Islands\n", 1, "no list of keys and values"),
        ("#+ summary: Islands\n#+ tagz: [a]\n", 2, "knows no 'tagz'"),
        ("#+ summary: Islands\n#+ tags: islands\n", 2, "tags cannot be 'islands'"),
        ("#+ title: [Islands]\n", 1, "title cannot be ['Islands']"),
        ("#+ title: {en: 3}\n", 1, "title cannot be"),
        ("#+ defaults: none\n", 1, "defaults cannot be"),
    ],
)
def test_a_bad_header_is_named_with_its_line(tmp_path: Path, header: str, line: int, problem: str) -> None:
    with pytest.raises(SourceError) as caught:
        library(tmp_path, islands=header + BODY)
    assert caught.value.detail.startswith(f"queries/examples/islands.rq, line {line}: ")
    assert problem in caught.value.detail
    assert caught.value.extra["line"] == line


def test_a_file_that_is_no_utf_8_is_named(tmp_path: Path) -> None:
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "islands.rq").write_bytes(b"#+ summary: Islands\n# \xff\n")
    with pytest.raises(SourceError, match=r"queries/pages/islands\.rq, line 2: the file is not UTF-8"):
        library(tmp_path)


@pytest.mark.parametrize(
    ("body", "used"),
    [
        ("SELECT ?s WHERE { ?s a bionrw:Region }", ["bionrw"]),
        ("SELECT ?s WHERE { place:a rdfs:label ?s }", ["place", "rdfs"]),
        ("SELECT ?s WHERE { ?s ?place ?rdfs }", []),
    ],
)
def test_only_used_prefixes_stand_in_front(tmp_path: Path, body: str, used: list[str]) -> None:
    query = library(tmp_path, islands=HEADER + body).example("islands")
    *prologue, rest = query.text.splitlines()
    assert [line.split()[1] for line in prologue] == [f"{name}:" for name in used]
    assert rest == body


def test_a_line_of_the_text_is_found_in_its_file(tmp_path: Path) -> None:
    query = library(tmp_path, islands=HEADER + BODY).example("islands")
    lines = query.text.splitlines()
    line_of_text = lines.index(BODY.strip()) + 1
    assert (HEADER + BODY).splitlines()[line_of_text - query.shift - 1] == BODY.strip()


def test_queries_and_prefixes_follow_the_base(tmp_path: Path) -> None:
    body = 'SELECT ?s WHERE { ?s a bionrw:Region ; ?p <https://w3id.org/bionrw/id/place/a>, "w3id" }'
    moved = library(tmp_path, "https://data.example.org/", islands=body)
    assert moved.prefixes()["place"] == "https://data.example.org/id/place/"
    assert moved.prefixes()["rdfs"] == "http://www.w3.org/2000/01/rdf-schema#"
    assert "w3id.org" not in moved.text("examples/islands")
    assert "<https://data.example.org/id/place/a>" in moved.text("examples/islands")


@pytest.mark.parametrize(
    ("iri", "short"),
    [
        ("https://w3id.org/bionrw/id/place/cove", "place:cove"),
        ("https://w3id.org/bionrw/ontology#Region", "bionrw:Region"),
        ("https://w3id.org/bionrw/id/place/cove/pier", "<https://w3id.org/bionrw/id/place/cove/pier>"),
        ("https://w3id.org/bionrw/id/place/", "<https://w3id.org/bionrw/id/place/>"),
        ("https://example.org/", "<https://example.org/>"),
    ],
)
def test_an_iri_is_shortened_only_to_what_turtle_reads(tmp_path: Path, iri: str, short: str) -> None:
    assert library(tmp_path).shorten(iri) == short


def test_an_unknown_query_is_not_found_and_near_ones_are_named(tmp_path: Path) -> None:
    some = library(tmp_path, islands=BODY, harbours=BODY)
    assert [query.slug for query in some.examples()] == ["harbours", "islands"]
    with pytest.raises(NotFound, match=r"no query 'island' in queries/examples; near to it: islands\."):
        some.example("island")
    with pytest.raises(NotFound, match=r"no query 'zzz' in queries/pages\."):
        some.page("zzz")


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (("sh:declare", "sh:declare ;"), r"queries/prefixes\.ttl, line 3, column 47: ; is not a valid RDF"),
        (
            (' ; sh:namespace "https://w3id.org/bionrw/id/place/"^^xsd:anyURI', ""),
            "one sh:prefix and one sh:namesp",
        ),
    ],
)
def test_a_bad_list_of_prefixes_is_named(tmp_path: Path, change: tuple[str, str], problem: str) -> None:
    (tmp_path / "prefixes.ttl").write_text(PREFIXES.replace(*change))
    with pytest.raises(SourceError, match=problem):
        Library(tmp_path)


def test_a_missing_list_of_prefixes_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"queries/prefixes\.ttl is missing"):
        Library(tmp_path)


def test_our_own_queries_are_all_read_and_parse() -> None:
    ours = Library(find_content().queries)
    queries = Path(str(find_content().queries))
    texts = [ours.text(str(file.relative_to(queries).with_suffix(""))) for file in queries.rglob("*.rq")]
    assert texts
    for text in texts:
        Store().query(text)
