"""What a query with SERVICE asks of whom, what of it the graph here can tell first, and its text without.

A SERVICE becomes VALUES with the rows of its endpoint, which is its algebra (SPARQL 1.1 Federated
Query, section 4). Rows are asked for only where they fit what they are joined with: the elements of
its group and of the groups around it, up to the next sub-select, OPTIONAL or the like. Whatever of these
is left out makes more rows, never other answers.
"""

import re
from dataclasses import dataclass, field

from bionrw.errors import FederationRefused
from bionrw.federation.endpoints import SETTING, Endpoint, Endpoints
from bionrw.federation.groups import JOINED, Element, Group, Part, Path, services_in
from bionrw.federation.scope import Names, Scope
from bionrw.federation.tables import Table, merged
from bionrw.federation.terms import Row, values
from bionrw.federation.tree import Tree, Unreadable
from bionrw.sparql.lexer import Kind, Token, decode_codepoints
from bionrw.sparql.protocol import is_absolute_iri

_UNREADABLE = (
    "The query cannot be read surely, so its SERVICE is refused. Put blanks around keywords, write no "
    "codepoint escapes outside of strings, and use neither annotations nor LATERAL beside SERVICE."
)
_NESTED = (
    "A SERVICE within the pattern of another one has that endpoint ask further, which is refused unless "
    "the operator lists its IRI as `inside`; place it beside the other one."
)
_RELATIVE = "Name the endpoint of SERVICE by its whole address, or by a prefix that stands for it."
# One and the same text has these say something else in each request, or choose among its rows.
_ONCE = re.compile("LIMIT|OFFSET|RAND|NOW|UUID|BNODE|SAMPLE|GROUP_CONCAT")
_LOCAL_ESCAPE = re.compile(r"\\(.)")


@dataclass(eq=False, slots=True)
class Call:
    """One SERVICE: its place, its pattern, and, once it is answered, its rows.

    `endpoint` is an IRI, or `variable` the name of what is bound to some; `columns` are the variables of
    the rows, `extra` others that the endpoint may bind.
    """

    path: Path
    element: Element
    endpoint: str
    variable: str
    columns: tuple[str, ...]
    extra: tuple[str, ...]
    # What may be bound beforehand; nothing where the pattern may be sent but once.
    joinable: Names
    rows: list[Row] | None = field(default=None)

    @property
    def silent(self) -> bool:
        """Tell whether a failing endpoint counts as one empty solution (section 2.3)."""
        return self.element.silent

    def settle(self) -> None:
        """Leave out those `extra` variables that no row has."""
        bound = {name for row in self.rows or () for name in row}
        self.columns = (*self.columns, *(n for n in self.extra if n in bound and n not in self.columns))

    @property
    def pattern(self) -> Group:
        """Return the group that the endpoint is asked for."""
        return self.element.groups[0]


@dataclass(frozen=True, slots=True)
class Context:
    """What the graph here is asked before an endpoint is: a pattern, and its variables."""

    pattern: str
    variables: Names


