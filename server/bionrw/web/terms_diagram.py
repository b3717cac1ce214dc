"""The diagram of the classes: one drawing for each theme, with the same as a list."""

from dataclasses import dataclass

from bionrw.web.diagram import Drawing, Node, Point, draw, outline
from bionrw.web.naming import Naming
from bionrw.web.terms_themes import THEMES, Themes


@dataclass(frozen=True, slots=True)
class Panel:
    """The classes of one theme: drawn, and as nested lists."""

    title: str
    anchor: str
    drawing: Drawing
    outline: tuple[Point, ...]


def panels(naming: Naming, ontology: str) -> list[Panel]:
    """Return the drawings of the classes below the namespace of `ontology`, theme by theme."""
    themes = Themes(naming.vocabulary.terms, ontology)
    classes = [iri for iri in naming.vocabulary.of_class("owl:Class") if iri.startswith(ontology + "#")]
    theme = {iri: themes.of_class(iri) for iri in classes}
    found = []
    for name, title in THEMES.items():
        members = [iri for iri in classes if theme[iri] == name]
        if members:
            drawing = draw(_node(naming, iri, theme) for iri in members)
            found.append(Panel(title, f"diagram-{name}", drawing, tuple(outline(drawing.boxes))))
    return found


def _node(naming: Naming, iri: str, theme: dict[str, str]) -> Node:
    """Return a class; those above it in other themes are named, but for the broadest, above most of all."""
    above = naming.vocabulary.terms.iris(iri, "rdfs:subClassOf")
    elsewhere = [up for up in above if theme.get(up) not in (theme[iri], "general")]
    return Node(
        key=iri,
        name=naming.name(iri).value,
        href=f"#{iri.rpartition('#')[2]}",
        above=tuple(up for up in above if theme.get(up) == theme[iri]),
        also=tuple(naming.name(up).value for up in elsewhere),
    )
