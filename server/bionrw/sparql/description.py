"""Describe the endpoint to programs (SPARQL 1.1 Service Description), from what is really there."""

from collections.abc import Iterable, Iterator
from dataclasses import fields
from typing import Any

from bionrw.config import Settings
from bionrw.model import Blank, Iri, Literal, Release, Term, Triple
from bionrw.names import Names
from bionrw.sparql import formats
from bionrw.sparql.extensions import FUNCTIONS, LANGUAGE
from bionrw.sparql.reading import MAX_JOINTS
from bionrw.sparql.statistics import linksets, partitions

_SD = "http://www.w3.org/ns/sparql-service-description#"
_VOID = "http://rdfs.org/ns/void#"
_DCAT = "http://www.w3.org/ns/dcat#"
_DCTERMS = "http://purl.org/dc/terms/"
_SCHEMA = "https://schema.org/"
_XSD = "http://www.w3.org/2001/XMLSchema#"
_TYPE = Iri("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_LABEL = Iri("http://www.w3.org/2000/01/rdf-schema#label")

_FORMATS = "http://www.w3.org/ns/formats/"
FORMAT_IRIS = {
    formats.JSON: Iri(_FORMATS + "SPARQL_Results_JSON"),
    formats.XML: Iri(_FORMATS + "SPARQL_Results_XML"),
    formats.CSV: Iri(_FORMATS + "SPARQL_Results_CSV"),
    formats.TSV: Iri(_FORMATS + "SPARQL_Results_TSV"),
    formats.TURTLE: Iri(_FORMATS + "Turtle"),
    formats.N_TRIPLES: Iri(_FORMATS + "N-Triples"),
    formats.RDF_XML: Iri(_FORMATS + "RDF_XML"),
    formats.JSON_LD: Iri(_FORMATS + "JSON-LD"),
    formats.TRIG: Iri(_FORMATS + "TriG"),
    formats.N_QUADS: Iri(_FORMATS + "N-Quads"),
}
# The settings that bound a query, with their units.
LIMITS = {
    "deadline": "seconds",
    "queue_timeout": "seconds",
    "max_request_bytes": "bytes",
    "max_response_bytes": "bytes",
    "max_rows": "rows",
    "memory_limit": "bytes",
    "queue": "queries",
    "max_nesting": "brackets",
}

# Blank, so that a client takes the description for its own under whatever address it has asked:
# Comunica reads what is said of blank nodes and of the address it asked, and of nothing else.
_SERVICE = Blank("service")
_DATASET = Blank("dataset")
_DEFAULT_GRAPH = Blank("default")


def describe(
    release: Release,
    settings: Settings,
    endpoint: str,
    graph_store: str,
    *,
    federated: bool = False,
    statistics: Any = None,
) -> tuple[Triple, ...]:
    """Return the description of the service at `endpoint`, whose graphs `graph_store` gives one by one.

    `federated`: its operator lists endpoints that queries may ask; `statistics`: what the build counted.
    Nothing is claimed that does not hold:
    no DereferencesURIs, for nothing is loaded from elsewhere; no EmptyGraphs, for a release has none; no
    RequiresDataset.
    """
    features = ["BasicFederatedQuery"] if federated else []
    return (
        *_service(Iri(endpoint)),
        *((_SERVICE, Iri(_SD + "feature"), Iri(_SD + name)) for name in features),
        *_extensions(),
        *_limits(settings),
        *_dataset(release, Iri(endpoint)),
        *_default_graph(release, statistics),
        *_graphs(release),
        *_graph_store(Iri(graph_store)),
    )


def _service(endpoint: Iri) -> Iterator[Triple]:
    yield from _about(
        _SERVICE,
        (_TYPE, Iri(_SD + "Service")),
        (_TYPE, Iri(_DCAT + "DataService")),
        (_LABEL, Literal("SPARQL endpoint of the BIO.NRW knowledge graph", "en")),
        (_LABEL, Literal("SPARQL-Endpunkt des Wissensgraphen BIO.NRW", "de")),
        (Iri(_SD + "endpoint"), endpoint),
        (Iri(_DCAT + "endpointURL"), endpoint),
        (Iri(_DCAT + "servesDataset"), _DATASET),
        (Iri(_DCTERMS + "conformsTo"), Iri("http://www.w3.org/TR/sparql11-protocol/")),
        (Iri(_SD + "supportedLanguage"), Iri(_SD + "SPARQL11Query")),
        # SPARQL 1.2 Service Description, a draft, parts the language from its versions.
        (Iri(_SD + "supportedLanguage"), Iri(_SD + "SPARQLQuery")),
        (Iri(_SD + "supportedVersion"), Iri("http://www.w3.org/ns/sparql#version-1.1")),
        (Iri(_SD + "supportedVersion"), Iri("http://www.w3.org/ns/sparql#version-1.2")),
        # What follows was drawn by the build and is stored; no query draws anything.
        (Iri(_SD + "defaultEntailmentRegime"), Iri("http://www.w3.org/ns/entailment/Simple")),
        (Iri(_SD + "defaultDataset"), _DATASET),
        (Iri(_SD + "availableGraphs"), _DATASET),
    )
    for item in (*formats.ROW_FORMATS, *formats.GRAPH_FORMATS):
        yield _SERVICE, Iri(_SD + "resultFormat"), FORMAT_IRIS[item]


def _extensions() -> Iterator[Triple]:
    for name, function in FUNCTIONS.items():
        yield _SERVICE, Iri(_SD + "extensionFunction"), function
        yield from _about(function, (_TYPE, Iri(_SD + "Function")), (_LABEL, Literal(name)))
    for name, extension in LANGUAGE.items():
        yield _SERVICE, Iri(_SD + "languageExtension"), extension
        yield from _about(extension, (_TYPE, Iri(_SD + "Feature")), (_LABEL, Literal(name, "en")))


def _limits(settings: Settings) -> Iterator[Triple]:
    """Yield the limits: no vocabulary of services has words for them, so schema.org's have to do."""
    meanings = {item.name: str(item.metadata["help"]) for item in fields(settings)}
    for name, unit in LIMITS.items():
        yield from _limit(name, getattr(settings, name), unit, meanings[name])
    joints = "patterns, operators and steps that a query may join"
    yield from _limit("max_joints", MAX_JOINTS, "joints", joints)


def _limit(name: str, value: float, unit: str, meaning: str) -> Iterator[Triple]:
    limit = Blank(name.replace("_", "-"))
    yield from property_value(_SERVICE, limit, name, meaning, number(value))
    yield limit, Iri(_SCHEMA + "unitText"), Literal(unit)


def property_value(subject: Blank, node: Blank, name: str, meaning: str, value: Term) -> Iterator[Triple]:
    """Yield a value of `subject` with its name, as a `node` of its own (schema:PropertyValue)."""
    yield subject, Iri(_SCHEMA + "additionalProperty"), node
    yield from _about(
        node,
        (_TYPE, Iri(_SCHEMA + "PropertyValue")),
        (Iri(_SCHEMA + "name"), Literal(name)),
        (Iri(_SCHEMA + "description"), Literal(meaning, "en")),
        (Iri(_SCHEMA + "value"), value),
    )


def _dataset(release: Release, endpoint: Iri) -> Iterator[Triple]:
    yield from _about(
        _DATASET,
        (_TYPE, Iri(_SD + "Dataset")),
        (_TYPE, Iri(_VOID + "Dataset")),
        (_LABEL, Literal("BIO.NRW knowledge graph", "en")),
        (_LABEL, Literal("Wissensgraph BIO.NRW", "de")),
        (Iri(_DCTERMS + "issued"), Literal(release.created, datatype=_XSD + "dateTime")),
        (Iri(_DCAT + "version"), Literal(release.version)),
        (Iri(_VOID + "sparqlEndpoint"), endpoint),
        (Iri(_VOID + "triples"), number(release.triples)),
        (Iri(_SD + "defaultGraph"), _DEFAULT_GRAPH),
    )


def _default_graph(release: Release, statistics: Any) -> Iterator[Triple]:
    default_graphs = _default_graphs(release)
    yield from _about(
        _DEFAULT_GRAPH,
        (_TYPE, Iri(_SD + "Graph")),
        (_TYPE, Iri(_VOID + "Dataset")),
        (_LABEL, Literal("merge of the graphs that are its parts", "en")),
        *((Iri(_DCTERMS + "hasPart"), Iri(iri)) for iri in default_graphs),
    )
    if statistics is None:
        total = sum(release.graphs[iri] for iri in default_graphs)
        yield _DEFAULT_GRAPH, Iri(_VOID + "triples"), number(total)
    else:
        yield from partitions(statistics, _DEFAULT_GRAPH)
        yield from linksets(statistics, _DEFAULT_GRAPH)
    if release.graphs.keys() == set(default_graphs):
        yield _SERVICE, Iri(_SD + "feature"), Iri(_SD + "UnionDefaultGraph")


def _graphs(release: Release) -> Iterator[Triple]:
    for place, (iri, count) in enumerate(sorted(release.graphs.items()), 1):
        named = Blank(f"graph-{place}")
        yield _DATASET, Iri(_SD + "namedGraph"), named
        yield from _about(
            named,
            (_TYPE, Iri(_SD + "NamedGraph")),
            (Iri(_SD + "name"), Iri(iri)),
            (Iri(_SD + "graph"), Iri(iri)),
        )
        yield from _about(Iri(iri), (_TYPE, Iri(_SD + "Graph")), (Iri(_VOID + "triples"), number(count)))


def _graph_store(address: Iri) -> Iterator[Triple]:
    """Yield where the graphs are to be had by HTTP; the vocabulary of services has no term for it."""
    yield from _about(
        Blank("graph-store"),
        (_TYPE, Iri(_DCAT + "DataService")),
        (_LABEL, Literal("graph store of the BIO.NRW knowledge graph, read-only", "en")),
        (_LABEL, Literal("Graphspeicher des Wissensgraphen BIO.NRW, nur lesbar", "de")),
        (Iri(_DCAT + "endpointURL"), address),
        (Iri(_DCAT + "servesDataset"), _DATASET),
        (Iri(_DCTERMS + "conformsTo"), Iri("http://www.w3.org/TR/sparql11-http-rdf-update/")),
    )


def _default_graphs(release: Release) -> tuple[str, ...]:
    return tuple(iri for iri in Names(release.base_iri).default_graphs() if iri in release.graphs)


def _about(subject: Iri | Blank, *facts: tuple[Iri, Term]) -> Iterable[Triple]:
    return ((subject, predicate, value) for predicate, value in facts)


def number(value: float) -> Literal:
    """Return a literal of a whole or another number."""
    if isinstance(value, int):
        return Literal(str(value), datatype=_XSD + "integer")
    return Literal(str(value), datatype=_XSD + "double")
