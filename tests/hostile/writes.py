"""Attempts to write: updates in every shape, by every method, under every disguise."""

from collections.abc import Iterator

from tests.hostile.case import Case, case
from tests.hostile.messages import (
    ENDPOINT,
    FORM,
    QUERY,
    UPDATE,
    escaped,
    form_post,
    get,
    post,
    query_get,
    query_post,
    request,
    update_post,
)

_TRIPLE = "<a:evil> <a:evil> <a:evil>"
UPDATES = (
    ("INSERT DATA", f"INSERT DATA {{ {_TRIPLE} }}"),
    ("INSERT DATA into a graph", f"INSERT DATA {{ GRAPH <a:g> {{ {_TRIPLE} }} }}"),
    ("DELETE WHERE", "DELETE WHERE { ?s ?p ?o }"),
    ("DELETE and INSERT", f"DELETE {{ ?s ?p ?o }} INSERT {{ {_TRIPLE} }} WHERE {{ ?s ?p ?o }}"),
    ("WITH and DELETE", "WITH <a:g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }"),
    ("CLEAR", "CLEAR ALL"),
    ("DROP SILENT", "DROP SILENT ALL"),
    ("CREATE", "CREATE GRAPH <a:g>"),
    ("COPY", "COPY DEFAULT TO <a:g>"),
    ("MOVE", "MOVE DEFAULT TO <a:g>"),
    ("ADD", "ADD DEFAULT TO <a:g>"),
    ("a prologue first", f"PREFIX a: <a:> # SELECT\n BASE <a:b> INSERT DATA {{ {_TRIPLE} }}"),
    ("escapes", rf"\u0049NSERT DATA {{ {_TRIPLE} }}"),
    ("a query first", f"SELECT * {{}} ; INSERT DATA {{ {_TRIPLE} }}"),
    ("a query after it", f"INSERT DATA {{ {_TRIPLE} }} ; ASK {{}}"),
)
_CLEAR, _TURTLE = "CLEAR ALL", b"<a:evil> <a:evil> <a:evil> ."
_NO = (400, 403, 404, 405, 415)
_DISGUISES = (
    ("by GET", get(f"{ENDPOINT}?update={escaped(_CLEAR)}")),
    ("by GET beside a query", query_get("ASK {}", update=_CLEAR)),
    ("in a form", form_post(update=_CLEAR)),
    ("in a form beside a query", form_post(query="ASK {}", update=_CLEAR)),
    ("in the address of a form", post(FORM, b"", target=f"{ENDPOINT}?update={escaped(_CLEAR)}")),
    ("in the address of a query", post(QUERY, b"ASK {}", target=f"{ENDPOINT}?update={escaped(_CLEAR)}")),
    ("with graphs", post(UPDATE, _CLEAR.encode(), target=f"{ENDPOINT}?using-graph-uri=a:g")),
    ("by PUT", request("PUT", ENDPOINT, f"Content-Type: {UPDATE}", body=_CLEAR.encode())),
    ("by PATCH", request("PATCH", ENDPOINT, f"Content-Type: {UPDATE}", body=_CLEAR.encode())),
    ("by a POST that is told to be PUT", update_post(_CLEAR, "X-HTTP-Method-Override: PUT")),
    ("at an address for updates", post(UPDATE, _CLEAR.encode(), target="/update")),
    ("as Turtle at the endpoint", post("text/turtle", _TURTLE)),
    (
        "to the default graph by PUT",
        request("PUT", f"{ENDPOINT}?default", "Content-Type: text/turtle", body=_TURTLE),
    ),
    ("to a graph by POST", post("text/turtle", _TURTLE, target=f"{ENDPOINT}?graph=a:g")),
    ("to a graph by DELETE", request("DELETE", f"{ENDPOINT}?graph=a:g")),
    ("to a named graph by POST", post("text/turtle", _TURTLE, target="/graph/curated")),
    ("to a store of its own", request("PUT", "/store?default", "Content-Type: text/turtle", body=_TURTLE)),
)


def _updates() -> Iterator[Case]:
    for name, text in UPDATES:
        yield case(f"An update with {name}", update_post(text), *_NO, watches_data=True)
        yield case(
            f"An update with {name}, said to be a query", query_post(text), 400, 403, watches_data=True
        )


CASES: tuple[Case, ...] = (
    *_updates(),
    *(case(f"A write {name}", message, *_NO, watches_data=True) for name, message in _DISGUISES),
)
