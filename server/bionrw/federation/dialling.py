"""Connections that lead to checked addresses only: what a name leads to is judged, then dialled as judged."""

import socket
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from bionrw.federation.address import is_public

_MOST_OF_ONE_HOST = 4
_IDLE_SECONDS = 15.0


class NotPublic(Exception):
    """A name leads to a machine that is not on the public internet."""


class _Resolver(AbstractResolver):
    """Asks the system, and takes no answer of which any part is not public."""

    def __init__(self) -> None:
        self._system = aiohttp.ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        found = await self._system.resolve(host, port, family)
        for each in found:
            _require_public(each["host"])
        return found

    async def close(self) -> None:
        await self._system.close()


def connector(*, private: bool) -> aiohttp.TCPConnector:
    """Return what connects, for one event loop; without `private`, to machines of the public internet only.

    A connection elsewhere raises `NotPublic` before there is a socket for it.
    """
    return aiohttp.TCPConnector(
        resolver=None if private else _Resolver(),
        socket_factory=_socket if private else _checked_socket,
        # A name may lead elsewhere the next time, so it is judged each time.
        use_dns_cache=False,
        limit_per_host=_MOST_OF_ONE_HOST,
        keepalive_timeout=_IDLE_SECONDS,
    )


def _checked_socket(address: Any) -> socket.socket:
    """Return a socket for what is about to be dialled, the last moment to judge it."""
    _require_public(str(address[4][0]))
    return _socket(address)


def _socket(address: Any) -> socket.socket:
    made = socket.socket(family=address[0], type=address[1], proto=address[2])
    made.setblocking(False)
    return made


def _require_public(host: str) -> None:
    if not is_public(host):
        raise NotPublic
