"""The bench asks twelve kinds of questions; each has an answer, and none comes twice."""

from pathlib import Path
from urllib.parse import parse_qs

import pytest
from pyoxigraph import QueryBoolean, Store

from tests.bench.load import write_requests
from tests.bench.questions import GRAPH, ROWS, WEIGHTS, Asker, Kind, read_kinds
from tests.bench.releases import Extent, Generated, generate

KINDS = read_kinds()
# A stream is asked for some times only.
ASKED = {name: kind for name, kind in KINDS.items() if kind.weight != "stream"}
EXTENT = Extent(triples=1_000, projects=120)


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Generated:
    return generate(5_000, tmp_path_factory.mktemp("bench"), lambda _: None)


def test_there_are_twelve_kinds_and_a_stream() -> None:
    assert list(KINDS) == [*(f"q{number:02}" for number in range(1, 13)), "s01"]
    assert {kind.weight for kind in KINDS.values()} == set(WEIGHTS)
    assert {name for name, kind in KINDS.items() if kind.media_type == GRAPH} == {"q03", "q12"}


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS.keys())
def test_a_question_has_an_answer(generated: Generated, kind: Kind) -> None:
    store = Store.read_only(str(generated.folder / "current" / "store"))
    asker = Asker(generated.extent, seed=1)
    answers = [store.query(asker.ask(kind).text, use_default_graph_as_union=True) for _ in range(30)]
    # The words that q08 looks for are in some summaries only.
    assert any(
        bool(answer) if isinstance(answer, QueryBoolean) else next(iter(answer), None) for answer in answers
    )


@pytest.mark.parametrize("kind", ASKED.values(), ids=ASKED.keys())
def test_no_question_comes_twice(kind: Kind) -> None:
    asker = Asker(EXTENT, seed=1)
    assert len({asker.ask(kind).text for _ in range(5_000)}) == 5_000


def test_the_same_seed_asks_the_same() -> None:
    one, same, other = (
        [question.text for question in Asker(EXTENT, seed).ask_in_turn(list(KINDS.values()), 100)]
        for seed in (1, 1, 2)
    )
    assert one == same
    assert one != other


def test_kinds_take_turns() -> None:
    asked = Asker(EXTENT, seed=1).ask_in_turn([KINDS["q01"], KINDS["q02"]], 5)
    assert [question.kind.name for question in asked] == ["q01", "q02", "q01", "q02", "q01"]


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS.keys())
def test_the_address_carries_the_text(kind: Kind) -> None:
    question = Asker(EXTENT, seed=1).ask(kind)
    assert "$" not in question.text
    assert parse_qs(question.target.removeprefix("?")) == {"query": [question.text]}


def test_a_request_is_a_line_with_path_and_format(tmp_path: Path) -> None:
    asked = list(Asker(EXTENT, seed=1).ask_in_turn([KINDS["q02"], KINDS["q03"]], 3))
    write_requests(asked, "/sparql", tmp_path / "requests")
    lines = [line.split("\t") for line in (tmp_path / "requests").read_text().splitlines()]
    assert [line[1] for line in lines] == [ROWS, GRAPH, ROWS]
    assert [line[0] for line in lines] == [f"/sparql{question.target}" for question in asked]
