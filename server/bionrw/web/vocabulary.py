"""The words of the ontology: names and definitions of classes, properties and codes."""

from collections.abc import Iterator

from bionrw.model import Iri, Literal
from bionrw.web.excerpt import Excerpt

# Words for terms of other vocabularies, which our ontology uses and does not describe.
FOREIGN = {
    "rdf:type": "kind",
    "rdf:subject": "subject",
    "rdf:predicate": "property",
    "rdf:object": "value",
    "rdf:Statement": "statement",
    "rdf:first": "first of the list",
    "rdf:rest": "rest of the list",
    "rdfs:label": "name",
    "rdfs:Literal": "any literal (rdfs:Literal)",
    "rdfs:seeAlso": "see also",
    "rdfs:comment": "remark",
    "rdfs:subClassOf": "is a kind of",
    "rdfs:subPropertyOf": "is a narrower property of",
    "skos:Concept": "code",
    "skos:ConceptScheme": "code list",
    "skos:altLabel": "other name",
    "skos:broader": "broader term",
    "skos:narrower": "narrower term",
    "skos:related": "related term",
    "skos:closeMatch": "nearly the same as",
    "skos:exactMatch": "the same as",
    "skos:relatedMatch": "related to",
    "skos:broadMatch": "broader elsewhere",
    "skos:narrowMatch": "narrower elsewhere",
    "skos:inScheme": "code list",
    "skos:topConceptOf": "top of code list",
    "skos:notation": "notation",
    "skos:scopeNote": "note on use",
    "skos:changeNote": "what changed",
    "skos:definition": "definition",
    "skos:prefLabel": "preferred name",
    "dcterms:title": "title",
    "dcterms:description": "description",
    "dcterms:identifier": "identifier",
    "dcterms:language": "language",
    "dcterms:hasVersion": "version",
    "dcterms:isVersionOf": "version of",
    "dcterms:source": "source",
    "dcterms:creator": "creator",
    "dcterms:license": "licence",
    "dcterms:issued": "issued",
    "dcterms:created": "created",
    "dcterms:modified": "modified",
    "prov:used": "used",
    "prov:wasAssociatedWith": "carried out by",
    "prov:wasAttributedTo": "answered for by",
    "prov:endedAtTime": "ended",
    "prov:wasDerivedFrom": "derived from",
    "prov:wasGeneratedBy": "drawn by",
    "prov:wasQuotedFrom": "mentioned in",
    "prov:hadPrimarySource": "defined in",
    "prov:qualifiedAssociation": "carried out with",
    "prov:hadPlan": "by the rule",
    "prov:agent": "agent",
    "owl:ObjectProperty": "relation",
    "owl:SymmetricProperty": "symmetric property",
    "owl:TransitiveProperty": "transitive property",
    "owl:annotatedProperty": "mapped as",
    "owl:annotatedSource": "mapped term",
    "owl:annotatedTarget": "mapped to",
    "owl:members": "members of the list",
    "owl:sameAs": "the same as",
    "owl:versionIRI": "address of this version",
    "owl:versionInfo": "version",
    "xsd:anyURI": "address (xsd:anyURI)",
    "xsd:boolean": "yes or no (xsd:boolean)",
    "xsd:dateTime": "moment (xsd:dateTime)",
    "xsd:decimal": "number (xsd:decimal)",
    "xsd:hexBinary": "hexadecimal digits (xsd:hexBinary)",
    "xsd:integer": "whole number (xsd:integer)",
    "xsd:nonNegativeInteger": "whole number from 0 on (xsd:nonNegativeInteger)",
    "xsd:string": "text (xsd:string)",
    "sssom:mapping_justification": "kind of reason",
    "http://purl.org/ontology/bibo/status/published": "published",
    "foaf:Agent": "agent",
    "foaf:homepage": "home page",
    "foaf:page": "page about it",
}

# What stands at the other end of a property, as a heading over it.
INVERSE = {
    "bionrw:claimAbout": "Claims about it",
    "bionrw:comparedWith": "Compared with it",
    "bionrw:comparisonClass": "Claims that compare within it",
    "bionrw:confidence": "Held with this confidence",
    "bionrw:currency": "Amounts in this currency",
    "bionrw:evidence": "Statements that rest on it",
    "bionrw:extractedBy": "Statements read from the text",
    "bionrw:hasReading": "Reading of",
    "bionrw:issueKind": "Problems of this kind",
    "bionrw:locatedIn": "Located here",
    "bionrw:measure": "Where it is measured",
    "bionrw:mentionedIn": "Mentioned here",
    "bionrw:observationAbout": "Figures about it",
    "bionrw:observationPeriod": "Figures for this period",
    "bionrw:outOf": "Figures that are a part of it",
    "bionrw:participant": "Takes part in",
    "bionrw:population": "Figures that count it",
    "bionrw:prefers": "Preferred by the reading",
    "bionrw:role": "Who has this role",
    "bionrw:source": "Passages of it",
    "bionrw:status": "Statements with this status",
    "bionrw:unit": "Figures in this unit",
    "prov:wasAttributedTo": "Records of",
    "prov:wasDerivedFrom": "Worked out from it",
    "skos:broader": "Narrower terms",
    "skos:inScheme": "Codes of this list",
    "skos:topConceptOf": "Codes at its top",
}


class Vocabulary:
    """Looks up terms in the excerpt that holds the ontology."""

    def __init__(self, terms: Excerpt) -> None:
        """Keep `terms`, the facts of the ontology and its code lists."""
        self.terms = terms
        self._foreign = {terms.expand(name): words for name, words in FOREIGN.items()}
        self._inverse = {terms.expand(name): words for name, words in INVERSE.items()}

    def name(self, iri: str) -> Literal | None:
        """Return the English name of a term, None when it has none."""
        name = self.terms.text(iri, "rdfs:label") or self.terms.text(iri, "skos:prefLabel")
        if name is None and iri in self._foreign:
            return Literal(self._foreign[iri], "en")
        return name

    def definition(self, iri: str) -> str:
        """Return the English definition of a term."""
        return self.terms.lexical(iri, "skos:definition")

    def inverse_heading(self, predicate: str) -> str:
        """Return a heading over what has a thing as its `predicate`, empty when no words fit."""
        others = [
            *self.terms.iris(predicate, "owl:inverseOf"),
            *self.terms.subjects("owl:inverseOf", Iri(predicate)),
        ]
        names = [self._inverse.get(predicate, "")] + [
            self.terms.lexical(other, "rdfs:label") for other in others
        ]
        words = next(filter(None, names), "")
        return words[:1].upper() + words[1:]

    def more_special(self, predicate: str) -> list[str]:
        """Return the properties that say the same as `predicate` and more."""
        return self._closure(predicate, "rdfs:subPropertyOf")

    def narrower_classes(self, kind: str) -> list[str]:
        """Return the classes below `kind`."""
        return self._closure(kind, "rdfs:subClassOf")

    def of_class(self, *kinds: str) -> list[str]:
        """Return the terms that belong to one of `kinds`, by IRI."""
        return sorted(
            {iri for kind in kinds for iri in self.terms.subjects("rdf:type", Iri(self.terms.expand(kind)))}
        )

    def _closure(self, start: str, predicate: str) -> list[str]:
        return sorted(set(self._below(start, predicate, {start})) - {start})

    def _below(self, iri: str, predicate: str, seen: set[str]) -> Iterator[str]:
        for child in self.terms.subjects(predicate, Iri(iri)):
            if child not in seen:
                seen.add(child)
                yield child
                yield from self._below(child, predicate, seen)
