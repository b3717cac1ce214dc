"""The first line of a request whose method the parser does not know, and what is wrong with it."""

import re

from bionrw.serving.refusal import Cause

# So much of a line is waited for before it is judged by its beginning (RFC 9112, section 3, has 8000).
_LONGEST = 8192
_TOKEN = rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_LINE = re.compile(_TOKEN + rb" [^\x00-\x20\x7f]+ HTTP/([0-9])\.[0-9]\r?")
_BEGINNING = re.compile(_TOKEN + rb"(?: |\Z)")

# Those that the parser reads for another protocol's sake and refuses in HTTP.
OF_OTHERS = frozenset(
    (
        b"ANNOUNCE",
        b"DESCRIBE",
        b"FLUSH",
        b"GET_PARAMETER",
        b"PAUSE",
        b"PLAY",
        b"RECORD",
        b"REDIRECT",
        b"SETUP",
        b"SET_PARAMETER",
        b"TEARDOWN",
    )
)


def judge(data: bytes) -> Cause | None:
    """Return why a request that begins with `data` and an unknown method is refused.

    None while the end of the line has to be waited for: only then is it known to be HTTP, and of which
    version.
    """
    line, ended, _ = data[: _LONGEST + 1].lstrip(b"\r\n").partition(b"\n")
    if not ended:
        if not _BEGINNING.match(line):
            return Cause.MALFORMED
        return None if len(data) <= _LONGEST else Cause.METHOD
    found = _LINE.fullmatch(line)
    if found is None:
        return Cause.MALFORMED
    return Cause.METHOD if found[1] == b"1" else Cause.VERSION
