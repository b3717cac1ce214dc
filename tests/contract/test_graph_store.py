"""What every GraphStore promises to those who query it."""

import csv
import io
import json
import os
import re
import signal
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from xml.etree import ElementTree

import pytest
import rdflib

from bionrw.config import Settings
from bionrw.errors import (
    BadRequest,
    EngineFailure,
    KnowledgeError,
    MalformedQuery,
    NotAcceptable,
    QueryTimeout,
    QueryTooComplex,
    ReaderDied,
    StoreUnavailable,
)
from bionrw.model import Dataset, Form, Iri, Literal, Operation, Release, ResultFormat
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
ENDLESS = f"SELECT (COUNT(*) AS ?n) {{ ?a {NUMBER} ?b . ?c {NUMBER} ?d . ?e {NUMBER} ?f . ?g {NUMBER} ?h }}"
ENDLESS_ROWS = f"SELECT * {{ ?a {NUMBER} ?b . ?c {NUMBER} ?d . ?e {NUMBER} ?f . ?g {NUMBER} ?h }}"
FRUITLESS = (
    f"SELECT * {{ ?a {NUMBER} ?b . ?c {NUMBER} ?d . ?e {NUMBER} ?f . ?g {NUMBER} ?h FILTER(?b + ?h < 0) }}"
)
DOUBLINGS = " ".join(f"BIND(CONCAT(?v{i}, ?v{i}) AS ?v{i + 1})" for i in range(30))
STRING_BOMB = f"SELECT (STRLEN(?v30) AS ?n) {{ BIND('sixteen letters!' AS ?v0) {DOUBLINGS} }}"
SORT_BOMB = f"{ENDLESS_ROWS} ORDER BY ?b"
LIGHT = "ASK {}"

JSON = ResultFormat("json", "application/sparql-results+json", "srj", "rows")
XML = ResultFormat("xml", "application/sparql-results+xml", "srx", "rows")
CSV = ResultFormat("csv", "text/csv", "csv", "rows")
TSV = ResultFormat("tsv", "text/tab-separated-values", "tsv", "rows")
TURTLE = ResultFormat("ttl", "text/turtle", "ttl", "graph")


def whole(store, text, result_format=JSON, form=Form.SELECT, deadline=20.0, **more):
    """Return all bytes of an answer."""
    return b"".join(store.query(Operation(text, form, **more), result_format, deadline).frames)


def column(store, text, **more):
    """Return the values of the first variable, row by row."""
    document = json.loads(whole(store, text, **more))
    name = document["head"]["vars"][0]
    return [row[name]["value"] for row in document["results"]["bindings"]]


def assert_answers(store):
    """A light query gets its answer within the time a client would wait."""
    assert json.loads(whole(store, LIGHT, form=Form.ASK, deadline=5.0))["boolean"] is True


linux_only = pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="needs Linux's /proc")


class TestFormats:
    """Answers come in the engine's formats."""

    def test_rows_as_json(self, shared_store):
        rows = json.loads(whole(shared_store, LABELS))["results"]["bindings"]
        assert [row["label"] for row in rows] == [
            {"type": "literal", "value": "Aachen", "xml:lang": "de"},
            {"type": "literal", "value": "Bonn am Rhein", "xml:lang": "de"},
        ]

    def test_rows_as_xml(self, shared_store):
        tree = ElementTree.fromstring(whole(shared_store, LABELS, XML))
        literals = tree.iter("{http://www.w3.org/2005/sparql-results#}literal")
        assert [literal.text for literal in literals] == ["Aachen", "Bonn am Rhein"]

    def test_rows_as_csv(self, shared_store):
        rows = list(csv.reader(io.StringIO(whole(shared_store, LABELS, CSV).decode())))
        assert rows == [["label"], ["Aachen"], ["Bonn am Rhein"]]

    def test_rows_as_tsv(self, shared_store):
        assert whole(shared_store, LABELS, TSV).decode().splitlines() == [
            "?label",
            '"Aachen"@de',
            '"Bonn am Rhein"@de',
        ]

    @pytest.mark.parametrize(
        ("condition", "truth"), [(f"<{AACHEN}> ?p ?o", True), ("?s ?p 'Köln'@de", False)]
    )
    def test_truths_as_json_and_xml(self, shared_store, condition, truth):
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

    def test_a_graph_without_statements_is_an_empty_answer(self, shared_store):
        assert whole(shared_store, f"CONSTRUCT WHERE {{ ?s {LABEL} 'x' }}", TURTLE, Form.CONSTRUCT) == b""

    def test_a_graph_is_not_written_as_rows(self, shared_store):
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
    def test_a_value_comes_back_as_it_was(self, shared_store, term, expected):
        document = json.loads(whole(shared_store, "SELECT ?this {}", bindings=(("this", term),)))
        assert document["results"]["bindings"] == [{"this": expected}]

    def test_a_bound_subject_selects_its_label(self, shared_store):
        text = f"SELECT ?label ?this WHERE {{ ?this {LABEL} ?label }}"
        assert column(shared_store, text, bindings=(("this", Iri(BONN)),)) == ["Bonn am Rhein"]

    def test_a_value_that_is_no_iri_is_the_caller_s_fault(self, shared_store):
        with pytest.raises(BadRequest, match="absolute IRIs"):
            whole(shared_store, "SELECT ?this {}", bindings=(("this", Iri("no iri")),))


