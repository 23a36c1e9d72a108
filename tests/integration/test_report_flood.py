"""Many reports at once (fault row 22), through the real turns, several at a time."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from gateway.errors import StoreUnavailable
from gateway.model.alert import AlertState
from gateway.numbers import Number
from tests.harness.cast import NUMBERS, TEAM, number
from tests.harness.scale import people
from tests.harness.steps_turns import subscribe_phone
from tests.harness.town import Town

REPORTS, PHONES, AT_ONCE = people(10_000, fewer=1_000), 200, 8
PAUSE = 180
"""seconds between two texts to one verifier"""


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
    for part in range(1, 5):
        town.sleep_until(asked_at + part * PAUSE)
        report(REPORTS)
        town.work()
        assert max(asked(town).values()) <= part + 1, "one text a pause"
    assert len(asked(town)) > 1
    assert not town.store.world_cache.broadcasts.items, "no warning by itself"


def asked(town: Town) -> Counter[str]:
    """Return how many texts about the report each verifier got."""
    got = {name: town.network.get(f"/phones/{NUMBERS[name]}").json()["inbox"] for name in TEAM}
    return +Counter({name: sum("Please check" in text["text"] for text in inbox) for name, inbox in got.items()})


def test_a_forger_reports_from_every_area_at_once(town: Town) -> None:
    """204 forged reports, each of another area or kind, are one text to each verifier, and its words say how many."""
    forge_reports(town)
    town.work()
    assert set(asked(town).values()) == {1}
    town.sleep(PAUSE)
    town.work()
    assert max(asked(town).values()) <= 2
    assert any("In the list" in text for text in town["Vera"].inbox()), "the words say how many wait"


def test_a_forger_delays_no_report_of_a_subscriber(town: Town) -> None:
    """Forged reports use up the texts about strangers. A subscriber's report is texted at once, and ranks first."""
    subscribe_phone(town.store, number("Amina"), "soko mwezi")
    forge_reports(town)
    town.work()
    before = asked(town)["Vera"]
    town["Amina"].text("REPORT soko mwezi checkpoint at the bridge")
    town.work()
    assert asked(town)["Vera"] == before + 1
    assert "at the bridge" in town["Vera"].dial("1", "7", "2468", "8", "1", "1")


def forge_reports(town: Town) -> None:
    atlas = town.store.read_world().atlas
    areas = [area for area in atlas if not atlas.children(area.id)]
    for n, area in enumerate(areas):
        for kind in ("raid", "hotel", "film"):
            phone = Number.from_int(254716000000 + 10 * n + len(kind))
            town.sms.handle_text(f"forged-{n}-{kind}", phone, f"REPORT {' '.join(reversed(area.path[-2:]))} {kind}")
