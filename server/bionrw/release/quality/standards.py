"""What the editors have laid down: metrics, criteria, accepted deviations, reviewed stretches."""

from dataclasses import dataclass

from bionrw.content import Content
from bionrw.release.evidence import Review, read_reviews
from bionrw.release.quality.acceptances import Acceptance, read_acceptances
from bionrw.release.quality.criteria import Criterion, read_criteria
from bionrw.release.quality.metrics import Metrics, read_metrics


@dataclass(frozen=True, slots=True)
class Standards:
    """The standards of one content folder."""

    metrics: Metrics
    criteria: tuple[Criterion, ...]
    acceptances: tuple[Acceptance, ...]
    reviews: tuple[Review, ...]


def read_standards(content: Content, base: str) -> Standards:
    """Return the standards; raise `SourceError` for a bad file."""
    return Standards(
        metrics=read_metrics(content.ontology, base),
        criteria=read_criteria(content.ontology),
        acceptances=read_acceptances(content.ontology),
        reviews=read_reviews(content.data),
    )
