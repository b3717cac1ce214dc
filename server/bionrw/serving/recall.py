"""uvicorn's HTTP/1.1 with kept replies sent at once, where a request is plain and it is its turn."""

from typing import Any, Protocol, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from bionrw.serving.refusal import write
from bionrw.web.cache import Reply


class Recaller(Protocol):
    """An application that has replies at hand; see `Gateway`."""

    def recall(self, target: bytes, headers: list[tuple[bytes, bytes]]) -> Reply | None:
        """Return the kept reply to a plain GET."""

    def learn(self, request: bytes, target: bytes, headers: list[tuple[bytes, bytes]]) -> None:
        """Know a request that `recall` had a reply to by its bytes from now on."""

    def repeat(self, request: bytes) -> Reply | None:
        """Return the kept reply to a request that was learnt."""


class RecallingConnection(HttpToolsProtocol):
    """Spares a repeated request the task that each one has otherwise, which costs more than the look-up.

    A request that comes in one piece, and is byte by byte one that was answered so, is not even read.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.cycle: RequestResponseCycle | None = None  # type: ignore[assignment]  # none before a request
        self.leaving = False
        self.recalled = False
        # No request has begun to come in that is not here to its end.
        self.between = True
        self._application = cast("Recaller", self.app) if hasattr(self.app, "recall") else None

    def on_message_begin(self) -> None:
        """Note that a request has begun."""
        self.between = False
        super().on_message_begin()

    def on_message_complete(self) -> None:
        """Note that it has ended, and wait for the next one when it has had its reply."""
        self.between = True
        if not self.recalled:
            super().on_message_complete()
        elif not self.transport.is_closing():
            self._wait_for_next()

    def repeat(self, data: bytes) -> bool:
        """Send the kept reply to a request that is known by its bytes, and tell whether that was so."""
        if self._application is None or not (self.between and self._is_free()):
            return False
        reply = self._application.repeat(data)
        if reply is None or self.transport.is_closing():
            return False
        self._send(reply)
        self._wait_for_next()
        return True

    def learn(self, data: bytes) -> None:
        """Know the request that was answered just now by its bytes; nothing else was in `data`."""
        if self._application is not None and self.between:
            self._application.learn(data, self.url, self.headers)

    def recall(self) -> bool:
        """Send the kept reply to the request whose head is here, and tell whether that was so."""
        if self._application is None or not self._is_free() or self.parser.get_method() != b"GET":
            return False
        if self.parser.get_http_version() != "1.1" or not self.parser.should_keep_alive():
            return False
        reply = self._application.recall(self.url, self.headers)
        if reply is not None:
            self._send(reply)
        return reply is not None

    def _is_free(self) -> bool:
        """Tell whether nobody is to be answered first, and the client reads."""
        idle = self.cycle is None or self.cycle.response_complete
        return idle and not self.flow.write_paused and not self.leaving

    def _send(self, reply: Reply) -> None:
        self.server_state.total_requests += 1
        self.transport.write(write(reply, self.server_state.default_headers))

    def _wait_for_next(self) -> None:
        self._unset_keepalive_if_required()
        self.timeout_keep_alive_task = self.loop.call_later(
            self.timeout_keep_alive, self.timeout_keep_alive_handler
        )
