"""The client list against a listed person who has memberships: nothing that a member types reveals who reported."""

from types import SimpleNamespace
from typing import Any

import pytest

from gateway.cli.clients import clients
from gateway.model import intents
from gateway.model.client_report import DAY_S
from gateway.settings.sections import Clients
from tests.harness.cast import NUMBERS
from tests.harness.steps_clients import client_list_on, make_members, report_on_phone, vouch_for
from tests.harness.steps_turns import do
from tests.harness.town import Town

__all__ = ["client_list_on"]

LISTED, OTHER = "0733999888", "0733999777"
"""the adversary's own number, and one of which nobody else reported anything"""
HOURS = (0, 1, 7, 24, 72, 24 * 40)
"""when the adversary looks, in hours after the step before"""


def look(town: Town, name: str, typed: str) -> str:
    """Return what a look-up shows, with the wait for more look-ups over."""
    town.store.connection.execute("DEL", *town.store.connection.execute("KEYS", "look:*"), "none")
    screen = town[name].dial("1", "5", "3", "1", typed)
    assert screen.endswith("0. Home") and "Check another" in screen, screen
    return screen


def test_a_listed_client_with_one_membership_reads_nothing_of_who_reported(town: Town) -> None:
    """The client reports the own number too, and looks for weeks. The client must not read that somebody else did."""
    make_members(town, "Amina", "Bahati")
    report_on_phone(town, "Amina", LISTED)
    assert look(town, "Bahati", LISTED) == look(town, "Bahati", OTHER)
    report_on_phone(town, "Bahati", LISTED)
    report_on_phone(town, "Bahati", OTHER)
    for hours in HOURS:
        town.sleep(hours * 3600)
        assert look(town, "Bahati", LISTED) == look(town, "Bahati", OTHER), hours


@pytest.mark.parametrize("leaves", [False, True], ids=["they stay", "one leaves and is invited again"])
def test_two_members_who_work_together_read_nothing_of_a_third_who_reported(town: Town, leaves: bool) -> None:
    """Both report the listed number and one that nobody else reported; both look. They must not find a difference."""
    make_members(town, "Amina")
    make_members(town, "Bahati", "Chiku", hear=True)
    report_on_phone(town, "Amina", LISTED)
    for name in ("Bahati", "Chiku"):
        report_on_phone(town, name, LISTED)
        report_on_phone(town, name, OTHER)
    for hours in HOURS:
        town.sleep(hours * 3600)
        if leaves and hours == 24:
            do(town, "Bahati", intents.EndMembership())
            make_members(town, "Bahati", hear=True)
            report_on_phone(town, "Bahati", LISTED)
            report_on_phone(town, "Bahati", OTHER)
        for name in ("Bahati", "Chiku"):
            assert look(town, name, LISTED) == look(town, name, OTHER), (name, hours)
            assert town[name].inbox() == [], "a text would reveal it too"


def test_staff_who_invite_members_of_their_own_read_nothing_by_it(town: Town) -> None:
    """A bought verifier invites two phones, reports from them, and looks. The verifier must read nothing."""
    make_members(town, "Amina", "Wema")
    for name in ("Bahati", "Chiku"):
        do(town, "Wema", intents.InviteMember(NUMBERS[name]))
        do(town, name, intents.AcceptMembership())
        report_on_phone(town, name, LISTED)
        report_on_phone(town, name, OTHER)
    report_on_phone(town, "Amina", LISTED)
    town.sleep(4 * DAY_S)
    assert look(town, "Wema", LISTED) == look(town, "Wema", OTHER)


