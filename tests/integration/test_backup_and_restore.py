"""A restore brings back lost records but nobody who left, sends nothing twice, and the file names nobody."""

import re
import time
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner, Result

from gateway.actions import dead_numbers, restore
from gateway.cli import backup as cli_backup, cli
from gateway.crypto.vault import Keyring, Purpose, Vault
from gateway.errors import BadInput, StoreClosed
from gateway.model import intents
from gateway.model.alert import AlertKind, AlertState
from gateway.model.referral import new_referral_code
from gateway.store import backup, keys, tombstones, used_keys
from gateway.store.tombstone_log import FILE, TombstoneLog
from gateway.store.tombstones import Tombstone
from gateway.store.turn_secrets import TurnSecretChecks
from jobs import scheduler
from jobs.context import JobContext
from tests.harness.cast import NUMBERS, TEAM, number
from tests.harness.leaks import needles
from tests.harness.steps_backup import lose_redis, restore_backup, save_backup
from tests.harness.steps_turns import agreed_visit, area_id, do, subscribe_phone
from tests.harness.town import Town


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backup, "SETTLE_S", 0)


def subscribed(town: Town, *names: str) -> list[bool]:
    return [town.store.read_turn(number(name)).subscription is not None for name in names]


PEOPLE = ("Amina", "Bahati", "Chiku", "Dafina")


def test_a_subscriber_who_left_is_not_restored(town: Town, tmp_path: Path) -> None:
    for name in PEOPLE:
        town[name].text_and_confirm("JOIN Soko Mwezi")
    town["Bahati"].text("STOP")
    town["Bahati"].text_and_confirm("JOIN Soko Mwezi")
    town.sleep(10)
    file = save_backup(town, tmp_path / "b")
    town["Chiku"].text("STOP")
    town["Dafina"].text_and_confirm("DELETE")
    town["Dafina"].text_and_confirm("JOIN Soko Mwezi")
    lose_redis(town)
    assert restore_backup(town, file) == 2
    assert subscribed(town, *PEOPLE) == [True, True, False, False], "a subscription after the backup is lost"
    assert town.store.count_subscribers() == {area_id(town): 2}
    members = town.store.recipients.find_subscribers([area_id(town)], [0], 0)[0]
    assert set(members) == {town.store.vault.token(number(n), Purpose.SUBSCRIBER) for n in PEOPLE[:2]}
    town["Chiku"].text_and_confirm("JOIN Soko Mwezi")
    assert subscribed(town, "Chiku") == [True]


def test_an_opt_out_at_the_network_and_a_dead_number_are_not_restored(
    context: JobContext, town: Town, tmp_path: Path
) -> None:
    for name in PEOPLE[:2]:
        town[name].text_and_confirm("JOIN Soko Mwezi")
    file = save_backup(town, tmp_path / "b")
    dead_numbers.unsubscribe(context.store, [town.store.vault.token(number("Amina"), Purpose.SUBSCRIBER)])
    lose_redis(town)
    assert restore_backup(town, file) == 1
    assert subscribed(town, "Amina", "Bahati") == [False, True]


def test_an_area_that_a_subscriber_left_is_not_restored(town: Town, tmp_path: Path) -> None:
    do(town, "Amina", intents.Subscribe(area_id(town)), intents.Subscribe(area_id(town, "Kasri")))
    file = save_backup(town, tmp_path / "b")
    do(town, "Amina", intents.LeaveArea(area_id(town, "Kasri")))
    lose_redis(town)
    restore_backup(town, file)
    subscription = town.store.read_turn(number("Amina")).subscription
    assert subscription is not None
    assert subscription.areas == (area_id(town),)
    assert town.store.count_subscribers() == {area_id(town): 1}


