"""Literals are held against their datatypes; what XML Schema or HermiT refuses is malformed."""

import pytest

from bionrw.release.reason import owlapi
from bionrw.release.reason.datatypes import XSD

# Datatype, texts that fit it, texts that do not.
TEXTS: list[tuple[str, list[str], list[str]]] = [
    ("decimal", ["1.", ".5", "+1", "-0.50"], ["abc", "1e5", "NaN", "12,5", " 1.5 ", "1_000", ""]),
    ("integer", ["+1", "-0", "007"], ["1.0", "1_000", " 7", "٣"]),
    ("byte", ["-128"], ["300"]),
    ("unsignedByte", ["255"], ["-1", "256"]),
    ("positiveInteger", ["+5"], ["0"]),
    ("double", ["INF", "NaN", "1e5"], ["infinity", "1d"]),
    ("boolean", ["true", "0"], ["yes", "TRUE"]),
    ("dateTime", ["2020-01-01T00:00:00Z", "2020-01-01T24:00:00"], ["2020-01-01", "2020-02-30T00:00:00"]),
    ("dateTimeStamp", ["2020-01-01T00:00:00Z"], ["2020-01-01T00:00:00"]),
    ("hexBinary", ["00ff"], ["0", "zz"]),
    ("anyURI", ["https://example.org/a-b?c=d&e#f"], ["http://a b"]),
    ("language", ["de-DE"], ["d!"]),
    ("NCName", ["ab"], ["a:b"]),
    ("gYear", ["2017"], ["17", "2017-01"]),
    ("gYearMonth", ["2017-05"], ["2017-13"]),
    ("date", ["2017-02-28"], ["2017-02-30", "28.02.2017"]),
    ("duration", ["P1Y"], ["1Y"]),
    ("dayTimeDuration", ["PT1H"], ["1 h"]),
    ("normalizedString", ["a b"], ["a\nb", "<\x00>"]),
    ("decimall", [], ["1"]),
]


@pytest.fixture(scope="module")
def malformed() -> set[tuple[str, str]]:
    """Return those of all texts that do not fit."""
    return set(owlapi.malformed((text, XSD + name) for name, good, bad in TEXTS for text in good + bad))


@pytest.mark.parametrize(("name", "good", "bad"), TEXTS, ids=[name for name, *_ in TEXTS])
def test_a_text_fits_its_datatype_or_does_not(
    malformed: set[tuple[str, str]], name: str, good: list[str], bad: list[str]
) -> None:
    assert [text for text in good if (text, XSD + name) in malformed] == []
    assert [text for text in bad if (text, XSD + name) not in malformed] == []


def test_datatypes_of_others_are_not_judged() -> None:
    assert owlapi.malformed([("POINT(7 51)", "http://example.org/wkt"), ("1", f"{XSD}integer")]) == ()
