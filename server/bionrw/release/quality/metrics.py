"""The dimensions and metrics of the report, as `ontology/quality.ttl` defines them in the words of DQV."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from importlib.resources.abc import Traversable

from pyoxigraph import Literal, NamedNode, Quad

from bionrw.errors import SourceError
from bionrw.names import Names
from bionrw.release.quality.report import Section
from bionrw.release.sources import SourceFile, read_quads

FILE = "quality.ttl"
DQV = "http://www.w3.org/ns/dqv#"

_NAME = f"ontology/{FILE}"
_TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_LABEL = NamedNode("http://www.w3.org/2004/02/skos/core#prefLabel")
_LANGUAGE = "en"


@dataclass(frozen=True, slots=True)
class Metrics:
    """The English labels of dimensions and metrics by name, in the order of the file, and its triples."""

    dimensions: Mapping[str, str]
    labels: Mapping[str, str]
    quads: tuple[Quad, ...]

    def arrange(self, sections: Iterable[Section]) -> tuple[Section, ...]:
        """Return sections and their measures with their labels, in the order of the file.

        Raises `SourceError` for a measure that the file does not define.
        """
        sections = tuple(sections)
        used = {measure.metric for section in sections for measure in section.measures}
        if unknown := sorted(used - set(self.labels)):
            message = f"{_NAME} does not define {', '.join(unknown)}: add a dqv:Metric for what is measured."
            raise SourceError(message, {"file": _NAME})
        places = {name: place for place, name in enumerate([*self.dimensions, *self.labels])}
        found = [
            replace(
                section,
                title=self.dimensions[section.dimension],
                measures=tuple(
                    replace(measure, label=self.labels[measure.metric])
                    for measure in sorted(section.measures, key=lambda measure: places[measure.metric])
                ),
            )
            for section in sections
        ]
        return tuple(sorted(found, key=lambda section: places[section.dimension]))


def read_metrics(ontology: Traversable, base: str) -> Metrics:
    """Return what the file defines; raise `SourceError` when it is missing or does not parse."""
    try:
        content = (ontology / FILE).read_bytes()
    except OSError:
        message = f"{_NAME} is missing: it defines what the quality report measures."
        raise SourceError(message, {"file": _NAME}) from None
    quads = tuple(read_quads(SourceFile(_NAME, "", content), base))
    namespace = Names(base).quality("")
    labels = {
        quad.subject: quad.object.value
        for quad in quads
        if quad.predicate == _LABEL and isinstance(quad.object, Literal) and quad.object.language == _LANGUAGE
    }

    def of(kind: str) -> dict[str, str]:
        return {
            quad.subject.value.removeprefix(namespace): labels.get(quad.subject, "")
            for quad in quads
            if quad.predicate == _TYPE
            and quad.object == NamedNode(DQV + kind)
            and isinstance(quad.subject, NamedNode)
        }

    return Metrics(of("Dimension"), of("Metric"), quads)