def test_a_tonight_area_that_ended_is_not_restored(town: Town, tmp_path: Path) -> None:
    do(town, "Amina", intents.AddTonightArea(area_id(town)))
    do(town, "Bahati", intents.Subscribe(area_id(town, "Kasri")), intents.AddTonightArea(area_id(town)))
    file = save_backup(town, tmp_path / "b")
    town.store.connection.execute("FLUSHALL")
    town.sleep(town.store.settings.times.tonight + 3600)
    restore_backup(town, file)
    assert subscribed(town, "Amina", "Bahati") == [False, True]
    assert town.store.count_subscribers() == {area_id(town, "Kasri"): 1}


def test_staff_are_restored_unless_they_were_removed(town: Town, tmp_path: Path) -> None:
    file = save_backup(town, tmp_path / "b")
    remove_staff("Sabra")
    lose_redis(town)
    restore_backup(town, file, activate=False)
    assert {p.name for p in town.store.read_world().roster.people} >= {"Vera", "Wema", "Zuhura"}
    assert "Sabra" not in {p.name for p in town.store.read_world().roster.people}
    assert len(town.store.read_world().atlas) > 5
    assert town.store.read_world().directory.get("D01") is not None


def test_a_referral_is_restored_and_a_deleted_caller_is_not(town: Town, tmp_path: Path) -> None:
    codes = {name: new_referral_code() for name in ("Amina", "Bahati")}
    for name, code in codes.items():
        do(town, name, *agreed_visit(town, code))
    town.work()
    file = save_backup(town, tmp_path / "b")
    town["Bahati"].text_and_confirm("DELETE")
    lose_redis(town)
    restore_backup(town, file)
    assert set(town.store.read_turn(number("Amina")).referrals) == {codes["Amina"]}
    assert not town.store.read_turn(number("Bahati")).referrals
    town.inbox("Amina"), town.inbox("Bahati")
    for code in codes.values():
        town["Nurse"].text_and_confirm(f"1 {code}")
    assert len(town.inbox("Amina")) == 1
    assert town.inbox("Bahati") == []


def test_a_warning_that_was_live_is_over_and_nothing_of_it_is_sent(town: Town, tmp_path: Path) -> None:
    for name in PEOPLE[:2]:
        town[name].text_and_confirm("JOIN Soko Mwezi")
    town["Chiku"].text("REPORT Taa Mbili 1 two cars")
    assert len(town.store.read_world().reports) == 1
    do(town, "Sabra", intents.SendAlert(AlertKind.RAID, area_id(town), "Bus stage", "", int(town.now()) + 3600))
    file = save_backup(town, tmp_path / "b")
    lose_redis(town)
    town.network.post("/reset")
    restore_backup(town, file)
    assert len(town.store.read_world().alerts) == 1, "a report that nobody decided is gone"
    town.let_pass_lane("alerts")
    town.work()
    assert town.network.get("/messages", params={"since": 0}).json()["messages"] == []
    [alert] = town.store.read_world().alerts.values()
    assert (alert.state, alert.venue) == (AlertState.ENDED, "")
    assert not town.store.read_world().reports
    do(town, "Sabra", intents.SendAlert(AlertKind.RAID, area_id(town), "Gate", "", int(town.now()) + 3600))
    assert any("Gate" in text for text in town["Amina"].texts()), "and the next warning goes out"


def test_the_file_names_nobody(town: Town, tmp_path: Path) -> None:
    for name in PEOPLE:
        town[name].text_and_confirm("JOIN Soko Mwezi")
    do(
        town,
        "Amina",
        intents.SubmitReport(AlertKind.RAID, area_id(town), "Kibokosalon"),
        intents.AskUs("Kibokosalon is shut"),
    )
    content = save_backup(town, tmp_path / "b").read_bytes()
    assert [what for what, needle in needles(NUMBERS, ["Kibokosalon"]).items() if needle in content.lower()] == []
    tokens = [town.store.vault.token(number(n), p) for n in NUMBERS for p in Purpose]
    assert not any(token in content for token in tokens), "the file has no token"
    assert (tmp_path / "b").stat().st_mode & 0o777 == 0o600


