"""All settings of the server and the build, each with type, default and one line of help."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from bionrw.errors import SettingError
from bionrw.names import CANONICAL_BASE

PREFIX = "BIONRW_"
LAST_PORT = 65535
# The dynamic linker takes spaces and colons for the end of a path.
_LINKABLE = re.compile(r"[^\s:]+")
ALLOCATORS = ("auto", "system")
STORES = ("auto", "memory", "default", "disk")

_ADDRESS = re.compile(r"https?://[^\s<>\"{}|\\^`?#]+")
_KINDS = {int: "a whole number", float: "a number", bool: "true or false"}
_TRUTH = {
    "true": True,
    "1": True,
    "yes": True,
    "on": True,
    "false": False,
    "0": False,
    "no": False,
    "off": False,
}


def _setting(default: Any, text: str, least: float | None = None) -> Any:
    return field(default=default, metadata={"help": text, "least": least})


@dataclass(frozen=True, slots=True)
class Settings:
    """What an operator can choose; the environment variable of `base_iri` is `BIONRW_BASE_IRI`."""

    base_iri: str = _setting(CANONICAL_BASE, "base of all identifiers; another one rebases the build")
    public_url: str = _setting("", "address under which people reach the server; empty: from host and port")
    host: str = _setting("127.0.0.1", "address to listen on")
    port: int = _setting(8000, "port to listen on", least=0)
    var_dir: str = _setting("var", "folder of the built releases")
    workers: int = _setting(2, "processes that serve HTTP", least=1)
    threads: int = _setting(4, "threads of each such process for pages", least=1)
    readers: int = _setting(16, "processes that may run queries, shared out among those that serve", least=1)
    store: str = _setting("auto", "where readers keep the graph: memory, default, disk, or auto by its size")
    allocator: str = _setting(
        "auto",
        "what readers allocate memory with: system, a library's path, or auto for mimalloc if it is there",
    )
    deadline: float = _setting(10.0, "seconds a query may run before its process is ended", least=0.1)
    queue_timeout: float = _setting(
        10.0, "seconds a query waits for a free process before it is refused", least=0
    )
    queue: int = _setting(512, "queries that may wait, half of them from one client", least=1)
    memory_limit: int = _setting(
        512 * 1024**2, "bytes a query may use in its process, beyond the graph", least=64 * 1024**2
    )
    max_request_bytes: int = _setting(1024**2, "bytes a query, with its form, may have", least=1024)
    max_rows: int = _setting(10_000_000, "rows an answer may have; 0: any number", least=0)
    max_response_bytes: int = _setting(
        2 * 1024**3, "bytes an answer may have before it is packed", least=1024
    )
    max_nesting: int = _setting(200, "brackets a query may open inside one another", least=1)
    cache_bytes: int = _setting(64 * 1024**2, "bytes of answers kept for repeated requests", least=0)
    max_age: int = _setting(
        0, "seconds for which clients may keep an answer unasked; 0: they ask each time", least=0
    )
    federation: str = _setting(
        "", "TOML file that lists the endpoints which queries may ask by SERVICE; empty: none"
    )
    max_connections: int = _setting(2048, "connections that may be open", least=16)
    trusted_proxies: str = _setting(
        "", "addresses of proxies whose X-Forwarded-For is believed, with commas between"
    )
    page_size: int = _setting(50, "incoming links shown on one page", least=1)
    metrics_port: int = _setting(
        0, "port of this machine for metrics and the slowest queries; 0: neither is kept", least=0
    )
    query_log: str = _setting("", "file that gets a line of JSON for each query; empty: none")
    log_queries: bool = _setting(False, "whether the log and the slowest queries show the text of queries")
    log_addresses: bool = _setting(False, "whether the log shows the addresses of clients")

    @property
    def address(self) -> str:
        """Return the address under which people reach the server, without a slash at its end."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def cache_control(self) -> str:
        """Return the field Cache-Control of what lasts as long as the release (RFC 9111, section 5.2.2)."""
        return f"public, max-age={self.max_age}" if self.max_age else "no-cache"

    def __post_init__(self) -> None:
        """Refuse what no server could run with; raise `SettingError` naming setting and remedy."""
        for item in fields(self):
            value = getattr(self, item.name)
            if remedy := _remedy(item.name, value, item.metadata["least"]):
                message = f"The setting {PREFIX}{item.name.upper()} is {value!r}; give {remedy}."
                raise SettingError(message)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Settings":
        """Return the settings that `environment` overrides; raise `SettingError` for a bad value."""
        values: dict[str, Any] = {}
        for item in fields(cls):
            name = PREFIX + item.name.upper()
            if name in environment:
                values[item.name] = _convert(name, environment[name], type(item.default))
        return cls(**values)


def _remedy(name: str, value: Any, least: float | None) -> str:
    """Return what to give instead of `value`, or "" when it will do."""
    if least is not None and not value >= least:  # NaN is not at least anything
        return f"{int(least) if least == int(least) else least} or more"
    if name in ("port", "metrics_port") and value > LAST_PORT:
        return f"{LAST_PORT} or less"
    if name == "store" and value not in STORES:
        return f"one of {', '.join(STORES)}"
    if (
        name == "allocator"
        and value not in ALLOCATORS
        and not (Path(value).is_file() and _LINKABLE.fullmatch(str(Path(value).resolve())))
    ):
        return f"{' or '.join(ALLOCATORS)}, or the path of a shared library, without spaces and colons"
    if name == "base_iri" and not (_ADDRESS.fullmatch(value) and value.endswith("/")):
        return "an http or https address that ends in a slash"
    if name == "public_url" and value and (not _ADDRESS.fullmatch(value) or value.endswith("/")):
        return "an http or https address without a slash at its end"
    return ""


def _convert(name: str, text: str, kind: type) -> Any:
    try:
        return _TRUTH[text.strip().lower()] if kind is bool else kind(text)
    except (ValueError, KeyError):
        message = f"The setting {name} is {text!r}; give {_KINDS[kind]}."
        raise SettingError(message) from None
