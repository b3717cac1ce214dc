"""The trace that a request belongs to (W3C Trace Context, Recommendation of 2021)."""

import os
import re
from collections.abc import Iterable

_VERSION, _LAST_VERSION = b"00", b"ff"
_NO_TRACE, _NO_PARENT = b"0" * 32, b"0" * 16
_PARENT = re.compile(rb"([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-.*)?")


def trace_of(fields: Iterable[tuple[bytes, bytes]]) -> str:
    """Return the trace id in the `traceparent` field, "" when there is none, several, or a bad one."""
    values = [value for name, value in fields if name == b"traceparent"]
    found = _PARENT.fullmatch(values[0].strip(b" \t")) if len(values) == 1 else None
    if found is None:
        return ""
    version, trace, parent, more = found.groups()
    # Section 3.2.2.3: ids of zeros only are invalid; section 4.3: a later version may say more.
    if (
        trace == _NO_TRACE
        or parent == _NO_PARENT
        or version == _LAST_VERSION
        or (version == _VERSION and more)
    ):
        return ""
    return trace.decode()


def new_trace() -> str:
    """Return a new trace id, in the form of those that come with requests."""
    return os.urandom(16).hex()
