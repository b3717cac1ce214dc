"""Watches over the requests with queries: when one has ended, it is noted by each observer."""

import time
from collections.abc import Awaitable
from contextlib import suppress
from http import HTTPStatus

from bionrw.config import Settings
from bionrw.errors import KnowledgeError
from bionrw.sparql.formats import GRAPH_FORMATS, ROW_FORMATS
from bionrw.sparql.protocol import read_request
from bionrw.web.cache import Fields
from bionrw.web.observation import Observation, Observer, outcome_of
from bionrw.web.trace import new_trace, trace_of
from bionrw.web.visit import Scope, Visit

_NAMES = {item.media_type: item.name for item in (*ROW_FORMATS, *GRAPH_FORMATS)} | {"text/html": "html"}


class Watch:
    """Notes queries for `observers`. Belongs to one event loop."""

    def __init__(self, observers: tuple[Observer, ...], settings: Settings) -> None:
        """Find out as much as `settings` want to be noted."""
        self._observers = observers
        self._wants_text = settings.log_queries
        self._makes_traces = bool(settings.query_log)
        self._limit = settings.max_request_bytes

    async def follow(self, scope: Scope, visit: Visit, answer: Awaitable[None]) -> None:
        """Wait for `answer` to `visit` and note it, if the request brings a query."""
        if not _brings_query(visit):
            await answer
            return
        began, start = time.time(), time.perf_counter()
        try:
            await answer
        except BaseException as error:
            visit.record.fault = error
            raise
        finally:
            seconds = time.perf_counter() - start
            observation = self._observation(scope, visit, began, seconds)
            for observer in self._observers:
                observer.note(observation)

    def _observation(self, scope: Scope, visit: Visit, began: float, seconds: float) -> Observation:
        record = visit.record
        trace = trace_of(scope["headers"]) or (new_trace() if self._makes_traces else "")
        outcome = outcome_of(record.fault, visit.status)
        text = record.text or (self._text(visit) if self._wants_text else "")
        return Observation(
            began,
            seconds,
            outcome,
            visit.status,
            visit.size,
            record.form,
            _format(visit.sent) if visit.status == HTTPStatus.OK else "",
            record.held is not None,
            visit.client,
            text,
            record.operation.shape if record.operation else "",
            trace,
        )

    def _text(self, visit: Visit) -> str:
        """Return the text of a query that was answered, or turned away, before anybody read it."""
        content_type = visit.text(b"content-type")
        with suppress(KnowledgeError):
            return read_request(visit.method, visit.query, content_type, visit.record.body, self._limit).text
        return ""


def _brings_query(visit: Visit) -> bool:
    if visit.method == "POST":
        return True
    return visit.method in ("GET", "HEAD") and (b"query=" in visit.query or b"update=" in visit.query)


def _format(fields: Fields) -> str:
    media_type = next((value for name, value in fields if name == b"content-type"), b"")
    return _NAMES.get(media_type.partition(b";")[0].decode("latin-1"), "")
