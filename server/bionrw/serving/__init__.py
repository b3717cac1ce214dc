"""Serve the current release over HTTP: gunicorn keeps the processes, uvicorn speaks HTTP in each."""

import logging
from dataclasses import replace

from bionrw.config import Settings
from bionrw.content import Content
from bionrw.model import Release
from bionrw.serving.listener import address, listen


def serve(content: Content, settings: Settings, release: Release) -> None:
    """Serve `release` until a signal ends the process; raise `KnowledgeError` when the port is not free."""
    # The metrics process is of this package, too, and does without gunicorn, uvicorn and Flask.
    from bionrw.serving.arbiter import Server

    # Bound here and not by gunicorn, which would try five times before it gives up.
    listener = listen(settings.host, settings.port)
    port = listener.getsockname()[1]
    settings = replace(settings, port=port, public_url=settings.public_url or address(settings.host, port))
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(message)s")
    Server(listener.detach(), content, settings, release).run()
