"""The current release is found, or the operator is told what to do."""

import json

import pytest

from bionrw.errors import StoreUnavailable
from bionrw.store.releases import current_release

DESCRIPTION = {
    "version": "0123456789abcdef",
    "created": "2026-11-01T00:00:00Z",
    "base_iri": "https://graph.example/",
    "graphs": {"https://graph.example/graph/document": 3, "https://graph.example/graph/curated": 4},
}


def publish(var_dir, text, version="0123456789abcdef"):
    """Lay out a release whose release.json holds `text`, and make it current."""
    (var_dir / version).mkdir(parents=True)
    (var_dir / version / "release.json").write_text(text, encoding="utf-8")
    (var_dir / "current").unlink(missing_ok=True)
    (var_dir / "current").symlink_to(version)


def test_a_release_is_read_with_all_it_says(tmp_path):
    publish(tmp_path / "var", json.dumps(DESCRIPTION))
    release = current_release(tmp_path / "var")
    assert (release.version, release.created, release.base_iri) == (
        "0123456789abcdef",
        "2026-11-01T00:00:00Z",
        "https://graph.example/",
    )
    assert release.graphs == DESCRIPTION["graphs"]
    assert release.triples == 7


def test_a_release_keeps_its_folder_when_another_becomes_current(tmp_path):
    publish(tmp_path, json.dumps(DESCRIPTION))
    release = current_release(str(tmp_path))
    publish(tmp_path, json.dumps({**DESCRIPTION, "version": "next"}), "next")
    assert release.path == tmp_path.resolve() / "0123456789abcdef"
    assert current_release(tmp_path).version == "next"


def test_no_release_says_how_to_make_one_and_not_where_it_was_sought(tmp_path):
    with pytest.raises(StoreUnavailable) as caught:
        current_release(tmp_path / "var")
    assert caught.value.detail == "There is no release in var: run `bionrw build`."


def test_a_release_that_was_deleted_is_none(tmp_path):
    (tmp_path / "current").symlink_to("gone")
    with pytest.raises(StoreUnavailable, match="bionrw build"):
        current_release(tmp_path)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "{}",
        json.dumps({**DESCRIPTION, "graphs": ["x"]}),
        json.dumps({**DESCRIPTION, "graphs": {"x": "many"}}),
    ],
)
def test_a_broken_description_says_how_to_mend_it(tmp_path, text):
    publish(tmp_path, text)
    with pytest.raises(StoreUnavailable) as caught:
        current_release(tmp_path)
    assert "bionrw build" in caught.value.detail
    assert str(tmp_path) not in caught.value.detail
