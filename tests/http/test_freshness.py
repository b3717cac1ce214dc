"""How long clients may keep an answer is the operator's to say."""

from dataclasses import replace

import pytest

from bionrw.web.app import create_app
from bionrw.web.gateway import Gateway
from tests.http.conftest import SETTINGS, FewQueries, ScriptedEngine
from tests.http.gateway_client import GatewayClient

SELECT = "SELECT * {?s ?p ?o}"


@pytest.mark.parametrize(("age", "expected"), [(0, "no-cache"), (60, "public, max-age=60")])
@pytest.mark.parametrize("path", ["/sparql", "/doc", "/quality.json"])
def test_the_operator_says_how_long_clients_may_keep_an_answer(scripted, path, age, expected):
    settings = replace(SETTINGS, max_age=age)
    app = create_app(scripted, settings, FewQueries())
    for client in (app.test_client(), GatewayClient(Gateway(app, ScriptedEngine(scripted), settings))):
        response = client.get(path, query_string={"query": SELECT} if path == "/sparql" else {})
        if response.status_code == 200:
            assert response.headers["Cache-Control"] == expected
        else:
            assert response.headers["Cache-Control"] == "no-store"
    drawn = app.test_client().get("/sparql", query_string={"query": "SELECT (RAND() AS ?x) {}"})
    assert drawn.headers["Cache-Control"] == "no-store"
