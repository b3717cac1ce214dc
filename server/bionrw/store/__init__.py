"""The port GraphStore and the engines behind it."""

from bionrw.config import Settings
from bionrw.model import Release
from bionrw.store.embedded import EmbeddedStore
from bionrw.store.port import GraphStore


def open_store(release: Release, settings: Settings) -> GraphStore:
    """Return a store that answers from `release`; raise `StoreUnavailable` when it cannot be read."""
    return EmbeddedStore(release, settings)