class TestDatasets:
    """The default graph is the release's, the request's or the text's, in the protocol's order."""

    @pytest.mark.parametrize(
        ("dataset", "in_default_graph", "in_named_graphs"),
        [
            (None, ["Aachen", "Bonn am Rhein"], ["Aachen", "Bonn am Rhein", "Not in the default graph"]),
            (Dataset((CURATED,), ()), ["Bonn am Rhein"], []),
            (Dataset((CURATED, CATALOGUE), ()), ["Bonn am Rhein", "Not in the default graph"], []),
            (Dataset((), (DOCUMENT,)), [], ["Aachen"]),  # only named graphs given: an empty default graph
            (Dataset((CURATED,), (DOCUMENT,)), ["Bonn am Rhein"], ["Aachen"]),
            (Dataset((NAMES.graph("nowhere"),), ()), [], []),
        ],
    )
    def test_of_the_request(self, shared_store, dataset, in_default_graph, in_named_graphs):
        assert column(shared_store, LABELS, dataset=dataset) == in_default_graph
        assert column(shared_store, LABELS_IN_GRAPHS, dataset=dataset) == in_named_graphs

    @pytest.mark.parametrize(
        ("clause", "in_default_graph", "in_named_graphs"),
        [
            (f"FROM <{CATALOGUE}>", ["Not in the default graph"], []),
            (f"FROM NAMED <{DOCUMENT}>", [], ["Aachen"]),
            (f"FROM <{CURATED}> FROM NAMED <{DOCUMENT}>", ["Bonn am Rhein"], ["Aachen"]),
        ],
    )
    def test_of_the_text(self, shared_store, clause, in_default_graph, in_named_graphs):
        texts = [text.replace("WHERE", f"{clause} WHERE") for text in (LABELS, LABELS_IN_GRAPHS)]
        found = [column(shared_store, text, own_dataset=True) for text in texts]
        assert found == [in_default_graph, in_named_graphs]

    def test_of_the_request_wins_over_the_text_s(self, shared_store):
        text = LABELS.replace("WHERE", f"FROM <{CATALOGUE}> WHERE")
        assert column(shared_store, text, dataset=Dataset((CURATED,), ())) == ["Bonn am Rhein"]

    def test_with_a_graph_that_has_no_iri_is_the_caller_s_fault(self, shared_store):
        with pytest.raises(BadRequest, match="absolute IRIs"):
            whole(shared_store, LABELS, dataset=Dataset(("no iri",), ()))


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
    def test_a_slip_is_found_by_line_and_column(self, shared_store, text, line, column):
        with pytest.raises(MalformedQuery) as caught:
            whole(shared_store, text)
        assert caught.value.extra == {"line": line, "column": column}
        assert f"line {line}, column {column}" in caught.value.detail

    def test_an_update_is_no_query(self, shared_store):
        with pytest.raises(MalformedQuery):
            whole(shared_store, "DELETE WHERE { ?s ?p ?o }")

    def test_an_unknown_function_is_named(self, shared_store):
        with pytest.raises(BadRequest, match=re.escape("<https://graph.example/f>")):
            whole(shared_store, "SELECT (<https://graph.example/f>(1) AS ?x) {}")

    def test_the_engine_s_own_words_stay_inside(self, shared_store):
        with pytest.raises(EngineFailure) as caught:
            whole(shared_store, "SELECT * { SERVICE ?nowhere { ?s ?p ?o } }")
        assert "variable" not in caught.value.detail


