"""The themes by which the page of the ontology groups its terms."""

from collections.abc import Iterable

from bionrw.web.excerpt import Excerpt

THEMES = {
    "organisations": "Organisations and clusters",
    "undertakings": "Undertakings, funding and roles",
    "places": "Places",
    "figures": "Figures, amounts and time",
    "claims": "Claims and aims",
    "fields": "Fields, methods and topics",
    "evidence": "Evidence",
    "curation": "What the editors add",
    "general": "What anything may have",
}
_LAST = "general"
# A class without an entry has the theme of the class above it, a property that of its range or domain.
_CLASSES = {
    "organisations": ("Agent", "Policy", "Post"),
    "undertakings": (
        *("Commission", "Flagship", "Funder", "Participation", "ProjectPhase", "Supporter", "Undertaking"),
    ),
    "places": ("Place",),
    "figures": ("MeasuredStatement", "Observation", "Period", "QuantityValue", "StatisticalPopulation"),
    "claims": ("Claim", "CoreAspect", "Objective", "Offer", "Task"),
    "fields": ("Industry", "MedicalCondition", "Method", "TechnologyField", "Tissue", "Topic"),
    "evidence": ("Document", "Extraction", "Statement", "TextSpan"),
    "curation": ("CuratedItem", "DataIssue", "Reading"),
    "general": ("Entity", "SubjectMatter"),
}
_PROPERTIES = {
    "organisations": ("memberKind", "stakeholderKind"),
    "undertakings": ("offerValue",),
    "evidence": ("notStated", "openListOf", "statedAs"),
}


class Themes:
    """Tells the theme of each term of `ontology`."""

    def __init__(self, terms: Excerpt, ontology: str) -> None:
        """Keep where classes, domains and ranges are told."""
        self._terms = terms
        self._stated = {
            f"{ontology}#{name}": theme
            for table in (_CLASSES, _PROPERTIES)
            for theme, names in table.items()
            for name in names
        }

    def of_class(self, iri: str) -> str:
        """Return the theme of a class: its own, else that of the first class above it that has one."""
        return self._inherited(iri, frozenset()) or _LAST

    def of_property(self, iri: str) -> str:
        """Return the theme of a property: what it is about, not what anything may have."""
        ends = [*self._terms.iris(iri, "rdfs:domain"), *self._terms.iris(iri, "rdfs:range")]
        themes = (self._inherited(end, frozenset()) for end in ends)
        telling = (theme for theme in themes if theme and theme != _LAST)
        return self._stated.get(iri) or next(telling, _LAST)

    def _inherited(self, iri: str, seen: Iterable[str]) -> str:
        if iri in self._stated or iri in seen:
            return self._stated.get(iri, "")
        above = self._terms.iris(iri, "rdfs:subClassOf")
        return next(filter(None, (self._inherited(up, {*seen, iri}) for up in above)), "")
