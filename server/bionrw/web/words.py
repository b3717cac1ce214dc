"""How values read in English: numbers, dates, truth values, plurals."""

import re
from decimal import Decimal, InvalidOperation

from bionrw.model import Literal

_XSD = "http://www.w3.org/2001/XMLSchema#"
_NUMBERS = {
    _XSD + name for name in ("decimal", "integer", "nonNegativeInteger", "double", "float", "int", "long")
}
_CALENDAR = {_XSD + name for name in ("gYear", "gYearMonth", "date")}
_INSTANT = _XSD + "dateTime"
_BOOLEAN = _XSD + "boolean"
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?(Z|[+-]\d\d:\d\d)?")
_TRUTH = {"true": "yes", "1": "yes", "false": "no", "0": "no"}


def words(value: Literal) -> str:
    """Return a literal as people write it; what does not fit its datatype stays as it is."""
    if value.datatype in _NUMBERS:
        return number(value.value)
    if value.datatype in _CALENDAR:
        return date(value.value)
    if value.datatype == _BOOLEAN:
        return _TRUTH.get(value.value, value.value)
    if value.datatype == _INSTANT:
        day, _, time = value.value.partition("T")
        return f"{date(day)}, {time}"
    return value.value


def number(text: str) -> str:
    """Return a number with a comma between thousands: `4400` reads 4,400."""
    try:
        return f"{Decimal(text):,f}"
    except (InvalidOperation, ValueError):
        return text


def date(text: str) -> str:
    """Return a year, a month or a day in words, as exactly as it is given: `2014-05` reads May 2014."""
    match = _DATE.fullmatch(text)
    if not match or not 1 <= int(match[2] or 1) <= len(_MONTHS):
        return text
    year, month, day = match[1], match[2], match[3]
    parts = [str(int(day))] if day else []
    return " ".join([*parts, *([_MONTHS[int(month) - 1]] if month else []), year])


def span(begin: str, end: str, *, unlimited: bool = False) -> str:
    """Return a period in words; an end that is not known stays open."""
    first, last = date(begin), date(end)
    if unlimited:
        return f"from {first}, unlimited" if first else "unlimited"
    if first and last:
        return first if first == last else f"{first} to {last}"
    if first:
        return f"from {first}"
    return f"until {last}" if last else ""


def plural(noun: str) -> str:
    """Return the plural of an English noun, by its ending."""
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return noun[:-1] + "ies"
    return noun + ("es" if noun.endswith(("s", "x", "ch", "sh")) else "s")


def counted(amount: str, noun: str) -> str:
    """Return `amount` in words with the noun in the number that fits it."""
    return f"{number(amount)} {noun if number(amount) == '1' else plural(noun)}"


def readable(slug: str) -> str:
    """Return the words in a slug or a camel-case name: `notStated` reads not stated."""
    spaced = re.sub(r"(?<=[a-z0-9])[A-Z](?=[a-z])", lambda match: f" {match[0].lower()}", slug)
    return re.sub(r"[-_]+", " ", spaced).strip()
