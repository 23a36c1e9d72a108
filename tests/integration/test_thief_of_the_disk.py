"""An adversary with a copy of Redis and the network's list of people who dialled, or the moment of a rotation."""

from pathlib import Path

import pytest

from gateway.crypto.keyring import KEYRING_FILE, open_keyring
from gateway.crypto.vault import Keyring, Vault
from gateway.model import intents
from gateway.model.counted_event import CountedEvent
from gateway.model.duress import DURESS_S, RESTORE_STEP_S
from gateway.model.referral import new_referral_code
from gateway.store import Connection, tombstones
from gateway.store.event_counts import event_key
from gateway.store.records.callers import OWN_REFERRALS, SAFETY_PROFILES
from gateway.store.rotation import run as rotation_run
from gateway.store.tombstone_log import BEAT_INTERVAL_S, TombstoneLog
from jobs import scheduler
from tests.harness.cast import number
from tests.harness.leaks import Haystack
from tests.harness.steps_lively import OWN_PIN, fill
from tests.harness.steps_turns import agreed_visit, area_id, do
from tests.harness.town import Town


@pytest.fixture
def forced(town: Town) -> Town:
    """Return a town in which Amina, who has a referral, gave the second code."""
    fill(town)
    do(town, "Amina", *agreed_visit(town, new_referral_code()))
    do(town, "Amina", intents.GiveDuressPin())
    return town


def due_times(town: Town) -> dict[bytes, float]:
    """Return when each kind of work item is due, in Unix seconds."""
    found = {}
    for lane in ("alerts", "messages", "bulk"):
        for item, score in town.store.connection.execute("ZRANGE", f"due:{lane}", 0, -1, "WITHSCORES"):
            found[item.split(b":")[0]] = score / 1000
    return found


def test_a_captor_with_the_disk_and_the_list_of_calls_cannot_see_who_gave_the_second_code(forced: Town) -> None:
    """The work item of the day after was due 86,400 seconds after the dial: subtract, and read the caller's number."""
    assert due_times(forced)[b"restore-account"] % RESTORE_STEP_S == 0


def test_the_end_of_a_hidden_call_and_a_forgotten_delete_show_no_second(forced: Town) -> None:
    do(forced, "Bahati", intents.SetOwnPin(OWN_PIN))
    locked = forced.store.read_turn(number("Bahati"))
    forced.store.apply_intents(locked, (intents.DeleteCaller(),), "en")
    assert forced.store.commit(locked.transaction)
    town, now = forced, forced.store.connection.now()
    do(town, "Amina", intents.RestoreAccount(), intents.EndSos())
    town.work()
    do(town, "Amina", intents.GiveDuressPin())
    distant = {item: at for item, at in due_times(town).items() if at - now > 3600 and not item.startswith(b"rewrite")}
    assert {b"sos", b"delete-forgotten", b"restore-account"} <= set(distant)
    assert {item: at for item, at in distant.items() if at % 60} == {}


def test_no_score_of_a_referral_shows_the_second_of_the_dial(forced: Town) -> None:
    """Each open referral stood in a sorted set with its end, which is 7 days after the dial, to the second."""
    scores = [score for _member, score in forced.store.connection.execute("ZRANGE", "refs", 0, -1, "WITHSCORES")]
    assert scores and {score % 3600 for score in scores} == {0}


def test_after_the_day_the_code_of_a_visit_is_not_in_the_dump_and_the_keys_can_be_changed(forced: Town) -> None:
    """A forced DELETE, then the day after: the codes came back in clear, led nowhere, and stopped each rotation."""
    town = forced
    [code] = town.store.read_turn(number("Amina")).referrals
    do(town, "Amina", intents.DeleteCaller())
    town.sleep(DURESS_S + RESTORE_STEP_S)
    town.work()
    assert list(town.store.read_turn(number("Amina")).referrals) == [code]
    hay = Haystack()
    hay.put_redis(town.store.connection.redis)
    assert code.encode() not in {piece for _where, piece in hay.pieces}
    rotate(town)


