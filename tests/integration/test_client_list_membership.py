"""Membership: nobody suppresses a warning, nobody stays by accident, and no removed entry comes back."""

from pathlib import Path
from typing import Any

import pytest

from gateway.actions import dead_numbers
from gateway.crypto.client_hashes import ClientHasher, read_list_key
from gateway.crypto.vault import Purpose, new_key
from gateway.model import intents
from gateway.model.client_report import CLIENTS_FEATURE, DAY_S, ClientListTask, Harm
from gateway.model.task import ServiceTask
from gateway.store import backup
from jobs.handlers import members
from tests.harness.cast import CALLERS, NUMBERS, number
from tests.harness.steps_client_list import Run, environ, partner, run
from tests.harness.steps_clients import (
    PLATE,
    client_list_on,
    lost_and_restored,
    make_members,
    read_reports,
    redis_contents,
    report_client,
)
from tests.harness.steps_turns import do
from tests.harness.town import Town

__all__ = ["client_list_on", "environ", "run"]


def token_of(town: Town, name: str) -> bytes:
    return town.store.vault.token(number(name), Purpose.MEMBER)


def test_one_member_cannot_push_a_warning_off_the_list(town: Town) -> None:
    make_members(town, "Amina", "Bahati", "Chiku")
    report_client(town, "Amina", harm=Harm.VIOLENT)
    report_client(town, "Bahati", harm=Harm.VIOLENT)
    assert read_reports(town)
    for _day in range(3):
        for _ in range(4):
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
    town["Amina"].text("DELETE")
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
        turn, (intents.AddClientReport(((sought.exact[0], b"", True),), Harm.ROBS, 0, "", "secret", "12345"),), "en"
    )
    town["Amina"].text("DELETE")
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
    town["Zuhura"].dial("1", "7", "9753", "8", "5", "3", NUMBERS["Amina"])
    assert town["Zuhura"].screen.startswith("Invited.")
    town.work()
    assert "For members" in town["Amina"].dial("1", "5")


def test_a_member_who_leaves_between_two_portions_costs_no_other_member_a_text(town: Town) -> None:
    make_members(town, *CALLERS, hear=True)
    town.clock("Wed 10:00")
    report_client(town, "Amina")
    report_client(town, "Bahati")
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
    assert "nothing to protect" not in town["Amina"].dial("1", "6", "4")


def test_queued_news_are_not_texted_after_the_feature_is_off(town: Town) -> None:
    make_members(town, "Amina", "Bahati", hear=True)
    town.clock("Tue 22:00")
    report_client(town, "Amina")
    report_client(town, "Bahati")
    town.work()
    town.store.transact(lambda w, c, n: town.store.world_cache.features.delete(c, CLIENTS_FEATURE.encode()))
    town.clock("Wed 10:00")
    assert town["Amina"].inbox() == []


def test_a_backup_does_not_bring_back_news_that_a_member_ended(town: Town, tmp_path: Path) -> None:
    make_members(town, "Amina", hear=True)
    file = tmp_path / "b"
    backup.write(town.store, file, lambda n: None)
    town.sleep(2)
    do(town, "Amina", intents.SetMemberNews(False))
    lost_and_restored(town, file)
    assert not town.store.wants_news(number("Amina"))


def test_nobody_reviews_their_own_report(town: Town) -> None:
    make_members(town, "Vera", "Amina", "Bahati")
    report_client(town, "Vera")
    report_client(town, "Amina")
    town["Bahati"].dial("1", "5", "3", "1", PLATE, "2")
    town["Vera"].dial("1", "7", "2468", "8", "5")
    assert "To review" not in town["Vera"].screen


def test_a_newer_import_does_not_bring_back_a_removed_entry(town: Town, run: Run, tmp_path: Path) -> None:
    file = tmp_path / "in"
    file.write_text(partner(town, PLATE))
    run("import", file, "--from", "Sisters")
    assert read_reports(town)
    [digest] = town.store.read_world().client_entries
    do(town, "Zuhura", intents.ResolveClientReview(digest, keep=False))
    assert not read_reports(town)
    run("import", file, "--from", "Sisters")
    assert not read_reports(town)


