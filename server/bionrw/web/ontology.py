"""The pages about the ontology: all of its terms, what a search finds among them, and its alignments."""

from collections.abc import Iterator, Sequence

from flask import render_template, url_for

from bionrw.model import ResultFormat
from bionrw.web.naming import Naming, pieces
from bionrw.web.render import FORMATS
from bionrw.web.scene import Scene
from bionrw.web.terms import Entry, Section, Terms
from bionrw.web.terms_alignments import Alignment, alignments, by_term, by_vocabulary
from bionrw.web.terms_diagram import panels
from bionrw.web.terms_index import alphabet
from bionrw.web.terms_page import about, changes, code_lists
from bionrw.web.terms_search import Candidate, search
from bionrw.web.terms_uses import uses


def page(scene: Scene, iri: str, address: str, formats: Sequence[ResultFormat]) -> str:
    """Return the documentation of all terms."""
    lookup, own = scene.lookup, scene.context.names.ontology
    naming = _naming(scene)
    sections = _sections(scene, naming)
    entries = list(_entries(sections))
    words = lookup.vocabulary.terms
    return render_template(
        "ontology.html",
        title=words.lexical(own, "dcterms:title") or "Ontology",
        description=words.lexical(own, "dcterms:description"),
        version=words.lexical(own, "owl:versionInfo"),
        panels=panels(naming, own),
        total=len(entries),
        letters=alphabet(entries, ""),
        foreign_letters=alphabet(entries, "de"),
        sections=sections,
        schemes=code_lists(naming),
        families=by_vocabulary(_alignments(scene, naming), scene.context.queries.prefixes()),
        changes=changes(naming, own),
        about=about(naming, own),
        has_context=bool(scene.context.jsonld_tag),
        formats=formats,
        address=address,
        this=iri,
    )


def found(scene: Scene, words: str) -> str:
    """Return the page of the terms and codes that hold `words`."""
    findings = search(words, _candidates(scene, _naming(scene)))
    return render_template("ontology_search.html", words=words, findings=findings)


def aligned(scene: Scene, iri: str, address: str) -> str:
    """Return the page of the alignments with each vocabulary."""
    families = by_vocabulary(_alignments(scene, _naming(scene)), scene.context.queries.prefixes())
    return render_template("alignments.html", families=families, formats=FORMATS, address=address, this=iri)


def _naming(scene: Scene) -> Naming:
    return Naming(scene.lookup.excerpt(), scene.lookup.vocabulary, scene.links)


def _alignments(scene: Scene, naming: Naming) -> list[Alignment]:
    return alignments(scene.lookup.kept_rows("alignments"), naming, scene.context.queries.prefixes())


def _sections(scene: Scene, naming: Naming) -> list[Section]:
    lookup = scene.lookup

    def query(term: str, is_property: bool) -> str:
        text = scene.context.queries.page("term-uses" if is_property else "term-members")
        # A term of the ontology that is served, so it holds nothing that would end the brackets.
        return url_for("endpoint.sparql", query=text.replace("?this", f"<{term}>"))

    usage = uses(lookup.kept_rows("terms-usage"), naming, query)
    terms = Terms(naming, lookup.kept_rows("terms-axioms"), usage, by_term(_alignments(scene, naming)))
    return terms.sections(scene.context.names.ontology)


def _entries(sections: list[Section]) -> Iterator[Entry]:
    for section in sections:
        for sort in section.sorts:
            yield from sort.entries


def _candidates(scene: Scene, naming: Naming) -> Iterator[Candidate]:
    """Yield each term and each code with the words that lead to it."""
    address = url_for("pages.ontology")
    for entry in _entries(_sections(scene, naming)):
        also = tuple(item.target.text for item in entry.alignments)
        yield Candidate(
            f"{address}#{entry.anchor}", entry.anchor, entry.kind, entry.names, entry.definitions, also
        )
    vocabulary = naming.vocabulary
    kinds = {"skos:ConceptScheme": "code list", "skos:Concept": "code"}
    for kind, word in kinds.items():
        for iri in vocabulary.of_class(kind):
            yield Candidate(
                naming.links.local(iri),
                iri.rpartition("/")[2],
                word,
                pieces(vocabulary.terms.texts(iri, "rdfs:label")),
                pieces(vocabulary.terms.texts(iri, "skos:definition")),
                code=True,
            )
