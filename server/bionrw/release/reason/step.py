"""The step of the build: judge all graphs, then draw and prove what follows from documents and terms."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from pyoxigraph import NamedNode, Quad, Triple

from bionrw.errors import BuildError
from bionrw.library import Library
from bionrw.names import Names
from bionrw.release.reason.derivation import conclude
from bionrw.release.reason.hermit import HermitReasoner
from bionrw.release.reason.port import Verdict
from bionrw.release.reason.provenance import Grounds, Ledger
from bionrw.release.reason.rl import RlReasoner, is_telling
from bionrw.release.reason.words import Words
from bionrw.release.report import LISTED

SOURCES = ("document", "ontology")

_TERMS_ONLY = frozenset(
    f"http://www.w3.org/2000/01/rdf-schema#{name}" for name in ("subClassOf", "subPropertyOf")
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The inferred graph and the graph of its proofs, and what the step has to say."""

    quads: tuple[Quad, ...]
    words: str


def reason(quads: Iterable[Quad], library: Library, base: str, most: int | None = None) -> Outcome:
    """Return what follows from documents and terms and stands in no graph yet.

    `most` is the number of triples from which on HermiT is not asked. Raises `BuildError` when
    axioms and facts clash, a class cannot have members, or no rule reads an axiom.
    """
    given = tuple(quads)
    names = Names(base)
    everything = {_bare(quad) for quad in given}
    rules = RlReasoner(library)
    hermit = HermitReasoner() if most is None else HermitReasoner(most)
    if hermit.reaches(everything):
        _require_sound(hermit.judge(everything), rules, hermit, everything, library)
        words = "consistent by HermiT"
    else:
        _require_sound(rules.judge(everything), rules, hermit, everything, library)
        words = f"HermiT is out of reach ({len(everything):,} triples), no clash by the rules"
    graphs = {NamedNode(names.graph(name)) for name in SOURCES}
    grounds = [_bare(quad) for quad in given if quad.graph_name in graphs]
    drawn = conclude(grounds, rules, library, base)
    facts = [
        triple
        for triple in sorted(drawn.triples, key=str)
        if is_telling(triple) and triple not in everything and triple.predicate.value not in _TERMS_ONLY
    ]
    inferred = NamedNode(names.graph("inferred"))
    conclusions = [Quad(triple.subject, triple.predicate, triple.object, inferred) for triple in facts]
    ledger = Ledger(drawn.prover, Grounds(given, names), Words(grounds, library.shorten), names)
    proofs = tuple(ledger.quads(facts))
    return Outcome((*conclusions, *proofs), f"{words}, {len(facts):,} triples inferred, each with its proof")


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
        message = (
            f"Nothing can be a member of {names}: its axioms contradict each other. Nothing was released."
        )
        raise BuildError(message, {"classes": verdict.unsatisfiable})


def _bare(quad: Quad) -> Triple:
    return Triple(quad.subject, quad.predicate, quad.object)
