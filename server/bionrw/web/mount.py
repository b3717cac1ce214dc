"""The path below which people reach the server, when its public address has one."""

from collections.abc import Iterable
from urllib.parse import urlsplit
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment


def mount(application: WSGIApplication, public_url: str) -> WSGIApplication:
    """Return `application` with all its links below the path of `public_url`.

    A proxy in front may leave the path in the request or take it away; both work. SCRIPT_NAME comes
    from the settings alone (PEP 3333, "environ Variables"), never from what a client sends.
    """
    path = urlsplit(public_url).path.rstrip("/")
    if not path:
        return application

    def mounted(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        asked = environ.get("PATH_INFO", "")
        if asked == path or asked.startswith(f"{path}/"):
            environ["PATH_INFO"] = asked[len(path) :] or "/"
        environ["SCRIPT_NAME"] = path
        return application(environ, start_response)

    return mounted
