"""What the text of a query tells, remembered for texts that differ in values only.

Programs send the same query with other constants again and again. Reading one takes a tenth of a
millisecond, as long as the engine needs for a light one; finding its template takes a tenth of that.
"""

import re
from functools import lru_cache

from bionrw.sparql.reading import Reading, read

# An IRI without anything that a lexer could stumble over, a plain string, a number.
_VALUE = re.compile(r"""<[^<>"'{}|^`\\()\x00-\x20]*+>|"[^"'\\\r\n]++"|[0-9]++""")
# Where one of these is left the text is read itself: it may hold comments, escapes or other strings.
_UNSURE = re.compile(r"""["'\\%]|\#""")
_COMMENT = re.compile(r"#[^\r\n]*")
_STRING, _FRAGMENT = '""', "<#>"
_LONGEST = 8192


def survey(text: str) -> tuple[Reading, str]:
    """Return what `text` tells and its template, the text without its values.

    The template is a rough one where values cannot be told from the rest by a glance. The facts are those
    of `reading.read`; but where all is well, `start` and `undeclared` are those of a like text and tell
    nothing.
    """
    template = _template(text)
    if template is None:
        return read(text), _rough(text)
    reading = _read(template)
    # Which graphs it names is told by IRIs that the template lacks.
    if reading.form is None or reading.doubtful or reading.clauses:
        return read(text), template
    return reading, template


def _template(text: str) -> str | None:
    """Return `text` with IRIs, strings and numbers emptied, None where that might change its tokens."""
    if len(text) > _LONGEST:
        return None
    emptied = _VALUE.sub(_empty, text)
    left = emptied.replace(_STRING, "").replace(_FRAGMENT, "")
    return None if _UNSURE.search(left) else emptied


def _rough(text: str) -> str:
    """Return what is left of `text` without what looks like values and comments."""
    return _COMMENT.sub("", _VALUE.sub(_empty, text)) if len(text) <= _LONGEST else text


def _empty(value: re.Match[str]) -> str:
    first = value[0][0]
    if first == "<":
        # Whether an IRI has a fragment matters: an engine that reads a smaller-than there sees a comment.
        return _FRAGMENT if "#" in value[0] else "<>"
    return _STRING if first == '"' else "0"


@lru_cache(maxsize=1024)
def _read(template: str) -> Reading:
    return read(template)
