"""Write the ontology in the syntaxes of OWL that the engine does not know, once for each release."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

from pyoxigraph import NamedNode, Quad, Triple

from bionrw.library import Library
from bionrw.names import Names
from bionrw.release.publish import SYNTAXES
from bionrw.release.reason.owlapi import render


def write_syntaxes(quads: Iterable[Quad], library: Library, base: str) -> dict[str, bytes]:
    """Return the files with the graph of the terms, by name; raise `BuildError` if an axiom would be lost."""
    graph = NamedNode(Names(base).graph("ontology"))
    terms = [quad.triple for quad in quads if quad.graph_name == graph]
    iris = _iris(terms)
    used = {
        name: namespace
        for name, namespace in library.prefixes().items()
        if any(iri.startswith(namespace) for iri in iris)
    }
    # Each is written by a process of its own, which takes seconds.
    with ThreadPoolExecutor() as pool:
        texts = pool.map(lambda syntax: render(terms, syntax, used), SYNTAXES)
        return dict(zip(SYNTAXES.values(), texts, strict=True))


def _iris(triples: Iterable[Triple]) -> set[str]:
    return {term.value for triple in triples for term in triple if isinstance(term, NamedNode)}
