"""What an attacker would like to reach from inside: a port that counts its visitors, a file with a secret."""

import secrets
import socket
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

_LOOK_SECONDS = 0.2


class Lure:
    """Listens on loopback while it is entered; whoever comes gets a triple with the secret."""

    def __init__(self, folder: Path) -> None:
        self.secret = secrets.token_hex(12)
        self.file = folder / "secret.ttl"
        self.file.write_text(self._triple(), encoding="utf-8")
        self.visits = 0
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=64)
        self._socket.settimeout(_LOOK_SECONDS)
        self.port: int = self._socket.getsockname()[1]
        self._open = True
        self._thread = threading.Thread(target=self._receive, name="lure")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open = False
        self._thread.join()
        self._socket.close()

    def _triple(self) -> str:
        return f'<a:secret> <a:is> "{self.secret}" .\n'

    def _receive(self) -> None:
        while self._open:
            try:
                visitor, _ = self._socket.accept()
            except TimeoutError:
                continue
            with visitor:
                self.visits += 1
                body = self._triple().encode()
                head = f"HTTP/1.1 200 OK\r\nContent-Type: text/turtle\r\nContent-Length: {len(body)}\r\n\r\n"
                visitor.sendall(head.encode() + body)
