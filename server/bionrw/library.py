"""The query files by name: what their headers say, and their text with the prefixes it uses in front."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from importlib.resources.abc import Traversable
from typing import Any

import yaml
from pyoxigraph import RdfFormat, parse

from bionrw.errors import NotFound, SourceError
from bionrw.names import CANONICAL_BASE, rebase

FOLDERS = ("checks", "examples", "federated", "pages", "quality", "rules", "rules/derived", "rules/rl")
PREFIX_FILE = "prefixes.ttl"

_SHACL = "http://www.w3.org/ns/shacl#"
_MARK = "#+"
_TEXTS = ("summary", "description", "why")
_TRANSLATED = ("title", "question", "formula")
_LISTS = ("tags", "graphs", "covers")
_KEYS = (*_TEXTS, *_TRANSLATED, *_LISTS, "expects", "defaults", "enumerate")
_LOCAL_NAME = re.compile(r"[\w-]+(?:\.[\w-]+)*")
_PREFIX_USE = re.compile(r"[A-Za-z][\w-]*(?=:)")


@dataclass(frozen=True, slots=True)
class Query:
    """A query file: what its header says, and its `text`, which runs as it stands.

    A line of the file has the number of the text's line less `shift`.
    """

    slug: str
    file: str
    text: str
    shift: int = 0
    summary: str = ""
    description: str = ""
    why: str = ""
    expects: str = ""
    title: Mapping[str, str] = field(default_factory=dict)
    question: Mapping[str, str] = field(default_factory=dict)
    formula: Mapping[str, str] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    graphs: tuple[str, ...] = ()
    covers: tuple[str, ...] = ()
    defaults: Mapping[str, object] = field(default_factory=dict)
    enumerate: tuple[object, ...] = ()


class Library:
    """All queries of a content folder, with identifiers below one base."""

    def __init__(self, queries: Traversable, base: str = CANONICAL_BASE) -> None:
        """Read every file now, so that a bad one is found at the start.

        Raises `SourceError` for a header or prefix list that does not parse.
        """
        self._base = base
        self._prefixes = {name: rebase(iri, base) for name, iri in read_prefixes(queries / PREFIX_FILE)}
        self._queries = {
            f"{folder}/{query.slug}": query for folder in FOLDERS for query in self._read(queries, folder)
        }

    def prefixes(self) -> dict[str, str]:
        """Return the namespaces by prefix."""
        return dict(self._prefixes)

    def shorten(self, iri: str) -> str:
        """Return `iri` with the prefix of the longest namespace that fits, else in angle brackets."""
        fitting = [
            (namespace, name)
            for name, namespace in self._prefixes.items()
            if iri.startswith(namespace) and _LOCAL_NAME.fullmatch(iri, len(namespace))
        ]
        if not fitting:
            return f"<{iri}>"
        namespace, name = max(fitting, key=lambda item: len(item[0]))
        return f"{name}:{iri[len(namespace) :]}"

    def query(self, name: str) -> Query:
        """Return the query `name`, its folder in front (`pages/facts`); raise `NotFound`."""
        try:
            return self._queries[name]
        except KeyError:
            folder, _, slug = name.rpartition("/")
            near = get_close_matches(slug, [query.slug for query in self._of(folder)], cutoff=0.3)
            hint = f"; near to it: {', '.join(near)}" if near else ""
            message = f"There is no query {slug!r} in queries/{folder}{hint}."
            raise NotFound(message) from None

    def text(self, name: str) -> str:
        """Return the text of the query `name`; raise `NotFound`."""
        return self.query(name).text

    def page(self, name: str) -> str:
        """Return the text of `pages/<name>.rq`; raise `NotFound`."""
        return self.text(f"pages/{name}")

    def example(self, slug: str) -> Query:
        """Return `examples/<slug>.rq`, or that of `federated/`; raise `NotFound`."""
        return self._queries.get(f"federated/{slug}") or self.query(f"examples/{slug}")

    def examples(self) -> tuple[Query, ...]:
        """Return the examples, by slug."""
        return self._of("examples")

    def federated(self) -> tuple[Query, ...]:
        """Return the ready queries that ask other endpoints, by slug."""
        return self._of("federated")

    def checks(self) -> tuple[Query, ...]:
        """Return the checks of the build, by slug."""
        return self._of("checks")

    def derivations(self) -> tuple[Query, ...]:
        """Return the rules that work out quantities, by slug."""
        return self._of("rules/derived")

    def rules(self) -> tuple[Query, ...]:
        """Return the rules of the reasoner, by slug."""
        return self._of("rules/rl")

    def measures(self) -> tuple[Query, ...]:
        """Return the queries of the quality report, by slug."""
        return self._of("quality")

    def uses(self) -> tuple[Query, ...]:
        """Return the queries that people and the build ask of the terms; those of the pages show any term."""
        return tuple(
            query for folder in ("checks", "examples", "rules", "rules/derived") for query in self._of(folder)
        )

    def _of(self, folder: str) -> tuple[Query, ...]:
        return tuple(query for name, query in self._queries.items() if name.rpartition("/")[0] == folder)

    def _read(self, queries: Traversable, label: str) -> Iterator[Query]:
        folder = queries / label
        if not folder.is_dir():
            return
        for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
            if file.name.endswith(".rq"):
                yield self._parse(f"queries/{label}/{file.name}", file.read_bytes())

    def _parse(self, file: str, content: bytes) -> Query:
        header, body = split_header(_decode(file, content))
        used = set(_PREFIX_USE.findall(body))
        prologue = [f"PREFIX {name}: <{iri}>\n" for name, iri in self._prefixes.items() if name in used]
        return Query(
            slug=file.rpartition("/")[2].removesuffix(".rq"),
            file=file,
            text="".join(prologue) + body.replace(f"<{CANONICAL_BASE}", f"<{self._base}"),
            shift=len(prologue) - len(header),
            **read_header(file, header),
        )


def read_prefixes(file: Traversable) -> Iterator[tuple[str, str]]:
    """Yield the prefixes that `file` declares (SHACL, section 5.2.1), by name; raise `SourceError`."""
    name = f"queries/{file.name}"
    parts: dict[str, dict[str, str]] = {}
    try:
        for quad in parse(file.read_bytes(), format=RdfFormat.TURTLE):
            kind = quad.predicate.value.removeprefix(_SHACL)
            if kind in ("prefix", "namespace"):
                parts.setdefault(str(quad.subject), {})[kind] = getattr(quad.object, "value", "")
    except SyntaxError as error:
        message = f"{name}, line {error.lineno}, column {error.offset}: {error.msg.partition(': ')[2]}."
        raise SourceError(message, {"file": name, "line": error.lineno, "column": error.offset}) from None
    except OSError:
        message = f"{name} is missing: it declares the prefixes of all queries."
        raise SourceError(message, {"file": name}) from None
    for part in sorted(parts.values(), key=lambda part: part.get("prefix", "")):
        if len(part) != 2:
            message = f"{name}: each sh:declare needs one sh:prefix and one sh:namespace, not only {part}."
            raise SourceError(message, {"file": name})
        yield part["prefix"], part["namespace"]


def split_header(text: str) -> tuple[list[str], str]:
    """Return the YAML lines of the header (the leading lines that begin with `#+`) and the rest."""
    lines = text.splitlines(keepends=True)
    count = next((at for at, line in enumerate(lines) if not line.startswith(_MARK)), len(lines))
    header = [line.removeprefix(_MARK).removeprefix(" ").rstrip("\r\n") for line in lines[:count]]
    return header, "".join(lines[count:])


def read_header(file: str, lines: list[str]) -> dict[str, Any]:
    """Return the fields of a header; raise `SourceError` with the line of the first fault."""
    try:
        values = yaml.safe_load("\n".join(lines)) if lines else {}
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "not YAML"
        raise _fault(file, mark.line + 1 if mark else 1, f"the header does not parse: {problem}") from None
    if not isinstance(values, dict):
        raise _fault(file, 1, f"the header is no list of keys and values: write `{_MARK} summary: …`")
    return {key: _value(file, _line_of(lines, key), key, value) for key, value in values.items()}


def _value(file: str, line: int, key: Any, value: Any) -> Any:
    if key in _TEXTS and isinstance(value, str | int):
        return str(value).strip()
    if key in _TRANSLATED and isinstance(value, str):
        return {"en": value}
    if key in _TRANSLATED and _is_texts(value):
        return value
    if key == "expects" and isinstance(value, str | dict):
        return (
            value if isinstance(value, str) else ", ".join(f"{name}: {item}" for name, item in value.items())
        )
    if key in _LISTS and isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(value)
    if key == "enumerate" and isinstance(value, list):
        return tuple(value)
    if key == "defaults":
        pairs = value if isinstance(value, list) else [value]
        if all(isinstance(pair, dict) for pair in pairs):
            return {name: default for pair in pairs for name, default in pair.items()}
    if key in _KEYS:
        raise _fault(file, line, f"{key} cannot be {value!r}")
    raise _fault(file, line, f"the header knows no {key!r}; it knows {', '.join(_KEYS)}")


def _is_texts(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(part, str) for item in value.items() for part in item)


def _line_of(lines: list[str], key: Any) -> int:
    return next((at for at, line in enumerate(lines, 1) if line.startswith(f"{key}:")), 1)


def _decode(file: str, content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise _fault(file, line, "the file is not UTF-8; save it as UTF-8") from None


def _fault(file: str, line: int, problem: str) -> SourceError:
    return SourceError(f"{file}, line {line}: {problem}.", {"file": file, "line": line})
