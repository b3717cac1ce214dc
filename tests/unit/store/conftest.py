"""A release that a zygote can open."""

import pytest

from bionrw.model import Release

BASE = "https://graph.example/"
DOCUMENT = BASE + "graph/document"
QUAD = f'<{BASE}a> <{BASE}b> "c" <{DOCUMENT}> .\n'


@pytest.fixture
def small_release(tmp_path):
    """A release of one statement."""
    folder = tmp_path / "small"
    folder.mkdir()
    (folder / "graph.nq").write_text(QUAD, encoding="utf-8")
    return Release("0123456789abcdef", folder, BASE, "2026-11-01T00:00:00Z", {DOCUMENT: 1})
