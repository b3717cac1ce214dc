"""Connections that stay with HTTP/1.1: the wish for another protocol is read over (RFC 9110, section 7.8)."""

from typing import Any

import httptools

from bionrw.serving.recall import RecallingConnection

# The parser takes versions that it does not know, since 1.2 is to be read as 1.1 (RFC 9112, section 2.3), and
# data behind the last request of a connection, as it does for uvicorn.
_LENIENT = {"lenient_version": True, "lenient_data_after_close": True}


class SteadfastConnection(RecallingConnection):
    """Feeds the parser of uvicorn's protocol."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.parser.set_dangerous_leniencies(**_LENIENT)

    def read(self, data: bytes | memoryview) -> None:
        """Feed the parser; the wish for another protocol is read over (RFC 9110, section 7.8).

        The parser takes whatever follows such a head for that protocol, the body included, so another
        parser gets the head without the wish. Java's client has it by default.
        """
        while data:
            try:
                self.parser.feed_data(data)
                data = b""
            except httptools.HttpParserUpgrade as wish:
                if not self.wishes():
                    return
                start = (
                    self.parser.get_method(),
                    self.url,
                    b"HTTP/" + self.parser.get_http_version().encode(),
                )
                fields = (b": ".join(field) for field in self.headers if field[0] != b"upgrade")
                self.parser = httptools.HttpRequestParser(self)
                self.parser.set_dangerous_leniencies(**_LENIENT)
                self.parser.feed_data(b"\r\n".join((b" ".join(start), *fields, b"", b"")))
                data = memoryview(data)[wish.args[0] :]

    def wishes(self) -> bool:
        """Tell whether this is a head that will be read anew, without its wish for another protocol."""
        return bool(self.parser.should_upgrade()) and self.parser.get_method() != b"CONNECT"
