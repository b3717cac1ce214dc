"""What a reader does: answer one query after another over its channel, until that is closed.

A query can hang, eat all memory or overflow the engine's stack, and nothing inside the process can
stop it; therefore a reader is a process that is made to be ended.
"""

import json
import signal
from collections.abc import Callable, Collection, Iterable, Sequence
from pathlib import Path
from socket import socket
from typing import IO, Any, TypeVar, cast

import pyoxigraph as ox

from bionrw.store import jsonld, layout, wire
from bionrw.store.dataset import Merger, TooManyTriples, dataset_of
from bionrw.store.merging import is_merged, merged, only_merged
from bionrw.store.outlet import Bounds, Outlet

# A reader whose parent was lost ends itself this many seconds after its deadline.
_GRACE = 5.0

# Where the graph is kept: all of it in memory, its default graph in memory and the others on disk, or none.
MEMORY, DEFAULT, DISK = "memory", "default", "disk"

Found = TypeVar("Found")


# The default graph and the named ones where a text or a store says itself which they are.
_WHOLE: tuple[Any, Any] = (None, None)


class _UnusableArgument(Exception):
    """An IRI or value that came with the query is not one."""


class _UnusableFormat(Exception):
    """The form of the query has no such format."""


class Shelf:
    """What is answered from: the default graph alone in memory, and a store of all graphs.

    A store in memory finds what it has in all graphs by one chain and looks which graph it is; so the
    default graph is a store of its own there. The other is in memory or on disk, where each graph has
    its place, the default one too; it is opened when a query needs it.
    """

    def __init__(
        self,
        release: Path,
        default_graphs: Sequence[str],
        placement: str = DISK,
        shared: Collection[Collection[str]] | None = None,
    ) -> None:
        """Keep or load what `placement` says; raises `OSError` or `SyntaxError`.

        The default graph of the release is made of its `default_graphs`; `shared` are the pairs of
        graphs that have a triple in common, None where nobody has looked.
        """
        self._path = release / "store"
        self._graphs = default_graphs
        self._store: ox.Store | None = None
        self.merger = Merger(shared)
        self.default: ox.Store | None = None
        self.context = read_context(release)
        if placement == MEMORY:
            self._store = ox.Store()
            # bulk_load would rename blank nodes, each reader in its own way; then no ETag could be strong.
            self._store.bulk_extend(merged(_quads(release), default_graphs))
            self.default = ox.Store()
            self.default.bulk_extend(self._store.quads_for_pattern(None, None, None, ox.DefaultGraph()))
        elif placement == DEFAULT:
            self.default = ox.Store()
            self.default.bulk_extend(only_merged(_quads(release), default_graphs))

    def whole(self) -> ox.Store:
        """Return the store of all graphs; raises `OSError`."""
        if self._store is None:
            store = ox.Store.read_only(str(self._path))
            if not is_merged(store, self._graphs):
                message = "the store was written by an earlier builder"
                raise OSError(message)
            self._store = store
        return self._store


def _quads(release: Path) -> Iterable[ox.Quad]:
    return ox.parse(path=str(release / "graph.nq"), format=ox.RdfFormat.N_QUADS)


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
    except TooManyTriples as error:
        send_fault(channel, "merge", error)
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
        alone = shelf.default if request["default_only"] else None
        store, dataset = (alone, _WHOLE) if alone is not None else _place(shelf, request)
        bindings: dict[ox.Variable, Any] = {
            ox.Variable(name): _term(term) for name, term in request["bindings"].items()
        }
    except ValueError as error:
        raise _UnusableArgument(str(error)) from error
    result = store.query(
        request["text"],
        base_iri=request["base_iri"],
        default_graph=dataset[0],
        named_graphs=dataset[1],
        substitutions=bindings or None,
    )
    if isinstance(result, ox.QueryTriples):
        _serialize(result, shelf, request, file, bindings.values())
    else:
        result.serialize(file, _known(ox.QueryResultsFormat.from_media_type, request["media_type"]))


def _place(shelf: Shelf, request: dict[str, Any]) -> tuple[ox.Store, tuple[Any, Any]]:
    """Return the store to ask, and which of its graphs are the default one and the named ones."""
    if request["released"]:
        return shelf.whole(), _WHOLE
    try:
        dataset = dataset_of(request)
    except SyntaxError:  # the text is no query, which the engine tells better
        return shelf.whole(), _WHOLE
    if shelf.merger.needed(dataset):
        return shelf.merger.merge(shelf.whole(), dataset), (ox.DefaultGraph(), _nodes(dataset.named_graphs))
    return shelf.whole(), (_nodes(dataset.default_graphs), _nodes(dataset.named_graphs))


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


def _nodes(iris: Iterable[str] | None) -> Any:
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
