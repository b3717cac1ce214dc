"""How much of the texts is cited, and how much was reviewed as needing no fact."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bionrw.release.evidence import REVIEWED_FILE, Review
from bionrw.release.quality.report import Level, Measure, Remark


@dataclass(frozen=True, slots=True)
class Text:
    """A document with its length in characters, and its cited passages as offsets, end exclusive."""

    slug: str
    characters: int
    passages: tuple[tuple[int, int], ...]

    def cited(self) -> int:
        """Return how many characters lie in at least one passage."""
        covered, reached = 0, 0
        for start, end in sorted(self.passages):
            covered += max(0, end - max(start, reached))
            reached = max(reached, end)
        return covered


def measures(texts: Iterable[Text], reviews: Iterable[Review]) -> Iterator[Measure]:
    """Yield the measures of texts; whether the rest holds no letter, only the text itself can tell."""
    known = {text.slug: text for text in texts}
    listed = [review for review in reviews if review.document in known]
    whole = sum(text.characters for text in known.values())
    yield Measure("cited-characters", sum(text.cited() for text in known.values()), whole)
    yield Measure("reviewed-characters", sum(review.end - review.start for review in listed), whole)
    yield Measure("reviewed-stretches", len(listed))


def remarks(texts: Iterable[Text], reviews: Iterable[Review]) -> Iterator[Remark]:
    """Yield a notice for each review of a stretch that a passage cites by now, or of an unknown document."""
    known = {text.slug: text for text in texts}
    for review in reviews:
        text = known.get(review.document)
        if text is None:
            problem = "no such document"
        elif any(start < review.end and review.start < end for start, end in text.passages):
            problem = f"{review.start} to {review.end} is cited by now"
        else:
            continue
        where = f"data/{REVIEWED_FILE}, line {review.line}"
        yield Remark(Level.NOTICE, review.document, f"{where}: {problem}; remove the line")
