"""What the clock notices by itself: a warning that does not leave, and a network that fails."""

from dataclasses import replace

import pytest

from gateway.model import intents
from gateway.providers import ProviderError, ProviderErrorKind
from gateway.providers.africastalking.send import AfricasTalking
from gateway.providers.routing import ProviderRouter, Route
from gateway.settings import Failover, Settings
from jobs import dispatch, scheduler
from jobs.context import JobContext
from jobs.monitoring import stalled
from tests.harness.steps_alerts import PEOPLE, send, subscribe
from tests.harness.steps_turns import decide
from tests.harness.town import Town

LATE = 11
"""seconds after which a warning of which nothing has left is an alarm"""


@pytest.fixture
def few(town: Town) -> Town:
    subscribe(town, PEOPLE[:5])
    return town


def alarms(town: Town) -> set[str]:
    scheduler.sweep(town.context)
    return set(town.store.read_world().alarms.values())


def test_the_clock_raises_an_alarm_without_workers(few: Town) -> None:
    """The alarm is raised after ten seconds, not before, and cleared as soon as a text has left."""
    send(few)
    assert alarms(few) == set()
    few.sleep(LATE)
    assert alarms(few) == {"a notice is not sent"}
    assert alarms(few) == {"a notice is not sent"}
    few.work()
    assert alarms(few) == set()


@pytest.mark.parametrize("faults", [{"error_status": 503}, {"balance": 0}])
def test_a_network_that_takes_nothing_is_no_excuse(few: Town, faults: dict[str, object]) -> None:
    few.faults(**faults)
    send(few)
    few.work()
    few.sleep(LATE)
    assert "a notice is not sent" in alarms(few)
    few.faults()
    few.see_through()
    assert "a notice is not sent" not in alarms(few)


def test_an_ended_warning_raises_no_alarm(few: Town) -> None:
    """A warning that ended before any text left raises no alarm. An ending that does not leave raises one."""
    few.faults(error_status=503)
    number = send(few)
    few.sleep(LATE)
    assert alarms(few) == {"a notice is not sent"}
    decide(few, intents.EndAlert(number))
    assert [b.id for b in stalled.stalled_broadcasts(few.context)] == []
    assert alarms(few) == set()


def test_a_warning_without_recipients_raises_no_alarm(town: Town) -> None:
    send(town)
    town.work()
    town.sleep(LATE)
    assert alarms(town) == set()


class Down:
    """A network that is away, and later works."""

    well = False

    def send(self, text: str, recipients: list, until: float) -> dict:  # type: ignore[type-arg]
        if not self.well:
            raise ProviderError(ProviderErrorKind.BUSY)
        return self.instead.send(text, recipients, until)

    def __init__(self, values: Settings):
        self.instead = AfricasTalking(values)

    def group_by_provider(self, numbers: list) -> dict[str, int]:  # type: ignore[type-arg]
        return {"kannel": len(numbers)}

    def provider_names(self) -> set[str]:
        return {"kannel"}


@pytest.fixture
def two(town: Town, values: Settings) -> tuple[Down, JobContext]:
    down = Down(values)
    routes = ProviderRouter([Route(down), Route(AfricasTalking(values))], Failover(after_failures=1, retry_after=60))
    return down, replace(town.context, provider=routes)


def test_a_failing_network_raises_an_alarm_while_another_carries_texts(
    town: Town, two: tuple[Down, JobContext]
) -> None:
    """Texts leave all the same, so nobody would notice. The alarm lasts until the network carries texts again."""
    down, context = two
    town["Amina"].text("HELP")
    dispatch.run_lane(context, "messages", 10)
    assert len(town["Amina"].inbox()) == 1
    assert alarms(town) == {"one network is down"}
    down.well = True
    context.provider._routes[0].paused_until = 0
    town["Bahati"].text("HELP")
    dispatch.run_lane(context, "messages", 10)
    assert alarms(town) == set()


def test_the_alarm_of_a_dead_worker_expires(town: Town, two: tuple[Down, JobContext]) -> None:
    """The worker that noticed the failure is gone. The alarm ends after a while, and returns with the next failure."""
    town["Amina"].text("HELP")
    dispatch.run_lane(two[1], "messages", 10)
    assert alarms(town) == {"one network is down"}
    town.sleep(601)
    assert alarms(town) == set()


def test_room_is_taken_on_the_line_that_would_carry_it(two: tuple[Down, JobContext]) -> None:
    assert two[1].provider.group_by_provider(PEOPLE[:3]) == {"kannel": PEOPLE[:3]}
    assert two[1].provider.provider_names() == {"kannel", "africastalking"}
