"""Members of the client list, their reports, and what they read."""

import re
from pathlib import Path
from typing import Any

import pytest

from gateway.cli.feature import turn_on
from gateway.model import intents
from gateway.model.client_report import (
    CLIENTS_FEATURE,
    MAX_DELAY_S,
    NOBODY,
    ClientReport,
    Harm,
    visible_reports,
)
from gateway.store import backup
from gateway.turns.snapshot import caller_from_turn
from menus import clients
from tests.harness.cast import NUMBERS, number
from tests.harness.leaks import Haystack
from tests.harness.steps_backup import lose_redis, restore_backup
from tests.harness.steps_turns import do
from tests.harness.town import Town

PLATE, PHONE, WORDS = "KDA 123C", "+254711000777", "tattoo of a lighthouse"


@pytest.fixture(autouse=True)
def client_list_on(deployment: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.cli.feature.load_deployment", lambda: deployment)
    monkeypatch.setattr(backup, "SETTLE_S", 0)
    turn_on(CLIENTS_FEATURE, "Zuhura")


def make_members(town: Town, *names: str, hear: bool = False) -> None:
    for name in names:
        do(town, "Zuhura", intents.InviteMember(NUMBERS[name]))
        do(town, name, intents.AcceptMembership(), *([intents.SetMemberNews(True)] if hear else []))


def report_client(town: Town, name: str, typed: str = PLATE, harm: Harm = Harm.ROBS, words: str = WORDS) -> str:
    """Report a client. Return the report's code."""
    sought = town.store.client_hasher.lookup_keys(typed)
    assert sought
    code = clients.new_report_code(town_caller(town, name))
    where = town.store.read_world().atlas.resolve("Kasri").id
    do(town, name, intents.AddClientReport((sought.exact,), harm, 24300, where, words, code))
    return code


def report_by_three(town: Town, typed: str = PLATE, names: tuple[str, ...] = ("Amina", "Bahati", "Chiku")) -> list[str]:
    """Report a client by three members, and let the delay pass. Return the codes."""
    codes = [report_client(town, name, typed) for name in names]
    town.sleep(MAX_DELAY_S)
    return codes


def report_on_phone(town: Town, name: str, number_typed: str = "", plate: str = "") -> str:
    """Report a violent client of this month in Kasri by the screens. Return the code that the last one shows."""
    if number_typed:
        town[name].dial("1", "5", "3", "2", number_typed, "1", "1", "1", "kasri", "1", "1")
    else:
        town[name].dial("1", "5", "3", "2", "1", plate, "1", "1", "kasri", "1", "1")
    found = re.search(r"\b(\d{5})\b", town[name].screen)
    assert found, town[name].screen
    return found[1]


def vouch_for(town: Town, staff: str, code: str) -> None:
    do(town, staff, intents.VouchForClientReport(code))


def town_caller(town: Town, name: str) -> Any:
    return caller_from_turn(town.store.read_turn(number(name)), "en")


def read_reports(town: Town, typed: str = PLATE) -> list[ClientReport]:
    """Return the reports that a member who reported nothing would read."""
    sought = town.store.client_hasher.lookup_keys(typed)
    assert sought
    return visible_reports(town.store.read_world().client_entries, (sought.exact,), NOBODY, int(town.now()))


def reports_of(town: Town, typed: str) -> tuple[ClientReport, ...]:
    """Return all reports of a client, also those that no member reads."""
    sought = town.store.client_hasher.lookup_keys(typed)
    entry = town.store.read_world().client_entries.get(sought.exact) if sought else None
    return entry.reports if entry else ()


def redis_contents(town: Town) -> bytes:
    hay = Haystack()
    hay.put_redis(town.store.connection.redis)
    return b"\0".join(piece for _where, piece in hay.pieces)


def lost_and_restored(town: Town, file: Path) -> None:
    lose_redis(town)
    restore_backup(town, file)
