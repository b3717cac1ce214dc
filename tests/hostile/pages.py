"""Attacks on those who look at the pages: scripts in every parameter, callbacks, frames."""

from collections.abc import Iterator
from urllib.parse import quote

from tests.hostile.case import BAD, OK, Case, case
from tests.hostile.door import Door
from tests.hostile.messages import ENDPOINT, NOTHING, escaped, form_post, get, query_get
from tests.hostile.wire import Reply

HTML = "Accept: text/html"
_SCRIPTS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg/onload=alert(1)>",
    "</textarea><script>alert(1)</script>",
    "{{7*7*7777}}${7*7*7777}",
    "</title><body onload=alert(1)>",
)
# What the scripts above leave where they are not made safe; the number is what a template makes of it.
_TRACES = ("<script>alert", "<img src=x", "<svg/onload", "<body onload", "381073")


def _is_tame(reply: Reply, _door: Door) -> str:
    """Complain of markup that came with the request, of templates that ran, of pages without policy."""
    page = reply.body.decode("utf-8", "replace")
    if reply.media_type == "text/html":
        if found := [text for text in _TRACES if text in page]:
            return f"the page holds {found}"
        if "default-src 'none'" not in _policy(reply) or "unsafe" in _policy(reply):
            return "the page may run scripts"
    return "" if reply.field("X-Content-Type-Options") == "nosniff" else "the type may be guessed"


def _policy(reply: Reply) -> str:
    return reply.field("Content-Security-Policy")


def _is_no_script(reply: Reply, _door: Door) -> str:
    if "javascript" in reply.media_type or reply.body.lstrip().startswith((b"alert", b"/**/")):
        return f"the answer is a script: {reply.body[:40]!r}"
    return ""


def _links_lead_to_the_web(reply: Reply, _door: Door) -> str:
    page = reply.body.lower()
    schemes = [scheme for scheme in (b"javascript:", b"data:", b"vbscript:") if b'href="' + scheme in page]
    return f"links lead to {schemes}" if schemes else ""


def _is_not_framed(reply: Reply, _door: Door) -> str:
    told = "frame-ancestors" in _policy(reply) or reply.field("X-Frame-Options")
    return "" if told else "other pages may frame this one"


def _everywhere(script: str) -> Iterator[tuple[str, bytes]]:
    text, path = escaped(script), quote(script, safe="")
    yield "as the query", get(f"{ENDPOINT}?query={text}", HTML)
    yield "as the format", get(f"{ENDPOINT}?query={escaped(NOTHING)}&format={text}", HTML)
    yield "as a graph", get(f"{ENDPOINT}?query={escaped(NOTHING)}&default-graph-uri={text}", HTML)
    yield "as an example", get(f"{ENDPOINT}?example={text}", HTML)
    yield "as a value", query_get(f"SELECT ('''{script}''' AS ?x) {{}}", HTML)
    yield "as a kind", get(f"/doc/{path}", HTML)
    yield "as a slug", get(f"/doc/project/{path}", HTML)
    yield "as words to search", get(f"/ontology?q={text}", HTML)
    yield "as a triple to prove", get(f"/proof?subject={text}&predicate={text}&object={text}", HTML)
    yield "as a page number", get(f"/doc/project?page={text}&after={text}", HTML)
    yield "as a suffix", get(f"/ontology.{path}", HTML)


def _scripts() -> Iterator[Case]:
    for script in _SCRIPTS:
        for place, message in _everywhere(script):
            yield case(f"{script} {place}", message, *OK, 303, 400, 404, guard=_is_tame)


CASES: tuple[Case, ...] = (
    *_scripts(),
    case(
        "A callback around the answer",
        query_get(NOTHING, callback="alert", jsonp="alert"),
        *OK,
        guard=_is_no_script,
    ),
    case(
        "A script is accepted only",
        query_get(NOTHING, "Accept: text/javascript", callback="alert"),
        *OK,
        406,
        guard=_is_no_script,
    ),
    case(
        "A script is named as format",
        query_get(NOTHING, format="js", output="jsonp", callback="alert"),
        *OK,
        400,
        guard=_is_no_script,
    ),
    case(
        "A result links to a script",
        query_get("SELECT (IRI('javascript:alert(1)') AS ?x) (IRI('data:text/html,x') AS ?y) {}", HTML),
        *OK,
        guard=_links_lead_to_the_web,
    ),
    case("The form is framed", get(ENDPOINT, HTML), *OK, guard=_is_not_framed),
    case("The home page is framed", get("/", HTML), *OK, guard=_is_not_framed),
    case("An error is framed", get("/nothing", HTML), 404, guard=_is_not_framed),
    case(
        "A script in a form that is sent",
        form_post(HTML, query="</textarea><script>alert(1)</script>"),
        *BAD,
        guard=_is_tame,
    ),
    case(
        "A script in a variable's value of XML",
        query_get(
            "SELECT ('<a:script xmlns:a=\"http://www.w3.org/1999/xhtml\">alert(1)</a:script>' AS ?x) {}",
            "Accept: application/sparql-results+xml",
        ),
        *OK,
        guard=_is_tame,
    ),
    case(
        "A script is searched for in a JSON report",
        get("/quality.json?x=<script>", HTML),
        *OK,
        400,
        bare=True,
        guard=_is_tame,
    ),
    case(
        "10,000 words are searched for",
        get("/ontology?q=" + "+".join(["ab"] * 2500), HTML),
        *OK,
        400,
        414,
        bare=True,
    ),
    case("A pattern is searched for", get("/ontology?q=" + escaped("(a+)+$" * 200), HTML), *OK, 400),
    case(
        "Nothing but combining signs are searched for", get("/ontology?q=" + "%cc%81" * 1000, HTML), *OK, 400
    ),
    case(
        "A page number beyond all pages",
        get("/doc/project?page=99999999999999999999999", HTML),
        *OK,
        400,
        404,
    ),
    case("A page number below all pages", get("/doc/project/biopen?page=-1", HTML), *OK, 400, 404),
    case("A proof of letters only", get("/proof?subject=%00&predicate=%0a&object=%22%22%22", HTML), 400, 404),
    case(
        "A proof of an object that nests",
        get("/proof?subject=a:b&predicate=a:b&object=" + escaped("<<( " * 500), HTML),
        400,
        404,
    ),
)
