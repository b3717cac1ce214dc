"""The network is closed to tests, but for this machine."""

import socket
from pathlib import Path

import pytest


def test_an_address_outside_cannot_be_reached() -> None:
    # 192.0.2.0/24 is set aside for documentation (RFC 5737): nobody is there.
    with socket.socket() as outgoing, pytest.raises((RuntimeError, UserWarning), match=r"192\.0\.2\.1"):
        outgoing.connect(("192.0.2.1", 80))


def test_this_machine_can_be_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket() as outgoing:
        outgoing.connect(server.getsockname())


def test_a_socket_file_can_be_reached(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as outgoing, pytest.raises(FileNotFoundError):
        outgoing.connect(str(tmp_path / "absent"))
