"""Judge an answer: is it sensible, in time, whole, and does it keep the inside to itself?"""

import json
import re
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

from tests.hostile.case import Case
from tests.hostile.door import Door
from tests.hostile.wire import CLOSED, MOST_KEPT, SILENT, Reply

ROOT = Path(__file__).resolve().parents[2]
PROBLEM = "application/problem+json"
NAMES = {CLOSED: "closed without an answer", SILENT: "no answer in time"}

# Where the words of a fault would stand in an answer of many rows.
_ENDS = 65536
_JSON = re.compile(r"application/(json|[\w.-]+\+json)")
_XML = re.compile(r"application/(xml|[\w.-]+\+xml)")
# The inside: places on the disk, the words of a crash, and what the parts are called and which they are.
_INSIDE = re.compile(
    "|".join(
        (
            r"Traceback \(most recent",
            r'File "[^"]*", line \d',
            r"site-packages",
            r"stack backtrace",
            r"panicked at",
            r"\b(?:Knowledge|Engine|Runtime|Value|Type|Key|Unicode\w*|Attribute|Recursion|OS|Broken\w*)Error\b",
            r"\b(?:Reader|Gateway|Panic)(?:Died|Exception)\b",
            r"(?i:pyoxigraph|werkzeug|asyncio|jinja2?\b)",
            r"(?i:\b(?:gunicorn|uvicorn|flask|python|oxigraph|hypercorn|granian)/\d)",
            re.escape(str(ROOT)),
            re.escape(sys.prefix),
            r"root:x?:0:0",
        )
    )
)


def complaints(case: Case, reply: Reply, door: Door) -> Iterator[str]:
    """Yield what is wrong with `reply`, one sentence each."""
    if reply.status not in case.statuses:
        wanted = ", ".join(NAMES.get(status, str(status)) for status in case.statuses)
        yield f"{NAMES.get(reply.status, reply.status)}; sensible would be: {wanted}"
    limit = door.limits.heavy if case.heavy else door.limits.light
    if reply.seconds > limit and reply.status != SILENT:
        yield f"answered after {reply.seconds:.1f} s, more than {limit:.0f} s"
    told = b"\r\n".join((reply.head, reply.body[:_ENDS], reply.body[-_ENDS:]))
    if leak := _INSIDE.search(told.decode("utf-8", "replace")):
        yield f"the answer tells of the inside: {leak.group()!r}"
    if door.lure.secret.encode() in reply.body:
        yield "the answer holds the secret of the lure"
    yield from _form_complaints(case, reply)
    if case.guard and (complaint := case.guard(reply, door)):
        yield complaint


def _form_complaints(case: Case, reply: Reply) -> Iterator[str]:
    if not reply.whole:
        if reply.status != 200 or not case.breaks:
            yield f"the answer of status {reply.status} breaks off after {len(reply.body)} bytes"
    elif reply.status == 200 and len(reply.body) < MOST_KEPT and not _parses(reply):
        yield f"the {reply.media_type} of a 200 does not parse: …{reply.body[-80:]!r}"
    elif reply.status >= 400 and not case.bare:
        yield from _problem_complaints(reply)


def _problem_complaints(reply: Reply) -> Iterator[str]:
    """Complain of errors that are no problem details (RFC 9457), nor a page or text asked for by Accept."""
    if reply.media_type not in (PROBLEM, "text/html", "text/plain"):
        yield f"an error in {reply.media_type or 'no media type'}, not in {PROBLEM}"
    elif reply.media_type == PROBLEM and reply.body:
        told = json.loads(reply.body).get("status") if _parses(reply) else None
        if told != reply.status:
            yield f"the problem details tell the status {told}"
    elif not reply.field("Vary"):
        # Only the HTTP layer answers without negotiation, and it was passed.
        yield f"an error in {reply.media_type} that was not negotiated"


def _parses(reply: Reply) -> bool:
    try:
        if _JSON.fullmatch(reply.media_type) and reply.body:
            json.loads(reply.body)
        elif _XML.fullmatch(reply.media_type) and reply.body:
            ET.fromstring(reply.body)
    except (ValueError, ET.ParseError):
        return False
    return True
