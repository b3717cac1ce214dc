"""The pages for people: each view gathers what its template shows."""

from dataclasses import dataclass

from flask import render_template, url_for

from bionrw.model import Iri
from bionrw.web.composition import Composer
from bionrw.web.context import Context
from bionrw.web.kinds import shelves, title
from bionrw.web.links import Links
from bionrw.web.listing import list_incoming, list_kind
from bionrw.web.lookup import Lookup
from bionrw.web.naming import Naming
from bionrw.web.render import FORMATS
from bionrw.web.resource import Line, Piece
from bionrw.web.terms import Terms
from bionrw.web.terms_diagram import panels
from bionrw.web.terms_page import about, code_lists
from bionrw.web.terms_uses import uses

HIGHLIGHTS = 12


@dataclass(frozen=True, slots=True)
class Scene:
    """What every view may use."""

    context: Context
    lookup: Lookup
    links: Links


def home(scene: Scene) -> str:
    """Return the home page."""
    context = scene.context
    counts = dict(scene.lookup.counts())
    found = shelves(counts.items(), context.names, scene.lookup.vocabulary)
    evidence = {"facts": counts.get("statement", 0), "quotations": counts.get("span", 0)}
    things = sum(kind.things for shelf in found if shelf.world for kind in shelf.kinds)
    return render_template(
        "home.html",
        highlights=_highlights(scene),
        shelves=found,
        things=things,
        release=context.store.release,
        has_quality=(context.store.release.path / "quality.json").is_file(),
        **evidence,
    )


def _highlights(scene: Scene) -> tuple[Line, ...]:
    """Return the first of the things that the sources are about."""
    rows = scene.lookup.rows("highlights")
    excerpt = scene.lookup.excerpt()
    excerpt.add_rows(rows)
    naming = Naming(excerpt, scene.lookup.vocabulary, scene.links)
    return list_kind(rows, naming, scene.context.names.base, 1, HIGHLIGHTS).items


def kinds(scene: Scene) -> str:
    """Return the list of all kinds of things."""
    found = shelves(scene.lookup.counts(), scene.context.names, scene.lookup.vocabulary)
    return render_template("kinds.html", shelves=found)


def thing(scene: Scene, iri: str, page: int, address: str) -> str:
    """Return the page of a thing; raise `NotFound` for a page of links beyond the last."""
    lookup = scene.lookup
    excerpt = lookup.about(iri)
    rows = lookup.rows("incoming", iri)
    excerpt.add_rows((row for row in rows if "object" in row), iri)
    composer = Composer(iri, excerpt, lookup.vocabulary, scene.links)
    size = scene.context.settings.page_size
    incoming = list_incoming(rows, composer.lines, composer.naming, page, size)
    kind = iri.split("/")[-2]
    shelf = Piece(title(kind, scene.context.names, lookup.vocabulary), url_for("pages.things", kind=kind))
    resource = composer.resource(shelf, incoming)
    return render_template("resource.html", resource=resource, formats=FORMATS, address=address, this=iri)


def things(scene: Scene, kind: str, page: int, address: str) -> str:
    """Return a page of the things of one kind; raise `NotFound` beyond the last."""
    names, lookup = scene.context.names, scene.lookup
    namespace = names.thing(kind, "")
    rows = lookup.rows("kind", namespace)
    excerpt = lookup.excerpt()
    excerpt.add_rows(rows)
    naming = Naming(excerpt, lookup.vocabulary, scene.links)
    listing = list_kind(rows, naming, namespace, page, scene.context.settings.page_size)
    scheme = names.thing("scheme", kind)
    return render_template(
        "kind.html",
        title=title(kind, names, lookup.vocabulary),
        definition=lookup.vocabulary.definition(scheme),
        scheme=naming.link(scheme) if lookup.vocabulary.name(scheme) else None,
        listing=listing,
        formats=FORMATS,
        address=address,
        this=namespace,
    )


def ontology(scene: Scene, iri: str, address: str) -> str:
    """Return the documentation of all terms."""
    lookup, own = scene.lookup, scene.context.names.ontology
    naming = Naming(lookup.excerpt(), lookup.vocabulary, scene.links)

    def query(term: str, is_property: bool) -> str:
        text = scene.context.queries.page("term-uses" if is_property else "term-members")
        # A term of the ontology that is served, so it holds nothing that would end the brackets.
        return url_for("endpoint.sparql", query=text.replace("?this", f"<{term}>"))

    terms = Terms(
        naming, lookup.kept_rows("terms-axioms"), uses(lookup.kept_rows("terms-usage"), naming, query)
    )
    words = lookup.vocabulary.terms
    return render_template(
        "ontology.html",
        title=words.lexical(own, "dcterms:title") or "Ontology",
        description=words.lexical(own, "dcterms:description"),
        version=words.lexical(own, "owl:versionInfo"),
        panels=panels(naming, own),
        sections=terms.sections(own),
        schemes=code_lists(naming),
        about=about(naming, own),
        has_context=(scene.context.store.release.path / "context.jsonld").is_file(),
        formats=FORMATS,
        address=address,
        this=iri,
    )


def graph(scene: Scene, iri: str, address: str) -> str:
    """Return the page of a named graph."""
    naming = Naming(scene.lookup.excerpt(), scene.lookup.vocabulary, scene.links)
    rows = scene.lookup.rows("graph", iri)
    classes = [
        (naming.link(row["class"].value), int(row["things"].value))
        for row in rows
        if isinstance(row["class"], Iri)
    ]
    release = scene.context.store.release
    return render_template(
        "graph.html",
        name=iri.rpartition("/")[2],
        triples=release.graphs[iri],
        classes=classes,
        release=release,
        formats=FORMATS,
        address=address,
        this=iri,
    )
