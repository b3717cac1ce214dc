"""The child program that runs queries: `python -m bionrw.store.reader DESCRIPTOR`, over an inherited socket.

A query can hang, eat all memory or overflow the engine's stack, and nothing inside the process can
stop it; therefore the process is made to be ended. It imports little, so that a new one starts fast.
"""

import json
import signal
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from socket import socket
from typing import IO, Any, TypeVar, cast

import pyoxigraph as ox

from bionrw.store import confinement, jsonld, layout, wire

# Up to this size of N-Quads (some 200 000 statements, loaded in 0.6 s) the faster memory store is used.
MEMORY_STORE_BYTES = 32 * 1024 * 1024

# A reader whose parent was lost ends itself this many seconds after its deadline.
_GRACE = 5.0

Found = TypeVar("Found")


class _Outlet:
    """The file that the engine writes to: sends full frames at once and the remainder when finished."""

    def __init__(self, channel: socket) -> None:
        self._channel = channel
        self._pending = bytearray()

    def write(self, data: bytes) -> int:
        self._pending += data
        while len(self._pending) >= wire.FRAME_BYTES:
            wire.send(self._channel, wire.MORE, bytes(self._pending[: wire.FRAME_BYTES]))
            del self._pending[: wire.FRAME_BYTES]
        return len(data)

    def flush(self) -> None:
        """Keep the bytes: frames go out by size."""

    def finish(self) -> None:
        wire.send(self._channel, wire.LAST, bytes(self._pending))


class _UnusableArgument(Exception):
    """An IRI or value that came with the query is not one."""


class _UnusableFormat(Exception):
    """The form of the query has no such format."""


def serve(channel: socket) -> None:
    """Open the graph that the first frame names, then answer one query after another until the end."""
    confinement.end_with_parent()
    # An interrupt from the terminal is meant for the parent, which then ends its readers.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    opening = json.loads(wire.receive(channel)[1])
    memory = confinement.limit_memory(opening["memory_limit"])
    guard = confinement.SECCOMP if confinement.refuse_network() else confinement.NONE
    try:
        store, in_memory = _open(Path(opening["path"]))
        context = _context(Path(opening["path"]))
    except (OSError, ValueError, SyntaxError) as error:
        _send_fault(channel, "store", error)
        return
    # Without seccomp a memory store can still be shut in: it needs no file once it is loaded.
    if guard == confinement.NONE and in_memory and confinement.refuse_descriptors():
        guard = confinement.DESCRIPTORS
    report = {"network": guard, "memory": memory, "in_memory": in_memory}
    wire.send(channel, wire.READY, json.dumps(report).encode())
    while True:
        _answer(store, context, channel, json.loads(wire.receive(channel)[1]))


def _open(release: Path) -> tuple[ox.Store, bool]:
    quads = release / "graph.nq"
    if quads.is_file() and quads.stat().st_size <= MEMORY_STORE_BYTES:
        store = ox.Store()
        # bulk_load would rename blank nodes, each reader in its own way; then no ETag could be strong.
        store.bulk_extend(ox.parse(path=str(quads), format=ox.RdfFormat.N_QUADS))
        return store, True
    return ox.Store.read_only(str(release / "store")), False


def _context(release: Path) -> jsonld.Context | None:
    """Return the short names for JSON-LD, None for a release without them, whose JSON-LD has full names."""
    file = release / "context.jsonld"
    return jsonld.Context(file.read_bytes()) if file.is_file() else None


def _answer(
    store: ox.Store, context: jsonld.Context | None, channel: socket, request: dict[str, Any]
) -> None:
    signal.setitimer(signal.ITIMER_REAL, request["seconds"] + _GRACE)
    outlet = _Outlet(channel)
    try:
        _run(store, context, request, outlet)
    except _UnusableArgument as error:
        _send_fault(channel, "argument", error)
    except (_UnusableFormat, jsonld.NoForm) as error:
        _send_fault(channel, "format", error)
    except SyntaxError as error:
        _send_fault(channel, "syntax", error)
    except (RuntimeError, ValueError, OSError) as error:
        _send_fault(channel, "engine", error)
    else:
        outlet.finish()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _run(store: ox.Store, context: jsonld.Context | None, request: dict[str, Any], outlet: _Outlet) -> None:
    """Run and serialise here: a solutions object that another thread touches aborts the process."""
    file = cast("IO[bytes]", outlet)
    if "triples" in request:
        given = [ox.Triple(*map(_term, triple)) for triple in request["triples"]]
        _serialize(given, context, request, file, [triple.subject for triple in given[:1]])
        return
    try:
        default_graphs = _nodes(request["default_graphs"])
        named_graphs = _nodes(request["named_graphs"])
        bindings: dict[ox.Variable, Any] = {
            ox.Variable(name): _term(term) for name, term in request["bindings"].items()
        }
    except ValueError as error:
        raise _UnusableArgument(str(error)) from error
    result = store.query(
        request["text"],
        base_iri=request["base_iri"],
        default_graph=default_graphs,
        named_graphs=named_graphs,
        substitutions=bindings or None,
    )
    if isinstance(result, ox.QueryTriples):
        _serialize(result, context, request, file, bindings.values())
    else:
        result.serialize(file, _known(ox.QueryResultsFormat.from_media_type, request["media_type"]))


def _serialize(
    result: ox.QueryTriples | list[ox.Triple],
    context: jsonld.Context | None,
    request: dict[str, Any],
    file: IO[bytes],
    first: Iterable[object],
) -> None:
    graph_format = _known(ox.RdfFormat.from_media_type, request["media_type"])
    prefixes = request["prefixes"]
    triples = layout.arrange(result, first) if prefixes or isinstance(result, list) else result
    if graph_format == ox.RdfFormat.JSON_LD and context is not None:
        jsonld.write(triples, file, context)
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


def _send_fault(channel: socket, kind: str, error: Exception) -> None:
    fault = {"kind": kind, "message": str(error)}
    wire.send(channel, wire.FAULT, json.dumps(fault).encode())


if __name__ == "__main__":
    # The parent hangs up when it needs this reader no more.
    with socket(fileno=int(sys.argv[1])) as parent, suppress(EOFError, ConnectionError):
        serve(parent)
