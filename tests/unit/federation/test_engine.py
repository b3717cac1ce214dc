"""The time of a federated query: a source that hangs is given up, and noted, before the query is."""

import asyncio
from dataclasses import dataclass, field

import pyoxigraph as ox
import pytest

from bionrw.config import Settings
from bionrw.errors import QueryTimeout, SourceFailed
from bionrw.federation.endpoints import Endpoint
from bionrw.federation.engine import FederatedEngine
from bionrw.federation.gate import Fetched
from bionrw.federation.tally import Tally
from bionrw.model import Form, Operation, Stream
from bionrw.sparql.formats import JSON
from tests.unit.federation.conftest import LocalEngine

SLOW = Endpoint("https://slow.example/sparql", "Slow", seconds=30.0)


@dataclass
class Hanging:
    """A gate whose source says nothing; it gives up when its time is over."""

    given_up: list[float] = field(default_factory=list)

    async def ask(self, endpoint: Endpoint, query: str, seconds: float) -> Fetched:
        assert query
        await asyncio.sleep(seconds)
        self.given_up.append(seconds)
        detail = "It took too long."
        raise SourceFailed(detail, {"source": endpoint.iri})

    async def close(self) -> None:
        return


def answer(gate: Hanging, deadline: float) -> Stream:
    """Ask what needs the slow source."""
    tally = Tally({SLOW.iri: SLOW})
    engine = FederatedEngine(LocalEngine(ox.Store()), tally, gate, Settings())  # type: ignore[arg-type]
    text = f"SELECT * {{ SERVICE <{SLOW.iri}> {{ ?s ?p ?o }} }}"
    return asyncio.run(engine.query(Operation(text, Form.SELECT, federated=True), JSON, deadline))


def test_the_gate_gives_up_first_and_the_query_is_told_to_be_too_slow() -> None:
    gate = Hanging()
    with pytest.raises(QueryTimeout) as late:
        answer(gate, 0.6)
    assert SLOW.iri in late.value.detail
    # Had the query ended the gate, nobody would know that the source hung.
    assert len(gate.given_up) == 1
    assert gate.given_up[0] < 0.6
