"""The web and the jobs open the deployment by one loader: once the key is there, at intervals, until access closes."""

from collections.abc import Iterator
from itertools import count

import pytest

from gateway import settings
from gateway.deployment import RETRY_INTERVAL_S, Deployment, DeploymentLoader
from gateway.errors import KeyLocked
from gateway.store import access_state
from tests.harness.waiting import until


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("gateway.deployment.time", clock)
    return clock


def loader_of(environments: Iterator[dict[str, str]]) -> DeploymentLoader[Deployment]:
    return DeploymentLoader(lambda: settings.load(next(environments)), lambda deployment: deployment, "nothing works")


def test_it_opens_as_soon_as_the_key_is_there_and_only_once(
    environ: dict[str, str], deployment: Deployment, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    locked = environ | {"MWAVULI_KEY": ""}
    loader = loader_of(iter([locked, locked, environ]))
    for _ in range(5):  # one attempt and four refusals: a third attempt would open
        with pytest.raises(KeyLocked):
            loader.load()
    clock.now += RETRY_INTERVAL_S
    with pytest.raises(KeyLocked):
        loader.load()
    clock.now += RETRY_INTERVAL_S
    opened = loader.load()
    assert loader.load() is opened and loader.opened is opened
    assert caplog.text.count("ALARM: nothing works") == 1
    loader.close()


def test_it_repeats_the_alarm_after_a_minute(
    environ: dict[str, str], deployment: Deployment, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    loader = loader_of(environ | {"MWAVULI_KEY": ""} for _ in count())
    for _ in range(70):
        clock.now += RETRY_INTERVAL_S
        with pytest.raises(KeyLocked):
            loader.load()
    assert caplog.text.count("ALARM: nothing works") == 2


def test_it_drops_the_key_when_access_closes(environ: dict[str, str], deployment: Deployment) -> None:
    loader = loader_of(environ for _ in count())
    loader.load()
    access_state.close_access(deployment.store.connection, access_state.WIPED)
    until(lambda: loader.opened is None, what="the key dropped")
