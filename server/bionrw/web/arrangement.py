"""In which order a page shows the properties of a thing, and which of them it shows elsewhere."""

from collections.abc import Callable

# What the head of a page tells, or what only machines need.
ELSEWHERE = (
    "rdf:type",
    "rdfs:label",
    "skos:definition",
    "bionrw:summary",
    "bionrw:mentionedIn",
    "bionrw:notStated",
    "bionrw:openListOf",
    "bionrw:quote",
    "bionrw:startOffset",
    "bionrw:endOffset",
    "bionrw:source",
    "rdfs:isDefinedBy",
    "owl:deprecated",
    "dcterms:isReplacedBy",
    "http://www.w3.org/2003/06/sw-vocab-status/ns#term_status",
)
# The order in which people ask; all other properties follow by name.
FIRST = (
    "skos:prefLabel",
    "bionrw:statedName",
    "bionrw:abbreviation",
    "skos:altLabel",
    "dcterms:title",
    "rdf:subject",
    "rdf:predicate",
    "rdf:object",
    "bionrw:status",
    "bionrw:qualifier",
    "bionrw:statedDefinition",
    "bionrw:issueKind",
    "bionrw:hasReading",
    "bionrw:claimAbout",
    "bionrw:observationAbout",
    "bionrw:hasPeriod",
    "bionrw:hasVolume",
    "bionrw:supportedBy",
    "bionrw:hasParticipation",
    "bionrw:hasPhase",
    "bionrw:hasMission",
    "bionrw:hasObjective",
    "bionrw:hasTask",
    "bionrw:offers",
    "bionrw:hasPillar",
    "bionrw:hasCoreAspect",
    "bionrw:hasFlagship",
    "bionrw:hasTopic",
    "bionrw:inField",
    "bionrw:locatedIn",
    "bionrw:federalStateOf",
    "bionrw:partOf",
)
# The world outside.
LAST = (
    "foaf:homepage",
    "foaf:page",
    "skos:exactMatch",
    "skos:closeMatch",
    "skos:relatedMatch",
    "skos:broadMatch",
    "skos:narrowMatch",
)
# Of what points to a thing, that which tells most about it.
INCOMING_FIRST = (
    "bionrw:observationAbout",
    "bionrw:population",
    "bionrw:claimAbout",
    "bionrw:comparedWith",
    "bionrw:participant",
)


def place(predicate: str, expand: Callable[[str], str]) -> int:
    """Return where a property stands among all; those without a place of their own share one."""
    for offset, names in ((0, FIRST), (len(FIRST) + 1, LAST)):
        for at, name in enumerate(names):
            if expand(name) == predicate:
                return offset + at
    return len(FIRST)
