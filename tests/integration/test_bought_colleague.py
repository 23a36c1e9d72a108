"""A verifier is bought, or lost phone and PIN: what that person alone takes from others, and who hears of it."""

from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from gateway.model import intents
from gateway.model.alert import Alert, AlertKind, AlertState
from gateway.model.policy import second_voice_table
from tests.harness.cast import TEAM
from tests.harness.sources import ROOT
from tests.harness.steps_clients import PLATE, client_list_on, make_members, report_by_three, report_client
from tests.harness.steps_sos import empty_inboxes
from tests.harness.steps_turns import area_id, do
from tests.harness.town import Town

__all__ = ["client_list_on"]
MEMBERS = ("Amina", "Bahati", "Chiku", "Dafina")
WAITS, ASKED = "A second person must agree first.", "A note waits for a second person."


def staff(town: Town, name: str, *keys: str) -> str:
    """Return the screen after these keys in the menu of the team."""
    town.sleep(300)
    return town[name].dial("1", "7", TEAM[name][3], "8", *keys)


def entry(town: Town) -> bytes:
    [digest] = town.store.read_world().client_entries
    return digest


def reports(town: Town) -> int:
    return sum(len(each.reports) for each in town.store.read_world().client_entries.values())


@pytest.fixture
def listed(town: Town) -> Iterator[Town]:
    """A client whom three members reported, so that the fourth one reads it."""
    make_members(town, *MEMBERS)
    report_by_three(town)
    town.work()
    empty_inboxes(town)
    yield town


def test_one_verifier_alone_takes_no_entry_off(listed: Town) -> None:
    do(listed, "Vera", intents.ResolveClientReview(entry(listed), keep=False))
    do(listed, "Vera", intents.ResolveClientReview(entry(listed), keep=False))
    assert reports(listed) == 3
    assert "Robs" in listed["Dafina"].dial("1", "5", "3", "1", PLATE)


def test_one_verifier_alone_takes_no_report_off(listed: Town) -> None:
    code = report_client(listed, "Dafina")
    for _twice in range(2):
        do(listed, "Vera", intents.RemoveClientReport(code))
    assert reports(listed) == 4


def test_colleagues_read_that_it_waits_and_both_keys_work(listed: Town) -> None:
    do(listed, "Vera", intents.ResolveClientReview(entry(listed), keep=False))
    listed.work()
    texts = [text for name in ("Wema", "Zuhura") for text in listed.inbox(name) if text.startswith(ASKED)]
    assert texts and listed.inbox("Vera") == []
    staff(listed, "Wema", "5")
    shown = listed["Wema"].choose("To look at again")
    assert "Vera wants to remove it." in shown
    assert "1. Keep it on the list" in shown and "2. Remove it from the list" in shown
    assert listed["Wema"].choose("Keep it on the list").startswith("Done.")
    assert reports(listed) == 3
    assert "To look at again" not in staff(listed, "Wema", "5")


def test_a_second_person_agrees_and_it_is_gone(listed: Town) -> None:
    do(listed, "Vera", intents.ResolveClientReview(entry(listed), keep=False))
    staff(listed, "Vera", "5")
    shown = listed["Vera"].choose("To look at again")
    assert WAITS in shown and "Remove it" not in shown
    staff(listed, "Wema", "5")
    listed["Wema"].choose("To look at again")
    assert listed["Wema"].choose("Remove it from the list").startswith("Done.")
    assert reports(listed) == 0


def test_two_agree_to_take_one_report_off(listed: Town) -> None:
    code = report_client(listed, "Dafina")
    do(listed, "Vera", intents.RemoveClientReport(code))
    do(listed, "Zuhura", intents.RemoveClientReport(code))
    assert reports(listed) == 3


