"""Answer SPARQL queries: settle everything that costs nothing before the store runs one."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from bionrw.config import Settings
from bionrw.errors import KnowledgeError, MalformedQuery, NotAcceptable
from bionrw.model import Answer, Form, Operation, ResultFormat
from bionrw.sparql.federation import FederationPolicy, Refuse
from bionrw.sparql.formats import ALIASES, JSON_LD, formats_of, named_format
from bionrw.sparql.lexer import position, spelt_out
from bionrw.sparql.negotiation import negotiate
from bionrw.sparql.protocol import Request, refuse_update
from bionrw.sparql.reading import is_default_only, read, require_form, require_simple
from bionrw.sparql.survey import survey
from bionrw.sparql.versions import RDF_1_1, Version
from bionrw.store.port import GraphStore

HTML = "text/html"
# A longer Accept is read each time, for it should not be remembered.
_LONGEST_ACCEPT = 512


@dataclass(frozen=True, slots=True)
class Prepared:
    """A query that may run, and the answer it will get.

    `media_type` is HTML when a page is wanted; the page then shows the answer in `result_format`.
    `etag` is strong, and empty when two runs may differ (RAND, NOW, fresh blank nodes, ...).
    `version` is to be announced: the one that the client asked for, or RDF 1.2 where it is needed.
    `cache_control` is what clients are told of keeping the answer.
    """

    operation: Operation
    result_format: ResultFormat
    media_type: str
    etag: str
    version: Version | None = None
    cache_control: str = "no-cache"


class Service:
    """Runs queries over one store by the rules of the protocol."""

    def __init__(
        self,
        store: GraphStore,
        settings: Settings,
        federation: FederationPolicy | None = None,
        prefixes: Mapping[str, str] | None = None,
        jsonld_tag: str = "",
    ) -> None:
        """Keep the store, the limits in `settings`, and who may be asked further (nobody, if not told).

        `prefixes` are the usual ones, told to those who forget to declare them; `jsonld_tag` stands
        for the context that JSON-LD is written with.
        """
        self._prefixes = prefixes or {}
        self._jsonld_tag = jsonld_tag
        self._store = store
        self._settings = settings
        self._federation = federation or Refuse()

    def prepare(self, request: Request, accept: str, *, pages: bool = False) -> Prepared:
        """Return what would run for `request`; `pages` adds HTML to what is on offer.

        Raises `MalformedQuery`, `QueryTooComplex`, `OperationRefused` (an update),
        `FederationRefused` or `NotAcceptable`.
        """
        text = spelt_out(request.text)
        reading, template = survey(text)
        if reading.update:
            raise refuse_update(reading.update)
        form = require_form(text, reading)
        require_simple(reading, self._settings.max_nesting)
        choose = _choose if len(accept) <= _LONGEST_ACCEPT else _choose.__wrapped__
        media_type, result_format, version = choose(request.formats, accept, form, reading.version, pages)
        self._federation.check(reading)
        operation = Operation(
            text=text,
            form=form,
            dataset=request.dataset,
            # What others answer may be another thing at any time.
            deterministic=reading.deterministic and not reading.service,
            # A dataset in the request overrides the text's (SPARQL 1.1 Protocol, section 2.1.4).
            clauses=reading.clauses if request.dataset is None else None,
            shape=template,
            default_only=request.dataset is None and is_default_only(text),
            federated=reading.service,
        )
        etag = self._etag(operation, media_type, version)
        return Prepared(operation, result_format, media_type, etag, version, self._settings.cache_control)

    def run(self, prepared: Prepared) -> Answer:
        """Start the query; return when its first bytes are there. Raises what `GraphStore.query` raises."""
        try:
            return self._store.query(prepared.operation, prepared.result_format, self._settings.deadline)
        except KnowledgeError as error:
            raise self.explained(error, prepared) from error

    def explained(self, error: KnowledgeError, prepared: Prepared) -> KnowledgeError:
        """Return a better error when a prefix lacks its declaration, which engines tell badly."""
        text = prepared.operation.text
        token = read(text).undeclared if isinstance(error, MalformedQuery) else None
        if token is None:
            return error
        name = token.text.partition(":")[0]
        line, column = position(text, token.start)
        detail = (
            f"Line {line}, column {column}: the prefix {name}: is not declared; "
            f"write PREFIX {name}: <{self._prefixes.get(name, '…')}> in front of the query."
        )
        return MalformedQuery(detail, {"line": line, "column": column, "prefix": name})

    def _etag(self, operation: Operation, media_type: str, version: Version | None) -> str:
        """Return a strong validator (RFC 9110, section 8.8.3), without its quotes."""
        if not operation.deterministic:
            return ""
        dataset = operation.dataset
        parts = (
            self._store.release.version,
            operation.text,
            None if dataset is None else (dataset.default_graphs, dataset.named_graphs),
            media_type,
            version,
            self._jsonld_tag if media_type == JSON_LD.media_type else "",
        )
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]


@lru_cache(maxsize=512)
def _choose(
    names: tuple[str, ...], accept: str, form: Form, least: Version, pages: bool
) -> tuple[str, ResultFormat, Version | None]:
    """Return media type, format and version to announce for an answer that needs the version `least`."""
    formats = formats_of(form, least)
    _refuse_formless(names, form, formats)
    media_type, version = _negotiate(names, accept, formats, least, pages=pages)
    result_format = next((item for item in formats if item.media_type == media_type), formats[0])
    if version is None and least > RDF_1_1:
        # Never unannounced, even to who did not ask (RDF 1.2 Concepts, section 2).
        version = least
    return media_type, result_format, version


def _refuse_formless(names: Iterable[str], form: Form, formats: tuple[ResultFormat, ...]) -> None:
    """Raise `NotAcceptable` when a format is called by its name that cannot hold this answer."""
    formless = tuple(item for item in formats_of(form) if item not in formats)
    if any(named_format(name, formless) for name in names):
        detail = "JSON-LD 1.1 has no form for triple terms, which this query can make; choose another format."
        raise NotAcceptable(detail, {"offers": [item.media_type for item in formats]})


def _negotiate(
    names: Iterable[str], accept: str, formats: tuple[ResultFormat, ...], least: Version, *, pages: bool
) -> tuple[str, Version | None]:
    """Return media type and version: a format called by a known name overrides Accept."""
    for name in names:
        if pages and name.strip().lower() in ("html", HTML):
            return HTML, None
        if named := named_format(name, formats):
            return named.media_type, None
    offers = [item.media_type for item in formats]
    aliases = {item.media_type: ALIASES.get(item, ()) for item in formats}
    chosen = negotiate(accept, [*offers, HTML] if pages else offers, aliases, least)
    return chosen.media_type, chosen.version
