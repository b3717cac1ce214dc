"""What clients of all sorts send: people, programs, federating engines, attackers; and what they may get."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tests.hostile.corpus import GROUPS
from tests.hostile.crowds import HOARD, STREAM
from tests.hostile.door import Door
from tests.hostile.endless import ALL
from tests.hostile.messages import ENDPOINT, HOST, escaped, form_post, get, message, query_get, query_post
from tests.hostile.outreach import CASES as OUTREACH
from tests.hostile.verdict import complaints
from tests.hostile.wire import Connection, Reply

Number = int
JSON = "Accept: application/sparql-results+json"
XML = "Accept: application/sparql-results+xml, application/rdf+xml"
WALK = "Accept: application/n-quads,application/trig;q=0.95,application/ld+json;q=0.9,text/turtle;q=0.6"
# rdflib sends some thirty of these before each query, needed or not.
_PREFIXES = "".join(f"PREFIX ns{n}: <https://ns.example/{n}/>\n" for n in range(30))
_PAGES = (
    "/",
    "/doc",
    "/doc/project",
    "/doc/project/biopen",
    "/doc/project/biopen.ttl",
    "/ontology",
    "/static/style.css",
)
_PEACEFUL = (
    "addresses",
    "traversal",
    "methods",
    "headers",
    "framing",
    "bodies",
    "outreach",
    "writes",
    "pages",
)


@dataclass(frozen=True)
class Visit:
    """What a client got: `fault` is what it should not have got, `light` a query that has to be quick."""

    kind: str
    outcome: str
    seconds: float
    fault: str = ""
    light: bool = False


Traffic = Callable[[Door, Number], Sequence[Visit]]


def _judged(
    kind: str, reply: Reply, statuses: Sequence[int], *, light: bool = False, cut: bool = False
) -> Visit:
    outcome = str(reply.status) if reply.whole else f"{reply.status}, broken off"
    fine = reply.status in statuses and (reply.whole or cut)
    fault = "" if fine else f"{outcome}: {reply.body[:200]!r}"
    return Visit(kind, outcome, reply.seconds, fault, light)


def people(door: Door, number: Number) -> Sequence[Visit]:
    """Look at a page, and ask something that was never asked before."""
    text = f"SELECT ?p ?o {{ <https://w3id.org/bionrw/id/project/biopen> ?p ?o }} # {number}"
    page = door.talk(
        get(_PAGES[number % len(_PAGES)], "Accept: text/html,*/*;q=0.8"), patience=door.limits.heavy
    )
    row = door.talk(query_get(text, JSON), patience=door.limits.heavy)
    return [_judged("page", page, (200,)), _judged("query", row, (200,), light=True)]


def programs(door: Door, number: Number) -> Sequence[Visit]:
    """Send what rdflib sends, over one connection: thirty prefixes, and XML wanted whatever the form is."""
    texts = (
        "ASK { ?s ?p %d }",
        "SELECT ?s { ?s a ?t } LIMIT 10 # %d",
        "CONSTRUCT { ?s a ?t } { ?s a ?t } LIMIT 10 # %d",
    )
    visits = []
    with Connection(door.place, door.limits.heavy) as connection:
        for text in texts:
            target = f"{ENDPOINT}?query={escaped(_PREFIXES + text % number)}"
            connection.send(message(f"GET {target} HTTP/1.1", HOST, XML))
            visits.append(_judged("rdflib", connection.receive(), (200,)))
            if visits[-1].fault:
                break
    return visits


def federations(door: Door, number: Number) -> Sequence[Visit]:
    """Ask as Comunica does: what the endpoint is, counts by ASK, then a burst of bound joins."""
    first = door.talk(get(ENDPOINT, WALK), patience=door.limits.heavy)
    # Without a service description the question what this is has no answer but 400.
    visits = [_judged("Comunica, description", first, (200, 400))]
    values = " ".join(f"<https://w3id.org/bionrw/id/place/{number}-{n}>" for n in range(50))
    burst = [
        query_get(f"ASK {{ ?s ?p <a:{number}-{n}> }}", "Accept: application/sparql-results+json;q=1.0")
        for n in range(4)
    ]
    burst += [
        form_post(JSON, query=f"SELECT * {{ ?s ?p ?o VALUES ?o {{ {values} }} }} # {n}") for n in range(2)
    ]
    burst += [
        query_get(f"CONSTRUCT WHERE {{ ?s a <a:{number}> }} # {n}", "Accept: text/turtle") for n in range(2)
    ]
    visits += [_judged("Comunica, burst", it, (200,)) for it in door.crowd(burst, door.limits.heavy)]
    return visits


def services(door: Door, number: Number) -> Sequence[Visit]:
    """Ask the endpoint to go elsewhere."""
    case = OUTREACH[number % len(OUTREACH)]
    return [
        Visit("SERVICE and the like", str(it.status), it.seconds, "; ".join(complaints(case, it, door)))
        for it in case.attack(door)
    ]


def attackers(door: Door, number: Number) -> Sequence[Visit]:
    """Send one of the hostile requests that cost the server little."""
    group = _PEACEFUL[number % len(_PEACEFUL)]
    case = random.Random(number).choice(GROUPS[group])  # the same number, the same case
    visits = []
    for reply in case.attack(door):
        faults = [f"{group}, {case.name}: {fault}" for fault in complaints(case, reply, door)]
        visits.append(Visit("hostile request", str(reply.status), reply.seconds, "; ".join(faults)))
    return visits


def spinners(door: Door, number: Number) -> Sequence[Visit]:
    """Ask what has no end, or what wants all memory; every third client hangs up at once."""
    texts = (
        f"SELECT (COUNT(*) AS ?n) {{ {ALL} FILTER(?a != {number}) }}",
        STREAM.format(number),
        HOARD.format(number),
    )
    raw = query_post(texts[number % 3], JSON)
    if number % 9 == 8:
        with Connection(door.place, door.limits.light) as connection:
            connection.send(raw)
        return [Visit("query without end", "left", 0.0)]
    reply = door.talk(raw, patience=door.limits.heavy * 2)
    return [_judged("query without end", reply, (200, 400, 500, 503, 504, 507), cut=True)]


def readers(door: Door, number: Number) -> Sequence[Visit]:
    """Read 20,000 rows; every fourth client leaves in the middle."""
    raw = query_post(f"SELECT * {{ ?s ?p ?o }} LIMIT 20000 # {number}", JSON)
    if number % 4 == 3:
        with Connection(door.place, door.limits.heavy) as connection:
            connection.send(raw)
        return [Visit("20,000 rows", "left", 0.0)]
    # Queries without end beside it may hold all places for long answers, and then it is refused in time.
    return [_judged("20,000 rows", door.talk(raw, patience=door.limits.heavy * 2), (200, 503))]


# How many clients of each sort come at once: two queries without end leave no room on two readers.
CLIENTS: Mapping[Traffic, int] = {
    people: 2,
    programs: 1,
    federations: 1,
    services: 1,
    attackers: 1,
    spinners: 1,
    readers: 1,
}
