"""The tests of the service description: what the endpoint says of itself."""

import pyoxigraph as ox

from bionrw.sparql.formats import GRAPH_FORMATS
from tests.conformance.description import TYPE, Description, words
from tests.conformance.exchange import Reply, send
from tests.conformance.manifests import Case
from tests.conformance.outcome import Finding, Outcome
from tests.conformance.protocol import ENDPOINT

SD = "http://www.w3.org/ns/sparql-service-description#"
ACCEPT = "text/turtle, application/rdf+xml;q=0.9"
# SPARQL 1.1 Service Description, section 3.4: of what each property is said. All values are resources.
# The draft of version 1.2 adds `supportedVersion`.
DOMAINS = {
    "Service": "endpoint feature defaultEntailmentRegime defaultSupportedEntailmentProfile extensionFunction"
    " extensionAggregate languageExtension supportedLanguage supportedVersion propertyFeature defaultDataset"
    " availableGraphs resultFormat inputFormat",
    "Dataset": "defaultGraph",
    "GraphCollection": "namedGraph",
    "NamedGraph": "name graph entailmentRegime supportedEntailmentProfile",
}
_DOMAIN = {SD + name: SD + kind for kind, names in DOMAINS.items() for name in names.split()}
_WIDER = {SD + "Dataset": SD + "GraphCollection"}
_SUFFIXES = {item.media_type: item.suffix for item in GRAPH_FORMATS}


def run(case: Case, address: str) -> Finding:
    """Fetch the description and look for what the test is about."""
    reply = send(address, "GET", ENDPOINT, {"Accept": ACCEPT})
    fault = _fault(case.iri.rpartition("#")[2], reply, address + ENDPOINT)
    return Finding(case.iri, case.suite, Outcome.FAILED if fault else Outcome.PASSED, fault)


def _fault(name: str, reply: Reply, endpoint: str) -> str:
    if reply.status != 200 or reply.media_type not in _SUFFIXES:
        return f"status {reply.status} with {reply.media_type}, expected RDF"
    data_format = ox.RdfFormat.from_media_type(reply.media_type)
    assert data_format is not None
    described = Description(reply.body, data_format, endpoint)
    match name:
        case "has-endpoint-triple":
            named = [
                n for s in described.subjects(SD + "endpoint") for n in described.values(s, SD + "endpoint")
            ]
            return "" if ox.NamedNode(endpoint) in named else f"the endpoint is {named}, expected {endpoint}"
        case "conforms-to-schema":
            return strays(described)
    return ""


def strays(described: Description) -> str:
    """Return what the vocabulary of service descriptions does not allow; empty when all is well."""
    for subject, known, values in described.properties():
        if not known.startswith(SD):
            continue
        kinds = {words(kind) for kind in described.values(subject, TYPE)}
        kinds |= {_WIDER[kind] for kind in kinds if kind in _WIDER}
        if known not in _DOMAIN:
            return f"the vocabulary has no {known}"
        if _DOMAIN[known] not in kinds:
            return f"{subject} has {known} and is no {_DOMAIN[known]}"
        if any(isinstance(value, ox.Literal) for value in values):
            return f"{known} has the literal {values}"
    services = described.subjects(SD + "endpoint")
    return "" if services else "there is no service with an endpoint"