class TestHostileQueries:
    """One client's query is never another's trouble."""

    @pytest.mark.parametrize("text", [ENDLESS, FRUITLESS], ids=["count", "search"])
    def test_the_deadline_ends_a_query_that_has_not_answered(self, store, text):
        begin = time.monotonic()
        with pytest.raises(QueryTimeout):
            whole(store, text, deadline=1.0)
        assert time.monotonic() - begin < 2.0
        assert_answers(store)

    def test_the_deadline_ends_a_query_that_has_begun_to_answer(self, store):
        begin = time.monotonic()
        answer = store.query(Operation(ENDLESS_ROWS, Form.SELECT), JSON, 1.0)
        with pytest.raises(QueryTimeout):
            for _ in answer.frames:
                pass
        assert 0.9 < time.monotonic() - begin < 2.0
        assert_answers(store)

    @linux_only
    def test_the_deadline_ends_a_query_whose_answer_nobody_reads(self, children, strangers, store):
        readers = children() - strangers
        answers = [store.query(Operation(ENDLESS_ROWS, Form.SELECT), JSON, 0.5) for _ in range(2)]
        time.sleep(0.8)
        assert_answers(store)
        assert not children() & readers
        for answer in answers:
            with pytest.raises(QueryTimeout):
                list(answer.frames)

    @pytest.mark.parametrize("bomb", [STRING_BOMB, SORT_BOMB], ids=["string", "sort"])
    def test_a_memory_bomb_ends_only_its_own_reader(self, store, bomb):
        with ThreadPoolExecutor() as clients:
            other = clients.submit(column, store, LABELS)
            with pytest.raises(ReaderDied, match="768 MiB"):
                whole(store, bomb)
            assert other.result() == ["Aachen", "Bonn am Rhein"]
        assert_answers(store)

    @pytest.mark.parametrize(
        "text",
        [
            "SELECT * " + "{" * 20000 + "}" * 20000,
            "SELECT (" + "(" * 20000 + "1" + ")" * 20000 + " AS ?x) {}",
            "SELECT * { FILTER(" + "||".join(["true"] * 20000) + ") }",
            "SELECT * { " + " UNION ".join(["{}"] * 20000) + " }",
        ],
        ids=["braces", "brackets", "or", "union"],
    )
    def test_deep_nesting_is_too_complex(self, store, text):
        with pytest.raises(QueryTooComplex):
            whole(store, text)
        assert_answers(store)

    @linux_only
    def test_a_reader_that_is_ended_from_outside_fails_only_its_client(self, children, strangers, store):
        answer = store.query(Operation(ENDLESS_ROWS, Form.SELECT), JSON, 20.0)
        for pid in children() - strangers:
            os.kill(pid, signal.SIGKILL)
        with pytest.raises(ReaderDied):
            list(answer.frames)
        time.sleep(0.2)  # the idle one, too, takes a moment to be gone
        assert_answers(store)

    def test_one_query_too_many_is_refused_after_its_patience(self, opening, release, settings):
        patient = Settings(readers=1, memory_limit=settings.memory_limit, queue_timeout=0.2)
        store = opening(release, patient)
        try:
            answer = store.query(Operation(ENDLESS_ROWS, Form.SELECT), JSON, 20.0)
            with pytest.raises(StoreUnavailable, match="busy"):
                whole(store, LIGHT, form=Form.ASK)
            answer.frames.close()
            assert_answers(store)
        finally:
            store.close()


class TestFederation:
    """No reader opens a connection, whatever the query says."""

    @pytest.mark.parametrize(
        ("silent", "outcome"),
        [("", EngineFailure), ("SILENT ", None)],
    )
    def test_a_service_is_never_dialled(self, shared_store, silent, outcome):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            listener.settimeout(0.5)
            port = listener.getsockname()[1]
            text = f"SELECT * {{ SERVICE {silent}<http://127.0.0.1:{port}/sparql> {{ ?s ?p ?o }} }}"
            if outcome is None:
                assert json.loads(whole(shared_store, text))["results"]["bindings"] == [{}]
            else:
                with pytest.raises(outcome):
                    whole(shared_store, text)
            with pytest.raises(TimeoutError):
                listener.accept()

    def test_a_graph_in_from_is_never_fetched(self, shared_store):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            listener.settimeout(0.5)
            address = f"http://127.0.0.1:{listener.getsockname()[1]}/graph"
            assert (
                column(shared_store, LABELS.replace("WHERE", f"FROM <{address}> WHERE"), own_dataset=True)
                == []
            )
            with pytest.raises(TimeoutError):
                listener.accept()


