"""Ask for generated things: the queries of tests/bench/queries with values put in, none of them twice."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from string import Template
from urllib.parse import quote

from bionrw.content import find_content
from bionrw.library import PREFIX_FILE, read_prefixes
from tests.bench import facts
from tests.bench.facts import below
from tests.bench.releases import Extent

FOLDER = Path(__file__).with_name("queries")
WEIGHTS = ("light", "heavy", "stream")
ROWS, GRAPH = "application/sparql-results+json", "application/n-triples"
# A limit that no answer reaches: it makes each query another one, and changes no answer.
ENOUGH = 1_000_000
WORDS_SOUGHT = 3

_HEADER = re.compile(r"^#\+ (\w+): (.+)$", re.MULTILINE)
_PREFIX_USE = re.compile(r"(?<![\w<])([a-z]+):")


@dataclass(frozen=True)
class Kind:
    """A query with places for values; `weight` is "light", "heavy" (10 ms and more) or "stream"."""

    name: str
    title: str
    weight: str
    template: Template
    places: tuple[str, ...]
    # The template, quoted but for its places: to quote each question anew would take most of the time.
    quoted: Template

    @property
    def media_type(self) -> str:
        """Return the format to ask for."""
        graph = re.search(r"^(CONSTRUCT|DESCRIBE)\b", self.template.template, re.MULTILINE)
        return GRAPH if graph else ROWS


@dataclass(frozen=True)
class Question:
    """One query with its values."""

    kind: Kind
    values: Mapping[str, str]

    @property
    def text(self) -> str:
        """Return the query."""
        return self.kind.template.substitute(self.values)

    @property
    def target(self) -> str:
        """Return the query component of the address (SPARQL 1.1 Protocol, section 2.1.1)."""
        values = {name: quote(value, safe="") for name, value in self.values.items()}
        return f"?query={self.kind.quoted.substitute(values)}"


def read_kinds() -> dict[str, Kind]:
    """Return the kinds of queries by name."""
    prefixes = dict(read_prefixes(find_content().queries / PREFIX_FILE))
    return {file.stem: _read(file, prefixes) for file in sorted(FOLDER.glob("*.rq"))}


def _read(file: Path, prefixes: dict[str, str]) -> Kind:
    text = file.read_text(encoding="utf-8")
    header, body = dict(_HEADER.findall(text)), _HEADER.sub("", text).lstrip()
    used = dict.fromkeys(_PREFIX_USE.findall(body))
    prologue = "".join(f"PREFIX {name}: <{prefixes[name]}>\n" for name in used)
    template = Template(prologue + body)
    places = tuple(template.get_identifiers())
    quoted = Template(quote(template.template, safe="$"))
    return Kind(file.stem, header["title"], header["weight"], template, places, quoted)


class Asker:
    """Asks about the things of a release; each question has a number of its own, so none comes twice."""

    def __init__(self, extent: Extent, seed: int) -> None:
        """Start with the first number; the same extent and seed lead to the same questions."""
        self._chance = Random(seed)
        self._number = 0
        self._values: dict[str, Callable[[], str]] = {
            "project": lambda: self._thing("project", extent.projects),
            "organisation": lambda: self._thing("organisation", extent.organisations),
            "cluster": lambda: self._thing("cluster", extent.clusters),
            "field": lambda: self._thing("field", facts.FIELDS),
            "words": lambda: f'"{facts.phrase(self._chance, WORDS_SOUGHT)}"',
            # Half of all volumes and more lie above it; the fraction is the number of the question.
            "volume": lambda: f"{self._below(facts.LARGEST_AMOUNT // 2) + 1000}.{self._number:09}",
            "limit": lambda: str(ENOUGH + self._number),
            "offset": lambda: str(self._number % 1000),
        }

    def ask(self, kind: Kind) -> Question:
        """Return a new question."""
        self._number += 1
        return Question(kind, {name: self._values[name]() for name in kind.places})

    def ask_in_turn(self, kinds: Sequence[Kind], count: int) -> Iterator[Question]:
        """Yield `count` questions, one of each kind after the other."""
        for number in range(count):
            yield self.ask(kinds[number % len(kinds)])

    def _below(self, limit: int) -> int:
        return below(limit, self._chance)

    def _thing(self, kind: str, count: int) -> str:
        return str(facts.thing((kind, self._below(count))))
