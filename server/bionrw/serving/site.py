"""What one serving process runs: opens its readers when its event loop starts, and ends them with it."""

import asyncio
import gc
import logging
from typing import TYPE_CHECKING

from bionrw.config import Settings
from bionrw.errors import KnowledgeError
from bionrw.federation.engine import FederatedEngine
from bionrw.federation.tally import Tally
from bionrw.library import Library
from bionrw.model import Release
from bionrw.serving.ledger import Ledger
from bionrw.serving.observers import Observers
from bionrw.store.embedded import BlockingStore
from bionrw.store.engine import Engine
from bionrw.store.process import ZygoteProcess
from bionrw.web.app import create_app
from bionrw.web.cache import Reply
from bionrw.web.gateway import Gateway
from bionrw.web.visit import Receive, Scope, Send

if TYPE_CHECKING:
    from bionrw.store.port import AsyncEngine

_log = logging.getLogger(__name__)


class Site:
    """An ASGI application over one release (ASGI 3: lifespan and HTTP)."""

    def __init__(
        self,
        release: Release,
        settings: Settings,
        library: Library,
        zygote: ZygoteProcess,
        ledger: Ledger | None = None,
        tally: Tally | None = None,
    ) -> None:
        """Keep what the application is made of once the event loop runs; figures go into `ledger`."""
        self._tally = tally or Tally({})
        self._release, self._settings, self._library, self._zygote = release, settings, library, zygote
        self._observers = Observers(release, settings, ledger)
        self._engine: Engine | None = None
        self._federated: FederatedEngine | None = None
        self._gateway: Gateway | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or start and stop with the server."""
        if scope["type"] == "http" and self._gateway is not None:
            await self._gateway(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._live(receive, send)

    def recall(self, target: bytes, headers: list[tuple[bytes, bytes]]) -> Reply | None:
        """Return the kept reply to a plain GET; see `Gateway.recall`."""
        return self._gateway.recall(target, headers) if self._gateway is not None else None

    def learn(self, request: bytes, target: bytes, headers: list[tuple[bytes, bytes]]) -> None:
        """Know a request by its bytes from now on; see `Gateway.learn`."""
        if self._gateway is not None:
            self._gateway.learn(request, target, headers)

    def repeat(self, request: bytes) -> Reply | None:
        """Return the kept reply to a request that was learnt; see `Gateway.repeat`."""
        return self._gateway.repeat(request) if self._gateway is not None else None

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        try:
            await self._open()
        except KnowledgeError as error:
            await send({"type": "lifespan.startup.failed", "message": error.detail})
            return
        await send({"type": "lifespan.startup.complete"})
        await receive()
        self._observers.close()
        if self._federated is not None:
            await self._federated.close()
        elif self._engine is not None:
            await self._engine.close()
        await send({"type": "lifespan.shutdown.complete"})

    async def _open(self) -> None:
        settings = self._settings
        self._engine = await Engine.open(self._release, settings, self._zygote, settings.workers)
        engine: AsyncEngine = self._engine
        if self._tally.endpoints:
            from bionrw.federation.gate import Gate  # with an HTTP client, which most servers can do without

            gate = Gate(settings.public_url, self._tally)
            self._federated = FederatedEngine(self._engine, self._tally, gate, settings)
            engine = self._federated
        store = BlockingStore(engine, asyncio.get_running_loop())
        app = create_app(store, settings, self._library, self._tally)
        self._gateway = Gateway(app, engine, settings, self._observers.all)
        self._observers.sample(self._engine.pool, self._gateway.cache)
        # What is here now stays, so the collector need not walk through it again and again.
        gc.collect()
        gc.freeze()