def test_a_bad_backup_writes_nothing(town: Town, tmp_path: Path) -> None:
    town["Amina"].text_and_confirm("JOIN Soko Mwezi")
    file = save_backup(town, tmp_path / "b")
    with pytest.raises(BadInput, match="overwrites nothing"):
        save_backup(town, file)
    with pytest.raises(BadInput, match="not empty"):
        restore_backup(town, file)
    lose_redis(town)
    cut = tmp_path / "cut"
    for spoilt, words in (
        (file.read_bytes()[:-40], "cut off"), (file.read_bytes()[:5000], "cut off"), (b"PK" + b"x" * 90, "no backup"),
    ):  # fmt: skip
        cut.write_bytes(spoilt)
        with pytest.raises(BadInput, match=words):
            restore_backup(town, cut)
    other = Vault(Keyring.generate())
    with pytest.raises(BadInput, match="another keyring"):
        next(backup.read(file, other))
    assert town.store.connection.execute("DBSIZE") == 0
    town.sleep(restore.MAX_BACKUP_AGE_S)
    with pytest.raises(BadInput, match="7 days"):
        restore_backup(town, file)
    assert town.store.connection.execute("DBSIZE") == 0


def test_a_restore_that_was_cut_off_can_be_run_again(town: Town, tmp_path: Path) -> None:
    for name in PEOPLE:
        town[name].text_and_confirm("JOIN Soko Mwezi")
    file = save_backup(town, tmp_path / "b")
    town["Chiku"].text("STOP")
    lose_redis(town)

    def dies(frames: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        restore.restore(town.store, file, listed(town), dies)
    with pytest.raises(StoreClosed):
        town["Amina"].text_and_confirm("JOIN Kasri")
    assert restore_backup(town, file) == 3
    assert town.store.count_subscribers() == {area_id(town): 3}


def listed(town: Town) -> set[Tombstone]:
    return TombstoneLog(town.store.settings.data_dir, town.store.vault.key_id, town.store.vault).tombstones


def test_tombstones_name_nobody_and_go_after_eight_days(town: Town, tmp_path: Path) -> None:
    ledger = TombstoneLog(tmp_path, town.store.vault.key_id, town.store.vault)
    ledger.copy_from_redis(town.store.connection, town.store.vault)
    for name in PEOPLE:
        town[name].text_and_confirm("JOIN Soko Mwezi")
    town["Amina"].text("STOP")
    ledger.copy_from_redis(town.store.connection, town.store.vault)
    ledger.copy_from_redis(town.store.connection, town.store.vault)
    lines = (tmp_path / FILE).read_text()
    assert lines.count("\n") == 2
    token = town.store.vault.token(number("Amina"), Purpose.SUBSCRIBER)
    assert token.hex() not in lines
    with open(tmp_path / FILE, "a") as file:
        file.write("170")  # a line that was cut off
    assert len(listed(town)) == 1
    town.sleep(keys.TOMBSTONE_TTL_S + 86400)
    ledger.copy_from_redis(town.store.connection, town.store.vault)
    assert (tmp_path / FILE).read_text().count("\n") == 1
    assert town.store.connection.execute("ZCARD", tombstones.KEY) == 0


def test_a_thief_of_the_list_does_not_learn_when_somebody_left(town: Town, tmp_path: Path) -> None:
    """The adversary has Redis, the file, and the network's list of who texted in which second."""
    for name in PEOPLE:
        town[name].text_and_confirm("JOIN Soko Mwezi")
    for name in PEOPLE:
        town[name].text("STOP")
        town.sleep(100)
    ledger = TombstoneLog(tmp_path, town.store.vault.key_id, town.store.vault)
    ledger.copy_from_redis(town.store.connection, town.store.vault)
    assert {day for _event, day in town.store.read_tombstones()} == {int(town.now()) // 86400}
    lines = (tmp_path / FILE).read_text().splitlines()[1:]
    members, scores = zip(*town.store.connection.execute("ZRANGE", "left", 0, -1, "WITHSCORES"), strict=True)
    assert len(lines) == len(members) == len(PEOPLE) and set(scores) == {0}
    day, digests = b"%d" % (town.now() // 86400), [event[:12] for event, _day in town.store.read_tombstones()]
    for copy in (*members, *map(bytes.fromhex, lines)):
        assert not any(digest in copy for digest in digests) and day not in copy, "no day, and equal to no other copy"
    assert lines == sorted(lines), "and not in which order"


def test_a_tombstone_of_another_place_or_key_brings_nobody_back(town: Town, tmp_path: Path) -> None:
    """The adversary copies a line of the list into Redis, or makes one, so that somebody counts as gone."""
    town["Amina"].text_and_confirm("JOIN Soko Mwezi")
    town["Amina"].text("STOP")
    log = TombstoneLog(tmp_path, town.store.vault.key_id, town.store.vault)
    log.copy_from_redis(town.store.connection, town.store.vault)
    line = (tmp_path / FILE).read_text().splitlines()[1]
    town.store.connection.execute("DEL", "left")
    town.store.connection.execute("ZADD", "left", 0, bytes.fromhex(line), 0, bytes(60))
    assert town.store.read_tombstones() == set()
    with open(tmp_path / FILE, "a") as file:
        file.write(bytes(60).hex() + "\n")
    with pytest.raises(BadInput):
        TombstoneLog(tmp_path, town.store.vault.key_id, town.store.vault)


def command(file: Path, *options: str) -> Result:
    return CliRunner().invoke(cli, ["restore", str(file), *options])


def local(town: Town, seconds_ago: int = 0) -> str:
    return f"{datetime.fromtimestamp(town.now() - seconds_ago, ZoneInfo('Africa/Nairobi')):%Y-%m-%d %H:%M}"


@pytest.fixture(autouse=True)
def commands_use_the_town(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let commands see the town's clock."""
    monkeypatch.setattr(cli_backup, "open_deployment", lambda values: town.context.deployment)
    monkeypatch.setattr(cli_backup, "load_settings", lambda: town.store.settings)


def remove_staff(name: str) -> None:
    done = CliRunner().invoke(cli, ["staff", "remove", "--even-if-last"], input=NUMBERS[name])
    assert done.exit_code == 0, done.output


@pytest.fixture
def left_since(town: Town, tmp_path: Path) -> Path:
    """A backup in which Amina and Wema stand, who have left since; Redis and the machine are lost."""
    scheduler.tombstone_log.cache_clear()
    scheduler.sweep(town.context)
    for name in PEOPLE[:2]:
        town[name].text_and_confirm("JOIN Soko Mwezi")
    file = save_backup(town, tmp_path / "b")
    town["Amina"].text_and_confirm("DELETE")
    remove_staff("Wema")
    lose_redis(town)
    return file


def test_an_old_backup_brings_back_nobody_where_the_list_of_who_left_is_lost(
    town: Town, left_since: Path, tmp_path: Path
) -> None:
    """The adversary burnt the machine with the list, and hopes that Amina is texted and Wema confirms again."""
    (tmp_path / FILE).unlink()
    refused = command(left_since, "--lost-at", local(town))
    assert isinstance(refused.exception, BadInput)
    assert "is missing" in str(refused.exception) and "--without-list" in str(refused.exception)
    assert town.store.connection.execute("DBSIZE") == 0
    done = command(left_since, "--without-list")
    assert done.exit_code == 0, done.output
    assert subscribed(town, *PEOPLE[:2]) == [False, False], "nobody is texted, as nobody knows who left"
    assert not [p.name for p in town.store.read_world().roster.people if p.active]
    time.sleep(1)  # Redis' own clock counts
    scheduler.sweep(town.context)
    again = save_backup(town, tmp_path / "new")
    lose_redis(town)
    old = command(left_since, "--lost-at", local(town))
    assert "begins after the backup" in str(old.exception), "the new list knows nothing of the time before"
    assert command(again, "--lost-at", local(town)).exit_code == 0


def test_a_list_that_ends_before_the_loss_is_refused(town: Town, left_since: Path) -> None:
    """The adversary stopped the clock process an hour before the loss, so that the list misses that hour."""
    town.sleep(3600)
    refused = command(left_since, "--lost-at", local(town))
    assert "ends 59 minutes before" in str(refused.exception) or "ends 60 minutes before" in str(refused.exception)
    for wrong in ("yesterday", local(town, -3600), local(town, 86400)):
        assert isinstance(command(left_since, "--lost-at", wrong).exception, BadInput)
    done = command(left_since, "--lost-at", local(town, 3600))
    assert done.exit_code == 0, done.output
    assert subscribed(town, *PEOPLE[:2]) == [False, True]
    assert "Wema" not in {p.name for p in town.store.read_world().roster.people}


def test_a_list_that_goes_on_beside_an_emptied_redis_does_not_hide_the_gap(town: Town, tmp_path: Path) -> None:
    """The adversary stops the clock, lets people leave, empties Redis, and starts the clock again."""
    scheduler.tombstone_log.cache_clear()
    scheduler.sweep(town.context)
    town["Amina"].text_and_confirm("JOIN Soko Mwezi")
    file = save_backup(town, tmp_path / "b")
    scheduler.sweep(town.context)
    town["Amina"].text("STOP")
    town.sleep(600)
    town.store.connection.execute("FLUSHALL")
    (tmp_path / used_keys.FILE).unlink(missing_ok=True)  # as the message of the clock says, to begin anew
    town.store.initialise_or_check_layout()
    scheduler.tombstone_log.cache_clear()
    scheduler.sweep(town.context)
    town.store.connection.execute("FLUSHALL")
    refused = command(file, "--lost-at", local(town))
    assert "begins after the backup" in str(refused.exception), refused.output
    assert town.store.connection.execute("DBSIZE") == 0, "nothing was restored"


def test_staff_come_back_without_role_and_pin(town: Town, left_since: Path) -> None:
    """The adversary bought Vera, whose PIN was changed after the backup, and knows the old one."""
    assert command(left_since, "--lost-at", local(town)).exit_code == 0
    vera = next(p for p in town.store.read_world().roster.people if p.name == "Vera")
    assert not vera.active
    assert not TurnSecretChecks(town.store.read_turn(number("Vera"))).is_staff_pin(TEAM["Vera"][3])
    done = CliRunner().invoke(cli, ["staff", "activate", vera.id])
    assert done.exit_code == 0, done.output
    pin = done.output.split("PIN ")[1].strip()
    assert TurnSecretChecks(town.store.read_turn(number("Vera"))).is_staff_pin(pin)
    [text] = town.inbox("Vera")
    town["Vera"].text(re.findall(r"\d{6}", text)[0])
    assert [p.name for p in town.store.read_world().roster.people if p.active] == ["Vera"]


def test_who_leaves_again_on_the_day_of_a_return_stays_gone(town: Town, tmp_path: Path) -> None:
    """Left, back, backup, left again, all on one day: the day alone could not tell the last leaving from the first."""
    for name in ("Amina", "Bahati"):
        town[name].text_and_confirm("JOIN Soko Mwezi")
        town[name].text("STOP")
        subscribe_phone(town.store, number(name), "Soko Mwezi")
    file = save_backup(town, tmp_path / "b")
    town["Amina"].text("STOP")
    lose_redis(town)
    restore_backup(town, file)
    assert subscribed(town, "Amina", "Bahati") == [False, True]
