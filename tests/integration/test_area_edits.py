"""Areas are removed where nothing belongs to them, and merged without losing anybody."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from gateway.actions import areas
from gateway.actions.areas import merge_area
from gateway.cli import alert
from gateway.deployment import Deployment
from gateway.model import intents
from gateway.model.duress import DURESS_S, RESTORE_STEP_S
from gateway.model.feature import Feature
from gateway.model.subscription import Subscription
from gateway.numbers import Number
from gateway.store import keys
from tests.harness.cast import NUMBERS
from tests.harness.command import Said, said
from tests.harness.steps_alerts import PEOPLE, send, subscribe
from tests.harness.steps_contacts import add_contacts
from tests.harness.steps_safe_call import SECOND, redial, set_pins
from tests.harness.steps_sos import running_sos
from tests.harness.steps_turns import area_id, do
from tests.harness.town import Town

Run = Callable[..., Said]


@pytest.fixture
def run(deployment: Deployment, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.setattr(alert, "load_deployment", lambda: deployment)
    monkeypatch.setattr(alert, "load_settings", lambda: deployment.settings)
    return lambda *words, typed="": said(*words, monkeypatch=monkeypatch, capsys=capsys, typed=typed)


def test_an_area_without_anything_is_removed(run: Run, deployment: Deployment, tmp_path: Path) -> None:
    (tmp_path / "wrong.csv").write_text("county,constituency\nadm1 name,adm2 name\n")
    run("areas", "import", str(tmp_path / "wrong.csv"))
    count = len(deployment.store.read_world().atlas)
    assert "has 1 areas in it" in run("areas", "remove", "adm1 name")[2]
    assert run("areas", "remove", "adm1 name", "--with-inner")[0] == 0
    assert len(deployment.store.read_world().atlas) == count - 2


def test_an_area_that_is_in_use_stays_and_says_why(run: Run, crowd: Town) -> None:
    status, _, err = run("areas", "remove", "Soko Mwezi")
    assert (status, "about 250 subscribers" in err, "areas merge" in err) == (2, True, True)
    assert "staff (" in run("areas", "remove", "Kasri", "--with-inner")[2]
    clinics = [c for c in crowd.store.read_world().directory if c.area_id]
    area = crowd.store.read_world().atlas.get(clinics[0].area_id)
    assert area is not None
    assert re.search(r"\d clinics", run("areas", "remove", area.id, "--with-inner")[2])
    number = send(crowd)
    assert f"1 open warnings or reports ({number})" in run("areas", "remove", "Soko Mwezi")[2]
    assert f"first end or decide what is open there: {number}" in run("areas", "merge", "Soko Mwezi", "Zumari")[2]


def test_few_subscribers_are_not_counted_exactly(run: Run, town: Town) -> None:
    do(town, "Amina", intents.Subscribe(area_id(town)))
    assert "fewer than 10 subscribers" in run("areas", "remove", "Soko Mwezi")[2]


def members(town: Town, area: str) -> int:
    """Return the subscribers of an area, counted in every way in which Redis has them."""
    listed = sum(
        town.store.connection.execute("HLEN", keys.area_subscribers(area, bytes([byte]))) for byte in range(256)
    )
    assert town.store.count_subscribers().get(area, 0) == listed
    return listed


def test_a_merge_moves_people_staff_clinics_and_inner_areas(run: Run, town: Town) -> None:
    atlas = town.store.read_world().atlas
    source, target = atlas.resolve("Kasri"), atlas.resolve("Zumari")
    twins = {a.name for a in atlas.children(source.id)} & {a.name for a in atlas.children(target.id)}
    inner = atlas.resolve("Soko Mwezi")
    subscribe(town, PEOPLE[:30])
    do(town, "Amina", intents.Subscribe(source.id))
    do(town, "Amina", intents.Subscribe(target.id))
    do(town, "Bahati", intents.AddTonightArea(source.id))
    in_source = len([c for c in town.store.read_world().directory if atlas.contains(source.id, c.area_id)])

    status, out, err = run("areas", "merge", "Kasri", "Zumari")
    assert status == 0, err
    assert "staff (" in out and "Vera" in out
    world = town.store.read_world()
    assert world.atlas.get(source.id) is None
    kept = world.atlas.get(target.id)
    assert kept is not None and "Kasri" in kept.aliases
    assert world.atlas.resolve("kasri") == kept
    assert members(town, source.id) == 0 and members(town, target.id) == 2
    assert members(town, inner.id) == 30, "an inner area without a twin keeps its people and its id"
    moved = world.atlas.get(inner.id)
    assert moved is not None and world.atlas.contains(target.id, moved.id)
    assert len([c for c in world.directory if world.atlas.contains(target.id, c.area_id)]) >= in_source
    assert [p.area for p in world.roster.people if p.name == "Vera"] == [target.id]
    for name in twins:
        assert len([a for a in world.atlas.children(target.id) if a.name == name]) == 1

    bahati = town.store.read_turn(Number.parse(NUMBERS["Bahati"])).subscription
    amina = town.store.read_turn(Number.parse(NUMBERS["Amina"])).subscription
    assert isinstance(bahati, Subscription) and bahati.tonight_area == target.id
    assert isinstance(amina, Subscription) and amina.areas == (target.id,)
    send_to = run("alert", "send", "--area", "Kasri", "--kind", "raid", "--place", "Gate")
    assert "goes out" in send_to[1]
    town.work()
    assert any("Gate" in text for text in town.inbox("Amina"))


def test_a_merge_that_was_cut_off_is_finished_by_the_same_command(
    run: Run, crowd: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While it is half done, a warning in either area reaches everybody."""
    atlas = crowd.store.read_world().atlas
    source, target = atlas.resolve("Soko Mwezi"), atlas.resolve("Zumari")
    left = [60]

    def cut(*arguments: object) -> None:
        left[0] -= 1
        if not left[0]:
            raise KeyboardInterrupt
        real(*arguments)

    real = areas._move_subscription
    monkeypatch.setattr(areas, "_move_subscription", cut)
    with pytest.raises(KeyboardInterrupt):
        merge_area(crowd.store, source, target)
    monkeypatch.setattr(areas, "_move_subscription", real)
    world, counts = crowd.store.read_world(), crowd.store.count_subscribers()
    assert (counts[source.id], counts[target.id]) == (191, 59)
    for area in (source.id, target.id):
        assert world.count_subscriptions(area, counts) == 250
    assert run("areas", "merge", source.id, target.id)[0] == 0
    assert (members(crowd, source.id), members(crowd, target.id)) == (0, 250)


def test_a_merge_reaches_calls_for_help_and_accounts_under_duress(run: Run, town: Town) -> None:
    town.turn_on(*Feature.all())
    add_contacts(town)
    do(town, "Amina", intents.Subscribe(area_id(town)))
    set_pins(town)
    redial(town, pin=SECOND)
    town.work()
    target = town.store.read_world().atlas.resolve("Zumari").id
    assert run("areas", "merge", "Soko Mwezi", target)[0] == 0
    assert running_sos(town).areas == (target,)
    town.sleep(DURESS_S + RESTORE_STEP_S)
    town.work()
    subscription = town.store.read_turn(Number.parse(NUMBERS["Amina"])).subscription
    assert subscription is not None and subscription.areas == (target,)


def test_areas_that_cannot_be_merged(run: Run, deployment: Deployment) -> None:
    assert "both are the same area" in run("areas", "merge", "Kasri", "Kasri")[2]
    assert "merge it the other way round" in run("areas", "merge", "Kasri", "Soko Mwezi")[2]
    assert "no area has that name" in run("areas", "merge", "Kasri", "qqqqqq")[2]
