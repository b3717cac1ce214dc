"""Drop the conditions of a request that cannot be read, before a library stumbles over them."""

from flask import Flask, request
from werkzeug.http import parse_date

_DATES = ("HTTP_IF_MODIFIED_SINCE", "HTTP_IF_UNMODIFIED_SINCE", "HTTP_IF_RANGE")


def register(app: Flask) -> None:
    """Let `app` read over dates that are none (RFC 9110, section 13.1.3)."""
    app.before_request(_drop_unreadable_dates)


def _drop_unreadable_dates() -> None:
    for name in _DATES:
        try:
            parse_date(request.environ.get(name))
        except OverflowError:  # a year of many digits, which werkzeug lets through
            del request.environ[name]
