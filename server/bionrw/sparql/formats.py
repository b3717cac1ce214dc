"""The ten formats of answers, their media types, the names people call them by, and which form gets which."""

from bionrw.model import Form, ResultFormat
from bionrw.sparql.versions import RDF_1_1, RDF_1_2, Version

JSON = ResultFormat("json", "application/sparql-results+json", "srj", "rows")
XML = ResultFormat("xml", "application/sparql-results+xml", "srx", "rows")
CSV = ResultFormat("csv", "text/csv", "csv", "rows")
TSV = ResultFormat("tsv", "text/tab-separated-values", "tsv", "rows")

TURTLE = ResultFormat("ttl", "text/turtle", "ttl", "graph")
N_TRIPLES = ResultFormat("nt", "application/n-triples", "nt", "graph")
RDF_XML = ResultFormat("rdf", "application/rdf+xml", "rdf", "graph")
JSON_LD = ResultFormat("jsonld", "application/ld+json", "jsonld", "graph")
TRIG = ResultFormat("trig", "application/trig", "trig", "graph")
N_QUADS = ResultFormat("nq", "application/n-quads", "nq", "graph")

# The order is the server's own preference: it decides whenever the client has none.
ROW_FORMATS = (JSON, XML, CSV, TSV)
GRAPH_FORMATS = (TURTLE, N_TRIPLES, RDF_XML, JSON_LD, TRIG, N_QUADS)

# What real clients accept although the standards' own name is another one.
ALIASES = {
    JSON: ("application/json",),
    XML: ("application/xml",),
    TURTLE: ("application/turtle", "application/x-turtle"),
    N_TRIPLES: ("text/plain",),  # RDF 1.1 N-Triples, section 5; rdflib asks for it by this name
    RDF_XML: ("application/xml",),
    JSON_LD: ("application/json",),
}

# RDF 1.2 gives these no parameter `version`: CSV holds strings only, JSON-LD has no triple terms.
_UNVERSIONED = (CSV.media_type, JSON_LD.media_type)

_NAMES = {
    "json": (JSON, JSON_LD),
    "xml": (XML, RDF_XML),
    "csv": (CSV,),
    "tsv": (TSV,),
    "ttl": (TURTLE,),
    "turtle": (TURTLE,),
    "nt": (N_TRIPLES,),
    "n-triples": (N_TRIPLES,),
    "ntriples": (N_TRIPLES,),
    "rdf": (RDF_XML,),
    "rdf+xml": (RDF_XML,),
    "jsonld": (JSON_LD,),
    "json-ld": (JSON_LD,),
    "trig": (TRIG,),
    "nq": (N_QUADS,),
    "n-quads": (N_QUADS,),
}


def formats_of(form: Form, least: Version = RDF_1_1) -> tuple[ResultFormat, ...]:
    """Return the formats that answers of `form` can have, the server's favourite first.

    `least` is the version of RDF that holds the answer: JSON-LD 1.1 has no form for triple terms.
    """
    if form in (Form.SELECT, Form.ASK):
        return ROW_FORMATS
    return tuple(item for item in GRAPH_FORMATS if item != JSON_LD or least < RDF_1_2)


def named_format(name: str, offers: tuple[ResultFormat, ...]) -> ResultFormat | None:
    """Return the offer that people call `name` (or whose media type it is), None when there is none."""
    wanted = name.strip().lower()
    for offer in offers:
        if offer in _NAMES.get(wanted, ()) or wanted in media_types(offer):
            return offer
    return None


def media_types(result_format: ResultFormat) -> tuple[str, ...]:
    """Return the media types that lead to `result_format`, its registered one first."""
    return (result_format.media_type, *ALIASES.get(result_format, ()))


def content_type(media_type: str, version: Version | None = None) -> str:
    """Return the Content-Type field; text is ASCII unless it says otherwise (RFC 6657), Turtle never.

    A `version` of RDF is announced where the media type can (RDF 1.2 Concepts, section 2).
    """
    says = media_type.startswith("text/") and media_type != TURTLE.media_type
    announced = f"; version={version}" if version and media_type not in _UNVERSIONED else ""
    return f"{media_type}{'; charset=utf-8' if says else ''}{announced}"