def test_an_export_with_a_new_list_key_has_no_old_hashes(town: Town, run: Run, tmp_path: Path) -> None:
    make_members(town, "Amina", "Bahati")
    report_client(town, "Amina")
    report_client(town, "Bahati")
    path = town.store.settings.tuning.clients.list_key
    old = ClientHasher(town.store.vault, "KE", read_list_key(path)).lookup_keys(PLATE)
    path.write_text(new_key())  # a member with the old key left
    town.store.client_hasher = ClientHasher(town.store.vault, "KE", read_list_key(path))
    out = tmp_path / "out"
    _status, said, _err = run("export", out)
    assert old and old.shared_hash.hex() not in out.read_text(), said


def test_a_review_across_two_districts_reaches_somebody_of_them(town: Town) -> None:
    make_members(town, "Amina", "Bahati")
    sought = town.store.client_hasher.lookup_keys(PLATE)
    assert sought
    for name, area, code in (("Amina", "Kasri", "11111"), ("Bahati", "Zumari", "22222")):
        where = town.store.read_world().atlas.resolve(area).id
        do(town, name, intents.AddClientReport(((sought.exact[0], b"", True),), Harm.ROBS, 0, where, "", code))
    town["Amina"].dial("1", "5", "3", "1", PLATE, "2")
    assert "Staff look at it again" in town["Amina"].screen
    assert "To review" in town["Vera"].dial("1", "7", "2468", "8", "5")


@pytest.mark.parametrize("typed", ["0711 000 77", "07110007777"])
def test_a_mistyped_number_is_not_looked_up_as_a_plate(town: Town, typed: str) -> None:
    make_members(town, "Amina")
    assert not town["Amina"].dial("1", "5", "3", "1", typed).startswith("Nothing listed")


def test_removed_from_a_terminal_leaves_no_count_of_look_ups(town: Town, run: Run) -> None:
    make_members(town, "Amina")
    town["Amina"].dial("1", "5", "3", "1", PLATE)
    tag = town.store.read_turn(number("Amina")).lookup_tag
    run("remove", NUMBERS["Amina"])
    assert tag not in redis_contents(town)


def test_visible_reports_stay_when_a_member_leaves(town: Town) -> None:
    make_members(town, "Amina", "Bahati")
    do(town, "Wema", intents.VouchForClientReport(report_client(town, "Amina", harm=Harm.VIOLENT)))
    assert [t.harm for t in read_reports(town)] == [Harm.VIOLENT]
    report_client(town, "Amina", harm=Harm.OTHER)
    do(town, "Amina", intents.EndMembership())
    assert Harm.VIOLENT in {t.harm for t in read_reports(town)}


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
    town["Amina"].text("DELETE")
    town.store.commit(turn.transaction)
    assert tag not in redis_contents(town)


def test_a_partners_list_does_not_bring_back_a_removed_entry(town: Town, run: Run, tmp_path: Path) -> None:
    """An entry of our members that a review removed does not come back by the partner's list or by a backup."""
    make_members(town, "Amina", "Bahati")
    sought = town.store.client_hasher.lookup_keys(PLATE)
    assert sought
    for name, code in (("Amina", "11111"), ("Bahati", "22222")):
        do(
            town,
            name,
            intents.AddClientReport(((sought.exact[0], sought.shared_hash, True),), Harm.ROBS, 0, "", "", code),
        )
    backup.write(town.store, tmp_path / "b", lambda n: None)
    town.sleep(2)
    do(town, "Zuhura", intents.ResolveClientReview(sought.exact[0], keep=False))
    file = tmp_path / "in"
    file.write_text(partner(town, PLATE))
    run("import", file, "--from", "Sisters")
    assert not read_reports(town)
    lost_and_restored(town, tmp_path / "b")
    run("import", file, "--from", "Sisters")
    assert not read_reports(town)