class Plan:
    """The calls of one text, and the texts that come of it."""

    def __init__(self, text: str, endpoints: Endpoints, base_iri: str) -> None:
        """Read `text`; raise `FederationRefused` for what is not listed and for what cannot be read."""
        self._endpoints, self.base_iri = endpoints, base_iri
        try:
            self.tree = Tree(text)
        except (Unreadable, RecursionError):
            raise FederationRefused(_UNREADABLE) from None
        self._scope = Scope(self.tree)
        self.calls = [self._call(path, element) for path, element in self.tree.services()]
        self._refuse_hidden()

    def allowed(self, iri: str) -> Endpoint:
        """Return the endpoint of this IRI; raise `FederationRefused` when it is not listed."""
        if found := self._endpoints.get(iri):
            return found
        listed = ", ".join(self._endpoints) or "none"
        detail = f"This server may not ask <{iri[:300]}>; its operator lists in {SETTING}: {listed}."
        raise FederationRefused(detail, {"source": iri[:300], "listed": list(self._endpoints)})

    def plain(self) -> str:
        """Return the text with all endpoints blanked out, so that no place in it moves."""
        parts, at = [], 0
        for start, end in self._headers(self.tree.roots):
            parts += [self.tree.text[at:start], re.sub(r"[^\r\n]", " ", self.tree.text[start:end])]
            at = end
        return "".join((*parts, self.tree.text[at:]))

    def context(self, call: Call) -> Context | None:
        """Return what all solutions that a call is joined with fit, None where nothing is known."""
        pattern, names = "", dict[str, None]()
        graph: Token | None = None
        for number, step in enumerate(call.path):
            within = call.path[number - 1].element if number else None
            if within is not None and within.part is Part.GRAPH:
                graph = within.term
            if step.group.head is not None or step.element is None:
                if graph is not None and graph.kind is Kind.VARIABLE:
                    return None  # its variable is another one in there
                pattern, names = "", {}
                continue
            if step.element.part not in (*JOINED, Part.SERVICE):
                # Where one of OPTIONAL fits nothing, what it is optional to stays: it may lose only those
                # that fit nothing to its left. What EXISTS and MINUS find decides in the same way.
                pattern, names = "", {}
            text, bound = self._joined(step.group, step.element)
            if graph is not None and text:
                text = f"GRAPH {graph.text} {{ {text} }}"
                bound |= {graph.text[1:]: None} if graph.kind is Kind.VARIABLE else {}
            pattern, names = f"{pattern}{text}\n", names | bound
        return Context(pattern, names) if names else None

    def select(self, context: Context, names: Names, limit: int) -> str:
        """Return the query for what `names` are bound to in a context."""
        tree = self.tree
        first = next((i for i in range(tree.start, tree.opening) if tree.is_word(i, "FROM")), tree.opening)
        dataset = tree.source(first, tree.opening - tree.is_word(tree.opening - 1, "WHERE"))
        wanted = " ".join(f"?{name}" for name in names)
        prologue = tree.source(0, tree.start)
        return (
            f"{prologue}\nSELECT DISTINCT {wanted}\n{dataset}\nWHERE {{\n{context.pattern}}}\nLIMIT {limit}"
        )

    def request(self, call: Call, names: Names, rows: list[Row], limit: int) -> str:
        """Return the query for an endpoint, with `rows` of bindings for `names` unless there are none."""
        tree, group = self.tree, call.pattern
        pattern = f"{tree.source(group.first + 1, group.end - 1)}\n"
        flat = group.head is None and all(name in self._scope.leading(group) for name in names)
        if not flat:
            pattern = f"{{\n{pattern}}}\n"
        if names:
            pattern = f"{values(tuple(names), rows)}\n{pattern}"
        wanted = dict.fromkeys((*call.columns, *call.extra))
        heading = " ".join(f"?{name}" for name in wanted if name != call.variable) or "*"
        return f"{self._prologue(group)}SELECT {heading} WHERE {{\n{pattern}}}\nLIMIT {limit}"

    def answered(self) -> str:
        """Return the text with the rows of all calls in the places of their SERVICE."""
        tables = self._tables()
        parts, at = [], 0
        for call in sorted(self.calls, key=lambda each: each.element.first):
            start, end = self._span(call.element.first, call.element.end)
            table = tables[call.element]
            parts += [self.tree.text[at:start], f" {table.text()} " if table else " "]
            at = end
        return "".join((*parts, self.tree.text[at:]))

    def _tables(self) -> dict[Element, Table | None]:
        """Return the rows of each SERVICE, None where another one of its group has taken them up."""
        found: dict[Element, Table | None] = {}
        calls = {call.element: Table(call.columns, call.rows or ()) for call in self.calls}
        for group in {id(call.path[-1].group): call.path[-1].group for call in self.calls}.values():
            # What is not joined, such as OPTIONAL, takes what stands before it.
            kept = [e for e in group.elements if e in calls or e.part not in (*JOINED, Part.FILTER)]
            found |= dict(zip(kept, merged(calls.get(element) for element in kept), strict=True))
        return found

    def _call(self, path: Path, element: Element) -> Call:
        term, group = element.term, element.groups[0]
        variable = term.text[1:] if term.kind is Kind.VARIABLE else ""
        endpoint = "" if variable else self._iri(term)
        listed = [self.allowed(endpoint)] if endpoint else list(self._endpoints.values())
        self._refuse_nested(group, listed)
        columns = self._scope.visible(group) | ({variable: None} if variable else {})
        divisible = not any(map(_ONCE.search, self.tree.words(group.first, group.end)))
        # A service inside, such as one for labels, may make what is projected and stands nowhere in it.
        inside = any(True for _ in services_in(group))
        extra = self.tree.variables(self.tree.start, len(self.tree.tokens)) if inside else {}
        joinable = self._scope.certain(group) if divisible else {}
        return Call(path, element, endpoint, variable, tuple(columns), tuple(extra), joinable)

    def _iri(self, term: Token) -> str:
        if term.kind is Kind.IRI:
            iri = decode_codepoints(term.text[1:-1])
        else:
            prefix, _, local = term.text.partition(":")
            iri = self.tree.prefixes.get(prefix, "") + _LOCAL_ESCAPE.sub(r"\1", local)
        if not is_absolute_iri(iri):
            raise FederationRefused(_RELATIVE)
        return iri

    def _refuse_nested(self, group: Group, endpoints: list[Endpoint]) -> None:
        """Raise `FederationRefused` for a SERVICE within a pattern that not all of its endpoints may get."""
        for element in services_in(group):
            name = "" if element.term.kind is Kind.VARIABLE else self._iri(element.term)
            if not name or any(name not in endpoint.inside for endpoint in endpoints):
                raise FederationRefused(_NESTED)

    def _refuse_hidden(self) -> None:
        """Raise `FederationRefused` when an engine might find another SERVICE than those of the tree."""
        tree = self.tree
        words = [word for word in tree.words(0, len(tree.tokens)) if "SERVICE" in word]
        # Engines ask for no blank after a keyword, so SERVICEx:y { is one to them.
        glued = any(
            token.kind is Kind.NAME
            and "SERVICE" in token.text.partition(":")[0].upper()
            and tree.is_mark(at + 1, "{")
            and not tree.is_word(at - 1, "GRAPH", "SERVICE", "SILENT")
            for at, token in enumerate(tree.tokens)
        )
        if glued or set(words) - {"SERVICE"} or len(words) != len(self._headers(tree.roots)):
            raise FederationRefused(_UNREADABLE)

    def _joined(self, group: Group, besides: Element) -> tuple[str, Names]:
        """Return the elements of a group that every solution of it fits, and what they bind."""
        parts: list[str] = []
        bound, sure = dict[str, None](), dict[str, None]()
        filters: list[Element] = []
        rows = {call.element: call for call in self.calls if call.rows is not None}
        elements = group.elements
        if besides.part not in (*JOINED, Part.SERVICE, Part.FILTER):
            elements = elements[: elements.index(besides)]
        for element in elements:
            if call := rows.get(element):
                parts.append(values(call.columns, call.rows or []))
                bound |= dict.fromkeys(call.columns)
            elif element is besides or not self._is_steady(element):
                continue
            elif element.part in JOINED:
                bound |= self._scope.visible(Group(0, 0, [element]))
                sure |= self._scope.sure(element)
                dot = " ." if element.part is Part.TRIPLES else ""
                parts.append(f"{self.tree.source(element.first, element.end)}{dot}")
            elif element.part is Part.FILTER:
                filters.append(element)
            elif element.part is Part.BIND and self._is_bound(element, sure):
                bound |= {self._scope.bound_by(element): None}
                parts.append(self.tree.source(element.first, element.end))
        parts.extend(
            self.tree.source(element.first, element.end)
            for element in filters
            if all(name in sure for name in self.tree.variables(element.first, element.end))
        )
        return "\n".join(parts), bound

    def _is_steady(self, element: Element) -> bool:
        """Tell whether an element gives the same each time, and needs no endpoint."""
        if any(map(_ONCE.search, self.tree.words(element.first, element.end))):
            return False
        if element.part in (Part.FILTER, Part.BIND):
            return not element.groups
        return not any(True for group in element.groups for _ in services_in(group))

    def _is_bound(self, element: Element, sure: Names) -> bool:
        """Tell whether all that a BIND is made of has a value before it."""
        made = self._scope.bound_by(element)
        names = self.tree.variables(element.first, element.end)
        return made not in sure and all(name in sure for name in names if name != made)

    def _prologue(self, group: Group) -> str:
        """Return the declarations that the pattern of a group needs, and no others."""
        tokens = self.tree.tokens[group.first : group.end]
        used = dict.fromkeys(t.text.partition(":")[0] for t in tokens if t.kind is Kind.NAME)
        lines = [
            f"PREFIX {name}: <{self.tree.prefixes[name]}>\n" for name in used if name in self.tree.prefixes
        ]
        relative = any(t.kind is Kind.IRI and not is_absolute_iri(t.text[1:-1]) for t in tokens)
        base = self.tree.base or f"<{self.base_iri}>"
        return "".join(([f"BASE {base}\n"] if relative else []) + lines)

    def _span(self, first: int, end: int) -> tuple[int, int]:
        last = self.tree.tokens[end - 1]
        return self.tree.tokens[first].start, last.start + len(last.text)

    def _headers(self, groups: list[Group]) -> list[tuple[int, int]]:
        found: list[tuple[int, int]] = []
        for element in (service for group in groups for service in services_in(group)):
            opening = self.tree.tokens[element.groups[0].first].start
            found.append((self.tree.tokens[element.first].start, opening))
        return sorted(found)
