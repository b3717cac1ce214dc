"""The W3C's tests, run once for all that is asked about the findings."""

import pytest

from tests.conformance.campaign import Campaign


@pytest.fixture(scope="session")
def campaign(shared, tmp_path_factory):
    """Return the tests, ready to be run."""
    return Campaign(shared, tmp_path_factory.mktemp("conformance"))


@pytest.fixture(scope="session")
def findings(campaign):
    """Return what was found, by test."""
    return {item.test: item for item in campaign.run()}
