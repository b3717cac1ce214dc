"""The application over a small invented release."""

import pytest

from bionrw.config import Settings
from bionrw.content import find_content
from bionrw.library import Library
from bionrw.store import open_store
from bionrw.store.releases import current_release
from bionrw.web.app import create_app
from tests.http.pages.glow import NAMES, PUBLIC, write_release


@pytest.fixture(scope="package")
def store(tmp_path_factory):
    """Return a store over the small release."""
    var_dir = tmp_path_factory.mktemp("var")
    write_release(var_dir)
    opened = open_store(current_release(var_dir), Settings(readers=1))
    yield opened
    opened.close()


@pytest.fixture(scope="package")
def client(store):
    """Return a client of the application, three links to a page."""
    settings = Settings(public_url=PUBLIC, page_size=3)
    return create_app(store, settings, Library(find_content().queries, NAMES.base)).test_client()
