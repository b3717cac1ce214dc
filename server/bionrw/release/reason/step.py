"""The step of the build: judge all graphs, then draw and prove what follows from them."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from pyoxigraph import NamedNode, Quad, Triple

from bionrw.errors import BuildError, OutOfReach
from bionrw.library import Library
from bionrw.names import Names
from bionrw.release.reason.derivation import conclude
from bionrw.release.reason.hermit import MOST_TRIPLES, HermitReasoner
from bionrw.release.reason.port import Verdict
from bionrw.release.reason.provenance import Grounds, Ledger
from bionrw.release.reason.rl import RlReasoner, is_telling
from bionrw.release.report import LISTED

SOURCES = ("curated", "document", "ontology")
# A proof takes about twenty triples and half a millisecond.
MOST_PROOFS = 50_000

_TERMS_ONLY = frozenset(
    f"http://www.w3.org/2000/01/rdf-schema#{name}" for name in ("subClassOf", "subPropertyOf")
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The inferred graph and the graph of its proofs, what the step has to say, and conclusions by rule.

    `verdict` is that of HermiT when it is `complete`, else that of the rules.
    """

    quads: tuple[Quad, ...]
    words: str
    fired: Mapping[str, int]
    verdict: Verdict
    complete: bool


def reason(
    quads: Iterable[Quad],
    library: Library,
    base: str,
    most: int | None = None,
    most_proofs: int = MOST_PROOFS,
) -> Outcome:
    """Return what follows from documents, editors' records and terms, and stands in no graph yet.

    `most` is the number of triples from which on HermiT is not asked, `most_proofs` the number of
    conclusions from which on proofs are worked out on demand instead of kept. Raises `BuildError` when
    axioms and facts clash, a class cannot have members, or no rule reads an axiom.
    """
    given = tuple(quads)
    names = Names(base)
    everything = {_bare(quad) for quad in given}
    rules = RlReasoner(library)
    hermit = HermitReasoner(MOST_TRIPLES if most is None else most, shorten=library.shorten)
    try:
        verdict, words, complete = hermit.judge(everything), "consistent by HermiT", True
    except OutOfReach as limit:
        verdict, words, complete = rules.judge(everything), f"{limit}, no clash by the rules", False
    _require_sound(verdict, rules, hermit, everything, library)
    graphs = {NamedNode(names.graph(name)) for name in SOURCES}
    grounds = (_bare(quad) for quad in given if quad.graph_name in graphs)
    drawn = conclude(grounds, rules, library, base)
    facts = [
        triple
        for triple in sorted(drawn.triples, key=str)
        if is_telling(triple) and triple not in everything and triple.predicate.value not in _TERMS_ONLY
    ]
    inferred = NamedNode(names.graph("inferred"))
    conclusions = [Quad(triple.subject, triple.predicate, triple.object, inferred) for triple in facts]
    words = f"{words}, {len(facts):,} triples inferred"
    if len(facts) > most_proofs:
        words = f"{words}, too many to keep their proofs; `bionrw explain` works them out"
        return Outcome(tuple(conclusions), words, drawn.closure.fired, verdict, complete)
    ledger = Ledger(drawn.prover, Grounds(given, names), rules.words(drawn.closure.facts), names)
    words = f"{words}, each with its proof"
    return Outcome((*conclusions, *ledger.quads(facts)), words, drawn.closure.fired, verdict, complete)


def _require_sound(
    verdict: Verdict,
    rules: RlReasoner,
    hermit: HermitReasoner,
    triples: Collection[Triple],
    library: Library,
) -> None:
    if not verdict.consistent:
        # HermiT says no more than that there is a clash; the rules tell where, if they can see it.
        clashes = rules.judge(triples).clashes or hermit.contradictions(triples) or verdict.clashes
        more = len(clashes) - LISTED
        lines = [*clashes[:LISTED], *([f"… and {more:,} more"] if more > 0 else [])]
        title = "The graph is inconsistent; nothing was released."
        raise BuildError("\n  ".join([title, *lines]), {"clashes": clashes})
    if verdict.unsatisfiable:
        names = ", ".join(map(library.shorten, verdict.unsatisfiable))
        title = f"Nothing can be a member of {names}: its axioms contradict each other. Nothing was released."
        reasons = hermit.hindrances(triples, verdict.unsatisfiable)
        raise BuildError("\n  ".join([title, *reasons]), {"classes": verdict.unsatisfiable})


def _bare(quad: Quad) -> Triple:
    return Triple(quad.subject, quad.predicate, quad.object)
