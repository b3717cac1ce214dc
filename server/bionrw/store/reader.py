"""What a reader does: answer one query after another over its channel, until that is closed.

A query can hang, eat all memory or overflow the engine's stack, and nothing inside the process can
stop it; therefore a reader is a process that is made to be ended.
"""

import json
import signal
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from socket import socket
from typing import IO, Any, TypeVar, cast

import pyoxigraph as ox

from bionrw.store import jsonld, layout, wire
from bionrw.store.merging import merged_store
from bionrw.store.outlet import Bounds, Outlet

# A reader whose parent was lost ends itself this many seconds after its deadline.
_GRACE = 5.0

Found = TypeVar("Found")


class _UnusableArgument(Exception):
    """An IRI or value that came with the query is not one."""


class _UnusableFormat(Exception):
    """The form of the query has no such format."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """What is answered from: the store, the default graph alone, the short names for JSON-LD.

    A store in memory finds what it has in all graphs by one chain and looks which graph it is; so the
    default graph is a store of its own there (None on disk, where each graph has its place).
    """

    store: ox.Store
    default: ox.Store | None = None
    context: jsonld.Context | None = None


def load(release: Path, default_graphs: Sequence[str]) -> Shelf:
    """Return the release read into memory; raises `OSError` or `SyntaxError`."""
    store = ox.Store()
    # bulk_load would rename blank nodes, each reader in its own way; then no ETag could be strong.
    store.bulk_extend(ox.parse(path=str(release / "graph.nq"), format=ox.RdfFormat.N_QUADS))
    return Shelf(store, merged_store(store, default_graphs), read_context(release))


def read_context(release: Path) -> jsonld.Context | None:
    """Return the short names for JSON-LD, None for a release without them."""
    file = release / "context.jsonld"
    return jsonld.Context(file.read_bytes()) if file.is_file() else None


def serve(channel: socket, shelf: Shelf) -> None:
    """Answer until the other end hangs up (`EOFError` or `ConnectionError`)."""
    while True:
        _answer(shelf, channel, json.loads(wire.receive(channel)[1]))


def send_fault(channel: socket, kind: str, error: Exception) -> None:
    """Send in place of an answer, or of its rest, what went wrong."""
    fault = {"kind": kind, "message": str(error)}
    wire.send(channel, wire.FAULT, json.dumps(fault).encode())


def _answer(shelf: Shelf, channel: socket, request: dict[str, Any]) -> None:
    signal.setitimer(signal.ITIMER_REAL, request["seconds"] + _GRACE)
    bounds = Bounds(request["max_bytes"], request["max_rows"])
    outlet = Outlet(channel, request["media_type"], request["encoding"], bounds)
    try:
        _run(shelf, request, outlet)
        last = outlet.finish()
    except _UnusableArgument as error:
        send_fault(channel, "argument", error)
    except (_UnusableFormat, jsonld.NoForm) as error:
        send_fault(channel, "format", error)
    except SyntaxError as error:
        send_fault(channel, "syntax", error)
    except (RuntimeError, ValueError, OSError) as error:
        send_fault(channel, outlet.fault or "engine", error)
    else:
        channel.sendall(last)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _run(shelf: Shelf, request: dict[str, Any], outlet: Outlet) -> None:
    """Run and serialise here: a solutions object that another thread touches aborts the process."""
    file = cast("IO[bytes]", outlet)
    if "triples" in request:
        given = [ox.Triple(*map(_term, triple)) for triple in request["triples"]]
        _serialize(given, shelf, request, file, [triple.subject for triple in given[:1]])
        return
    try:
        default_graphs = _nodes(request["default_graphs"])
        named_graphs = _nodes(request["named_graphs"])
        bindings: dict[ox.Variable, Any] = {
            ox.Variable(name): _term(term) for name, term in request["bindings"].items()
        }
    except ValueError as error:
        raise _UnusableArgument(str(error)) from error
    alone = shelf.default if request["default_only"] else None
    result = (alone or shelf.store).query(
        request["text"],
        base_iri=request["base_iri"],
        default_graph=None if alone else default_graphs,
        named_graphs=named_graphs,
        substitutions=bindings or None,
    )
    if isinstance(result, ox.QueryTriples):
        _serialize(result, shelf, request, file, bindings.values())
    else:
        result.serialize(file, _known(ox.QueryResultsFormat.from_media_type, request["media_type"]))


def _serialize(
    result: ox.QueryTriples | list[ox.Triple],
    shelf: Shelf,
    request: dict[str, Any],
    file: IO[bytes],
    first: Iterable[object],
) -> None:
    graph_format = _known(ox.RdfFormat.from_media_type, request["media_type"])
    prefixes = request["prefixes"]
    triples = layout.arrange(result, first) if prefixes or isinstance(result, list) else result
    if graph_format == ox.RdfFormat.JSON_LD and shelf.context is not None:
        jsonld.write(triples, file, shelf.context)
    elif isinstance(triples, ox.QueryTriples):
        triples.serialize(file, graph_format)
    else:
        layout.write(triples, file, graph_format, prefixes)


def _known(find: Callable[[str], Found | None], media_type: str) -> Found:
    found = find(media_type)
    if found is None:
        raise _UnusableFormat(media_type)
    return found


def _nodes(iris: list[str] | None) -> Any:
    return None if iris is None else [ox.NamedNode(iri) for iri in iris]


def _term(term: dict[str, str]) -> Any:
    if "iri" in term:
        return ox.NamedNode(term["iri"])
    if "blank" in term:
        return ox.BlankNode(term["blank"])
    if term["language"]:
        return ox.Literal(term["value"], language=term["language"])
    if term["datatype"]:
        return ox.Literal(term["value"], datatype=ox.NamedNode(term["datatype"]))
    return ox.Literal(term["value"])
