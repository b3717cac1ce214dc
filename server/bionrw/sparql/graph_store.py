"""Read which graph a request is about (SPARQL 1.1 Graph Store HTTP Protocol, section 4.2)."""

from dataclasses import dataclass

from bionrw.errors import BadRequest
from bionrw.sparql.protocol import FORMAT_PARAMETERS, decode_form, is_absolute_iri, values_of

_REMEDY = "Ask for one graph: ?default, or ?graph= with the IRI of a graph."


@dataclass(frozen=True, slots=True)
class GraphRequest:
    """The graph that a client asks for (empty: the default graph), and the formats it calls by name."""

    graph: str
    formats: tuple[str, ...] = ()


def read_graph_request(query_string: bytes) -> GraphRequest:
    """Return what the query string of a GET asks for; unknown parameters are read over.

    Raises `BadRequest` when it names no graph, several, or one by a relative IRI (section 4.2).
    """
    parameters = decode_form(query_string, "query string")
    default = any(name == "default" for name, _ in parameters)
    graphs = [value for name, value in parameters if name == "graph"]
    if default + len(graphs) != 1:
        what = f"names {default + len(graphs)} graphs" if default or graphs else "does not name a graph"
        detail = f"The request {what}. {_REMEDY}"
        raise BadRequest(detail)
    if graphs and not is_absolute_iri(graphs[0]):
        detail = f"The graph name {graphs[0][:200]!r} is no absolute IRI. {_REMEDY}"
        raise BadRequest(detail)
    return GraphRequest(graphs[0] if graphs else "", values_of(parameters, *FORMAT_PARAMETERS))