def test_a_bought_verifier_finds_no_more_by_a_number_than_a_member_reads(town: Town) -> None:
    """A client pays a verifier to type the number under the reviews. Neither that nor phones invited for it help."""
    make_members(town, "Amina")
    report_on_phone(town, "Amina", LISTED)
    for name in ("Bahati", "Chiku"):
        do(town, "Wema", intents.InviteMember(NUMBERS[name]))
        do(town, name, intents.AcceptMembership())
        report_on_phone(town, name, LISTED)
        report_on_phone(town, name, OTHER)
    town.sleep(4 * DAY_S)
    for typed in (LISTED, OTHER):
        assert town["Wema"].dial("1", "7", "1357", "8", "5", "2", typed).startswith("Nothing to check")
    vouch_for(town, "Vera", report_on_phone(town, "Amina", LISTED))
    assert (
        town["Wema"]
        .dial("1", "7", "1357", "8", "5", "2", LISTED, "1")
        .startswith("Violent person\nMembers see it now.")
    )
    for n in range(6):
        town["Wema"].dial("1", "7", "1357", "8", "5", "2", f"073399970{n}")
    assert town["Wema"].dial("1", "7", "1357", "8", "5", "2").startswith("That is enough for now"), (
        "nor number after number"
    )


def test_what_one_person_told_staff_shows_neither_month_nor_district(town: Town) -> None:
    """The client knows who was beaten in Kasri that month. Before three voices the client must read neither."""
    make_members(town, "Amina", "Bahati")
    vouch_for(town, "Vera", report_on_phone(town, "Amina", LISTED))
    screen = look(town, "Bahati", LISTED)
    assert screen.startswith("Violent person\n")
    assert "Kasri" not in screen and "20" not in screen


def test_nobody_finds_out_when_the_third_report_was_made(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """The client looks hour by hour to see who came just before. The report counts hours later, by a draw made once."""
    drawn: list[int] = []

    def draw(below: int) -> int:
        drawn.append(below)
        return 30 * 3600

    monkeypatch.setattr("gateway.actions.clients.secrets", SimpleNamespace(randbelow=draw))
    make_members(town, "Amina", "Bahati", "Chiku", "Dafina")
    report_on_phone(town, "Amina", LISTED)
    report_on_phone(town, "Bahati", LISTED)
    town.sleep(10 * DAY_S)
    report_on_phone(town, "Chiku", LISTED)
    town.sleep(35 * 3600)
    assert look(town, "Dafina", LISTED) == look(town, "Dafina", OTHER)
    town.sleep(3600)
    assert look(town, "Dafina", LISTED).startswith("Violent person, ")
    assert len(drawn) == 3 and min(drawn) > DAY_S, "one draw a report, out of more than a day"


def test_a_report_tries_out_no_more_numbers_than_look_ups_do(town: Town) -> None:
    """A member reports number after number instead of looking them up. Reports must run out with the look-ups."""
    make_members(town, "Bahati")
    for n in range(4):
        report_on_phone(town, "Bahati", f"073399970{n}")
    for n in range(4):
        town["Bahati"].dial("1", "5", "3", "1", f"073399980{n}")
    assert town["Bahati"].dial("1", "5", "3", "1").startswith("That is enough for now")
    assert town["Bahati"].dial("1", "5", "3", "2").startswith("That is enough for now")


def test_a_review_that_a_reader_asks_for_touches_no_hidden_entry(town: Town) -> None:
    """A client asks for a review of what shows, so that staff remove a near number that does not show."""
    make_members(town, "Amina", "Bahati")
    vouch_for(town, "Vera", report_on_phone(town, "Amina", plate="KDA 123C"))
    report_on_phone(town, "Amina", plate="KDA 125C")
    look(town, "Bahati", "KDA 124C")
    town["Bahati"].press("2")
    assert [each.needs_review for each in entries(town)] == [False, True]


@pytest.mark.parametrize("command", ["export", "import", "key"])
def test_no_command_hands_a_list_on(command: str) -> None:
    """A partner's key opens 10^8 numbers of an exported list in minutes. There must be neither a list nor a key."""
    assert command not in clients.commands
    assert "list_key" not in Clients.model_fields


def entries(town: Town) -> list[Any]:
    return sorted(town.store.read_world().client_entries.values(), key=lambda each: each.needs_review)
