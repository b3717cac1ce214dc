"""Observations to note, and a ledger to note them in."""

import os
import time

import pytest

from bionrw.serving.ledger import Ledger
from bionrw.web.observation import Observation


@pytest.fixture
def ledger():
    """Return a ledger of three places."""
    made = Ledger.create(3)
    yield made
    os.close(made.descriptor)


@pytest.fixture
def observed():
    """Return a function that makes an observation, usual but for what it is told."""

    def make(**members):
        usual = {
            "began": time.time(),
            "seconds": 0.002,
            "outcome": "ok",
            "status": 200,
            "size": 100,
            "form": "SELECT",
            "format": "json",
            "hit": False,
            "client": "192.0.2.7",
            "text": 'SELECT * { ?s ?p "secret" }',
            "shape": "SELECT * { ?s ?p }",
            "trace": "0af7651916cd43dd8448eb211c80319c",
        }
        return Observation(**{**usual, **members})

    return make


@pytest.fixture
def place(ledger):
    """Return a place that a release answers from."""
    claimed = ledger.claim()
    claimed.name({"pid": 1, "version": "v1", "created": "2026-11-01", "triples": 7})
    return claimed
