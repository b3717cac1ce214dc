"""Read the lists of the content, CSV so that anybody can edit them, and name the line of a fault."""

import csv
import io
from collections.abc import Iterator, Sequence
from importlib.resources.abc import Traversable

from bionrw.errors import SourceError

Row = dict[str, str]


def read_rows(
    file: Traversable, name: str, columns: Sequence[str], empty: Sequence[str] = ()
) -> Iterator[tuple[int, Row]]:
    """Yield the number of each line and its cells, none when there is no file.

    Every cell is filled but those of the `empty` columns. Raises `SourceError`.
    """
    if not file.is_file():
        return
    try:
        rows = csv.DictReader(io.StringIO(file.read_bytes().decode("utf-8-sig"), newline=""), strict=True)
        if rows.fieldnames != list(columns):
            raise fault(name, 1, f"the columns are {', '.join(columns)}")
        needed = [column for column in columns if column not in empty]
        for row in rows:
            if None in row or None in row.values() or not all(row[column] for column in needed):
                raise fault(
                    name, rows.line_num, f"each entry needs {', '.join(needed[:-1])} and {needed[-1]}"
                )
            yield rows.line_num, row
    except (UnicodeDecodeError, csv.Error) as error:
        raise fault(name, 1, f"the file is no CSV in UTF-8: {error}") from None


def fault(name: str, line: int, problem: str) -> SourceError:
    """Return the error for a line of a file."""
    return SourceError(f"{name}, line {line}: {problem}.", {"file": name, "line": line})
