"""Where an IRI leads on a page: to a page of ours, out into the web, or nowhere."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlencode, urlsplit

from bionrw.model import Term
from bionrw.names import Names
from bionrw.web.triples import spell

# What RFC 3986 allows unescaped in a path segment, with the slash between segments.
_PATH = "/:@!$&'()*+,;=~%"
_LOCAL_NAME = re.compile(r"[\w\-]*+(?:\.[\w\-]++)*+")


@dataclass(frozen=True, slots=True)
class Links:
    """Turns IRIs into addresses; `root` is the path below which the server is mounted."""

    names: Names
    root: str = ""

    def local(self, iri: str) -> str:
        """Return the path of the page about `iri`, empty when it is none of ours.

        A path works wherever the server runs, also where the base does not lead to it.
        """
        path = self.names.path(iri)
        if path is None:
            return ""
        if path.startswith("id/"):
            path = "doc/" + path.removeprefix("id/")
        _, hash_mark, fragment = iri.partition("#")
        return f"{self.root}/{quote(path, safe=_PATH)}{hash_mark}{quote(fragment, safe=_PATH)}"

    def proof(self, subject: str, predicate: str, value: Term) -> str:
        """Return the path of the page that says why a triple holds, empty when no address can name it."""
        if not spell(value):
            return ""
        parameters = {"subject": subject, "predicate": predicate, "object": spell(value)}
        return f"{self.root}/proof?{urlencode(parameters)}"

    def external(self, iri: str) -> str:
        """Return `iri` when following it is safe (an http or https address with a host), else nothing."""
        try:
            parts = urlsplit(iri)
        except ValueError:
            return ""
        return iri if parts.scheme in ("http", "https") and parts.netloc else ""


def shorten(iri: str, prefixes: Mapping[str, str]) -> str:
    """Return the prefixed name for `iri` by the longest namespace that leaves a local name, else `iri`."""
    fitting = [
        (len(namespace), name)
        for name, namespace in prefixes.items()
        if iri.startswith(namespace) and _LOCAL_NAME.fullmatch(iri, len(namespace))
    ]
    if not fitting:
        return iri
    length, name = max(fitting)
    return f"{name}:{iri[length:]}"
