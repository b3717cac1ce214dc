"""One connection of a client: uvicorn's HTTP/1.1, bounded in time and size, its refusals problems."""

import asyncio
import re
from heapq import nsmallest
from typing import Any, cast

import httptools

from bionrw.serving.refusal import LONGEST_FIELDS, LONGEST_TARGET, MOST_FIELDS, Cause, Refused, refusal, write
from bionrw.serving.start_line import OF_OTHERS, judge
from bionrw.serving.steadfast import SteadfastConnection
from bionrw.web.visit import WATCHERS, Watchers

# Seconds for a head and for a body to arrive, and for a client to take what is sent, before its turn is over.
HEAD_SECONDS, BODY_SECONDS, STALL_SECONDS = 10.0, 15.0, 30.0
# Seconds that a connection may idle between two requests, and stay open after a refusal, so that it is read.
IDLE_SECONDS, LINGER_SECONDS = 15, 1.0
# Bytes by which chunks may exceed what they carry.
_FRAMING = 64 * 1024
# Of so many connections one is closed to make room, all at once, when there are too many.
_CROWD = 16

# RFC 3986, section 3.2.2, generously; an empty one is allowed (RFC 9112, section 3.2).
_HOST = re.compile(rb"(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._~%!$&'()*+,;=\x80-\xff-]*)(?::[0-9]*)?")
# No method that the parser knows is longer.
_LONGEST_METHOD = 64
# How a target begins that has a host (RFC 9112, section 3.2.2).
_ORIGIN = re.compile(rb"https?://[^/?#]+", re.IGNORECASE)


