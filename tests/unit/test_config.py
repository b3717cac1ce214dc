"""Settings come from the environment, each checked before anything starts."""

import pytest

from bionrw.config import Settings
from bionrw.errors import SettingError


def test_nothing_set_gives_the_defaults() -> None:
    assert Settings.from_environment({"PATH": "/bin"}) == Settings()


def test_the_environment_overrides() -> None:
    settings = Settings.from_environment({"BIONRW_PORT": "8080", "BIONRW_DEADLINE": "2.5"})
    assert (settings.port, settings.deadline) == (8080, 2.5)


@pytest.mark.parametrize(
    ("value", "expected"), [("true", True), ("1", True), ("On", True), ("no", False), ("0", False)]
)
def test_a_truth_value_is_read_as_it_is_written(value: str, expected: bool) -> None:
    assert Settings.from_environment({"BIONRW_LOG_QUERIES": value}).log_queries is expected


@pytest.mark.parametrize(
    ("name", "value", "remedy"),
    [
        ("PORT", "eighty", "a whole number"),
        ("PORT", "65536", "65535 or less"),
        ("PORT", "-1", "0 or more"),
        ("READERS", "0", "1 or more"),
        ("READERS", "1.5", "a whole number"),
        ("DEADLINE", "nan", "0.1 or more"),
        ("DEADLINE", "soon", "a number"),
        ("MEMORY_LIMIT", "1", "67108864 or more"),
        ("PAGE_SIZE", "0", "1 or more"),
        ("ALLOCATOR", "/nowhere/libmalloc.so", "the path of a shared library"),
        ("METRICS_PORT", "70000", "65535 or less"),
        ("LOG_ADDRESSES", "perhaps", "true or false"),
        ("BASE_IRI", "https://example.org/graph", "ends in a slash"),
        ("BASE_IRI", "ftp://example.org/", "http or https"),
        ("BASE_IRI", "https://example.org/?a=/", "http or https"),
        ("PUBLIC_URL", "https://example.org/", "without a slash"),
        ("PUBLIC_URL", "example.org", "http or https"),
        ("PUBLIC_URL", "https://example.org/a b", "http or https"),
    ],
)
def test_a_bad_value_names_the_setting_and_the_remedy(name: str, value: str, remedy: str) -> None:
    with pytest.raises(SettingError, match=f"BIONRW_{name} is .*({remedy})"):
        Settings.from_environment({f"BIONRW_{name}": value})


@pytest.mark.parametrize(
    "url", ["", "https://graph.example.org", "http://127.0.0.1:8000", "https://example.org/graph"]
)
def test_a_public_address_may_have_a_path(url: str) -> None:
    assert Settings(public_url=url).public_url == url
