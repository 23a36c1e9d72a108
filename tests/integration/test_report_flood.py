"""Many reports at once (fault row 22), through the real turns, several at a time."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from gateway.errors import StoreUnavailable
from gateway.model.alert import AlertState
from gateway.numbers import Number
from tests.harness.cast import NUMBERS, TEAM
from tests.harness.scale import people
from tests.harness.town import Town

REPORTS, PHONES, AT_ONCE = people(10_000, fewer=1_000), 200, 8
PAUSE = 600
"""seconds between two texts to one verifier about one area"""
MARGIN = 60
"""Seconds. The last step of the test may take this long in real time."""


def test_many_reports_of_one_thing(town: Town) -> None:
    """There is one alert and one text to a verifier, not ten thousand, and no warning is sent by itself."""
    phones = [Number.from_int(254715000000 + n) for n in range(PHONES)]

    def report(n: int) -> None:
        """Send a report as the network does, which repeats it until it is acknowledged."""
        try:
            town.sms.handle_text(f"flood-{n}", phones[n % PHONES], "REPORT soko mwezi raid")
        except StoreUnavailable:
            report(n)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(report, range(REPORTS)))
    world = town.store.read_world()
    [alert] = world.alerts.values()
    assert alert.state is AlertState.REPORTED
    assert 50 <= alert.report_count <= PHONES, "its rank, one voice a phone"
    asked_at = town.now()
    town.work()
    assert asked(town) == {"Vera": 1}
    for part in range(1, 5):  # before the first verifier may be asked again, each other verifier is asked once
        town.sleep_until(asked_at + part * (PAUSE - MARGIN) / 4)
        report(REPORTS)
        town.work()
    assert set(asked(town).values()) == {1} and len(asked(town)) > 1
    assert not town.store.world_cache.broadcasts.items, "no warning by itself"


def asked(town: Town) -> Counter[str]:
    """Return how many texts about the report each verifier got."""
    got = {name: town.network.get(f"/phones/{NUMBERS[name]}").json()["inbox"] for name in TEAM}
    return +Counter({name: sum("please check" in text["text"] for text in inbox) for name, inbox in got.items()})
