"""The address of the conformance report: a page, its figures as JSON, each test in Turtle (EARL 1.0)."""

import json
from collections.abc import Iterable
from importlib.resources import files
from itertools import groupby
from typing import Any

from flask import Blueprint, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from bionrw.model import ResultFormat
from bionrw.sparql.formats import TURTLE
from bionrw.web import document
from bionrw.web.quality import JSON
from bionrw.web.render import HTML

FORMATS = (HTML, JSON, TURTLE)

blueprint = Blueprint("conformance", __name__)

# `make conformance` writes the report; it is about the program, so it is part of it and of no release.
_REPORT = files("bionrw") / "conformance"


@blueprint.get("/conformance")
@blueprint.get("/conformance.<suffix>")
def conformance(suffix: str = "") -> BaseResponse:
    """Answer with what the W3C's tests found out about this server."""
    return document.respond(
        "conformance report", url_for("conformance.conformance"), suffix, FORMATS, _content
    )


def _content(chosen: ResultFormat) -> bytes:
    if chosen == HTML:
        return _page(json.loads((_REPORT / "report.json").read_bytes())).encode()
    return (_REPORT / f"report.{chosen.suffix}").read_bytes()


def _page(report: dict[str, Any]) -> str:
    suites = report["suites"]
    return render_template(
        "conformance.html",
        report=report,
        totals={
            key: sum(suite[key] for suite in suites) for key in ("passed", "failed", "refused", "respelt")
        },
        reasons=_by_reason(report["failures"]),
        formats=[item for item in FORMATS if item != HTML],
        here=url_for("conformance.conformance"),
    )


def _by_reason(failures: Iterable[dict[str, str]]) -> list[tuple[str, str, list[dict[str, str]]]]:
    """Return whose fault it is, the reason, and the tests that fail for it; most tests first."""
    ordered = sorted(failures, key=lambda item: (item["fault"], item["reason"]))
    grouped = [
        (*key, list(tests)) for key, tests in groupby(ordered, lambda item: (item["fault"], item["reason"]))
    ]
    return sorted(grouped, key=lambda group: -len(group[2]))
