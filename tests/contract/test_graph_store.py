"""What every GraphStore promises to those who query it."""

import csv
import io
import json
import re
import time
from itertools import islice
from pathlib import Path
from xml.etree import ElementTree

import pytest
import rdflib

from bionrw.errors import (
    BadRequest,
    EngineFailure,
    MalformedQuery,
    NotAcceptable,
    StoreUnavailable,
)
from bionrw.model import Form, Iri, Literal, Operation, Release, ResultFormat
from bionrw.names import Names

NAMES = Names("https://graph.example/")
AACHEN = NAMES.thing("place", "aachen")
BONN = NAMES.thing("place", "bonn")
DOCUMENT, CURATED, CATALOGUE = map(NAMES.graph, ("document", "curated", "catalogue"))
LABEL = "<http://www.w3.org/2000/01/rdf-schema#label>"
LABELS = f"SELECT ?label WHERE {{ ?thing {LABEL} ?label }} ORDER BY ?label"
LABELS_IN_GRAPHS = f"SELECT ?label WHERE {{ GRAPH ?graph {{ ?thing {LABEL} ?label }} }} ORDER BY ?label"
NUMBER = f"<{NAMES.term('number')}>"
PAIRS = f"SELECT ?a ?b WHERE {{ ?x {NUMBER} ?a . ?y {NUMBER} ?b }} LIMIT 100000"
ENDLESS_ROWS = f"SELECT * {{ ?a {NUMBER} ?b . ?c {NUMBER} ?d . ?e {NUMBER} ?f . ?g {NUMBER} ?h }}"

JSON = ResultFormat("json", "application/sparql-results+json", "srj", "rows")
XML = ResultFormat("xml", "application/sparql-results+xml", "srx", "rows")
CSV = ResultFormat("csv", "text/csv", "csv", "rows")
TSV = ResultFormat("tsv", "text/tab-separated-values", "tsv", "rows")
TURTLE = ResultFormat("ttl", "text/turtle", "ttl", "graph")


linux_only = pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="needs Linux's /proc")


class TestFormats:
    """Answers come in the engine's formats."""

    def test_rows_as_json(self, whole, shared_store):
        rows = json.loads(whole(shared_store, LABELS))["results"]["bindings"]
        assert [row["label"] for row in rows] == [
            {"type": "literal", "value": "Aachen", "xml:lang": "de"},
            {"type": "literal", "value": "Bonn am Rhein", "xml:lang": "de"},
        ]

    def test_rows_as_xml(self, whole, shared_store):
        tree = ElementTree.fromstring(whole(shared_store, LABELS, XML))
        literals = tree.iter("{http://www.w3.org/2005/sparql-results#}literal")
        assert [literal.text for literal in literals] == ["Aachen", "Bonn am Rhein"]

    def test_rows_as_csv(self, whole, shared_store):
        rows = list(csv.reader(io.StringIO(whole(shared_store, LABELS, CSV).decode())))
        assert rows == [["label"], ["Aachen"], ["Bonn am Rhein"]]

    def test_rows_as_tsv(self, whole, shared_store):
        assert whole(shared_store, LABELS, TSV).decode().splitlines() == [
            "?label",
            '"Aachen"@de',
            '"Bonn am Rhein"@de',
        ]

    @pytest.mark.parametrize(
        ("condition", "truth"), [(f"<{AACHEN}> ?p ?o", True), ("?s ?p 'Köln'@de", False)]
    )
    def test_truths_as_json_and_xml(self, whole, shared_store, condition, truth):
        text = f"ASK {{ {condition} }}"
        assert json.loads(whole(shared_store, text, form=Form.ASK))["boolean"] is truth
        tree = ElementTree.fromstring(whole(shared_store, text, XML, Form.ASK))
        assert tree.findtext("{*}boolean") == str(truth).lower()

    @pytest.mark.parametrize(
        ("media_type", "parser"),
        [
            ("text/turtle", "turtle"),
            ("application/n-triples", "nt"),
            ("application/rdf+xml", "xml"),
            ("application/ld+json", "json-ld"),
            ("application/trig", "trig"),
            ("application/n-quads", "nquads"),
        ],
    )
    @pytest.mark.parametrize(
        ("form", "text"),
        [
            (Form.DESCRIBE, f"DESCRIBE <{AACHEN}>"),
            (Form.CONSTRUCT, f"CONSTRUCT WHERE {{ <{AACHEN}> {LABEL} ?label }}"),
        ],
    )
    # rdflib's own readers of quads still use what it deprecates
    @pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")
    def test_graphs_in_each_format(self, shared_store, form, text, media_type, parser):
        result_format = ResultFormat(parser, media_type, "", "graph")
        answer = shared_store.query(Operation(text, form), result_format, 20.0)
        assert answer.media_type == media_type
        dataset = rdflib.Dataset(default_union=True)
        dataset.parse(data=b"".join(answer.frames), format=parser)
        triples = {(subject, predicate, value) for subject, predicate, value, _ in dataset.quads()}
        assert triples == {
            (rdflib.URIRef(AACHEN), rdflib.RDFS.label, rdflib.Literal("Aachen", lang="de")),
        }

    def test_a_graph_without_statements_is_an_empty_answer(self, whole, shared_store):
        assert whole(shared_store, f"CONSTRUCT WHERE {{ ?s {LABEL} 'x' }}", TURTLE, Form.CONSTRUCT) == b""

    def test_a_graph_is_not_written_as_rows(self, whole, shared_store):
        with pytest.raises(NotAcceptable):
            whole(shared_store, "CONSTRUCT WHERE { ?s ?p ?o }", CSV, Form.CONSTRUCT)


