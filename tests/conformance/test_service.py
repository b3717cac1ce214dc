"""The W3C's tests of SERVICE, asked of the federated engine over stores that stand for the endpoints."""

import asyncio
from pathlib import Path

import pyoxigraph as ox
import pytest

from bionrw.errors import FederationRefused
from tests.conformance.comparison import same
from tests.conformance.results import read_result
from tests.unit.federation.conftest import Federation, federation

ONE, TWO, EXAMPLE = "http://example1.org/sparql", "http://example2.org/sparql", "http://example.org/sparql"
INVALID = "http://invalid.endpoint.org/sparql"
CASES = {
    "service01": ("data01.ttl", {EXAMPLE: "data01endpoint.ttl"}, "service01.srx"),
    "service02": ("", {ONE: "data02endpoint1.ttl", TWO: "data02endpoint2.ttl"}, "service02.srx"),
    "service04a": ("data04.ttl", {EXAMPLE: "data04endpoint.ttl"}, "service04.srx"),
    "service05": ("data05.ttl", {ONE: "data05endpoint1.ttl", TWO: "data05endpoint2.ttl"}, "service05.srx"),
    "service07": ("data07.ttl", {INVALID: ""}, "service07.srx"),
}


@pytest.fixture(scope="module", name="suite")
def find_suite(shared: Path) -> Path:
    return shared / "standards" / "w3c-rdf-tests" / "sparql" / "sparql11" / "service"


def _store(file: Path) -> ox.Store:
    store = ox.Store()
    if file.is_file():
        store.load(path=str(file), format=ox.RdfFormat.TURTLE)
    return store


async def _answer(made: Federation, text: str) -> bytes:
    stream = await made.stream(text)
    return b"".join([frame async for frame in stream.frames])


@pytest.mark.parametrize("name", CASES)
def test_the_answer_is_the_one_that_is_wanted(suite: Path, name: str) -> None:
    data, endpoints, result = CASES[name]
    made = federation(_store(suite / data), {iri: _store(suite / file) for iri, file in endpoints.items()})
    for iri, file in endpoints.items():
        if not file:
            del made.gate.stores[iri]  # it does not answer
    text = (suite / f"{name}.rq").read_text(encoding="utf-8")
    found = asyncio.run(_answer(made, text))
    wanted = read_result((suite / result).read_bytes(), "srx", ONE)
    assert same(wanted, read_result(found, "srj", ONE))


@pytest.mark.parametrize("name", ["service03", "service06"])
def test_no_endpoint_is_made_to_ask_another_one(suite: Path, name: str) -> None:
    made = federation(ox.Store(), {ONE: ox.Store(), TWO: ox.Store(), INVALID: ox.Store()})
    with pytest.raises(FederationRefused, match="inside"):
        asyncio.run(_answer(made, (suite / f"{name}.rq").read_text(encoding="utf-8")))
    assert made.gate.asked == []
