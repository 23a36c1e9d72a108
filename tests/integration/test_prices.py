"""The cost of a text by destination, and the preview: rounded people, segments, and the highest cost."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from gateway import settings
from gateway.errors import BadInput
from gateway.model import intents
from gateway.model.alert import Alert, AlertKind, AlertState
from gateway.model.tariff import Tariff
from gateway.numbers import Number, PrefixMap
from gateway.profile import build_tariff
from gateway.store import audience
from gateway.text.estimate import estimate_audience_and_cost
from tests.harness.steps_alerts import PEOPLE, subscribe
from tests.harness.town import Town

KENYA, HERE, UGANDA = (Number.parse(n) for n in ("+254733000001", "+254711000001", "+256711000001"))
PRICES = """
[prices]
currency = "KES"
default = 0.8
[prices.to]
"+256" = 2.5
"+2547" = 0.9
safaricom = 0.6
[networks.safaricom]
sender = "transactional"
prefixes = ["+25471", "+25472"]
footer = 20
"""


def tariff(tmp_path: Path, toml: str) -> Tariff:
    (tmp_path / "settings.toml").write_text(toml)
    return build_tariff(settings.load({"MWAVULI_SETTINGS": str(tmp_path / "settings.toml")}).tuning)


def test_the_longest_prefix_wins() -> None:
    found = PrefixMap({"+254": "country", "+25471": "network", "+2547110000": "block"}, "else")
    assert [found.lookup(n) for n in (KENYA, HERE, UGANDA)] == ["country", "block", "else"]


@pytest.mark.parametrize(
    ("text", "numbers", "segments", "cost"),
    [
        ("a" * 160, [KENYA], 1, 900),
        ("a" * 140, [HERE], 1, 600),
        ("a" * 141, [HERE], 2, 1200),  # the network's footer makes it two segments
        ("ж" * 50, [HERE], 1, 600),
        ("ж" * 51, [HERE], 2, 1200),
        ("a" * 141, [KENYA, HERE, UGANDA], 4, 900 + 1200 + 2500),
        ("a", [], 0, 0),
    ],
)
def test_the_cost_of_a_text_depends_on_its_destination(
    tmp_path: Path, text: str, numbers: list[Number], segments: int, cost: int
) -> None:
    found = tariff(tmp_path, PRICES)
    assert (found.count_segments(text, numbers), found.cost(text, numbers)) == (segments, cost)


def test_without_prices_the_default_applies_to_all(tmp_path: Path) -> None:
    assert tariff(tmp_path, "").cost("a", [KENYA, UGANDA]) == 1600
    assert tariff(tmp_path, "[prices]\ndefault = 0.35").cost("a", [KENYA]) == 350


def test_the_most_is_by_the_dearest_price_and_the_longest_footer(tmp_path: Path) -> None:
    assert tariff(tmp_path, PRICES).worst_case("a" * 141) == (2, 5000)


@pytest.mark.parametrize(
    ("toml", "expected"),
    [
        ("[prices]\ndefault = -1", "prices.default"),
        ("[prices]\ncurrency = 'shilling'", "prices.currency"),
        ("[prices.to]\n'254' = 1.0", "beginning of a number"),
        ("[prices.to]\nairtel = 1.0", "beginning of a number"),
        ("[prices.to]\nairtel = 1.0\n[networks.airtel]\nsender = 'transactional'", "has prefixes"),
        ("[networks.airtel]\nsender = 'transactional'\nprefixes = ['0711']", "networks.airtel.prefixes"),
        ("[networks.airtel]\nsender = 'promotional'\nhours = '8 to 6'", "networks.airtel.hours"),
        ("[networks.airtel]\nsender = 'promotional'\nhours = '18:00-25:00'", "networks.airtel.hours"),
        ("[spend]\nreserve = 1.5", "spend.reserve"),
        ("[spend]\ncap = -1", "spend.cap"),
        ("price_per_segment = 1.0", "price_per_segment"),
    ],
)
def test_an_error_names_the_place_of_a_bad_setting(tmp_path: Path, toml: str, expected: str) -> None:
    with pytest.raises(BadInput, match=expected):
        tariff(tmp_path, toml)


def draft(town: Town, **more: str) -> Alert:
    area = town.store.read_world().atlas.resolve("Soko Mwezi").id
    now = int(town.store.now())
    return replace(Alert(0, AlertKind.RAID, area, AlertState.LIVE, now, now + 3600), **more)


@pytest.mark.parametrize(
    ("people", "shown", "paid"),
    [(0, 0, 10), (9, 0, 10), (10, 10, 10), (14, 10, 20), (99, 100, 100), (143, 140, 150), (1249, 1200, 1300)],
)
def test_the_audience_is_shown_in_round_numbers(town: Town, people: int, shown: int, paid: int) -> None:
    """9 and 0 read the same, and so do 140 and 144. The cost is for no fewer people than there are."""
    found = estimate_audience_and_cost(draft(town), "Soko Mwezi", people, town.store.read_world())
    assert (found.people, found.max_segments, found.max_cost_mills) == (shown, 1, paid * 800)


def test_the_dearest_language_counts(town: Town) -> None:
    world, words = town.store.read_world(), draft(town, venue="Bus stage behind the market", text="w" * 80)
    english = tuple(voice for voice in world.profile.translators if voice.lang == "en")
    one = replace(world, profile=replace(world.profile, translators=english))
    assert estimate_audience_and_cost(words, "Soko Mwezi", 10, one).max_segments == 2
    assert estimate_audience_and_cost(words, "Soko Mwezi", 10, world).max_segments == 3


class TestAudience:
    """A person in two areas counts once."""

    def counted(self, town: Town, area: str) -> int:
        turn = town.store.read_terminal_turn()
        where = turn.world.atlas.resolve(area).id
        town.store.connection.run_commands(town.store.count_reach_commands(turn, [where]))
        return turn.audience_by_area[where]

    def test_a_person_in_two_areas_counts_once(self, town: Town) -> None:
        subscribe(town, PEOPLE[:60])
        subscribe(town, PEOPLE[:50], "Kasri")
        subscribe(town, PEOPLE[:5], "Pwani Ndoto/Taa Mbili")
        assert [self.counted(town, area) for area in ("Kasri", "Soko Mwezi", "Bonde Kijani")] == [60, 60, 0]

    def test_a_large_audience_is_estimated_from_a_sample(self, town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
        """Of 250 people with 500 subscriptions a quarter is read; the estimate is about 250."""
        subscribe(town, PEOPLE)
        subscribe(town, PEOPLE, "Kasri")
        monkeypatch.setattr(audience, "MAX_READS", 128)
        assert 170 < self.counted(town, "Kasri") < 340
        assert self.counted(town, "Kasri") != 250

    def test_the_sender_reads_the_cost_before_sending(self, town: Town) -> None:
        subscribe(town, PEOPLE[:60])
        subscribe(town, PEOPLE[:60], "Kasri")
        vera = town["Vera"]
        vera.dial()
        for key in ("1", "7", "2468", "8", "2", "1", "soko", "1", "gate", "1"):
            vera.press(key)
        assert "About 60 people x 1 SMS, max KES 48." in vera.press("1")


def test_a_colleague_reads_the_cost_before_confirming(town: Town) -> None:
    subscribe(town, PEOPLE[:12])
    turn = town.store.read_terminal_turn()
    where = turn.world.atlas.resolve("Soko Mwezi").id
    town.store.apply_intents(
        turn, (intents.SendAlert(AlertKind.RAID, where, "Gate", "", turn.now + 3600, needs_approval=True),), ""
    )
    assert town.store.commit(turn.transaction)
    vera = town["Vera"]
    vera.dial()
    for key in ("1", "7", "2468", "8", "1"):
        vera.press(key)
    assert "About 10 people x 1 SMS, max KES 16." in vera.press("1")