class TestBindings:
    """Values are bound as terms, never put into the text."""

    @pytest.mark.parametrize(
        ("term", "expected"),
        [
            (Iri(AACHEN), {"type": "uri", "value": AACHEN}),
            (Literal("x\" } #'"), {"type": "literal", "value": "x\" } #'"}),
            (Literal("Köln", language="de"), {"type": "literal", "value": "Köln", "xml:lang": "de"}),
            (
                Literal("7", datatype="http://www.w3.org/2001/XMLSchema#integer"),
                {"type": "literal", "value": "7", "datatype": "http://www.w3.org/2001/XMLSchema#integer"},
            ),
        ],
    )
    def test_a_value_comes_back_as_it_was(self, whole, shared_store, term, expected):
        document = json.loads(whole(shared_store, "SELECT ?this {}", bindings=(("this", term),)))
        assert document["results"]["bindings"] == [{"this": expected}]

    def test_a_bound_subject_selects_its_label(self, column, shared_store):
        text = f"SELECT ?label ?this WHERE {{ ?this {LABEL} ?label }}"
        assert column(shared_store, text, bindings=(("this", Iri(BONN)),)) == ["Bonn am Rhein"]

    def test_a_value_that_is_no_iri_is_the_caller_s_fault(self, whole, shared_store):
        with pytest.raises(BadRequest, match="absolute IRIs"):
            whole(shared_store, "SELECT ?this {}", bindings=(("this", Iri("no iri")),))


class TestFaultyQueries:
    """A query that cannot run tells why, and where."""

    @pytest.mark.parametrize(
        ("text", "line", "column"),
        [
            ("SELEC ?s { ?s ?p ?o }", 1, 1),
            ("SELECT * {\n  ?s ?p ?o .\n  ?s a foo:Bar\n}", 3, 15),
            ("SELECT * {\n\n  ?s ?p ?o ;; WRONG }", 3, 15),
            ("SELECT ('äöü' AS ?x) { } LIMIT many", 1, 32),
            ("SELECT * {", 1, 11),
        ],
    )
    def test_a_slip_is_found_by_line_and_column(self, whole, shared_store, text, line, column):
        with pytest.raises(MalformedQuery) as caught:
            whole(shared_store, text)
        assert caught.value.extra == {"line": line, "column": column}
        assert f"line {line}, column {column}" in caught.value.detail

    def test_an_update_is_no_query(self, whole, shared_store):
        with pytest.raises(MalformedQuery):
            whole(shared_store, "DELETE WHERE { ?s ?p ?o }")

    def test_an_unknown_function_is_named(self, whole, shared_store):
        with pytest.raises(BadRequest, match=re.escape("<https://graph.example/f>")):
            whole(shared_store, "SELECT (<https://graph.example/f>(1) AS ?x) {}")

    def test_the_engine_s_own_words_stay_inside(self, whole, shared_store):
        with pytest.raises(EngineFailure) as caught:
            whole(shared_store, "SELECT * { SERVICE ?nowhere { ?s ?p ?o } }")
        assert "variable" not in caught.value.detail


