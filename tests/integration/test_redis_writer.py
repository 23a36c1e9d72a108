"""An adversary who writes to Redis and has no key: no record counts in another place, and none that was removed."""

from collections.abc import Callable

import pytest

from gateway.crypto.secrets import derive_tags
from gateway.crypto.vault import Purpose
from gateway.errors import BadInput
from gateway.model import intents
from gateway.model.feature import Feature
from gateway.model.referral import new_referral_code
from gateway.model.safe_call import SafeCall
from gateway.settings import Settings
from gateway.store import Connection, Store, keys, open_sos
from gateway.store.records.callers import CONTACT_REQUESTS, SAFE_CALLS, SAFETY_PROFILES, SOS
from gateway.store.records.kind import CallerRecord
from tests.harness.cast import NUMBERS, number
from tests.harness.steps_contacts import add_contacts
from tests.harness.steps_turns import area_id, do
from tests.harness.town import Town

VICTIM, MINE = "Amina", "Chiku"


@pytest.fixture
def victim(town: Town) -> Town:
    """Give the victim a record of every kind that the adversary would like to read."""
    town.turn_on(*Feature.all())
    add_contacts(town)
    do(town, VICTIM, intents.StartSafeCall(int(town.now()) + 3600, "Kibokohotel"), intents.RaiseSos())
    town.work()
    return town


def copy(town: Town, kind: CallerRecord, source: str, target: str) -> None:  # type: ignore[type-arg]
    """Copy a record as a person without the key can: by its bytes."""
    (key, field), (other, other_field) = (
        kind.place(kind.tag(town.store.vault, number(name))) for name in (source, target)
    )
    call = town.store.connection.execute
    if field:
        call("HSET", other, other_field, call("HGET", key, field))
    else:
        assert call("COPY", key, other, "REPLACE") == 1


@pytest.mark.parametrize("kind", [SAFETY_PROFILES, SAFE_CALLS, SOS], ids=lambda kind: kind.name)
def test_a_record_of_the_victim_that_i_copy_to_my_phone_shows_me_nothing(
    kind: CallerRecord[SafeCall], victim: Town
) -> None:
    """`COPY care:{victim} care:{mine}`, then dial: the victim's contacts must not be on my screen."""
    copy(victim, kind, VICTIM, MINE)
    with pytest.raises(BadInput):
        victim.store.read_turn(number(MINE))


def test_the_requests_to_the_victims_contact_that_i_copy_to_my_phone_show_me_nothing(victim: Town) -> None:
    """`COPY trust:{contact} trust:{mine}` would make me a contact who agreed, and send me the arrest message."""
    copy(victim, CONTACT_REQUESTS, "Bahati", MINE)
    with pytest.raises(BadInput):
        victim.store.read_turn(number(MINE))
    with pytest.raises(BadInput):
        victim.store.safety_records.has_agreed_contact(number(MINE))


def test_a_session_of_the_victim_that_i_copy_to_my_phone_shows_me_a_fresh_menu(victim: Town) -> None:
    victim[VICTIM].dial()
    tags = [derive_tags(victim.store.vault, number(name)).session for name in (VICTIM, MINE)]
    assert victim.store.connection.execute("COPY", *map(keys.session, tags), "REPLACE") == 1
    turn = victim.store.read_turn(number(MINE))
    assert turn.raw_session and victim.ussd._load_session(turn) is None


def test_a_referral_that_i_copy_under_my_code_is_not_mine(victim: Town) -> None:
    codes = [new_referral_code(), new_referral_code()]
    for name, code in zip((VICTIM, MINE), codes, strict=True):
        do(
            victim,
            name,
            intents.CreateReferral(code, "test", "D01", area_id(victim)),
        )
    keys_ = [keys.referral(victim.store.vault, code) for code in codes]
    assert victim.store.connection.execute("COPY", *keys_, "REPLACE") == 1
    with pytest.raises(BadInput):
        victim.store.read_referral(codes[1])


def test_a_code_that_i_lead_to_another_call_for_help_opens_nothing(victim: Town) -> None:
    """A responder who types the texted code must not be sent to another person's call."""
    do(victim, "Bahati", intents.RaiseSos())
    codes = [sos.code for name in (VICTIM, "Bahati") if (sos := victim.store.read_turn(number(name)).sos)]
    call = victim.store.connection.execute
    [[mine], [other]] = (call(*command) for command in open_sos.read_tags_by_code(victim.store.vault, codes))
    call("ZREM", keys.OPEN_SOS, mine)
    call("ZADD", keys.OPEN_SOS, 0, mine[:16] + other[16:])
    assert victim.store.safety_records.read_sos_by_code(codes[0]) is None
    found = victim.store.safety_records.read_sos_by_code(codes[1])
    assert found and found.code == codes[1]


