"""Fixtures that the tests of alerts share."""

import pytest

from tests.harness.steps_alerts import PEOPLE, subscribe
from tests.harness.town import Town


@pytest.fixture
def crowd(town: Town) -> Town:
    """Return a town with 250 subscribers of Soko Mwezi."""
    subscribe(town, PEOPLE)
    return town
