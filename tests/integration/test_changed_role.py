"""A colleague is demoted or removed while a session is open, and goes on pressing keys (fault row 123)."""

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from gateway.crypto.vault import Purpose
from gateway.model.sos import SOS_FEATURE
from gateway.model.staff import Role, Staff
from gateway.model.world import World
from gateway.store import Transaction
from tests.harness.cast import number
from tests.harness.town import Town

CHANGES: dict[str, Callable[[Staff], Staff | None]] = {
    "demoted": lambda staff: replace(staff, roles=frozenset({Role.CLINIC}), clinic="D01"),
    "moved": lambda staff: replace(staff, area="elsewhere"),
    "given a new PIN": lambda staff: replace(staff, pin_hash=b"another"),
    "suspended": lambda staff: replace(staff, active=False),
    "removed": lambda staff: None,
}


def change(town: Town, name: str, how: str) -> None:
    def write(world: World, transaction: Transaction, now: int) -> None:
        staff = world.roster.by_token[town.store.vault.token(number(name), Purpose.STAFF)]
        changed = CHANGES[how](staff)
        if changed:
            town.store.world_cache.staff.put(transaction, staff.token, changed)
        else:
            town.store.world_cache.staff.delete(transaction, staff.token)

    town.store.transact(write)


@pytest.mark.parametrize("how", CHANGES)
def test_a_demoted_verifier_at_the_last_key_sends_nothing_and_reads_so(town: Town, how: str) -> None:
    town["Amina"].text_and_confirm("JOIN soko mwezi")
    town.sms.handle_text("1", number("Chiku"), "REPORT soko mwezi raid big market")
    town.work()
    vera = town["Vera"]
    shown = vera.dial("1", "7", "2468", "8", "1", "1", "1", "1", "1", "1", "2")
    assert "1. Send" in shown
    change(town, "Vera", how)
    assert vera.press("1") == "This menu has changed."
    town.work()
    assert not town.store.world_cache.broadcasts.items
    assert "Team" not in vera.dial("1")


def test_a_demoted_responder_reads_no_call(town: Town) -> None:
    town.turn_on(SOS_FEATURE)
    town.sms.handle_text("1", number("Amina"), "SOS blue gate")
    town.work()
    salma = town["Salma"]
    assert "Calls for help: 1" in salma.dial("1", "7", "3434", "8")
    change(town, "Salma", "demoted")
    assert salma.press("1") == "This menu has changed."


def test_duty_and_a_wrong_pin_end_no_session(town: Town) -> None:
    vera = town["Vera"]
    vera.dial("1", "7", "2468", "8")
    town.sms.handle_text("1", number("Vera"), "STOP")
    assert "To check" in vera.press("0", "8")
