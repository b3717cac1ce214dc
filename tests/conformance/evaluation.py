"""Ask the store what the tests of queries ask, and judge its answers."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from bionrw.errors import BadRequest, KnowledgeError, MalformedQuery
from bionrw.model import Dataset, Form, Operation, ResultFormat
from bionrw.sparql.formats import CSV, JSON, N_TRIPLES, TSV, XML
from bionrw.sparql.lexer import Kind as Terminal
from bionrw.sparql.lexer import Token, tokenize
from bionrw.sparql.reading import read
from bionrw.store.port import GraphStore
from tests.conformance.comparison import same
from tests.conformance.corpus import Corpus
from tests.conformance.manifests import HOME, Case, Kind, Suites
from tests.conformance.results import UNREADABLE, Result, read_result
from tests.conformance.spelling import respell

DEADLINE = 20.0
# The answer holds the right values, some of them in another spelling: 1 for 01.
SPELLING = "spelling"

_SCHEME = re.compile(r"<[A-Za-z][A-Za-z0-9+.\-]*:")
_FORMATS = {item.suffix: item for item in (CSV, JSON, TSV, XML)}
_GRAPHS = (Form.CONSTRUCT, Form.DESCRIBE)


@dataclass(frozen=True, slots=True)
class Question:
    """A test of a query, ready to be asked: the text with its base, and what is asked for.

    `files` are those whose graphs it needs.
    """

    case: Case
    text: str
    operation: Operation
    result_format: ResultFormat
    files: tuple[Path, ...]


def questions(cases: Sequence[Case], suites: Suites, corpus: Corpus) -> list[Question]:
    """Return the tests of queries that may be asked, and add to `corpus` what they need."""
    asked = [case for case in cases if case.query and not read(case.text).service]
    return [_question(case, suites, corpus) for case in asked]


def _question(case: Case, suites: Suites, corpus: Corpus) -> Question:
    assert case.query is not None
    text = with_base(case.text, suites.iri(case.query))
    files = (*case.data, *case.graphs, *_files_named(text, case.query.parent))
    for file in files:
        corpus.add(file, suites.iri(file))
    reading = read(text)
    named = [suites.iri(file) for file in case.graphs] + [n for f in case.data for n in corpus.inside[f]]
    dataset = Dataset(tuple(suites.iri(file) for file in case.data), tuple(named))
    operation = Operation(
        text,
        # A text that has no form is asked as a SELECT, so that the store itself has to refuse it.
        reading.form or Form.SELECT,
        None if reading.clauses else dataset,
        clauses=reading.clauses,
    )
    suffix = case.result.suffix.removeprefix(".") if case.result else ""
    rows = _FORMATS.get(suffix, JSON)
    return Question(case, text, operation, N_TRIPLES if reading.form in _GRAPHS else rows, files)


def _files_named(text: str, folder: Path) -> Iterator[Path]:
    """Yield the files that FROM and FROM NAMED name."""
    tokens = list(tokenize(text))
    for before, token in pairwise(tokens):
        if before.text.upper() in ("FROM", "NAMED") and token.kind is Terminal.IRI:
            file = folder / token.text[1:-1]
            if file.is_file():
                yield file


def with_base(text: str, base: str) -> str:
    """Return `text` with a line that gives the base of its relative IRIs, when it has some.

    Over HTTP their base would be the endpoint's address.
    """
    relative = any(t.kind is Terminal.IRI and not _SCHEME.match(t.text) for t in tokenize(text))
    return f"BASE <{base}>\n{text}" if relative else text


def judge(asked: Question, store: GraphStore, suites: Suites) -> str:
    """Return what is wrong with the store's answer, empty when it is right."""
    try:
        answer = store.query(asked.operation, asked.result_format, DEADLINE)
        data = b"".join(answer.frames)
    except KnowledgeError as error:
        return _judge_refusal(asked.case.kind, error)
    if asked.case.kind is Kind.NEGATIVE:
        return "answered although the syntax is wrong"
    return verdict(asked, data, suites) if asked.case.kind is Kind.EVALUATION else ""


def _judge_refusal(kind: Kind, error: KnowledgeError) -> str:
    if kind is Kind.NEGATIVE and isinstance(error, MalformedQuery):
        return ""
    # An unknown function is told after the query was parsed, and the syntax is all that is tested.
    if kind is Kind.POSITIVE and type(error) is BadRequest:
        return ""
    return f"{type(error).__name__}: {error.detail}"


def verdict(asked: Question, data: bytes, suites: Suites) -> str:
    """Return how an answer differs from the expected one, `SPELLING` when it does in no value."""
    wanted = expected(asked, suites)
    try:
        found = read_result(data, asked.result_format.suffix, HOME)
    except UNREADABLE as error:
        return f"the answer cannot be read: {error}"
    if same(wanted, found, lax=asked.case.lax):
        return ""
    if same(respell(wanted), respell(found), lax=asked.case.lax):
        return SPELLING
    return f"expected {wanted}, found {found}"


def expected(asked: Question, suites: Suites) -> Result:
    """Return the result that the manifest names; its rows have an order when the query asks for one."""
    file = asked.case.result
    assert file is not None
    result = read_result(file.read_bytes(), file.suffix.removeprefix("."), suites.iri(file))
    return replace(result, ordered=_is_ordered(tokenize(asked.text)))


def _is_ordered(tokens: Iterator[Token]) -> bool:
    """Tell whether the outermost query has ORDER BY."""
    depth = 0
    for token in tokens:
        depth += (token.text in ("{", "(")) - (token.text in ("}", ")"))
        if depth == 0 and token.kind is Terminal.WORD and token.text.upper() == "ORDER":
            return True
    return False