def fresh(town: Town, values: Settings) -> Store:
    """Return the store of a process that starts now."""
    cache = town.store.world_cache
    return Store(Connection(values.redis_url), town.store.vault, values, cache._profile, lambda code: ())


def staff_field(town: Town, name: str) -> bytes:
    return town.store.vault.token(number(name), Purpose.STAFF)


def is_staff(store: Store, name: str) -> bool:
    return store.vault.token(number(name), Purpose.STAFF) in store.read_world().roster.by_token


def test_my_staff_record_under_another_phone_makes_nobody_staff(victim: Town, values: Settings) -> None:
    """I am staff, and write my row under the token of a phone that I bought."""
    call, mine = victim.store.connection.execute, staff_field(victim, MINE)
    call("HSET", "staff", mine, call("HGET", "staff", staff_field(victim, "Vera")))
    victim.store.connection.execute("SET", "ver:staff", b"other")
    assert not is_staff(fresh(victim, values), MINE)
    assert not is_staff(victim.store, MINE)


@pytest.mark.parametrize(
    "put_back",
    [
        lambda call, row, version: call("SET", "ver:staff", b"x" * 8),
        lambda call, row, version: call("SET", "ver:staff", version),
        lambda call, row, version: call("DEL", "ver:staff"),
    ],
    ids=["a version of mine", "the version of that day", "no version"],
)
def test_a_removed_colleague_whom_i_put_back_stays_removed(
    put_back: Callable[..., None], victim: Town, values: Settings
) -> None:
    """I kept the row from the days when I was staff. The others must go on working, and I must not."""
    call, field = victim.store.connection.execute, staff_field(victim, "Wema")
    row, version = call("HGET", "staff", field), call("GET", "ver:staff")
    remove(victim, "Wema")
    do(victim, "Vera", intents.SetDuty(is_on_duty=True))
    assert is_staff(victim.store, "Vera") and not is_staff(victim.store, "Wema")
    call("HSET", "staff", field, row)
    put_back(call, row, version)
    assert not is_staff(victim.store, "Wema"), "a running process"
    assert is_staff(victim.store, "Vera"), "the others are staff as before"
    assert not is_staff(fresh(victim, values), "Wema"), "a process that starts now"


def put_back_the_whole_table(town: Town) -> None:
    """Keep the staff table and its version; after a colleague was removed, put both back."""
    call = town.store.connection.execute
    rows, version = call("HGETALL", "staff"), call("GET", "ver:staff")
    remove(town, "Wema")
    assert not is_staff(town.store, "Wema")
    call("DEL", "staff")
    call("HSET", "staff", *(word for row in rows.items() for word in row))
    call("SET", "ver:staff", version)


def test_the_whole_staff_table_of_then_is_refused_by_running_processes(
    victim: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The removal is ten minutes old, so it is on every replica: no failover brings the old table back."""
    remove(victim, "Sabra")
    victim.store.read_world()
    with monkeypatch.context() as patch:
        patch.setattr("gateway.store.cached_table.FAILOVER_MAY_LOSE_S", 0)
        put_back_the_whole_table(victim)
        assert not is_staff(victim.store, "Wema")
        assert is_staff(victim.store, "Vera")


def test_a_failover_that_loses_the_last_change_leaves_the_staff_at_work(victim: Town) -> None:
    """A replica that lagged behind has the table of a moment before: it must be read, or nobody could confirm."""
    put_back_the_whole_table(victim)
    assert is_staff(victim.store, "Wema") and is_staff(victim.store, "Vera")


def test_an_older_record_of_a_colleague_is_refused(victim: Town) -> None:
    """The row of the day before, with the roles of then."""
    call, field = victim.store.connection.execute, staff_field(victim, "Vera")
    old = call("HGET", "staff", field)
    do(victim, "Vera", intents.SetDuty(is_on_duty=False))
    victim.store.read_world()
    call("HSET", "staff", field, old)
    call("SET", "ver:staff", b"y" * 24)
    assert not is_staff(victim.store, "Vera")


def test_an_alert_that_i_copy_to_another_number_is_not_shown(victim: Town) -> None:
    victim["Dafina"].text("REPORT Taa Mbili 1 two cars")
    [(field, sealed)] = victim.store.connection.hgetall("alerts").items()
    victim.store.connection.execute("HSET", "alerts", bytes(16), sealed)
    victim.store.connection.execute("SET", "ver:alerts", b"other")
    numbers = [alert.number for alert in victim.store.read_world().alerts.values()]
    assert [victim.store.world_cache.alerts.field(b"%d" % number) for number in numbers] == [field]


def remove(town: Town, name: str) -> None:
    field = staff_field(town, name)
    town.store.transact(lambda world, change, now: town.store.world_cache.staff.delete(change, field))
    assert NUMBERS[name]
