"""All settings of the server and the build, each with type, default and one line of help."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from bionrw.errors import BuildError
from bionrw.names import CANONICAL_BASE

PREFIX = "BIONRW_"


def _setting(default: Any, text: str) -> Any:
    return field(default=default, metadata={"help": text})


@dataclass(frozen=True, slots=True)
class Settings:
    """What an operator can choose; the environment variable of `base_iri` is `BIONRW_BASE_IRI`."""

    base_iri: str = _setting(CANONICAL_BASE, "base of all identifiers; another one rebases the build")
    public_url: str = _setting("", "address under which people reach the server; empty: from host and port")
    host: str = _setting("127.0.0.1", "address to listen on")
    port: int = _setting(8000, "port to listen on")
    var_dir: str = _setting("var", "folder of the built releases")
    readers: int = _setting(2, "processes that run queries")
    threads: int = _setting(8, "threads that serve requests")
    deadline: float = _setting(30.0, "seconds a query may run before its process is ended")
    queue_timeout: float = _setting(10.0, "seconds a query waits for a free process before it is refused")
    memory_limit: int = _setting(2 * 1024**3, "bytes of address space a query process may use")
    max_request_bytes: int = _setting(131072, "bytes a query, with its form, may have")
    max_nesting: int = _setting(200, "brackets a query may open inside one another")
    page_size: int = _setting(50, "incoming links shown on one page")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Settings":
        """Return the settings that `environment` overrides; raise `BuildError` for a value of the wrong type."""
        values: dict[str, Any] = {}
        for item in fields(cls):
            name = PREFIX + item.name.upper()
            if name in environment:
                values[item.name] = _convert(name, environment[name], type(item.default))
        return cls(**values)


def _convert(name: str, text: str, kind: type) -> Any:
    try:
        return kind(text)
    except ValueError:
        message = f"The setting {name} is {text!r}; give {kind.__name__} instead."
        raise BuildError(message) from None
