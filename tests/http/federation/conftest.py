"""A server with two neighbours that it lists, and a trap that nobody may ask."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import pytest

from tests.http.live import Live, publish, running
from tests.http.neighbours import Neighbour, Trap, neighbour, trap

HERE = "https://example.org"
ONE = "\n".join(
    f"<{HERE}/{n}> <https://one.example/label> 'label {n}'@en ; <https://one.example/id> 'Q{n}' ."
    for n in range(300)
)
TWO = "\n".join(
    f"<https://two.example/{n}> <https://two.example/same> 'Q{n}' ; <https://two.example/size> {n} ."
    for n in range(300)
)
PREFIXES = f"PREFIX : <{HERE}/> PREFIX one: <https://one.example/> PREFIX two: <https://two.example/>\n"


@dataclass
class Linked:
    """A server, the neighbours that it lists, and a listener that nobody may ask."""

    server: Live
    one: Neighbour
    two: Neighbour
    silent: Trap
    receipt: str = ""

    def rows(self, query: str) -> list[dict[str, str]]:
        """Return the rows of an answer, and keep its receipt."""
        status, fields, body = self.server.ask(PREFIXES + query, Accept="application/sparql-results+json")
        assert status == 200, body
        self.receipt = fields.get("federation-sources", "")
        found = json.loads(body)["results"]["bindings"]
        return [{name: term["value"] for name, term in row.items()} for row in found]


@pytest.fixture(scope="module")
def linked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Linked]:
    folder = tmp_path_factory.mktemp("federation")
    publish(folder / "var", 50)
    with ExitStack() as stack:
        one, two = (stack.enter_context(neighbour(turtle)) for turtle in (ONE, TWO))
        silent = stack.enter_context(trap())
        listed = folder / "endpoints.toml"
        listed.write_text(
            "".join(
                f'[[endpoint]]\niri = "{each.address}"\nlabel = "{label}"\nprivate = true\n'
                f"seconds = 2\nmax_rows = 250\nmax_bytes = 100000\nbatch = 20\ncache_seconds = 0\n"
                for each, label in ((one, "One"), (two, "Two"))
            )
        )
        settings = {"FEDERATION": listed, "WORKERS": 1, "DEADLINE": 6}
        server = stack.enter_context(running(folder / "var", folder / "log", settings))
        yield Linked(server, one, two, silent)


@pytest.fixture(autouse=True)
def behave(linked: Linked) -> None:
    linked.one.behave()
    linked.two.behave()
