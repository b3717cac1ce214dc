"""What to tell a client of a failure: from the engine's messages and a reader's exit code to our errors."""

import logging
import os
import re
import signal

from bionrw.errors import (
    AnswerTooLarge,
    BadRequest,
    EngineFailure,
    KnowledgeError,
    MalformedQuery,
    NotAcceptable,
    QueryTooComplex,
    ReaderDied,
)
from bionrw.store.dataset import MOST_TRIPLES

_log = logging.getLogger(__name__)

# The engine reads a keyword by taking as many characters as it has and comparing; it then blames the
# position after them, and near the end of the text it blames the end. With blanks behind the
# text every keyword fits, so the keyword's length leads back to where it was looked for.
PADDING = "\n" + " " * 32

_POSITION = re.compile(r"error at (\d+):(\d+): expected (?:one of )?(.*)", re.DOTALL)
_CLASS = re.compile(r"\[(?:'(?:\\.|[^'\\])*'|[^\]'])*\]")
# The class of what may follow a backslash, and what that means (SPARQL 1.1 Query, section 19.7).
_ESCAPES = "['t' | 'b' | 'n' | 'r' | 'f'"
_KNOWN_ESCAPES = "the backslash of a string is followed by one of t, b, n, r, f, \", ' and \\"
_QUOTED = re.compile(r'"(?:\\.|[^"\\])*"')
_KEYWORD = re.compile(r"[A-Za-z_]{2,}")
_UNKNOWN_FUNCTION = re.compile(r"The custom function (<[^<>\s]*>) is not supported")
_SHOWN = 24


def syntax_fault(text: str, message: str) -> MalformedQuery:
    """Return the error for a query that the engine's parser rejects with `message`.

    Line and column count characters from one. They are near, not always at, the slip: the parser
    tells only how far it came.
    """
    found = _POSITION.match(message)
    if found is None:
        return MalformedQuery("The query does not parse.")
    reasons, keywords, exact = _expectations(found[3])
    offset = _offset(text + PADDING, int(found[1]), int(found[2]))
    if keywords and not exact:
        offset -= min(map(len, keywords))
    end = len(text.rstrip())
    offset = max(0, min(offset, end))
    line, column = _line_and_column(text, offset)
    trouble = "it ends too early" if offset == end else f"unexpected {_excerpt(text, offset)}"
    detail = f"The query does not parse near line {line}, column {column}: {reasons or trouble}."
    return MalformedQuery(detail, {"line": line, "column": column})


def argument_fault() -> BadRequest:
    """Return the error for a graph IRI or bound value that the engine does not accept."""
    return BadRequest("A graph or value given with the query is not valid; give absolute IRIs.")


def format_fault() -> NotAcceptable:
    """Return the error for an answer that the engine cannot write in the format asked for."""
    return NotAcceptable("The answer to this form of query cannot be written in that format.")


def merge_fault() -> QueryTooComplex:
    """Return the error for a dataset of large graphs that share triples."""
    return QueryTooComplex(
        f"The default graph of this query is a merge of graphs that share triples and have more than "
        f"{MOST_TRIPLES} together; ask one graph, or name each with GRAPH.",
        {"limit": MOST_TRIPLES, "unit": "triples"},
    )


def xml_fault() -> NotAcceptable:
    """Return the error for an answer with what XML has no form for."""
    return NotAcceptable(
        "The answer holds characters or property names that XML cannot; ask for another format, such as JSON."
    )


def size_fault(limit: int, unit: str) -> AnswerTooLarge:
    """Return the error for an answer of more than `limit` "bytes" or "rows"."""
    detail = f"The answer has more than {limit} {unit}, the most that is sent; narrow the query or add LIMIT."
    return AnswerTooLarge(detail, {"limit": limit, "unit": unit})


def engine_fault(message: str) -> KnowledgeError:
    """Return the error for a query that parsed and failed; the engine's words stay in the log."""
    unknown = _UNKNOWN_FUNCTION.fullmatch(message)
    if unknown is not None:
        return BadRequest(f"The function {unknown[1]} is not known here.")
    _log.warning("The engine failed: %s", message)
    return EngineFailure("The engine could not finish this query; try a simpler one.")


def death(status: int | None, memory_limit: int) -> KnowledgeError:
    """Return the error for a reader that ended by itself before its answer did.

    `status` is its wait status, None when nobody told; `memory_limit` is in bytes.
    """
    _log.warning("A reader ended with wait status %s while it answered.", status)
    if status is not None and os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGSEGV:
        # The parser and the planner recurse; a query that is deep enough overflows the stack.
        return QueryTooComplex("The query nests or chains too deeply for the engine; take it apart.")
    size = memory_limit // 1024**2
    return ReaderDied(
        f"The process that ran the query ended. Most likely it needed more than the {size} MiB of "
        "memory that a query may use; narrow the query or add LIMIT."
    )


def _expectations(listing: str) -> tuple[str, list[str], bool]:
    """Split what the parser expected: reasons in words, keywords, and whether a character is named."""
    unknown = [_KNOWN_ESCAPES] if _ESCAPES in listing else []
    exact = any(item != "[_]" for item in _CLASS.findall(listing))
    listing = _CLASS.sub("", listing)
    exact = exact or bool(_QUOTED.findall(listing))
    items = [item.strip() for item in _QUOTED.sub("", listing).split(",")]
    reasons = [item for item in items if " " in item] or unknown
    keywords = [item for item in items if _KEYWORD.fullmatch(item)]
    return "; ".join(map(_within_sentence, reasons)), keywords, exact or bool(reasons)


def _within_sentence(reason: str) -> str:
    return reason if reason[:2].isupper() else reason[0].lower() + reason[1:]


def _offset(text: str, line: int, column: int) -> int:
    lines = text.split("\n")[: line - 1]
    return sum(len(each) + 1 for each in lines) + column - 1


def _line_and_column(text: str, offset: int) -> tuple[int, int]:
    before = text[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1


def _excerpt(text: str, offset: int) -> str:
    word = text[offset:].split(maxsplit=1)[0]
    shown = word if len(word) <= _SHOWN else word[:_SHOWN] + "…"
    return f"“{shown}”"
