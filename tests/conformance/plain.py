"""The engine with nothing of ours around it: a child program that answers the questions on its input."""

import base64
import json
import sys
from pathlib import Path
from typing import Any

import pyoxigraph as ox


def answer(question: dict[str, Any]) -> dict[str, str]:
    """Return the bytes of the answer, or whether it was the syntax that failed or something else."""
    store = ox.Store()
    for file, iri in question["data"]:
        load(store, file, iri, ox.DefaultGraph())
    for file, iri in question["graphs"]:
        load(store, file, iri, ox.NamedNode(iri))
    try:
        result = store.query(question["text"])
        media_type = question["media_type"]
        if isinstance(result, ox.QueryTriples):
            data = result.serialize(format=ox.RdfFormat.from_media_type(media_type))
        else:
            data = result.serialize(format=ox.QueryResultsFormat.from_media_type(media_type))
    except SyntaxError:
        return {"fault": "syntax"}
    except (RuntimeError, ValueError, OSError):
        return {"fault": "other"}
    return {"data": base64.b64encode(data or b"").decode()}


def load(store: ox.Store, file: str, iri: str, graph: ox.NamedNode | ox.DefaultGraph) -> None:
    """Add a file to a graph; a file that has graphs of its own keeps them."""
    found = ox.RdfFormat.from_extension(Path(file).suffix.removeprefix("."))
    assert found is not None
    store.load(path=file, format=found, base_iri=iri, to_graph=None if found.supports_datasets else graph)


if __name__ == "__main__":
    json.dump([answer(question) for question in json.load(sys.stdin)], sys.stdout)