def test_a_writer_to_redis_cannot_keep_the_keys_from_being_changed(forced: Town) -> None:
    """A name that is no digest, at any place, ended the rotation in maintenance mode, where callers get an apology."""
    call = forced.store.connection.execute
    call("SADD", OWN_REFERRALS.key(OWN_REFERRALS.tag(forced.store.vault, number("Amina"))), "12345")
    call("ZADD", "calls", 1, "x", 2, bytes(60))
    call("SET", "care:x", "1")
    call("SET", "open:", "1")
    call("SET", "seen:no digits", "1")
    call("HSET", "out:9", "x", "1")
    for wrong_type in ("out:8", "sub:99999", "mine:x", "rated", "bc:1.0:9", "claims:bulk"):
        call("SET", wrong_type, "x")
    call("SADD", "trust:x", "x")
    call("HSET", "clients", "x", "1")
    call("ZADD", "due:bulk", 1, "erase-recipient:x", 1, "ask-referral-rating:x", 1, "restore-account:x")
    new = rotate(forced)
    key = SAFETY_PROFILES.key(SAFETY_PROFILES.tag(new, number("Amina")))
    assert Connection(forced.store.settings.redis_url).execute("EXISTS", key)


def test_a_rotation_killed_before_the_keyring_is_replaced_loses_nobody(forced: Town) -> None:
    """The adversary kills `rotate-key` after its last command to Redis; the second run hashed all tags once more."""
    keyring = current_keyring(forced)
    new = rotate(forced)
    connection = Connection(forced.store.settings.redis_url)
    before = set(connection.execute("KEYS", "*"))
    rotation_run.reencrypt_all(connection, Vault(keyring), new, lambda n: None)
    assert set(connection.execute("KEYS", "*")) == before
    rotation_run.finish(connection, new.key_id)
    assert connection.execute("GET", "door") == new.key_id.encode()
    assert not connection.execute("EXISTS", rotation_run.ALL_RENAMED)


def test_a_tombstone_that_redis_lost_hides_no_later_one_from_the_list(town: Town, tmp_path: Path) -> None:
    """The adversary takes one tombstone out of Redis just before the next STOP, so that their number stays."""
    listed = TombstoneLog(tmp_path, town.store.vault.key_id, town.store.vault)
    do(town, "Amina", intents.Subscribe(area_id(town)), intents.Unsubscribe())
    listed.copy_from_redis(town.store.connection, town.store.vault)
    town.store.connection.execute("ZPOPMIN", tombstones.KEY)
    do(town, "Bahati", intents.Subscribe(area_id(town)), intents.Unsubscribe())
    town.sleep(BEAT_INTERVAL_S + 1)
    listed.copy_from_redis(town.store.connection, town.store.vault)
    assert len(TombstoneLog(tmp_path, town.store.vault.key_id, town.store.vault).tombstones) == 2


@pytest.mark.parametrize(("key", "value"), [("events", "many"), ("staff", "x"), ("flood", "many")])
def test_a_value_that_is_none_does_not_end_the_clock(town: Town, key: str, value: str) -> None:
    """One write of a word in the place of a count ended the clock at each start; nobody woke a lane any more."""
    connection = town.store.connection
    events = [event_key(event, connection.now()) for event in CountedEvent]
    for name in events if key == "events" else [key]:
        connection.batch([("DEL", name), ("SET", name, value)])
    connection.execute("SET", "ver:staff", "new")
    connection.execute("ZADD", "due:messages", 1, "msg:1")
    scheduler.sweep(town.context)
    assert connection.execute("LLEN", "rq:queue:messages") or key == "staff", "the lanes are woken all the same"


def rotate(town: Town) -> Vault:
    """Re-encrypt all records, and return the new keys."""
    keyring = current_keyring(town)
    new = Vault(keyring.successor())
    rotation_run.reencrypt_all(Connection(town.store.settings.redis_url), Vault(keyring), new, lambda n: None)
    return new


def current_keyring(town: Town) -> Keyring:
    settings = town.store.settings
    return open_keyring(settings.key, settings.data_dir / KEYRING_FILE)