class Connection(SteadfastConnection):
    """Adds to uvicorn's protocol what a public server needs.

    `most` connections may be open in one process, `longest_body` is in bytes.
    """

    most = 1024
    longest_body = 128 * 1024

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._timer: asyncio.TimerHandle | None = None
        self._stall: asyncio.TimerHandle | None = None
        self._in_head, self._in_body = True, False
        self._head_bytes = self._field_bytes = self._hosts = self._body_bytes = 0
        self._refusal, self._begun = Cause.MALFORMED, 0
        self._postponed: Cause | None = None
        self._deaf = self._whole = self._strange = False
        # How the request that comes in begins, empty where that is not known.
        self._start = b""
        self._watchers = Watchers()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take a connection, unless there are too many and all of them are being answered."""
        super().connection_made(cast("asyncio.Transport", transport))
        if len(self.connections) > self.most and not self._make_room():
            self._refuse(Cause.CROWD)
        else:
            self._wait(HEAD_SECONDS)

    def _make_room(self) -> bool:
        """Close those that have waited longest for a request, and tell whether there were any.

        So nobody keeps others out by holding many connections and saying little.
        """
        waiting = {each: timer.when() for each in self._others() if (timer := each.waits())}
        for each in nsmallest(max(self.most // _CROWD, 1), waiting, key=lambda each: waiting[each]):
            self.connections.discard(each)
            each.transport.abort()
        return bool(waiting)

    def _others(self) -> set["Connection"]:
        return cast("set[Connection]", self.connections) - {self}

    def waits(self) -> asyncio.TimerHandle | None:
        """Return what ends the wait for a request or for the rest of one, None when there is no such wait."""
        return self._timer or self.timeout_keep_alive_task

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget all timers, and tell those that watch the client."""
        self._wait(None)
        self.resume_writing()
        super().connection_lost(exc)
        for watcher in tuple(self._watchers):
            watcher()

    def data_received(self, data: bytes) -> None:
        """Read on, unless the request was refused."""
        if self._deaf:
            return
        if self.repeat(data):
            self._wait(None)
            return
        if self._strange:
            self._read_strange(data)
            return
        self._whole = self.between
        self._refusal = Cause.MALFORMED
        before, idle, self._begun = self._head_bytes, not self._in_body, 0
        self._body_bytes += len(data) if self._in_body else 0
        self._unset_keepalive_if_required()
        if self._whole:
            self._start = data
        elif 0 < len(self._start) < _LONGEST_METHOD:
            self._start += data
        self._try_to_read(data)
        if self._whole and self.recalled and self._begun == 1 and not self._deaf:
            self.learn(data)
        if self._in_body and self._body_bytes > self.longest_body + _FRAMING:
            self._refuse(Cause.BODY)  # chunks may bring more framing than content
        if self._in_head and not self._deaf:
            # The parser keeps the beginning of a field to itself, however long it gets. Where the head
            # begins behind other messages is not known, so it counts from the next data on.
            begins = self._begun == 1 and idle
            self._head_bytes = before + len(data) if begins or not self._begun else 0
            if self._head_bytes > LONGEST_TARGET + LONGEST_FIELDS:
                self._refuse(Cause.FIELDS if self.headers else Cause.TARGET)

    def _try_to_read(self, data: bytes) -> None:
        try:
            self.read(data)
        except httptools.HttpParserInvalidMethodError:
            self._read_strange(b"")
        except httptools.HttpParserError:
            if self._in_head and self.parser.get_method() in OF_OTHERS:
                self._refusal = Cause.METHOD
            self.send_400_response("")

    def _read_strange(self, data: bytes) -> None:
        """Refuse a request with an unknown method, once the end of its first line is here."""
        self._start += data
        cause = judge(self._start)
        self._strange = cause is None
        if cause is not None:
            self._refuse(cause)

    def eof_received(self) -> bool:  # type: ignore[override]  # asyncio lets it say so
        """Answer a request that was cut, and tell whether the connection stays open for that.

        Who closes after a whole request counts as gone: a connection that was closed altogether looks the
        same, and its query has to end.
        """
        busy = self.cycle is not None and not self.cycle.response_complete
        answered = self._in_body and self.cycle is not None and self.cycle.response_started
        if self._deaf or self.between or answered or self.pipeline or (busy and not self._in_body):
            return False
        self._refuse(Cause.CUT)
        return True

    def on_message_begin(self) -> None:
        """Give the head its time."""
        super().on_message_begin()
        self._in_head = True
        self._begun += 1
        if self._begun > int(self._whole):
            self._start = b""  # it begins behind another one, and where is not known
        self._head_bytes = self._field_bytes = self._hosts = 0
        self._wait(HEAD_SECONDS)

    def on_url(self, url: bytes) -> None:
        """Bound the target (RFC 9110, section 15.5.15)."""
        super().on_url(url)
        if len(self.url) > LONGEST_TARGET:
            self._give_up(Cause.TARGET)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Bound the header fields (RFC 6585, section 5)."""
        super().on_header(name, value)
        name = name.lower()
        if name == b"host":
            self._hosts += 1 if _HOST.fullmatch(value) else 2
        if name == b"transfer-encoding" and value.lower() != b"chunked":
            self._give_up(Cause.CODING)  # RFC 9112, section 6.1
        if name == b"content-length" and value.isdigit() and int(value[:20]) > self.longest_body:
            # Nobody waits for what is refused anyway, nor asks for it (RFC 9110, section 10.1.1).
            self._give_up(Cause.BODY)
        self._field_bytes += len(name) + len(value)
        if len(self.headers) > MOST_FIELDS or self._field_bytes > LONGEST_FIELDS:
            self._give_up(Cause.FIELDS)

    def on_headers_complete(self) -> None:
        """Ask for exactly one Host (RFC 9112, section 3.2), then give the body its time."""
        if self.wishes():
            return
        version = self._require_sound_head()
        if self.url.startswith(b"//"):
            # Two slashes begin an empty segment here, no authority (RFC 9112, section 3.2.1).
            self.url = b"http://localhost" + self.url
        elif (origin := _ORIGIN.match(self.url)) and self.url[origin.end() : origin.end() + 1] != b"/":
            # Without a path it is the root (RFC 9110, section 4.2.3).
            self.url = origin[0] + b"/" + self.url[origin.end() :]
        self._in_head, self._in_body = False, True
        self._head_bytes = self._body_bytes = 0
        self.recalled = self.recall()
        if self.recalled:
            return
        self._wait(BODY_SECONDS)
        self.scope["extensions"] = cast("Any", {WATCHERS: self._watchers})
        super().on_headers_complete()
        if version != "1.0":
            self.scope["http_version"] = "1.1"
        if self.leaving and self.cycle is not None:
            self.cycle.keep_alive = False

    def _require_sound_head(self) -> str:
        """Return the version of a head that can be answered; give up any other."""
        version = self.parser.get_http_version()
        if not version.startswith("1."):
            self._give_up(Cause.VERSION)
        if self.parser.get_method() == b"CONNECT":
            self._give_up(Cause.METHOD)  # no address takes it (RFC 9110, section 9.3.6)
        if version != "1.0" and self._hosts != 1:
            self._give_up(Cause.MALFORMED)
        if version == "1.0" and any(name == b"transfer-encoding" for name, _ in self.headers):
            self._give_up(Cause.MALFORMED)  # its framing is faulty (RFC 9112, section 6.1)
        return version

    def on_message_complete(self) -> None:
        """Stop the time."""
        if self.wishes():
            return
        self._wait(None)
        self._in_body = False
        super().on_message_complete()

    def pause_writing(self) -> None:
        """Bound the time in which a client takes what is sent."""
        super().pause_writing()
        self._stall = self.loop.call_later(STALL_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        """Stop the time."""
        super().resume_writing()
        if self._stall is not None:
            self._stall.cancel()
            self._stall = None

    def on_response_complete(self) -> None:
        """Wait for the next request, for a moment only when the server stops."""
        super().on_response_complete()
        if self._postponed is not None and self.cycle is not None and self.cycle.response_complete:
            self._deaf = False
            self._refuse(self._postponed)
        if self.leaving:
            self._close_soon()

    def shutdown(self) -> None:
        """Close when the server stops, never on a request under way: a response says that it is the last.

        Who idles, or has the head of a response that does not say so, may be sending a request just now.
        """
        self.leaving = True
        if self.cycle is None or self.cycle.response_complete:
            self._close_soon()
        elif not self.cycle.response_started:
            self.cycle.keep_alive = False

    def send_400_response(self, _msg: str) -> None:
        """Answer what is no HTTP, or what `Refused` says, with a problem."""
        self._refuse(self._refusal)

    def _give_up(self, cause: Cause) -> None:
        self._refusal = cause
        raise Refused(cause)

    def _refuse(self, cause: Cause) -> None:
        """Answer with a problem and stop reading; the end of the answer must not get lost in a reset."""
        self._wait(None)
        if self._deaf or self.transport.is_closing():
            return
        self._deaf = True
        if self.cycle is not None and not (self.cycle.response_complete or self.cycle.more_body):
            self._postponed = cause  # whoever asked before this request is answered first
            return
        if self.cycle is None or self.cycle.response_complete or not self.cycle.response_started:
            self.transport.write(write(refusal(cause, self.longest_body)))
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self.loop.call_later(LINGER_SECONDS, self.transport.close)

    def _close_soon(self) -> None:
        self.loop.call_later(LINGER_SECONDS, self._close_if_idle)

    def _close_if_idle(self) -> None:
        if not self._head_bytes and (self.cycle is None or self.cycle.response_complete):
            self.transport.close()

    def _wait(self, seconds: float | None) -> None:
        """Refuse the request in so many seconds, or let it be for None."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if seconds is not None:
            self._timer = self.loop.call_later(seconds, self._refuse, Cause.LATE)