class TestStreams:
    """Long answers come in frames, and a client may leave early."""

    def test_a_hundred_thousand_rows_come_in_frames(self, shared_store):
        answer = shared_store.query(Operation(PAIRS, Form.SELECT), CSV, 20.0)
        sizes, lines = [], 0
        for frame in answer.frames:
            sizes.append(len(frame))
            lines += frame.count(b"\n")
        assert lines == 100_001
        assert max(sizes) == 64 * 1024
        assert len(sizes) > 10

    def test_the_first_frame_comes_before_the_query_has_ended(self, shared_store):
        answer = shared_store.query(Operation(ENDLESS_ROWS, Form.SELECT), JSON, 20.0)
        assert next(answer.frames).startswith(b'{"head"')
        answer.frames.close()

    @pytest.mark.parametrize("frames_read", [0, 3])
    def test_closing_early_frees_the_reader(self, store, frames_read):
        for _ in range(4):  # twice as often as there are readers
            answer = store.query(Operation(ENDLESS_ROWS, Form.SELECT), JSON, 20.0)
            assert len(list(islice(answer.frames, frames_read))) == frames_read
            answer.frames.close()
            assert list(answer.frames) == []
        assert_answers(store)

    def test_an_answer_that_is_dropped_frees_the_reader(self, store):
        for _ in range(4):
            store.query(Operation(ENDLESS_ROWS, Form.SELECT), JSON, 20.0)
        assert_answers(store)

    @linux_only
    def test_an_answer_that_is_nearly_complete_keeps_its_reader(self, children, store):
        before = children()
        text = f"SELECT ?a ?b WHERE {{ ?x {NUMBER} ?a . ?y {NUMBER} ?b }} LIMIT 1500"
        answer = store.query(Operation(text, Form.SELECT), JSON, 20.0)
        next(answer.frames)
        answer.frames.close()
        assert children() == before

    def test_a_short_answer_frees_the_reader_before_it_is_read(self, store):
        answers = [store.query(Operation(LABELS, Form.SELECT), JSON, 5.0) for _ in range(5)]
        found = [json.loads(b"".join(answer.frames)) for answer in answers]
        assert all(len(document["results"]["bindings"]) == 2 for document in found)


class TestManyClients:
    """Threads share a store."""

    def test_each_gets_its_own_answer(self, shared_store):
        def ask(value):
            return column(shared_store, f"SELECT ?n WHERE {{ ?x {NUMBER} ?n FILTER(?n = {value}) }}")

        with ThreadPoolExecutor(8) as clients:
            assert list(clients.map(ask, range(100))) == [[str(value)] for value in range(100)]

    def test_heavy_queries_leave_a_reader_for_light_ones_in_time(self, store):
        def heavy():
            with pytest.raises(QueryTimeout):
                whole(store, ENDLESS, deadline=1.0)

        with ThreadPoolExecutor(8) as clients:
            running = [clients.submit(heavy) for _ in range(2)]
            time.sleep(0.1)
            assert_answers(store)
            for query in running:
                query.result()


class TestClosing:
    """A store leaves nothing behind."""

    @linux_only
    def test_ends_every_child_and_closes_every_descriptor(self, children, opening, release, settings):
        before, descriptors = children(), set(Path("/proc/self/fd").iterdir())
        store = opening(release, settings)
        started = children() - before
        assert len(started) == settings.readers
        running = store.query(Operation(ENDLESS_ROWS, Form.SELECT), JSON, 20.0)
        with pytest.raises(QueryTooComplex):
            whole(store, "SELECT * " + "{" * 20000)
        begin = time.monotonic()
        store.close()
        assert time.monotonic() - begin < 2.0
        assert children() == before
        with pytest.raises(KnowledgeError):
            list(running.frames)
        assert set(Path("/proc/self/fd").iterdir()) == descriptors

    def test_lets_no_query_wait(self, opening, release, settings):
        store = opening(release, settings)
        running = [store.query(Operation(ENDLESS_ROWS, Form.SELECT), JSON, 20.0) for _ in range(2)]
        waiting: list[KnowledgeError] = []

        def wait():
            with pytest.raises(StoreUnavailable) as caught:
                whole(store, LIGHT, form=Form.ASK)
            waiting.append(caught.value)

        client = threading.Thread(target=wait)
        client.start()
        time.sleep(0.1)
        store.close()
        client.join(2.0)
        assert len(waiting) == 1
        assert "stopping" in waiting[0].detail
        for answer in running:
            answer.frames.close()

    def test_is_final(self, opening, release, settings):
        store = opening(release, settings)
        store.close()
        store.close()
        with pytest.raises(StoreUnavailable):
            whole(store, LIGHT, form=Form.ASK)


def test_a_release_that_cannot_be_read_is_told_at_once(opening, settings, tmp_path):
    with pytest.raises(StoreUnavailable, match="bionrw build"):
        opening(Release("0", tmp_path, NAMES.base, "2026-11-01T00:00:00Z", {}), settings)


def test_a_store_names_its_release(shared_store, release):
    assert shared_store.release == release
