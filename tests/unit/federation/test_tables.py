"""Rows of calls that share variables are joined before the engine sees them."""

from collections import Counter

from bionrw.federation.tables import Table, merged
from bionrw.model import Literal


def table(columns: str, *rows: str) -> Table:
    """Return a table of one-letter values; a dot is none."""
    names = tuple(columns)
    return Table(
        names,
        [{n: Literal(v) for n, v in zip(names, row, strict=True) if v != "."} for row in rows],
    )


def shown(found: Table | None) -> tuple[tuple[str, ...], Counter[str]] | None:
    if found is None:
        return None
    names = found.columns
    rows = ("".join(str(getattr(row.get(name), "value", ".")) for name in names) for row in found.rows)
    return names, Counter(rows)


def test_rows_that_agree_are_joined_as_often_as_they_come() -> None:
    left, right = table("ab", "12", "12", "34"), table("bc", "25", "26", "77")
    assert shown(left.joined(right)) == (("a", "b", "c"), Counter({"125": 2, "126": 2}))


def test_what_a_row_lacks_beside_the_shared_columns_stays_lacking() -> None:
    assert shown(table("ab", ".2").joined(table("bc", "2."))) == (("a", "b", "c"), Counter({".2.": 1}))


def test_rows_are_left_to_the_engine_where_that_is_better() -> None:
    assert table("ab", "12").joined(table("cd", "34")) is None
    assert table("ab", "1.").joined(table("bc", "25")) is None
    many = table("ab", *["12"] * 1000)
    assert many.joined(table("bc", *["23"] * 1000)) is None


def test_nothing_is_taken_past_what_is_not_joined() -> None:
    one, two, three = table("ab", "12"), table("bc", "23"), table("cd", "34")
    found = merged([one, two, None, three])
    assert [shown(each) for each in found] == [shown(one.joined(two)), None, None, shown(three)]
    assert [shown(each) for each in merged([one, None, two])] == [shown(one), None, shown(two)]


def test_a_chain_becomes_one_table() -> None:
    found = merged([table("ab", "12"), table("bc", "23"), table("cd", "34")])
    assert [shown(each) for each in found] == [(("a", "b", "c", "d"), Counter({"1234": 1})), None, None]
