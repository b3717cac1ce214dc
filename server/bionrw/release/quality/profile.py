"""Whether the graph keeps to OWL 2 DL and the ontology to OWL 2 RL, as far as the editors want it to."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Quad, Triple

from bionrw.names import Names
from bionrw.release.quality.acceptances import Acceptance, weigh
from bionrw.release.quality.report import Level, Measure, Remark, Section
from bionrw.release.reason.coverage import RDF
from bionrw.release.reason.datatypes import DATATYPES, is_held_back
from bionrw.release.reason.hermit import MOST_TRIPLES
from bionrw.release.reason.owlapi import Deviation, profile

_NAME = re.compile(r"[\w-]+:[\w-]+")
_TYPE = NamedNode(f"{RDF}type")


@dataclass(frozen=True, slots=True)
class Profiles:
    """The deviations from each profile, and the triples held back by the word that is the reason.

    `whole`: DL was asked of the facts too, not of the ontology alone.
    """

    dl: tuple[Deviation, ...]
    rl: tuple[Deviation, ...]
    held_back: tuple[tuple[str, int], ...]
    whole: bool = True


def ask(
    stated: Iterable[Quad], names: Names, shorten: Callable[[str], str], most: int = MOST_TRIPLES
) -> Profiles:
    """Return what the OWL API finds: DL is asked of all stated triples, RL of the ontology.

    Of more than `most` triples only the ontology is asked. Raises `BuildError`.
    """
    quads = list(stated)
    ontology = NamedNode(names.graph("ontology"))
    terms = [_bare(quad) for quad in quads if quad.graph_name == ontology]
    triples = {_bare(quad) for quad in quads}
    held = Counter(_word(triple) for triple in triples if is_held_back(triple))
    kept = [triple for triple in triples if not is_held_back(triple)]
    whole = len(kept) <= most
    asked = kept if whole else [triple for triple in terms if not is_held_back(triple)]
    # Two processes at once, each of which takes seconds.
    with ThreadPoolExecutor() as pool:
        dl = pool.submit(profile, asked, "DL", shorten)
        rl = pool.submit(profile, terms, "RL", shorten)
        return Profiles(dl.result(), rl.result(), tuple(sorted(held.items())), whole)


def section(profiles: Profiles, acceptances: Iterable[Acceptance], shorten: Callable[[str], str]) -> Section:
    """Return the section on profiles; what deviates without a reason is a violation."""
    accepted = tuple(acceptances)
    held = [(shorten(word), count) for word, count in profiles.held_back]
    part = Remark(Level.NOTICE, "OWL 2 DL", "asked of the ontology alone, since there are too many facts")
    remarks = [
        *([] if profiles.whole else [part]),
        *weigh("profile-dl", _items("profile-dl", profiles.dl, accepted, shorten), accepted, Level.VIOLATION),
        *weigh("profile-rl", _items("profile-rl", profiles.rl, accepted, shorten), accepted, Level.VIOLATION),
        *weigh(
            "held-back",
            [(word, f"{count:,} triples") for word, count in held],
            accepted,
            Level.VIOLATION,
        ),
    ]
    measures = (
        Measure("dl-deviations", len(profiles.dl)),
        Measure("rl-deviations", len(profiles.rl)),
        *(Measure("held-back", count, about=word) for word, count in held),
    )
    return Section("profile", measures, tuple(remarks))


def _items(
    check: str,
    deviations: Iterable[Deviation],
    acceptances: Iterable[Acceptance],
    shorten: Callable[[str], str],
) -> Iterator[tuple[str, str]]:
    """Yield each deviation under the term that is accepted, else under the axiom itself."""
    known = {entry.item for entry in acceptances if entry.check == check}
    for deviation in deviations:
        # Of a note of the header itself the checker names no terms, but its sentence does.
        terms = [*map(shorten, deviation.terms), *_NAME.findall(deviation.why)]
        item = next((term for term in terms if term in known), deviation.axiom or "header")
        yield item, deviation.why.rstrip(".")


def _word(triple: Triple) -> str:
    """Return the datatype or reserved word for which a triple is held back."""
    value = triple.object
    if triple.predicate != _TYPE and triple.predicate.value.startswith(RDF):
        return triple.predicate.value
    if isinstance(value, Literal) and value.datatype.value not in DATATYPES:
        return value.datatype.value
    return str(getattr(value, "value", value))


def _bare(quad: Quad) -> Triple:
    return Triple(quad.subject, quad.predicate, quad.object)
