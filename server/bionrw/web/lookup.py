"""Ask the store for what pages show, by the queries in queries/pages."""

import json
from collections.abc import Iterator

from bionrw.model import Answer, Form, Iri, Literal, Operation, ResultFormat
from bionrw.sparql.formats import JSON
from bionrw.sparql.reading import is_default_only
from bionrw.web.context import Context
from bionrw.web.excerpt import Excerpt, Row, read_rows
from bionrw.web.vocabulary import Vocabulary

Bindings = tuple[tuple[str, Iri | Literal], ...]

# Whole graphs stream as the engine finds them; what describes one thing is laid out for people.
_STREAMED = ("graph-construct", "default-graph-construct")
_ABOUT = ("facts", "evidence", "parts", "names", "issues")


def bind(this: str) -> Bindings:
    """Return what most page queries are given: the thing that ?this stands for."""
    return (("this", Iri(this)),) if this else ()


class Lookup:
    """Runs page queries; the words of the ontology are read once for each release."""

    def __init__(self, context: Context) -> None:
        """Keep the store, the queries and the deadline of `context`."""
        self._context = context
        self._vocabularies: dict[str, Vocabulary] = {}
        self._kept: dict[tuple[str, str], list[Row]] = {}

    @property
    def vocabulary(self) -> Vocabulary:
        """Return the words of the release that is served."""
        version = self._context.store.release.version
        if version not in self._vocabularies:
            terms = self.excerpt()
            terms.add_rows(self.rows("terms"))
            self._vocabularies = {version: Vocabulary(terms)}
        return self._vocabularies[version]

    def excerpt(self) -> Excerpt:
        """Return an empty excerpt that knows the prefixes."""
        return Excerpt(self._context.queries.prefixes())

    def about(self, iri: str) -> Excerpt:
        """Return what the page of `iri` tells: its facts, their evidence, and the names in them."""
        excerpt = self.excerpt()
        for name in _ABOUT:
            excerpt.add_rows(self.rows(name, iri), iri)
        return excerpt

    def exists(self, iri: str) -> bool:
        """Tell whether any graph says anything of `iri`."""
        answer = self._ask("exists", Form.ASK, JSON, bind(iri))
        return bool(json.loads(b"".join(answer.frames))["boolean"])

    def rows(self, name: str, this: str = "") -> list[Row]:
        """Return the rows of the page query `name`, with ?this bound when it is given."""
        return self.bound_rows(name, bind(this))

    def bound_rows(self, name: str, bindings: Bindings) -> list[Row]:
        """Return the rows of the page query `name` with its variables bound."""
        return read_rows(b"".join(self._ask(name, Form.SELECT, JSON, bindings).frames))

    def kept_rows(self, name: str) -> list[Row]:
        """Return the rows of a query about the whole release, which is asked once for each release."""
        key = (self._context.store.release.version, name)
        if key not in self._kept:
            self._kept[key] = self.rows(name)
        return self._kept[key]

    def data(self, name: str, bindings: Bindings, result_format: ResultFormat) -> Answer:
        """Start a page query that makes a graph, such as `resource-construct`.

        It is laid out for people, but for a whole graph, which streams as the engine finds it.
        """
        prefixes = () if name in _STREAMED else tuple(self._context.queries.prefixes().items())
        return self._ask(name, Form.CONSTRUCT, result_format, bindings, prefixes)

    def counts(self) -> Iterator[tuple[str, int]]:
        """Yield each kind of thing with how many there are."""
        for row in self.rows("counts"):
            yield row["kind"].value, int(row["things"].value)

    def _ask(
        self,
        name: str,
        form: Form,
        result_format: ResultFormat,
        bindings: Bindings,
        prefixes: tuple[tuple[str, str], ...] = (),
    ) -> Answer:
        text = self._context.queries.page(name)
        only = is_default_only(text)
        operation = Operation(text, form, bindings=bindings, prefixes=prefixes, default_only=only)
        return self._context.store.query(operation, result_format, self._context.settings.deadline)