class TestStreams:
    """Long answers come in frames, and a client may leave early."""

    def test_a_hundred_thousand_rows_come_in_frames(self, shared_store):
        answer = shared_store.query(Operation(PAIRS, Form.SELECT), CSV, 20.0)
        sizes, lines = [], 0
        for frame in answer.frames:
            sizes.append(len(frame))
            lines += frame.count(b"\n")
        assert lines == 100_001
        assert sizes[0] == 64 * 1024
        assert max(sizes) == 128 * 1024
        assert len(sizes) > 5

    def test_the_first_frame_comes_before_the_query_has_ended(self, shared_store):
        answer = shared_store.query(Operation(ENDLESS_ROWS, Form.SELECT), JSON, 20.0)
        assert next(answer.frames).startswith(b'{"head"')
        answer.frames.close()

    @pytest.mark.parametrize("frames_read", [0, 3])
    def test_closing_early_frees_the_reader(self, assert_answers, store, frames_read):
        for _ in range(4):  # twice as often as there are readers
            answer = store.query(Operation(ENDLESS_ROWS, Form.SELECT), JSON, 20.0)
            assert len(list(islice(answer.frames, frames_read))) == frames_read
            answer.frames.close()
            assert list(answer.frames) == []
        assert_answers(store)

    def test_an_answer_that_is_dropped_frees_the_reader(self, assert_answers, store):
        for _ in range(4):
            store.query(Operation(ENDLESS_ROWS, Form.SELECT), JSON, 20.0)
        assert_answers(store)

    @linux_only
    def test_an_answer_that_is_nearly_complete_keeps_its_reader(self, children, store):
        before = children()
        text = f"SELECT ?a ?b WHERE {{ ?x {NUMBER} ?a . ?y {NUMBER} ?b }} LIMIT 800"
        answer = store.query(Operation(text, Form.SELECT), JSON, 20.0)
        next(answer.frames)
        time.sleep(0.2)  # by now the rest waits in the channel
        answer.frames.close()
        assert children() == before

    def test_a_short_answer_frees_the_reader_before_it_is_read(self, store):
        answers = [store.query(Operation(LABELS, Form.SELECT), JSON, 5.0) for _ in range(5)]
        found = [json.loads(b"".join(answer.frames)) for answer in answers]
        assert all(len(document["results"]["bindings"]) == 2 for document in found)


def test_a_release_that_cannot_be_read_is_told_at_once(opening, settings, tmp_path):
    with pytest.raises(StoreUnavailable, match="bionrw build"):
        opening(Release("0", tmp_path, NAMES.base, "2026-11-01T00:00:00Z", {}), settings)


def test_a_store_names_its_release(shared_store, release):
    assert shared_store.release == release


def test_a_graph_laid_out_for_people_starts_with_what_is_bound(shared_store):
    text = (
        f"CONSTRUCT {{ ?this ?p ?o . ?other {LABEL} ?r }} "
        f"WHERE {{ SELECT * {{ ?this ?p ?o . ?other {LABEL} ?r }} }}"
    )
    operation = Operation(
        text,
        Form.CONSTRUCT,
        bindings=(("this", Iri(BONN)),),
        prefixes=(("place", NAMES.thing("place", "")), ("unused", "https://elsewhere.example/")),
    )
    body = b"".join(shared_store.query(operation, TURTLE, 10.0).frames).decode()
    prefix, first, *_ = body.split("\n")
    assert prefix == f"@prefix place: <{NAMES.thing('place', '')}> ."
    assert first.startswith("place:bonn ")
    assert "place:aachen" in body
