"""The OWL API that HermiT brings, called in a process of its own: profiles, and further syntaxes."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pyoxigraph import NamedNode, Quad, RdfFormat, Triple, serialize

from bionrw.errors import BuildError
from bionrw.release.digest import canonical
from bionrw.release.reason.child import Answer, ask
from bionrw.release.reason.coverage import OWL, RDF
from bionrw.release.reason.datatypes import is_held_back

Profile = Literal["DL", "RL"]
Syntax = Literal["functional", "manchester"]

# Each takes about a second for an ontology of a thousand axioms.
_SECONDS = 120.0
# Whoever waits for the reasons of a clash knows already that there is one.
_PATIENCE = 30.0
_PROCESS = "bionrw.release.reason.owlapi_process"
_TYPE = NamedNode(f"{RDF}type")
_IMPORTS = NamedNode(f"{OWL}imports")
# The end of an IRI that can be the name of an element (Namespaces in XML, NCName).
_NAME = re.compile(r"[^\W\d][\w.\-]*\Z")
_IRI = re.compile(r"<([^<>\s]+)>")


@dataclass(frozen=True, slots=True)
class Deviation:
    """An axiom outside a profile, in Manchester syntax; `why` is a sentence, `terms` the IRIs concerned."""

    axiom: str
    why: str
    terms: tuple[str, ...]


def profile(
    triples: Iterable[Triple], name: Profile, shorten: Callable[[str], str] = "<{}>".format
) -> tuple[Deviation, ...]:
    """Return what keeps an ontology out of OWL 2 DL or OWL 2 RL, triples that make up no axiom included."""
    answer = _whole(ask_owlapi("profile", triples, _SECONDS, name=name))
    found = {
        Deviation(in_words(one["axiom"], shorten), in_words(one["why"], shorten), tuple(one["terms"]))
        for one in answer
    }
    return tuple(sorted(found, key=lambda each: (each.axiom, each.why)))


def render(triples: Iterable[Triple], syntax: Syntax, prefixes: Mapping[str, str]) -> bytes:
    """Return an ontology in another syntax of OWL; equal triples give equal bytes.

    Raises `BuildError` when the syntax would lose something, which is found out by reading it back.
    """
    (text,) = _whole(ask_owlapi("render", triples, _SECONDS, syntax=syntax, prefixes=dict(prefixes)))
    return str(text).encode()


def entail(triples: Iterable[Triple]) -> frozenset[Triple]:
    """Return the types, wider terms and links that HermiT draws, what was asserted included.

    Raises `BuildError` when `triples` contradict each other.
    """
    (links,) = _whole(ask_owlapi("entail", _readable(triples), _SECONDS))
    return frozenset(Triple(*map(NamedNode, link)) for link in links)


def explain_clash(
    triples: Iterable[Triple], most: int, shorten: Callable[[str], str] = "<{}>".format
) -> tuple[tuple[str, ...], ...]:
    """Return smallest sets of facts and axioms that contradict each other, in Manchester syntax.

    At most `most`, and none when half a minute is not enough to find one.
    """
    return _explain(triples, shorten, kinds=[], most=most)


def explain_classes(
    triples: Iterable[Triple], classes: Iterable[str], shorten: Callable[[str], str] = "<{}>".format
) -> dict[str, tuple[str, ...]]:
    """Return the axioms that leave each of some classes without possible members.

    As many as can be told in half a minute; nothing for a class that may have members.
    """
    kinds = list(classes)
    ways = _explain(triples, shorten, kinds=kinds, most=len(kinds))
    return {kind: way for kind, way in zip(kinds, ways, strict=False) if way}


def malformed(literals: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Return those of the literals, each a text with the IRI of a datatype, that do not fit it."""
    asked = sorted(set(literals))
    numbers = _whole(ask_owlapi("malformed", (), _SECONDS, literals=asked)) if asked else ()
    return tuple(asked[number] for number in numbers)


def _explain(
    triples: Iterable[Triple], shorten: Callable[[str], str], **options: Any
) -> tuple[tuple[str, ...], ...]:
    answer = ask_owlapi("explain", _readable(triples), _PATIENCE, budget=_PATIENCE * 2 / 3, **options)
    return tuple(tuple(in_words(line, shorten) for line in lines) for lines in answer.values)


def _readable(triples: Iterable[Triple]) -> Iterator[Triple]:
    return (triple for triple in triples if not is_held_back(triple))


def in_words(text: str, shorten: Callable[[str], str]) -> str:
    """Return a text of the OWL API with the IRIs in it shortened."""
    return _IRI.sub(lambda found: shorten(found[1]), text)


def ask_owlapi(task: str, triples: Iterable[Triple], seconds: float, **options: Any) -> Answer:
    """Return what the process answers to a task."""
    # Declarations first, or the OWL API takes notes about things for triples that it could not read.
    ordered = sorted(
        (quad.triple for quad in canonical(Quad(*triple) for triple in triples).quads),
        key=lambda triple: triple.predicate != _TYPE,
    )
    imports = [str(getattr(triple.object, "value", "")) for triple in ordered if triple.predicate == _IMPORTS]
    request = {"task": task, "content": _rdf_xml(ordered), "imports": imports, "options": options}
    return ask(_PROCESS, request, seconds)


def _whole(answer: Answer) -> tuple[Any, ...]:
    if not answer.whole:
        message = f"The OWL API took more than {_SECONDS:g} seconds and was ended."
        raise BuildError(message)
    return answer.values


def _rdf_xml(triples: Iterable[Triple]) -> str:
    """Return triples as RDF/XML; from Turtle the OWL API loses the line breaks of literals."""
    given = list(triples)
    for triple in given:
        if not _NAME.search(triple.predicate.value):
            message = f"The OWL API reads RDF/XML, in which <{triple.predicate.value}> cannot be a property."
            raise BuildError(message)
    return (serialize(given, format=RdfFormat.RDF_XML) or b"").decode()
