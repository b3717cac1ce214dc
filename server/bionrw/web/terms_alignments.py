"""How the terms of the ontology relate to those of other vocabularies, in words and with reasons."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bionrw.web.excerpt import Row
from bionrw.web.links import shorten
from bionrw.web.naming import Naming
from bionrw.web.resource import Piece

_ACTIONS = {
    "rdfs:subClassOf": "is a kind of",
    "rdfs:subPropertyOf": "is a narrower property of",
    "owl:equivalentClass": "means the same as",
    "owl:equivalentProperty": "means the same as",
    "skos:exactMatch": "exact match:",
    "skos:closeMatch": "close match:",
    "skos:broadMatch": "broader match:",
    "skos:narrowMatch": "narrower match:",
    "skos:relatedMatch": "related match:",
}
# What binds: whoever loads the alignments draws conclusions from it.
_BINDING = frozenset(name for name in _ACTIONS if not name.startswith("skos:"))
_VOCABULARIES = {
    "dcterms": "DCMI Metadata Terms",
    "eurio": "EURIO 2.4",
    "foaf": "FOAF",
    "frapo": "FRAPO",
    "legal": "SEMIC Core Business",
    "m8g": "SEMIC Core Public Organisation",
    "oa": "Web Annotation",
    "org": "ORG, the organization ontology",
    "prov": "PROV-O",
    "qb": "Data Cube",
    "schema": "schema.org",
    "time": "OWL-Time",
}


@dataclass(frozen=True, slots=True)
class Alignment:
    """One mapping of ours: the term, what it does in words, and the foreign term by its short name.

    `binding` says that the mapping is an axiom and no mere pointer.
    """

    term: Piece
    iri: str
    action: str
    target: Piece
    vocabulary: str
    binding: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Family:
    """All alignments with one vocabulary."""

    title: str
    namespace: str
    alignments: tuple[Alignment, ...]


def alignments(rows: Iterable[Row], naming: Naming, prefixes: Mapping[str, str]) -> list[Alignment]:
    """Return the mappings in rows of the query `alignments`; those that bind come first for each term."""
    actions = {naming.excerpt.expand(name): name for name in _ACTIONS}
    found = [
        _alignment(row, actions[row["action"].value], naming, prefixes)
        for row in rows
        if row["action"].value in actions
    ]
    return sorted(
        found, key=lambda item: (item.term.text.casefold(), item.iri, not item.binding, item.target.text)
    )


def _alignment(row: Row, action: str, naming: Naming, prefixes: Mapping[str, str]) -> Alignment:
    target = row["target"].value
    name = shorten(target, prefixes)
    prefix = name.partition(":")[0]
    address = naming.links.external(target)
    return Alignment(
        term=naming.link(row["term"].value),
        iri=row["term"].value,
        action=_ACTIONS[action],
        target=Piece(name, address, external=bool(address)),
        vocabulary=prefix if name != target else "",
        binding=action in _BINDING,
        reason=row["reason"].value if "reason" in row else "",
    )


def by_term(found: Iterable[Alignment]) -> dict[str, tuple[Alignment, ...]]:
    """Return the alignments of each term, by its IRI."""
    groups: dict[str, list[Alignment]] = {}
    for item in found:
        groups.setdefault(item.iri, []).append(item)
    return {iri: tuple(items) for iri, items in groups.items()}


def by_vocabulary(found: Iterable[Alignment], prefixes: Mapping[str, str]) -> list[Family]:
    """Return the alignments with each vocabulary, by its name; what has no prefix comes last."""
    groups: dict[str, list[Alignment]] = {}
    for item in found:
        groups.setdefault(item.vocabulary, []).append(item)
    families = [
        Family(_VOCABULARIES.get(prefix, prefix), prefixes.get(prefix, ""), tuple(items))
        for prefix, items in groups.items()
    ]
    return sorted(families, key=lambda family: (not family.title, family.title.casefold()))
