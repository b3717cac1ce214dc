"""What the process can be asked of an ontology: its profile, and the same in another syntax."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from bionrw.release.reason.datatypes import DATATYPES
from bionrw.release.reason.owlapi_java import Java, JavaFault

_FORMATS = {
    "functional": "org.semanticweb.owlapi.io.OWLFunctionalSyntaxOntologyFormat",
    "manchester": "org.coode.owlapi.manchesterowlsyntax.ManchesterOWLSyntaxOntologyFormat",
}
_READERS = {
    "functional": "org.coode.owlapi.functionalparser.OWLFunctionalSyntaxOWLParser",
    "manchester": "org.coode.owlapi.manchesterowlsyntax.ManchesterOWLSyntaxOntologyParser",
}
_IRI = re.compile(r"<([^<>\s]+)>")
_FRAME = re.compile(r"^DataProperty: ", re.MULTILINE)
_SHOWN = 3


def profile(java: Java, content: str, name: str) -> Iterator[dict[str, Any]]:
    """Yield each deviation from a profile."""
    ontology, unread = java.read(content)
    write = java.manchester()
    for triple in unread:
        why = "This triple is part of no axiom of OWL 2."
        yield {"axiom": triple, "why": why, "terms": sorted(set(_IRI.findall(triple)))}
    for violation in java.owl(f"profiles.OWL2{name}Profile")().checkOntology(ontology).getViolations():
        axiom = violation.getAxiom()
        found = {"axiom": "", "why": _sentence(violation, axiom), "terms": []}
        yield found if axiom is None else {**found, "axiom": write(axiom), "terms": _terms(axiom)}
    # The checker of the OWL API takes xsd:date and its like for datatypes of OWL 2.
    for axiom in ontology.getLogicalAxioms():
        for datatype in axiom.getDatatypesInSignature():
            if str(datatype.getIRI()) not in DATATYPES:
                why = f"The datatype {datatype.getIRI().toQuotedString()} is none of OWL 2."
                yield {"axiom": write(axiom), "why": why, "terms": _terms(axiom)}


def render(java: Java, content: str, syntax: str, prefixes: Mapping[str, str]) -> Iterator[str]:
    """Yield the ontology in another syntax once it has been read back without loss."""
    ontology, unread = java.read(content)
    if unread:
        message = f"The {syntax} syntax holds axioms, and these triples are part of none: {_few(unread)}."
        raise JavaFault(message)
    _gather_annotations(java, ontology)
    target = java.type(_FORMATS[syntax])()
    for name in sorted(prefixes):
        target.setPrefix(f"{name}:", prefixes[name])
    output = java.type("java.io.ByteArrayOutputStream")()
    ontology.getOWLOntologyManager().saveOntology(ontology, target, output)
    text = bytes(output.toByteArray()).decode()
    again, _ = java.read(text, _READERS[syntax])
    lost = _meaning(ontology) ^ _meaning(again)
    if len(_FRAME.findall(text)) == len(ontology.getDataPropertiesInSignature()):
        # The reader passes over the frame of a data property in which nothing is said of it.
        lost = {line for line in lost if not line.startswith("DataProperty ")}
    if lost:
        message = f"The {syntax} syntax does not keep {_few(sorted(lost))}."
        raise JavaFault(message)
    yield text


def _gather_annotations(java: Java, ontology: Any) -> None:
    """Make the annotations whose subject is the ontology ones of the ontology.

    The reader does that for some properties only, and the Manchester syntax has no other place for them.
    """
    manager = ontology.getOWLOntologyManager()
    factory = manager.getOWLDataFactory()
    iri = ontology.getOntologyID().getOntologyIRI()
    if iri is None:
        return
    for axiom in list(ontology.getAnnotationAssertionAxioms(iri)):
        annotation = factory.getOWLAnnotation(axiom.getProperty(), axiom.getValue())
        manager.removeAxiom(ontology, axiom)
        manager.applyChange(java.owl("model.AddOntologyAnnotation")(ontology, annotation))


def _meaning(ontology: Any) -> set[str]:
    """Return the header, terms, axioms and annotations of an ontology, comparable between two of them."""
    said = {f"ontology {ontology.getOntologyID()}"}
    said |= {f"import {each}" for each in ontology.getImportsDeclarations()}
    said |= {f"annotation {each}" for each in ontology.getAnnotations()}
    said |= {f"{each.getEntityType()} {each}" for each in ontology.getSignature() if not each.isBuiltIn()}
    for axiom in ontology.getAxioms():
        kind = str(axiom.getAxiomType().getName())
        if kind == "InverseObjectProperties":  # each syntax has an order of its own for the two
            first, second = sorted((str(axiom.getFirstProperty()), str(axiom.getSecondProperty())))
            said.add(f"{kind} {first} {second} {axiom.getAnnotations()}")
        elif kind != "Declaration":
            said.add(str(axiom))
    return said


def _sentence(violation: Any, axiom: Any) -> str:
    """Return what the checker says, without the axiom and the ontology that it repeats."""
    text = re.sub(r" \[.* in OntologyID\(.*| in OntologyID\(.*", "", str(violation), flags=re.DOTALL)
    return f"{text.removesuffix(str(axiom)).removesuffix(' in').strip().rstrip('.:')}."


def _terms(axiom: Any) -> list[str]:
    """Return the IRIs of all terms of an axiom, and of what it annotates."""
    terms = {str(entity.getIRI()) for entity in axiom.getSignature()}
    if str(axiom.getAxiomType().getName()) == "AnnotationAssertion":
        terms.add(str(axiom.getSubject()))
    return sorted(term for term in terms if not term.startswith("_:"))


def _few(lines: list[str]) -> str:
    more = len(lines) - _SHOWN
    return "; ".join([*lines[:_SHOWN], *([f"and {more:,} more"] if more > 0 else [])])
