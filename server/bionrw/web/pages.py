"""The addresses that people and machines read: home, things, kinds, terms and graphs."""

from flask import Blueprint, render_template

blueprint = Blueprint("pages", __name__)


@blueprint.get("/")
def home() -> str:
    """Answer with the home page."""
    return render_template("home.html")
