"""Whether the server lives and can answer, for whoever starts it, watches it or shares out its work."""

import asyncio
import json
import time

from flask import Blueprint, Response

from bionrw.errors import KnowledgeError, StoreUnavailable
from bionrw.model import Form, Operation, Release
from bionrw.sparql.formats import JSON
from bionrw.store.port import AsyncGraphStore
from bionrw.web import problems
from bionrw.web.cache import Reply, raw
from bionrw.web.context import current_context
from bionrw.web.headers import EVERYWHERE_RAW

LIVE, READY = "/health/live", "/health/ready"

blueprint = Blueprint("health", __name__)

# The cheapest query there is: it shows that a reader has the graph open and answers.
_PROBE = Operation("ASK {}", Form.ASK)
_PROBE_SECONDS = 2.0
# Whoever asks so soon after a good answer gets it again.
_FRESH_SECONDS = 1.0
_FIELDS = {"Content-Type": "application/json", "Cache-Control": "no-store"}


@blueprint.get(LIVE)
def live() -> Response:
    """Say that this process serves."""
    return Response(_live(), headers=_FIELDS)


@blueprint.get(READY)
def ready() -> Response:
    """Say that a reader answers; raise `StoreUnavailable` when none does."""
    store = current_context().store
    try:
        b"".join(store.query(_PROBE, JSON, _PROBE_SECONDS).frames)
    except KnowledgeError as error:
        raise _not_ready() from error
    return Response(_ready(store.release), headers=_FIELDS)


class Health:
    """The same on the event loop, where no busy thread is in the way."""

    def __init__(self, engine: AsyncGraphStore) -> None:
        """Ask the readers of `engine`."""
        self._engine = engine
        self._answered = float("-inf")
        self._probe: asyncio.Task[None] | None = None

    async def reply(self, path: str, accept: str) -> Reply:
        """Return the response for one of the two addresses."""
        if path.endswith(LIVE):
            return _reply(_live())
        try:
            await self._require_answer()
        except KnowledgeError:
            return problems.reply(problems.of(_not_ready()), accept)
        return _reply(_ready(self._engine.release))

    async def _require_answer(self) -> None:
        if time.monotonic() - self._answered < _FRESH_SECONDS:
            return
        if self._probe is None or self._probe.done():
            self._probe = asyncio.get_running_loop().create_task(self._ask())
        # However many ask, the readers are asked once; who hangs up ends nobody else's question.
        await asyncio.shield(self._probe)

    async def _ask(self) -> None:
        stream = await self._engine.query(_PROBE, JSON, _PROBE_SECONDS, client="health")
        try:
            async for _ in stream.frames:
                pass
        finally:
            await stream.frames.aclose()
        self._answered = time.monotonic()


def _live() -> str:
    return json.dumps({"status": "live"})


def _ready(release: Release) -> str:
    return json.dumps({"status": "ready", "release": release.version, "created": release.created})


def _not_ready() -> StoreUnavailable:
    return StoreUnavailable("No query process answers now; try again in a moment.")


def _reply(document: str) -> Reply:
    body = document.encode()
    fields = {**_FIELDS, "Content-Length": str(len(body))}
    return Reply(200, (*raw(fields.items()), *EVERYWHERE_RAW), body)
