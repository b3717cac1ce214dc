"""Describe to programs whom queries may ask by SERVICE, and how those have answered lately."""

from collections.abc import Iterator
from datetime import UTC, datetime

from bionrw.federation.endpoints import Endpoint
from bionrw.federation.tally import State, Tally
from bionrw.model import Blank, Iri, Literal, Term, Triple
from bionrw.sparql.description import number, property_value

_SD = "http://www.w3.org/ns/sparql-service-description#"
_DCAT = "http://www.w3.org/ns/dcat#"
_DCTERMS = "http://purl.org/dc/terms/"
_XSD = "http://www.w3.org/2001/XMLSchema#"
_TYPE = Iri("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_LABEL = Iri("http://www.w3.org/2000/01/rdf-schema#label")


def describe(tally: Tally, address: str) -> tuple[Triple, ...]:
    """Return a catalogue at `address` of the endpoints, with limits and state as `schema:PropertyValue`."""
    catalogue = Iri(address)
    found: list[Triple] = [
        (catalogue, _TYPE, Iri(f"{_DCAT}Catalog")),
        (catalogue, Iri(f"{_DCTERMS}title"), Literal("Endpoints that queries may ask by SERVICE", "en")),
        (catalogue, Iri(f"{_DCTERMS}title"), Literal("Endpunkte, die Abfragen mit SERVICE befragen", "de")),
    ]
    for place, endpoint in enumerate(tally.endpoints.values(), 1):
        service = Blank(f"service-{place}")
        found.append((catalogue, Iri(f"{_DCAT}service"), service))
        found += _service(service, endpoint)
        found += _state(service, tally.state(endpoint.iri))
    return tuple(found)


def _service(service: Blank, endpoint: Endpoint) -> Iterator[Triple]:
    yield service, _TYPE, Iri(f"{_SD}Service")
    yield service, _TYPE, Iri(f"{_DCAT}DataService")
    yield service, _LABEL, Literal(endpoint.label)
    yield service, Iri(f"{_SD}endpoint"), Iri(endpoint.iri)
    yield service, Iri(f"{_DCAT}endpointURL"), Iri(endpoint.iri)
    if endpoint.description:
        yield service, Iri(f"{_DCTERMS}description"), Literal(endpoint.description)
    yield from _value(service, "seconds", "seconds that one request may take", number(endpoint.seconds))
    yield from _value(service, "max_rows", "rows that one SERVICE may get", number(endpoint.max_rows))
    yield from _value(service, "max_bytes", "bytes that one answer may have", number(endpoint.max_bytes))
    kept = "seconds for which answers are kept"
    yield from _value(service, "cache_seconds", kept, number(endpoint.cache_seconds))


def _state(service: Blank, state: State) -> Iterator[Triple]:
    yield from _value(service, "calls", "calls that were noted lately", number(state.calls))
    yield from _value(service, "failures", "those of them that failed", number(state.failures))
    if state.seconds is not None:
        seconds = number(round(state.seconds, 3))
        yield from _value(service, "median_seconds", "seconds of an answered call, their median", seconds)
    if state.last is not None:
        moment = datetime.fromtimestamp(int(state.last), UTC).isoformat().replace("+00:00", "Z")
        yield from _value(service, "last", "when the last call ended", Literal(moment, "", f"{_XSD}dateTime"))


def _value(service: Blank, name: str, meaning: str, value: Term) -> Iterator[Triple]:
    node = Blank(f"{service.value}-{name.replace('_', '-')}")
    return property_value(service, node, name, meaning, value)
