"""The IRIs of this project: namespaces, rebasing, and the way from an IRI to a path and back."""

from dataclasses import dataclass

CANONICAL_BASE = "https://w3id.org/bionrw/"
RELEASE_GRAPHS = ("document", "curated", "ontology", "inferred")


@dataclass(frozen=True, slots=True)
class Names:
    """IRIs below one base; the base ends in a slash."""

    base: str = CANONICAL_BASE

    @property
    def ontology(self) -> str:
        """Return the IRI of the ontology."""
        return self.base + "ontology"

    def term(self, name: str) -> str:
        """Return the IRI of the ontology term `name`."""
        return f"{self.base}ontology#{name}"

    def thing(self, kind: str, slug: str) -> str:
        """Return the IRI of a thing."""
        return f"{self.base}id/{kind}/{slug}"

    def quality(self, name: str) -> str:
        """Return the IRI of a dimension or metric of the quality report."""
        return f"{self.base}quality#{name}"

    def graph(self, name: str) -> str:
        """Return the IRI of a named graph."""
        return f"{self.base}graph/{name}"

    def default_graphs(self) -> tuple[str, ...]:
        """Return the graphs whose union is the endpoint's default graph."""
        return tuple(self.graph(name) for name in RELEASE_GRAPHS)

    def path(self, iri: str) -> str | None:
        """Return the path ("id/place/x", no leading slash, no fragment) of an IRI of ours, else None."""
        if not iri.startswith(self.base):
            return None
        return iri[len(self.base) :].partition("#")[0]

    def iri(self, path: str) -> str:
        """Return the IRI that `path` (no leading slash) stands for."""
        return self.base + path


def rebase(iri: str, base: str) -> str:
    """Return `iri` below `base` when it lies below the canonical base, else unchanged."""
    if iri.startswith(CANONICAL_BASE):
        return base + iri[len(CANONICAL_BASE) :]
    return iri
