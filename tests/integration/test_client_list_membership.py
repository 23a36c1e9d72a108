"""Membership: nobody suppresses a warning, nobody stays by accident, and no removed entry comes back."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gateway.actions import dead_numbers
from gateway.cli import clients
from gateway.crypto.vault import Purpose
from gateway.model import intents
from gateway.model.client_report import CLIENTS_FEATURE, DAY_S, MAX_DELAY_S, ClientListTask, Harm
from gateway.model.task import ServiceTask
from gateway.store import backup
from jobs.handlers import members
from tests.harness.cast import CALLERS, NUMBERS, number
from tests.harness.command import Said, said
from tests.harness.steps_clients import (
    PLATE,
    client_list_on,
    lost_and_restored,
    make_members,
    read_reports,
    redis_contents,
    report_by_three,
    report_client,
)
from tests.harness.steps_turns import do
from tests.harness.town import Town

__all__ = ["client_list_on"]

Run = Callable[..., Said]


@pytest.fixture
def run(town: Town, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Return a function that runs `mwavuli clients ...` in this process."""
    deployment = town.context.deployment
    monkeypatch.setattr(clients, "load_deployment", lambda: deployment)
    monkeypatch.setattr(clients, "load_settings", lambda: deployment.settings)

    def command(*words: object, typed: str = "") -> Said:
        return said("clients", *words, monkeypatch=monkeypatch, capsys=capsys, typed=typed)

    return command


def token_of(town: Town, name: str) -> bytes:
    return town.store.vault.token(number(name), Purpose.MEMBER)


def test_one_member_cannot_push_a_warning_off_the_list(town: Town) -> None:
    make_members(town, "Amina", "Bahati", "Chiku", "Dafina")
    for name in ("Amina", "Bahati", "Dafina"):
        report_client(town, name, harm=Harm.VIOLENT)
    town.sleep(MAX_DELAY_S)
    assert read_reports(town)
    for _day in range(6):
        for _ in range(2):
            report_client(town, "Chiku", harm=Harm.OTHER)
        town.sleep(DAY_S)
    assert any(t.harm is Harm.VIOLENT for t in read_reports(town)), "12 tellings of one member wipe it: nothing listed"


def test_delete_after_the_membership_ran_out_leaves_no_token(town: Town) -> None:
    make_members(town, "Amina", "Bahati")
    report_client(town, "Amina")
    report_client(town, "Bahati")
    town.sleep(28 * 7 * DAY_S)
    town.work()
    token = token_of(town, "Amina")
    assert token not in town.store.read_world().members
    town["Amina"].text_and_confirm("DELETE")
    town.work()
    assert all(
        token not in {t.author for t in each.reports} for each in town.store.read_world().client_entries.values()
    )


def test_a_report_that_crosses_delete_is_not_written(town: Town) -> None:
    make_members(town, "Amina")
    sought = town.store.client_hasher.lookup_keys(PLATE)
    assert sought
    turn = town.store.read_turn(number("Amina"))
    town.store.apply_intents(
        turn, (intents.AddClientReport((sought.exact,), Harm.ROBS, 0, "", "secret", "12345"),), "en"
    )
    town["Amina"].text_and_confirm("DELETE")
    assert not town.store.commit(turn.transaction), "the member left meanwhile"


def test_a_members_dead_number_is_dropped(town: Town) -> None:
    make_members(town, "Amina", hear=True)
    for _ in range(5):
        dead_numbers.record_dead(town.store, [town.store.vault.token(number("Amina"), Purpose.SUBSCRIBER)])
        town.sleep(DAY_S)
    assert not town.store.read_world().members, "a recycled SIM would be a member"


def test_an_invitation_that_ran_out_is_renewed_before_the_sweep(town: Town) -> None:
    do(town, "Zuhura", intents.InviteMember(NUMBERS["Amina"]))
    town.sleep(7 * DAY_S)
    town["Zuhura"].dial("1", "7", "9753", "8", "6", "3", NUMBERS["Amina"])
    assert town["Zuhura"].screen.startswith("Invited.")
    town.work()
    assert "For members" in town["Amina"].dial("1", "5")


