"""How often a term is used in the data, with the query that tells it and one example."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bionrw.model import Literal, Term
from bionrw.web.excerpt import Row
from bionrw.web.naming import Naming
from bionrw.web.resource import Line, Piece
from bionrw.web.words import number

_LONGEST = 80


@dataclass(frozen=True, slots=True)
class Uses:
    """The number of uses in words, the address of the query that lists them, and an example."""

    count: str
    href: str
    example: Line


def uses(rows: Iterable[Row], naming: Naming, address: Callable[[str, bool], str]) -> dict[str, Uses]:
    """Return the uses by term from rows of the query `terms-usage`.

    `address` makes the link to the query for a term that is a property (True) or a class (False).
    """
    found: dict[str, Uses] = {}
    for row in rows:
        term = row["term"].value
        if term in found:
            continue
        for thing, label in (("example", "label"), ("value", "valueLabel")):
            if thing in row and label in row:
                naming.excerpt.add(row[thing].value, naming.excerpt.expand("rdfs:label"), row[label])
        found[term] = Uses(
            number(row["uses"].value), address(term, "value" in row), _example(row, naming, term)
        )
    return found


def _example(row: Row, naming: Naming, term: str) -> Line:
    line: Line = (_thing(row["example"], naming),)
    if "value" in row:
        line += (Piece(f" {naming.name(term).value} ", style="muted"), _thing(row["value"], naming))
    return line


def _thing(term: Term, naming: Naming) -> Piece:
    if isinstance(term, Literal) and len(term.value) > _LONGEST:
        term = Literal(term.value[:_LONGEST].rpartition(" ")[0] + " …", term.language)
    return naming.piece(term)
