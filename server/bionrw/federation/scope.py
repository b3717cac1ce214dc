"""Which variables a group binds: those that may have a value in its solutions, and those that always have.

SPARQL 1.1 Query, section 18.2.1.
"""

from bionrw.federation.groups import Element, Group, Part
from bionrw.federation.tree import Tree
from bionrw.sparql.lexer import Kind

Names = dict[str, None]


class Scope:
    """Reads the variables of one tree."""

    def __init__(self, tree: Tree) -> None:
        """Keep the tree."""
        self._tree = tree

    def visible(self, group: Group) -> Names:
        """Return the variables that are in scope of a group, in their order."""
        if group.head is not None:
            return self._projected(group.head, self.visible(group.elements[0].groups[0]))
        found: Names = {}
        for element in group.elements:
            found |= self._seen(element)
        return found

    def certain(self, group: Group) -> Names:
        """Return the variables that every solution of a group binds; no more than is sure."""
        if group.head is not None:
            inner = self.certain(group.elements[0].groups[0])
            return {name: None for name in self._projected(group.head, inner) if name in inner}
        found: Names = {}
        for element in group.elements:
            found |= self.sure(element)
        return found

    def leading(self, group: Group) -> Names:
        """Return what a group is sure to bind before anything in it that is not joined."""
        found: Names = {}
        for element in group.elements if group.head is None else ():
            if element.part not in (Part.TRIPLES, Part.FILTER):
                break
            found |= self.sure(element)
        return found

    def sure(self, element: Element) -> Names:
        """Return the variables that an element is sure to bind in each solution of its group."""
        if element.part is Part.TRIPLES:
            return self._tree.variables(element.first, element.end)
        if element.part is Part.VALUES:
            tokens = self._tree.tokens[element.first : element.end]
            open_ended = any(token.text.upper() == "UNDEF" for token in tokens if token.kind is Kind.WORD)
            return {} if open_ended else self._heading(element)
        if element.part is Part.GRAPH:
            return self._term(element) | self.certain(element.groups[0])
        if element.part is Part.UNION:
            first, *others = (self.certain(group) for group in element.groups)
            return {name: None for name in first if all(name in other for other in others)}
        return {}

    def bound_by(self, element: Element) -> str:
        """Return the variable that a BIND gives a value, empty where it is not found."""
        tree = self._tree
        named = tree.is_word(element.end - 3, "AS")
        return next(iter(tree.variables(element.end - 2, element.end)), "") if named else ""

    def _seen(self, element: Element) -> Names:
        if element.part is Part.TRIPLES:
            return self._tree.variables(element.first, element.end)
        if element.part is Part.VALUES:
            return self._heading(element)
        if element.part is Part.BIND:
            name = self.bound_by(element)
            return {name: None} if name else {}
        if element.part in (Part.FILTER, Part.MINUS):
            return {}
        found = self._term(element)
        for group in element.groups:
            found |= self.visible(group)
        return found

    def _heading(self, element: Element) -> Names:
        """Return the variables of VALUES, which has none among its rows."""
        return self._tree.variables(element.first, element.end)

    def _term(self, element: Element) -> Names:
        term = element.term
        return {term.text[1:]: None} if term.kind is Kind.VARIABLE else {}

    def _projected(self, head: tuple[int, int], inner: Names) -> Names:
        """Return what SELECT projects: its variables and those that its expressions are given to."""
        first, end = head
        if any(self._tree.is_mark(at, "*") for at in (first, first + 1)):
            return inner
        found: Names = {}
        depth = 0
        for at in range(first, end):
            depth += self._tree.is_mark(at, "(") - self._tree.is_mark(at, ")")
            # Within brackets, only the variable after the last AS is projected.
            if not depth or (self._tree.is_word(at - 1, "AS") and self._tree.is_mark(at + 1, ")")):
                found |= self._tree.variables(at, at + 1)
        return found
