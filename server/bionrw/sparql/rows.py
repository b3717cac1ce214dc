"""Read the first rows of a result as its frames come in (SPARQL 1.1 Query Results JSON Format)."""

import codecs
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bionrw.errors import EngineFailure
from bionrw.model import Blank, Iri, Literal, Term

_VARIABLES = re.compile(r'"vars"\s*:\s*(?=\[)')
_BINDINGS = re.compile(r'"bindings"\s*:\s*\[')
_GAP = re.compile(r"[\s,]*")


@dataclass(frozen=True, slots=True)
class Table:
    """The beginning of a result: `more` rows may follow; `verdict` answers ASK and is None for SELECT."""

    variables: tuple[str, ...] = ()
    rows: tuple[Mapping[str, Term], ...] = ()
    more: bool = False
    verdict: bool | None = None


def read_table(frames: Iterator[bytes], max_rows: int, max_bytes: int) -> Table:
    """Return what the JSON in `frames` begins with, and take no more of them than that needs.

    Raises what the frames raise, and `EngineFailure` when they end too soon; the caller closes them.
    """
    source = _Source(frames, max_bytes)
    while not (start := _BINDINGS.search(source.text)):
        if not source.grow():
            return Table(verdict=_verdict(source.text))
    variables = _VARIABLES.search(source.text)
    names = json.JSONDecoder().raw_decode(source.text, variables.end())[0] if variables else []
    rows: list[Mapping[str, Term]] = []
    for binding in _bindings(source, start.end()):
        if len(rows) == max_rows:
            return Table(tuple(names), tuple(rows), more=True)
        rows.append({name: _term(value) for name, value in binding.items()})
    return Table(tuple(names), tuple(rows), more=source.cut)


def read_text(frames: Iterator[bytes], max_bytes: int) -> tuple[str, bool]:
    """Return the whole lines that the first `max_bytes` of `frames` hold, and whether there is more."""
    source = _Source(frames, max_bytes)
    while source.grow():
        pass
    if source.cut:
        return source.text[: source.text.rfind("\n") + 1], True
    return source.text, False


class _Source:
    """The text that has come in so far."""

    def __init__(self, frames: Iterator[bytes], max_bytes: int) -> None:
        self.text = ""
        self.cut = False
        self._frames = frames
        self._left = max_bytes
        self._decoder = codecs.getincrementaldecoder("utf-8")()

    def grow(self) -> bool:
        """Take the next frame; tell whether there was one and room for it."""
        frame = next(self._frames, None)
        if frame is None:
            return False
        if self._left <= 0:
            self.cut = True
            return False
        self._left -= len(frame)
        self.text += self._decoder.decode(frame)
        return True


def _bindings(source: _Source, start: int) -> Iterator[dict[str, Any]]:
    decoder = json.JSONDecoder()
    at = start
    while True:
        gap = _GAP.match(source.text, at)
        at = gap.end() if gap else at
        if source.text.startswith("]", at):
            return
        try:
            binding, at = decoder.raw_decode(source.text, at)
        except json.JSONDecodeError:
            # The row is not whole yet: it goes on in the next frame, or lies beyond what is taken.
            if not source.grow():
                if not source.cut:
                    raise _broken() from None
                return
        else:
            yield binding


def _verdict(text: str) -> bool:
    try:
        return bool(json.loads(text)["boolean"])
    except (ValueError, KeyError, TypeError):
        raise _broken() from None


def _broken() -> EngineFailure:
    return EngineFailure("The engine ended its answer too soon; ask again.")


def _term(value: Mapping[str, Any]) -> Term:
    match value["type"]:
        case "uri":
            return Iri(value["value"])
        case "bnode":
            return Blank(value["value"])
        case "triple":
            # RDF 1.2: a triple is a value, too; people read it as one text.
            parts = (value["value"][part] for part in ("subject", "predicate", "object"))
            return Literal(f"<<( {' '.join(_term(part).value for part in parts)} )>>")
    return Literal(value["value"], value.get("xml:lang", ""), value.get("datatype", ""))
