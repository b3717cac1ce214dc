"""The list of endpoints: what an operator writes, and what is told when it will not do."""

import re
from pathlib import Path

import pytest

from bionrw.errors import SettingError
from bionrw.federation.endpoints import Endpoint, read_endpoints

ROOT = Path(__file__).parents[3]
GOOD = '[[endpoint]]\niri = "https://a.example/sparql"\nlabel = "A"\n'


def listed(tmp_path: Path, text: str) -> dict[str, Endpoint]:
    file = tmp_path / "endpoints.toml"
    file.write_text(text, encoding="utf-8")
    return dict(read_endpoints(str(file)))


def test_no_file_lists_nothing() -> None:
    assert read_endpoints("") == {}


def test_what_is_not_said_has_its_default(tmp_path: Path) -> None:
    assert listed(tmp_path, GOOD) == {"https://a.example/sparql": Endpoint("https://a.example/sparql", "A")}


def test_all_can_be_said(tmp_path: Path) -> None:
    text = (
        f'{GOOD}description = "B"\nseconds = 3\nmax_rows = 4\nmax_bytes = 5\ncache_seconds = 0\nbatch = 6\n'
        'private = true\ninside = ["https://a.example/inside"]\naddress = "https://b.example/"\n'
    )
    iri = "https://a.example/sparql"
    wanted = Endpoint(
        iri,
        "A",
        "B",
        3.0,
        4,
        5,
        0.0,
        6,
        private=True,
        inside=("https://a.example/inside",),
        address="https://b.example/",
    )
    assert listed(tmp_path, text) == {iri: wanted}


def test_the_example_of_the_manual_is_a_list(tmp_path: Path) -> None:
    manual = (ROOT / "server" / "README.md").read_text(encoding="utf-8")
    example = re.search(r"<!-- tested: endpoints -->\n```toml\n(.*?)```", manual, re.DOTALL)
    assert example is not None
    assert len(listed(tmp_path, example[1])) == 2


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[endpoint", "no TOML"),
        ("a = 1\n", "something else than tables"),
        ("endpoint = 1\n", "something else than tables"),
        ("[endpoint]\niri = 'https://a.example/'\n", "something else than tables"),
        ("[[endpoint]]\nlabel = 'A'\n", "lacks 'iri'"),
        ("[[endpoint]]\niri = 'https://a.example/'\n", "lacks 'label'"),
        (f"{GOOD}colour = 'red'\n", "unknown key 'colour'"),
        (f"{GOOD}seconds = 'ten'\n", "a number as 'seconds'"),
        (f"{GOOD}seconds = true\n", "a number as 'seconds'"),
        (f"{GOOD}seconds = nan\n", "a number as 'seconds'"),
        (f"{GOOD}seconds = inf\n", "a number as 'seconds'"),
        (f"{GOOD}seconds = {'9' * 400}\n", "a number as 'seconds'"),
        (f"{GOOD}cache_seconds = inf\n", "a number as 'cache_seconds'"),
        (f"a = {'[' * 5000}", "no TOML"),
        (f"{GOOD}max_rows = 1.5\n", "a whole number as 'max_rows'"),
        (f"{GOOD}max_rows = 0\n", "'max_rows' above 0"),
        (f"{GOOD}batch = -1\n", "'batch' above 0"),
        (f"{GOOD}cache_seconds = -1\n", "0 or more"),
        (f"{GOOD}private = 1\n", "true or false as 'private'"),
        (f"{GOOD}inside = 'x'\n", "a list of IRIs as 'inside'"),
        (f"{GOOD}address = 'https://127.0.0.1/'\n", "not on the public internet"),
        (f"{GOOD}address = 'ftp://b.example/'\n", "neither http nor https"),
        (f"{GOOD}{GOOD}", "twice"),
        (GOOD.replace("a.example", "127.0.0.1"), "not on the public internet"),
        (GOOD.replace("https:", "ftp:"), "neither http nor https"),
    ],
)
def test_what_will_not_do_is_told(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(SettingError) as error:
        listed(tmp_path, text)
    assert words in error.value.detail
    assert "BIONRW_FEDERATION" in error.value.detail
    assert str(tmp_path) not in error.value.detail


def test_a_file_that_is_not_there_is_told() -> None:
    with pytest.raises(SettingError, match="cannot be read"):
        read_endpoints("/nowhere/endpoints.toml")
