"""The pages for people: each view gathers what its template shows."""

import shlex
from collections.abc import Sequence

from flask import render_template, url_for

from bionrw.model import Iri, Literal
from bionrw.web.composition import Composer
from bionrw.web.kinds import shelves, title
from bionrw.web.links import shorten
from bionrw.web.listing import list_incoming, list_kind
from bionrw.web.naming import Naming
from bionrw.web.proof import Explanation, read_excerpt
from bionrw.web.render import FORMATS
from bionrw.web.resource import Line, Piece
from bionrw.web.scene import Scene
from bionrw.web.triples import Triple, spell

HIGHLIGHTS = 12


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


def proof(scene: Scene, triple: Triple, graphs: Sequence[str], address: str, parameters: str) -> str:
    """Return the page that says why a triple holds."""
    stated = [name for name in graphs if name != "inferred"]
    excerpt, root = read_excerpt(triple, scene.lookup, stated=bool(stated))
    naming = Naming(excerpt, scene.lookup.vocabulary, scene.links)
    explanation = Explanation(naming, triple)
    step = explanation.drawn(root) if root else explanation.stated(stated)
    prefixes = scene.context.queries.prefixes()
    words = [spell(term) if isinstance(term, Literal) else shorten(term.value, prefixes) for term in triple]
    return render_template(
        "proof.html",
        sentence=explanation.sentence(),
        step=step,
        stated=bool(stated),
        command=shlex.join(["bionrw", "explain", *words]),
        thing=naming.link(triple.subject.value),
        formats=FORMATS,
        address=address,
        parameters=parameters,
        this=triple.subject.value,
    )
