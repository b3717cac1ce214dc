"""The address of the quality report: a page for people, the report as JSON, its measurements as RDF."""

import json
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from bionrw.errors import NotFound
from bionrw.model import ResultFormat
from bionrw.sparql.formats import TURTLE
from bionrw.web import document
from bionrw.web.context import Context, current_context
from bionrw.web.links import Links
from bionrw.web.render import HTML

JSON = ResultFormat("json", "application/json", "json", "document")
FORMATS = (HTML, JSON, TURTLE)

blueprint = Blueprint("quality", __name__)

# The remarks of a level stand together, what has to be mended first.
_LEVELS = {
    "violation": "To mend",
    "notice": "To look at",
    "accepted": "Accepted, with the reason",
    "noted": "To know",
    "checked": "Checked and found in order",
}


@dataclass(frozen=True, slots=True)
class Glance:
    """The state of a dimension in one line."""

    anchor: str
    title: str
    state: str
    style: str


@blueprint.get("/quality")
@blueprint.get("/quality.<suffix>")
def quality(suffix: str = "") -> BaseResponse:
    """Answer with the quality report of the release that is served."""
    context = current_context()
    return document.respond(
        "quality report",
        url_for("quality.quality"),
        suffix,
        FORMATS,
        lambda chosen: _content(chosen, context),
    )


def _content(chosen: ResultFormat, context: Context) -> bytes:
    if chosen == HTML:
        return _page(json.loads(_file("quality.json", context)), context).encode()
    return _file(f"quality.{chosen.suffix}", context)


def _file(name: str, context: Context) -> bytes:
    try:
        return (context.store.release.path / name).read_bytes()
    except OSError:
        message = "This release has no quality report; build it anew with `bionrw build`."
        raise NotFound(message) from None


def _page(report: dict[str, Any], context: Context) -> str:
    links = Links(context.names, request.script_root)
    prefixes = context.queries.prefixes()

    def address(name: str) -> str:
        """Return the page of what a short name stands for, empty when we have none."""
        prefix, colon, local = name.partition(":")
        return links.local(prefixes[prefix] + local) if colon and prefix in prefixes else ""

    return render_template(
        "quality.html",
        report=report,
        glances=[_glance(section) for section in report["sections"]],
        levels=_LEVELS,
        address=address,
        groups=_groups,
        formats=[item for item in FORMATS if item != HTML],
        here=url_for("quality.quality"),
    )


def _groups(measures: list[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    """Return the measures by their label; those about several things follow one another."""
    return [(label, list(group)) for label, group in groupby(measures, lambda measure: measure["label"])]


def _glance(section: dict[str, Any]) -> Glance:
    levels = [remark["level"] for remark in section["remarks"]]
    counts = {level: levels.count(level) for level in _LEVELS}
    parts = [
        (counts["violation"], "to mend"),
        (counts["notice"], "to look at"),
        (counts["accepted"], "accepted"),
    ]
    words = ", ".join(f"{count:,} {word}" for count, word in parts if count) or "in order"
    style = "bad" if counts["violation"] else "look" if counts["notice"] else "good"
    return Glance(section["dimension"], section["title"], words, style)
