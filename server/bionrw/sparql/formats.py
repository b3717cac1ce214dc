"""The ten formats of answers, their media types, the names people call them by, and which form gets which."""

from bionrw.model import Form, ResultFormat

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
    RDF_XML: ("application/xml",),
    JSON_LD: ("application/json",),
}

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


def formats_of(form: Form) -> tuple[ResultFormat, ...]:
    """Return the formats that answers of `form` can have, the server's favourite first."""
    return ROW_FORMATS if form in (Form.SELECT, Form.ASK) else GRAPH_FORMATS


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


def content_type(media_type: str) -> str:
    """Return the Content-Type field; text is ASCII unless it says otherwise (RFC 6657), Turtle never."""
    says = media_type.startswith("text/") and media_type != TURTLE.media_type
    return f"{media_type}; charset=utf-8" if says else media_type