def test_a_voice_of_somebody_who_left_the_team_does_not_count(listed: Town) -> None:
    do(listed, "Vera", intents.ResolveClientReview(entry(listed), keep=False))
    suspend(listed, "Vera")
    do(listed, "Wema", intents.ResolveClientReview(entry(listed), keep=False))
    assert reports(listed) == 3
    do(listed, "Zuhura", intents.ResolveClientReview(entry(listed), keep=False))
    assert reports(listed) == 0


def test_a_sender_is_no_second_voice(listed: Town) -> None:
    do(listed, "Vera", intents.ResolveClientReview(entry(listed), keep=False))
    do(listed, "Sabra", intents.ResolveClientReview(entry(listed), keep=False))
    assert reports(listed) == 3


def test_the_only_verifier_of_a_team_can_still_take_an_entry_off(listed: Town) -> None:
    suspend(listed, "Wema", "Zuhura")
    do(listed, "Vera", intents.ResolveClientReview(entry(listed), keep=False))
    assert reports(listed) == 0


def test_removals_in_a_row_flood_no_colleague(listed: Town) -> None:
    codes = [report_client(listed, "Dafina", f"KBB 70{n}T") for n in range(3)]
    for code in codes:
        do(listed, "Vera", intents.RemoveClientReport(code))
        listed.work()
    for name in ("Wema", "Zuhura"):
        assert len([text for text in listed.inbox(name) if text.startswith(ASKED)]) <= 1


def suspend(town: Town, *names: str) -> None:
    def write(world, transaction, now):  # type: ignore[no-untyped-def]
        for person in world.roster.people:
            if person.name in names:
                town.store.world_cache.staff.put(transaction, person.token, replace(person, active=False))

    town.store.transact(write)


def warn(town: Town, name: str) -> int:
    """Return the number of a warning that this person sent."""
    until = int(town.now()) + 3600
    do(town, name, intents.SendAlert(AlertKind.RAID, area_id(town), "gate", "", until))
    town.work()
    empty_inboxes(town)
    return live(town)[0].number


def live(town: Town) -> list[Alert]:
    return [a for a in town.store.read_world().alerts.values() if a.state is AlertState.LIVE]


def test_whoever_ends_the_warning_of_another_does_so_before_all(town: Town) -> None:
    number = warn(town, "Sabra")
    do(town, "Vera", intents.EndAlert(number))
    town.work()
    told = {name: [t for t in town.inbox(name) if t.startswith(f"Vera ended notice {number}.")] for name in TEAM}
    assert len(told["Sabra"]) == 1 and told["Vera"] == []
    assert told["Wema"] or told["Zuhura"]


def test_one_key_sends_it_again(town: Town) -> None:
    number = warn(town, "Sabra")
    do(town, "Vera", intents.EndAlert(number))
    staff(town, "Sabra", "3")
    assert "gate" in town["Sabra"].choose("Ended:")
    assert town["Sabra"].choose("Send again").startswith("Sending now.")
    [again] = live(town)
    assert (again.kind, again.venue, again.number == number) == (AlertKind.RAID, "gate", False)


def test_a_warning_that_is_live_again_is_not_sent_twice(town: Town) -> None:
    number = warn(town, "Sabra")
    do(town, "Vera", intents.EndAlert(number))
    for name in ("Sabra", "Wema"):
        staff(town, name, "3")
        town[name].choose("Ended:")
        town[name].choose("Send again")
    assert len(live(town)) == 1


def test_the_own_warning_ends_simply(town: Town) -> None:
    number = warn(town, "Vera")
    do(town, "Vera", intents.EndAlert(number))
    town.work()
    assert not [text for name in ("Wema", "Sabra", "Zuhura") for text in town.inbox(name) if "ended" in text]


def test_a_warning_that_reached_its_hour_is_not_offered_again(town: Town) -> None:
    warn(town, "Sabra")
    town.sleep(3700)
    town.work()
    assert "Ended:" not in staff(town, "Sabra", "3")


def test_the_table_of_second_voices_is_the_intents() -> None:
    assert second_voice_table() in (ROOT / ".github/SECURITY.md").read_text(encoding="utf-8")