def test_a_member_who_leaves_between_two_portions_costs_no_other_member_a_text(town: Town) -> None:
    make_members(town, *CALLERS, hear=True)
    make_members(town, "Wema", "Sabra", "Zuhura")
    report_by_three(town, names=("Wema", "Sabra", "Zuhura"))
    town.clock("Wed 10:00")
    names = sorted(CALLERS, key=lambda n: token_of(town, n))
    for _portion in range(token_of(town, names[0])[0] * members.BATCHES // 256 + 1):
        town.make_due_by_town_clock()
        claims = iter(lambda: town.store.work_queue.claim("bulk", 10), [])
        item = next(i for items in claims for i in items if i.task is ClientListTask.NOTIFY_MEMBERS)
        members.notify_members(town.context, item)
    do(town, names[0], intents.SetMemberNews(False))
    town.work()
    assert [len(town[n].inbox()) for n in names[1:]] == [1, 1, 1]


def test_a_member_who_gets_no_alerts_can_have_a_pin(town: Town) -> None:
    make_members(town, "Amina")
    assert "nothing here yet" not in town["Amina"].dial("1", "6", "4")


def test_queued_news_are_not_texted_after_the_feature_is_off(town: Town) -> None:
    make_members(town, "Dafina", hear=True)
    make_members(town, "Amina", "Bahati", "Chiku")
    report_by_three(town)
    town.clock("Tue 22:00")
    town.work()
    town.store.transact(lambda w, c, n: town.store.world_cache.features.delete(c, CLIENTS_FEATURE.encode()))
    town.clock("Wed 10:00")
    assert town["Dafina"].inbox() == []


def test_a_backup_does_not_bring_back_news_that_a_member_ended(town: Town, tmp_path: Path) -> None:
    make_members(town, "Amina", hear=True)
    file = tmp_path / "b"
    backup.write(town.store, file, lambda n: None)
    town.sleep(2)
    do(town, "Amina", intents.SetMemberNews(False))
    lost_and_restored(town, file)
    assert not town.store.wants_news(number("Amina"))


def test_nobody_reviews_their_own_report(town: Town) -> None:
    make_members(town, "Vera", "Amina", "Bahati", "Chiku")
    report_by_three(town, names=("Vera", "Amina", "Chiku"))
    town["Bahati"].dial("1", "5", "3", "1", PLATE, "2")
    town["Vera"].dial("1", "7", "2468", "8", "5")
    assert "To look at again" not in town["Vera"].screen


def test_a_review_across_two_districts_reaches_somebody_of_them(town: Town) -> None:
    make_members(town, "Amina", "Bahati", "Chiku", "Dafina")
    sought = town.store.client_hasher.lookup_keys(PLATE)
    assert sought
    districts = (("Dafina", "Kasri", "11111"), ("Bahati", "Zumari", "22222"), ("Chiku", "Zumari", "33333"))
    for name, area, code in districts:
        where = town.store.read_world().atlas.resolve(area).id
        do(town, name, intents.AddClientReport((sought.exact,), Harm.ROBS, 0, where, "", code))
    town.sleep(MAX_DELAY_S)
    town["Amina"].dial("1", "5", "3", "1", PLATE, "2")
    assert "Staff look at it again" in town["Amina"].screen
    assert "To look at again" in town["Vera"].dial("1", "7", "2468", "8", "5")


@pytest.mark.parametrize("typed", ["0711 000 77", "07110007777"])
def test_a_mistyped_number_is_not_looked_up_as_a_plate(town: Town, typed: str) -> None:
    make_members(town, "Amina")
    assert not town["Amina"].dial("1", "5", "3", "1", typed).startswith("Not on the list")


def test_removed_from_a_terminal_leaves_no_count_of_look_ups(town: Town, run: Run) -> None:
    make_members(town, "Amina")
    town["Amina"].dial("1", "5", "3", "1", PLATE)
    tag = town.store.read_turn(number("Amina")).lookup_tag
    run("remove", typed=NUMBERS["Amina"])
    assert tag not in redis_contents(town)


def test_what_a_member_told_staff_stays_when_the_member_leaves(town: Town) -> None:
    make_members(town, "Amina", "Bahati")
    do(town, "Wema", intents.VouchForClientReport(report_client(town, "Amina", harm=Harm.VIOLENT)))
    assert [t.harm for t in read_reports(town)] == [Harm.VIOLENT]
    report_client(town, "Amina", harm=Harm.OTHER)
    do(town, "Amina", intents.EndMembership())
    assert [(t.harm, t.author, t.text) for t in read_reports(town)] == [(Harm.VIOLENT, b"", "")]


def test_an_invitation_that_crosses_the_last_scan_is_deleted_later(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    make_members(town, "Amina")
    do(town, "Amina", intents.EndMembership())
    town.sleep(DAY_S + 60)
    town.make_due_by_town_clock()
    town.store.connection.execute("ZREM", "due:bulk", ServiceTask.REWRITE_APPEND_ONLY_FILE.item())
    [item] = [i for i in town.store.work_queue.claim("bulk", 10) if i.task is ClientListTask.EXPIRE_CLIENT_ENTRIES]
    commit = town.store.commit

    def crossed(transaction: Any) -> bool:
        monkeypatch.setattr(town.store, "commit", commit)
        do(town, "Zuhura", intents.InviteMember(NUMBERS["Bahati"]))
        return commit(transaction)

    monkeypatch.setattr(town.store, "commit", crossed)
    members.expire_client_entries(town.context, item)
    assert town.store.read_world().members
    assert ClientListTask.EXPIRE_CLIENT_ENTRIES.item() in town.store.connection.execute("ZRANGE", "due:bulk", 0, -1)


def test_a_look_up_that_crosses_delete_leaves_no_count(town: Town) -> None:
    make_members(town, "Amina")
    turn = town.store.read_turn(number("Amina"))
    tag = turn.lookup_tag
    town.store.apply_intents(turn, (intents.RecordLookup(),), "en")
    town["Amina"].text_and_confirm("DELETE")
    town.store.commit(turn.transaction)
    assert tag not in redis_contents(town)


def test_nobody_at_a_terminal_finds_out_who_is_a_member(town: Town, run: Run) -> None:
    """A colleague tries numbers with `invite` and `remove`. Both must say the same for a member and for nobody."""
    make_members(town, "Amina")
    counts = run("list")
    assert counts[1].startswith("members: under 10\n")
    assert run("invite", NUMBERS["Amina"]) == run("invite", NUMBERS["Bahati"])
    assert run("list") == counts, "the count does not show it either"
    assert town.store.read_turn(number("Amina")).member.active, "the invitation changed nothing"
    assert run("remove", NUMBERS["Amina"]) == run("remove", NUMBERS["Dafina"])
    assert run("list") == counts
