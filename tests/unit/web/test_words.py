"""Values read as people write them, and never more exact than they are."""

import pytest

from bionrw.model import Literal
from bionrw.web.words import counted, plural, readable, span, words

XSD = "http://www.w3.org/2001/XMLSchema#"


@pytest.mark.parametrize(
    ("text", "datatype", "read"),
    [
        ("4400", "decimal", "4,400"),
        ("12.4", "decimal", "12.4"),
        ("5800000", "integer", "5,800,000"),
        ("1E3", "double", "1,000"),
        ("many", "decimal", "many"),
        ("2016", "gYear", "2016"),
        ("2014-05", "gYearMonth", "May 2014"),
        ("2026-11-04", "date", "4 November 2026"),
        ("2014-13", "gYearMonth", "2014-13"),
        ("2014Z", "gYear", "2014"),
        ("2026-11-04T10:00:00Z", "dateTime", "4 November 2026, 10:00:00Z"),
        ("true", "boolean", "yes"),
        ("false", "boolean", "no"),
        ("0", "boolean", "no"),
        ("2016", "string", "2016"),
        ("4400", "hexBinary", "4400"),
    ],
)
def test_a_literal_reads_by_its_datatype(text, datatype, read):
    assert words(Literal(text, datatype=XSD + datatype)) == read


@pytest.mark.parametrize(
    ("begin", "end", "unlimited", "read"),
    [
        ("2014-05", "2017-02", False, "May 2014 to February 2017"),
        ("2016", "2016", False, "2016"),
        ("2016", "", False, "from 2016"),
        ("", "2019-10", False, "until October 2019"),
        ("2013", "", True, "from 2013, unlimited"),
        ("", "", True, "unlimited"),
        ("", "", False, ""),
    ],
)
def test_a_period_reads_with_its_open_ends(begin, end, unlimited, read):
    assert span(begin, end, unlimited=unlimited) == read


@pytest.mark.parametrize(
    ("amount", "noun", "read"),
    [("1", "company", "1 company"), ("109", "company", "109 companies"), ("1.0", "year", "1.0 years")],
)
def test_the_noun_fits_the_number(amount, noun, read):
    assert counted(amount, noun) == read


@pytest.mark.parametrize(
    ("noun", "many"),
    [
        ("country", "countries"),
        ("day", "days"),
        ("business", "businesses"),
        ("branch", "branches"),
        ("unit", "units"),
    ],
)
def test_a_plural_follows_the_ending(noun, many):
    assert plural(noun) == many


@pytest.mark.parametrize(
    ("slug", "read"),
    [("legalForm", "legal form"), ("big-cluster", "big cluster"), ("NRW", "NRW"), ("a_b", "a b")],
)
def test_a_slug_becomes_words(slug, read):
    assert readable(slug) == read
