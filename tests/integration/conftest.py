"""Fixtures that several files of tests share."""

from collections.abc import Iterator

import pytest

from gateway.cli import redis_server
from tests.harness.served import OwnRedis
from tests.harness.steps_alerts import PEOPLE, subscribe
from tests.harness.town import Town


@pytest.fixture
def crowd(town: Town) -> Town:
    """Return a town with 250 subscribers of Soko Mwezi."""
    subscribe(town, PEOPLE)
    return town


@pytest.fixture
def own_redis(environ: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnRedis]:
    """Return a Redis of this test, which it may stop, and whose files it reads. Request it before `town` or `web`."""
    running = OwnRedis(tmp_path_factory.mktemp("r"))
    environ["REDIS_URL"] = redis_server.unix_url(running.socket)
    yield running
    running.stop()
