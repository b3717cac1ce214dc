"""A folder that a reader can open."""

import pytest

QUAD = '<https://graph.example/a> <https://graph.example/b> "c" <https://graph.example/graph/document> .\n'


@pytest.fixture
def release_path(tmp_path):
    """A release of one statement."""
    (tmp_path / "graph.nq").write_text(QUAD, encoding="utf-8")
    return tmp_path
