"""The endpoints that queries may ask by SERVICE, as the operator lists them in a TOML file."""

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from bionrw.errors import SettingError
from bionrw.federation.address import reason_against

SETTING = "BIONRW_FEDERATION"
_TABLE = "endpoint"
_LARGEST = 2**63
_KINDS = {"str": "a text", "float": "a number", "int": "a whole number", "bool": "true or false"}


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One endpoint and its limits.

    `seconds` one request may take, `max_rows` and `max_bytes` one answer may have; answers are kept for
    `cache_seconds`; `address` is where it is dialled, if that is not its IRI, such as a mirror; `batch`
    rows of bindings go into one request; `private` lets this address alone lead to machines that are not
    on the public internet; `inside` are the IRIs that a nested SERVICE in a pattern for it may have, such
    as the label service of Wikidata.
    """

    iri: str
    label: str
    description: str = ""
    seconds: float = 10.0
    max_rows: int = 20_000
    max_bytes: int = 16 * 1024**2
    cache_seconds: float = 300.0
    batch: int = 200
    private: bool = False
    inside: tuple[str, ...] = ()
    address: str = ""

    @property
    def dialled(self) -> str:
        """Return the address that requests go to."""
        return self.address or self.iri


Endpoints = Mapping[str, Endpoint]


def read_endpoints(path: str) -> Endpoints:
    """Return the endpoints of a file by IRI, none for an empty path; raise `SettingError` for a bad file."""
    if not path:
        return {}
    try:
        content = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        message = f"The file that {SETTING} names cannot be read: {error.strerror}."
        raise SettingError(message) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        message = f"The file that {SETTING} names is no TOML: {error}."
        raise SettingError(message) from error
    tables = content.pop(_TABLE, [])
    if content or not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise _bad(0, f"has something else than tables [[{_TABLE}]]")
    found = [_endpoint(number, table) for number, table in enumerate(tables, 1)]
    if len({each.iri for each in found}) < len(found):
        raise _bad(0, "lists an endpoint twice")
    return {each.iri: each for each in found}


def _endpoint(number: int, table: Mapping[str, Any]) -> Endpoint:
    known = {item.name: item.type for item in fields(Endpoint)}
    if unknown := sorted(set(table) - set(known)):
        raise _bad(number, f"has an unknown key {unknown[0]!r}; there are {', '.join(known)}")
    for name in ("iri", "label"):
        if not table.get(name):
            raise _bad(number, f"lacks {name!r}")
    values = {name: _value(number, name, value) for name, value in table.items()}
    endpoint = Endpoint(**values)
    for address in (endpoint.iri, endpoint.dialled):
        if reason := reason_against(address, private=endpoint.private):
            raise _bad(number, f"cannot be asked: {reason}")
    for name in ("seconds", "max_rows", "max_bytes", "batch"):
        if not getattr(endpoint, name) > 0:
            raise _bad(number, f"needs a {name!r} above 0")
    if not endpoint.cache_seconds >= 0:
        raise _bad(number, "needs 'cache_seconds' of 0 or more")
    return endpoint


def _value(number: int, name: str, value: Any) -> Any:
    if name == "inside":
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return tuple(value)
        raise _bad(number, "needs a list of IRIs as 'inside'")
    wanted = next(item.type for item in fields(Endpoint) if item.name == name)
    kind = wanted if isinstance(wanted, type) else str
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        value = float(value) if abs(value) < _LARGEST else math.inf
    # TOML knows inf and nan (TOML 1.0, Float), and no limit can be either.
    if kind is float and isinstance(value, float) and not math.isfinite(value):
        raise _bad(number, f"needs {_KINDS[kind.__name__]} as {name!r}")
    if type(value) is not kind:
        raise _bad(number, f"needs {_KINDS[kind.__name__]} as {name!r}")
    return value


def _bad(number: int, what: str) -> SettingError:
    where = f"Endpoint {number} in the file" if number else "The file"
    return SettingError(f"{where} that {SETTING} names {what}.")
