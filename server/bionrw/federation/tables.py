"""Join the rows of calls that share variables: the engine compares each row of one VALUES with all others."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bionrw.federation.terms import Row, values

# A join that makes more rows than these is left to the engine, which needs not hold them.
_MOST_ROWS = 200_000


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under their columns, some of which a row may lack."""

    columns: tuple[str, ...]
    rows: Sequence[Row]

    def text(self) -> str:
        """Return the VALUES block."""
        return values(self.columns, self.rows)

    def joined(self, other: "Table") -> "Table | None":
        """Return the join of both (SPARQL 1.1 Query, section 18.5), None where it is better left.

        It is when they share no column, when a row lacks a shared one, and when there were too many rows.
        """
        shared = [name for name in self.columns if name in other.columns]
        if not shared or not all(name in row for row in (*self.rows, *other.rows) for name in shared):
            return None
        by_values: dict[tuple[object, ...], list[Row]] = defaultdict(list)
        for row in other.rows:
            by_values[tuple(row[name] for name in shared)].append(row)
        found: list[Row] = []
        for row in self.rows:
            found += [{**row, **match} for match in by_values.get(tuple(row[name] for name in shared), ())]
            if len(found) > _MOST_ROWS:
                return None
        return Table((*self.columns, *(name for name in other.columns if name not in shared)), found)


def merged(tables: Iterable[Table | None]) -> list[Table | None]:
    """Return as many entries, each with a table, or None where it went into an earlier one.

    None among `tables` stands for what must not be passed: what comes after it is joined with nothing before.
    """
    found: list[Table | None] = []
    begin = 0
    for table in tables:
        found.append(table)
        if table is None:
            begin = len(found)
            continue
        for place in range(begin, len(found) - 1):
            earlier = found[place]
            if earlier is not None and (both := earlier.joined(table)) is not None:
                found[place], found[-1] = both, None
                break
    return found
