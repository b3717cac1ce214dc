"""The ready queries that ask other endpoints give what they promise, from stand-ins of the same shape."""

import json
import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient

from bionrw.content import find_content
from bionrw.library import Library
from bionrw.model import Release
from tests.http.live import Live, parted, rest, running
from tests.http.neighbours import Neighbour, neighbour

SHAPES = Path(__file__).with_name("shapes")
ADDRESSES = {
    "wikidata": "https://query.wikidata.org/sparql",
    "cordis": "https://cordis.europa.eu/datalab/sparql",
}
LIBRARY = Library(find_content().queries)
THINGS = "https://w3id.org/bionrw/id/"
BAYER, JUELICH = (f"{THINGS}organisation/{name}" for name in ("bayer", "research-center-juelich"))
ITEMS = "http://www.wikidata.org/entity/"
BIOPEN, INMARE = (f"{THINGS}project/{name}" for name in ("biopen", "marine-enzymes"))
ROWS = {
    "wikidata-founding-dates": [
        (BAYER, "Bayer AG", f"{ITEMS}Q152051", "1801-01-01T00:00:00Z"),
        (JUELICH, "research center Jülich", f"{ITEMS}Q697111", "1802-01-01T00:00:00Z"),
    ],
    "wikidata-ror-agreement": [
        (JUELICH, f"{ITEMS}Q697111", "https://ror.org/02nv7yv05", "https://ror.org/invented1", "false"),
        (BAYER, f"{ITEMS}Q152051", "https://ror.org/04hmn8g73", "https://ror.org/04hmn8g73", "true"),
    ],
    "cordis-project-titles": [
        (BIOPEN, "BIOPEN", "100001", "An invented title", "1901-02-03", None, "true"),
        (INMARE, "INMARE", "100002", "Another invented title", None, None, None),
    ],
    "cordis-consortium": [
        (BIOPEN, "BIOPEN", "LANTERN WORKS", "coordinator"),
        (BIOPEN, "BIOPEN", "MOORING LTD", "participant"),
    ],
}


@dataclass
class Shaped:
    """A server of the real graph, and the stand-ins that it asks by the public names."""

    server: Live
    standing: dict[str, Neighbour]


@pytest.fixture(scope="module")
def shaped(release: Release, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shaped]:
    folder = tmp_path_factory.mktemp("shaped")
    with ExitStack() as stack:
        standing = {
            name: stack.enter_context(neighbour((SHAPES / f"{name}.ttl").read_text())) for name in ADDRESSES
        }
        listed = folder / "endpoints.toml"
        listed.write_text(
            "".join(
                f'[[endpoint]]\niri = "{ADDRESSES[name]}"\naddress = "{each.address}"\nlabel = "{name}"\n'
                "private = true\n"
                for name, each in standing.items()
            )
        )
        settings = {"FEDERATION": listed, "WORKERS": 1}
        server = stack.enter_context(running(release.path.parent, folder / "log", settings))
        yield Shaped(server, standing)


def test_each_ready_query_is_tried_here_and_asks_a_listed_place() -> None:
    texts = {query.slug: query.text for query in LIBRARY.federated()}
    assert texts.keys() == ROWS.keys()
    for name, address in ADDRESSES.items():
        asking = [slug for slug, text in texts.items() if f"SERVICE <{address}>" in text]
        assert len(asking) == 2, name


@pytest.mark.parametrize("slug", ROWS)
def test_a_ready_query_joins_what_its_endpoint_has(shaped: Shaped, slug: str) -> None:
    name = slug.partition("-")[0]
    there = shaped.standing[name]
    there.behave()
    text = LIBRARY.example(slug).text
    status, fields, body = shaped.server.ask(text, Accept="application/sparql-results+json")
    assert status == 200, body
    answer = json.loads(body)
    variables = answer["head"]["vars"]
    rows = [tuple(row.get(v, {}).get("value") for v in variables) for row in answer["results"]["bindings"]]
    assert rows == ROWS[slug]
    # Asked once, with what is known here, under the name that the query has for it.
    assert len(there.asked) == 1
    assert "VALUES" in there.asked[0]
    assert fields["federation-sources"].startswith(f'"{ADDRESSES[name]}";requests=1;')


@pytest.mark.parametrize("slug", ROWS)
def test_a_ready_query_is_refused_where_its_endpoint_is_not_listed(client: FlaskClient, slug: str) -> None:
    answer = client.get("/sparql", query_string={"query": LIBRARY.example(slug).text})
    assert answer.status_code == 403
    assert "BIONRW_FEDERATION" in answer.get_json()["detail"]


@pytest.mark.parametrize("slug", ROWS)
def test_a_ready_query_tells_which_graphs_it_asks_and_orders_its_rows(slug: str) -> None:
    query = LIBRARY.example(slug)
    own = re.sub(r"SERVICE <[^>]*> \{(?:[^{}]|\{[^{}]*\})*\}", "", query.text)
    asked = set(re.findall(r"GRAPH graph:(\w+)", own)) - {"ontology"}
    assert asked == set(query.graphs)
    # Nothing is asked of the default graph.
    without = re.sub(r"GRAPH graph:\w+ \{[^{}]*\}", "", own)
    assert not re.search(r"\w+:\w+ \?|\ba \w+:", without.partition("WHERE")[2])
    assert re.search(r"^ORDER BY ", query.text, re.MULTILINE)
    assert query.question.keys() == query.title.keys() == {"en", "de"}


def test_the_page_offers_the_queries_of_each_endpoint(shaped: Shaped) -> None:
    page = _page(shaped, "/federation")
    for slug in ROWS:
        address = f"/sparql?{urlencode({'example': slug})}"
        assert LIBRARY.example(slug).title["en"] in page
        assert address in page
        assert "SERVICE &lt;" in _page(shaped, address)


def _page(shaped: Shaped, path: str) -> str:
    fields = "Host: localhost\r\nConnection: close\r\nAccept: text/html\r\n\r\n"
    with shaped.server.connect() as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\n{fields}".encode())
        status, _, body = parted(rest(connection))
    assert status == 200
    return body.decode()
