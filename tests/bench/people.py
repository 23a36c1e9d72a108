"""The people of the benchmarks: the demo's country, some more wards, and a set number of subscribers."""

from collections.abc import Iterator, Sequence

from gateway.cli import places
from gateway.cli.common import load_deployment
from gateway.cli.seed import seed
from gateway.crypto.vault import Purpose
from gateway.imports import places as imports_places
from gateway.model.subscription import Subscription, Wording, week_number
from gateway.numbers import Number
from gateway.store import keys

WARDS = [f"{c}{v}nzo {c}{v}li".title() for c in ("b", "ch", "g", "l", "p", "t", "v", "w") for v in "aeio"]
"""32 made-up wards; the first four letters of each are its own"""
COUNTY = "Bench"
CROWD = "Crowd"
"""a county that no caller of the benchmarks joins"""
SUBSCRIBERS_FROM = 254_730_000_000
AT_ONCE = 2000
STYLES = [("en", Wording.NEUTRAL), ("sw", Wording.NEUTRAL), ("sw", Wording.PLAIN), ("en", Wording.CODE)]
"""what people read, in turn: four texts"""


def country() -> None:
    """Write the demo's areas, clinics and staff, and the wards."""
    seed()
    rows = ["county,constituency,ward\n", *(f"{COUNTY},{COUNTY} {i // 8},{ward}\n" for i, ward in enumerate(WARDS))]
    rows += [f"{CROWD},{CROWD} 0,{CROWD} {letter}\n" for letter in "ABCDEFGH"]
    places.save_areas(imports_places.read_areas(rows, load_deployment().store.vault.area_digest).areas)


def subscribe(count: int, areas: Sequence[str], start: int = 0) -> None:
    """Subscribe people to these areas as joining does, a few thousand in one round trip."""
    store = load_deployment().store
    week = week_number(store.now())
    numbers = range(SUBSCRIBERS_FROM + start, SUBSCRIBERS_FROM + start + count)
    for at in range(0, count, AT_ONCE):
        commands: list[tuple[object, ...]] = []
        for i, number in enumerate(numbers[at : at + AT_ONCE], at):
            lang, wording = STYLES[i // len(areas) % len(STYLES)]
            commands += _joins(Number.from_int(number), areas[i % len(areas)], lang, wording, week)
        store.connection.batch(commands)
    for i, area in enumerate(areas):
        share = count // len(areas) + (i < count % len(areas))
        store.connection.execute("HINCRBY", "members", area, share)


def _joins(number: Number, area: str, lang: str, wording: Wording, week: int) -> Iterator[tuple[object, ...]]:
    token = load_deployment().store.vault.token(number, Purpose.SUBSCRIBER)
    subscription = Subscription(lang, consent_week=week, seen_week=week, wording=wording, areas=(area,))
    yield "HSET", keys.subscription_bucket(token), token, subscription.pack()
    yield "HSET", keys.area_subscribers(area, token), token, b""
