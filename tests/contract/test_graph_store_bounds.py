"""What every GraphStore promises about queries that would harm it, and about its end."""

import json
import os
import signal
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from bionrw.config import Settings
from bionrw.errors import (
    EngineFailure,
    KnowledgeError,
    QueryTimeout,
    QueryTooComplex,
    ReaderDied,
    StoreUnavailable,
)
from bionrw.model import Form, Operation, ResultFormat
from bionrw.names import Names
from bionrw.sparql.reading import read

NAMES = Names("https://graph.example/")
LABEL = "<http://www.w3.org/2000/01/rdf-schema#label>"
LABELS = f"SELECT ?label WHERE {{ ?thing {LABEL} ?label }} ORDER BY ?label"
NUMBER = f"<{NAMES.term('number')}>"
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


linux_only = pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="needs Linux's /proc")


class TestHostileQueries:
    """One client's query is never another's trouble."""

    @pytest.mark.parametrize("text", [ENDLESS, FRUITLESS], ids=["count", "search"])
    def test_the_deadline_ends_a_query_that_has_not_answered(self, whole, assert_answers, store, text):
        begin = time.monotonic()
        with pytest.raises(QueryTimeout):
            whole(store, text, deadline=1.0)
        assert time.monotonic() - begin < 2.0
        assert_answers(store)

    def test_the_deadline_ends_a_query_that_has_begun_to_answer(self, assert_answers, store):
        begin = time.monotonic()
        answer = store.query(Operation(ENDLESS_ROWS, Form.SELECT), JSON, 1.0)
        with pytest.raises(QueryTimeout):
            for _ in answer.frames:
                pass
        assert 0.9 < time.monotonic() - begin < 2.0
        assert_answers(store)

    @linux_only
    def test_the_deadline_ends_a_query_whose_answer_nobody_reads(
        self, assert_answers, children, strangers, store
    ):
        readers = children() - strangers
        answer = store.query(Operation(ENDLESS_ROWS, Form.SELECT), JSON, 0.5)
        patience = time.monotonic() + 10
        while readers <= children() and time.monotonic() < patience:
            time.sleep(0.05)
        assert not readers <= children()
        assert_answers(store)
        with pytest.raises(QueryTimeout):
            list(answer.frames)

    @pytest.mark.parametrize("bomb", [STRING_BOMB, SORT_BOMB], ids=["string", "sort"])
    def test_a_memory_bomb_ends_only_its_own_reader(self, whole, column, assert_answers, store, bomb):
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
    def test_deep_nesting_is_too_complex(self, whole, assert_answers, store, text):
        with pytest.raises(QueryTooComplex):
            whole(store, text)
        assert_answers(store)

    @linux_only
    def test_a_reader_that_is_ended_from_outside_fails_only_its_client(
        self, assert_answers, children, strangers, store
    ):
        answer = store.query(Operation(ENDLESS_ROWS, Form.SELECT), JSON, 20.0)
        for pid in children() - strangers:
            os.kill(pid, signal.SIGKILL)
        with pytest.raises(ReaderDied):
            list(answer.frames)
        time.sleep(0.2)  # the idle one, too, takes a moment to be gone
        assert_answers(store)

    def test_one_query_too_many_is_refused_after_its_patience(
        self, whole, assert_answers, opening, release, settings
    ):
        patient = Settings(readers=1, memory_limit=settings.memory_limit, queue_timeout=2.0)
        store = opening(release, patient)
        try:
            answer = store.query(Operation(ENDLESS_ROWS, Form.SELECT), JSON, 20.0)
            begin = time.monotonic()
            with pytest.raises(StoreUnavailable, match="busy"):
                whole(store, LIGHT, form=Form.ASK)
            assert 1.9 < time.monotonic() - begin < 3.0
            answer.frames.close()
            assert_answers(store)
        finally:
            store.close()


class TestLongAnswers:
    """What would be broken off for want of time is not begun."""

    def test_one_that_gets_no_place_in_half_its_time_is_refused(self, assert_answers, store):
        first = store.query(Operation(ENDLESS_ROWS, Form.SELECT), JSON, 20.0)
        with pytest.raises(StoreUnavailable):
            store.query(Operation(ENDLESS_ROWS + " # another", Form.SELECT), JSON, 2.0)
        first.frames.close()
        assert_answers(store)


class TestFederation:
    """No reader opens a connection, whatever the query says."""

    @pytest.mark.parametrize(
        ("silent", "outcome"),
        [("", EngineFailure), ("SILENT ", None)],
    )
    def test_a_service_is_never_dialled(self, whole, shared_store, silent, outcome):
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

    def test_a_graph_in_from_is_never_fetched(self, column, shared_store):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            listener.settimeout(0.5)
            address = f"http://127.0.0.1:{listener.getsockname()[1]}/graph"
            text = LABELS.replace("WHERE", f"FROM <{address}> WHERE")
            assert column(shared_store, text, clauses=read(text).clauses) == []
            with pytest.raises(TimeoutError):
                listener.accept()


class TestManyClients:
    """Threads share a store."""

    def test_each_gets_its_own_answer(self, column, shared_store):
        def ask(value):
            return column(shared_store, f"SELECT ?n WHERE {{ ?x {NUMBER} ?n FILTER(?n = {value}) }}")

        with ThreadPoolExecutor(8) as clients:
            assert list(clients.map(ask, range(100))) == [[str(value)] for value in range(100)]

    def test_heavy_queries_leave_a_reader_for_light_ones_in_time(self, whole, assert_answers, store):
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
    def test_ends_every_child_and_closes_every_descriptor(self, whole, children, opening, release, settings):
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

    def test_lets_no_query_wait(self, whole, opening, release, settings):
        store = opening(release, replace(settings, readers=1))
        running = store.query(Operation(ENDLESS_ROWS, Form.SELECT), JSON, 20.0)
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
        running.frames.close()

    def test_is_final(self, whole, opening, release, settings):
        store = opening(release, settings)
        store.close()
        store.close()
        with pytest.raises(StoreUnavailable):
            whole(store, LIGHT, form=Form.ASK)
