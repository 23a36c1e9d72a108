"""Every key in Redis belongs to a declared kind of record, and behaves as the declaration says."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

import gateway
from gateway.actions import dead_numbers
from gateway.crypto.vault import Keyring, Purpose, Vault
from gateway.errors import BadInput
from gateway.model import intents
from gateway.model.feature import Feature
from gateway.settings import Settings
from gateway.store import Connection, Store, access_state, backup
from gateway.store.item_names import open_item
from gateway.store.records import KINDS, kind_of, lifetimes_table
from gateway.store.records.callers import SAFETY_PROFILES
from gateway.store.records.kind import (
    Backup,
    CallerRecord,
    Lifetime,
    OnLeave,
    RecordKind,
    Rotation,
    SealedKind,
    Timer,
    msgpack_codec,
)
from gateway.store.records.service import RQ
from gateway.store.rotation import rules, run
from gateway.store.turn_secrets import TurnSecretChecks
from tests.harness.cast import NUMBERS, number
from tests.harness.steps_backup import lose_redis, restore_backup, save_backup
from tests.harness.steps_turns import do
from tests.harness.story import play
from tests.harness.town import Town


def strange_keys(connection: Connection) -> list[bytes]:
    return [key for key in connection.execute("KEYS", "*") if kind_of(key) is None]


def wrong_lifetimes(connection: Connection, settings: Settings) -> list[tuple[bytes, int]]:
    """Return each key whose PTTL is not what its declaration says; RQ sets its own."""
    found = []
    for key in connection.execute("KEYS", "*"):
        kind, left_ms = kind_of(key), connection.execute("PTTL", key)
        if kind is None or kind is RQ:
            continue
        longest_s = kind.lifetime.seconds(settings.times)
        if not (0 < left_ms <= longest_s * 1200 if longest_s else left_ms == -1):  # an end is rounded up by a sixth
            found.append((key, left_ms))
    return found


def play_safety(town: Town) -> None:
    """Contacts, an arrest message, a safe call, an SOS."""
    do(town, "Amina", intents.RequestContact(NUMBERS["Bahati"], "Sister", "Aisha"))
    town.work()
    town["Bahati"].text_and_confirm("yes")
    do(town, "Amina", intents.SetArrestMessage("Aisha is detained"))
    do(town, "Amina", intents.StartSafeCall(until=int(town.now()) + 3600, note="Kibokohotel"))
    do(town, "Amina", intents.RaiseSos())


def test_every_key_of_the_story_is_declared_and_lives_as_declared(town: Town, values: Settings) -> None:
    town.turn_on(*Feature.all())
    connection, seen = town.store.connection, set[str]()

    def look() -> None:
        assert strange_keys(connection) == []
        assert wrong_lifetimes(connection, values) == []
        seen.update(kind.name for key in connection.execute("KEYS", "*") if (kind := kind_of(key)))

    play_safety(town)
    look()
    play(lambda name: town[name])
    look()
    assert seen > {"sub", "area", "ses", "care", "trust", "out", "sos", "calls", "often", "bc", "ref", "mine", "left"}
    assert seen >= {"visitors", "due", "door", "schema", "ver", "staff", "alerts", "reports", "talks", "one"}


def test_a_key_that_nobody_declared_is_found(town: Town, values: Settings) -> None:
    town.store.connection.execute("SET", b"hearsay:1", 1)
    town.store.connection.execute("SET", KINDS["ses"].key(b"tag"), 1)
    assert strange_keys(town.store.connection) == [b"hearsay:1"]
    assert wrong_lifetimes(town.store.connection, values) == [(b"ses:tag", -1)]


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_every_kind_says_how_it_is_rotated_backed_up_and_deleted(kind: RecordKind) -> None:
    assert callable(rules.rule_of(kind))
    assert isinstance(kind.backup, Backup)
    assert kind.lifetime.description and kind.holds
    assert f"| `{kind.name}" in lifetimes_table()
    if kind.tag_label:  # a record of one phone
        assert kind.has_hashed_names
        assert OnLeave.UNRELATED not in (kind.on_stop, kind.on_delete)
        assert kind.rotation is not Rotation.UNCHANGED
    if isinstance(kind, CallerRecord) and kind.backup is Backup.STORED:
        assert kind.owner and kind.purpose


def test_the_table_of_records_is_the_declarations() -> None:
    """To write it: python -c "from gateway.store import records; print(records.lifetimes_table())"."""
    written = (Path(gateway.__file__).parent.parent / ".github/RECORDS.md").read_text()
    assert written.endswith(lifetimes_table())


def test_a_backup_has_a_frame_for_every_kind_that_it_stores(town: Town, tmp_path: Path) -> None:
    backup.write(town.store, tmp_path / "b", lambda n: None)
    frames = {name for name, _content in backup.read(tmp_path / "b", town.store.vault)}
    assert frames - {"begin", "end"} == {kind.name for kind in KINDS.values() if kind.backup is Backup.STORED}


def test_two_declarations_do_not_share_a_key() -> None:
    with pytest.raises(ValueError, match="ses"):
        RecordKind(name="ses", holds="", lifetime=Lifetime(""), rotation=Rotation.UNCHANGED, backup=Backup.OMITTED)


class Note(msgspec.Struct, frozen=True):
    owner: bytes
    text: str
    at: int


@pytest.fixture
def notes() -> Iterator[CallerRecord[Note]]:
    """Yield a kind that exists in this test only: one declaration, and nothing else in the code knows it."""
    kind = CallerRecord[Note](
        name="note", pattern="{tag}", tag_label="note", has_hashed_names=True, holds="a note, sealed",
        model=Note, codec=msgpack_codec(Note),
        lifetime=Lifetime("a day after its hour", lambda times: 90000, ends_at=lambda note: note.at + 86400),
        purpose=Purpose.SAFETY, owner=lambda note: note.owner, timer=Timer("messages", "noted", lambda note: note.at),
        rotate_content=lambda keys, note: Note(
            keys.new_token(note.owner, Purpose.SAFETY) or b"", note.text, note.at
        ),
        rotation=Rotation.RESEALED, backup=Backup.STORED,
        on_stop=OnLeave.DELETED, on_delete=OnLeave.DELETED,
    )  # fmt: skip
    yield kind
    del KINDS[kind.name]


def reopened(town: Town, values: Settings, vault: Vault | None = None) -> Store:
    """Return a store that knows the kinds declared by now."""
    cache = town.store.world_cache
    return Store(Connection(values.redis_url), vault or town.store.vault, values, cache._profile, lambda code: ())


def put_note(store: Store, kind: CallerRecord[Note]) -> Note:
    turn = store.read_turn(number("Amina"))
    note = Note(turn.safety_token, "next dose", turn.now + 3600)
    turn.put(kind, note)
    turn.write_records(store.settings.times)
    assert store.commit(turn.transaction)
    return note


def timers(store: Store) -> list[bytes]:
    items: list[bytes] = store.connection.execute("ZRANGE", "due:messages", 0, -1)
    return [open_item(store.vault, item) for item in items if item.startswith(b"noted:")]


def test_one_declaration_makes_a_record_that_turns_read_and_write(
    town: Town, values: Settings, notes: CallerRecord[Note]
) -> None:
    store = reopened(town, values)
    assert store.read_turn(number("Amina")).read(notes) is None
    note = put_note(store, notes)
    turn = store.read_turn(number("Amina"))
    assert turn.read(notes) == note
    assert turn.shown_records() == {Note: note}
    assert store.read_turn(number("Bahati")).read(notes) is None
    assert timers(store) == [b"noted:" + turn.safety_token]
    assert strange_keys(store.connection) == wrong_lifetimes(store.connection, values) == []


def test_a_turn_that_read_an_older_state_does_not_overwrite(
    town: Town, values: Settings, notes: CallerRecord[Note]
) -> None:
    store = reopened(town, values)
    late = store.read_turn(number("Amina"))
    put_note(store, notes)
    late.put(notes, Note(late.safety_token, "other", late.now))
    late.write_records(values.times)
    assert not store.commit(late.transaction)


@pytest.mark.parametrize("leave", [intents.Unsubscribe(), intents.DeleteCaller()], ids=["STOP", "DELETE"])
def test_leaving_deletes_the_record_and_its_timer(
    town: Town, values: Settings, notes: CallerRecord[Note], leave: intents.Intent
) -> None:
    store = reopened(town, values)
    put_note(store, notes)
    turn = store.read_turn(number("Amina"))
    store.apply_intents(turn, (leave,), "en")
    assert store.commit(turn.transaction)
    assert store.connection.execute("KEYS", "note:*") == timers(store) == []


def test_a_dead_number_loses_the_record(town: Town, values: Settings, notes: CallerRecord[Note]) -> None:
    """Also where the phone has no other record: no subscription, contact or membership."""
    store, days = reopened(town, values), values.tuning.forget.dead_days
    put_note(store, notes)
    token = store.vault.token(number("Amina"), Purpose.SUBSCRIBER)
    for day in range(days - 1):
        assert store.limits.record_dead_day(number("Amina"), int(store.now() // 86400) - days + 1 + day, 14) == day + 1
    assert len(store.connection.execute("KEYS", "note:*")) == len(timers(store)) == 1
    dead_numbers.record_dead(store, [token])
    assert store.connection.execute("KEYS", "note:*") == timers(store) == []


def test_a_rotation_reseals_the_record_and_renames_its_timer(
    town: Town, values: Settings, notes: CallerRecord[Note]
) -> None:
    old = Keyring.generate()
    new = old.successor()
    store = reopened(town, values, Vault(old))
    store.connection.execute("FLUSHALL")
    store.initialise_or_check_layout()
    note = put_note(store, notes)
    assert run.reencrypt_all(store.connection, Vault(old), Vault(new), lambda n: None) == []
    access_state.open_access(store.connection, Vault(new).key_id)
    store = reopened(town, values, Vault(new))
    moved = store.read_turn(number("Amina"))
    assert moved.read(notes) == Note(moved.safety_token, note.text, note.at)
    assert timers(store) == [b"noted:" + moved.safety_token]


def test_the_copy_of_an_account_under_duress_is_restored_under_new_keys(town: Town, values: Settings) -> None:
    old = Keyring.generate()
    new = old.successor()

    def take_turn(store: Store, *what: intents.Intent) -> None:
        turn = store.read_turn(number("Amina"))
        turn.is_behind_pin = True
        store.apply_intents(turn, what, "en")
        assert store.commit(turn.transaction)

    store = reopened(town, values, Vault(old))
    store.connection.execute("FLUSHALL")
    store.initialise_or_check_layout()
    take_turn(store, intents.SetPassphrase("candle"), intents.SetOwnPin("2468"), intents.SetDuressPin("1357"))
    take_turn(store, intents.GiveDuressPin(), intents.SetPassphrase("lantern"))
    assert run.reencrypt_all(store.connection, Vault(old), Vault(new), lambda n: None) == []
    access_state.open_access(store.connection, Vault(new).key_id)
    moved = reopened(town, values, Vault(new))
    given = TurnSecretChecks(moved.read_turn(number("Amina"))).given_pin("2468")
    assert given.opens_account and given.is_duress, "the caller is free"
    take_turn(moved, intents.RestoreAccount())
    profile = moved.read_turn(number("Amina")).safety_profile
    assert profile and profile.passphrase == "candle"


def test_a_backup_holds_the_record_and_a_restore_brings_it_back(
    town: Town, values: Settings, notes: CallerRecord[Note], tmp_path: Path
) -> None:
    note = put_note(reopened(town, values), notes)
    file = save_backup(town, tmp_path / "b")
    lose_redis(town)
    restore_backup(town, file)
    store = reopened(town, values)
    assert store.read_turn(number("Amina")).read(notes) == note
    assert len(timers(store)) == 1


def test_a_restore_does_not_bring_back_the_record_of_a_caller_who_left(
    town: Town, values: Settings, notes: CallerRecord[Note], tmp_path: Path
) -> None:
    put_note(reopened(town, values), notes)
    file = save_backup(town, tmp_path / "b")
    town["Amina"].text("STOP")
    lose_redis(town)
    restore_backup(town, file)
    assert town.store.connection.execute("KEYS", "note:*") == []


def test_the_seal_of_one_kind_is_not_opened_as_another(town: Town, notes: CallerRecord[Note]) -> None:
    vault = town.store.vault
    sealed = notes.seal(vault, Note(b"", "", 0), b"note:x")
    with pytest.raises(Exception, match="does not open"):
        SAFETY_PROFILES.open(vault, sealed, b"care:x")


SEALED = [kind for kind in KINDS.values() if isinstance(kind, SealedKind) and kind.is_sealed]


@pytest.mark.parametrize("kind", SEALED, ids=lambda kind: kind.name)
def test_a_seal_counts_in_its_own_place_only(kind: SealedKind[object]) -> None:
    """A writer to Redis moves a record of any kind to another key, another field, or into another kind."""
    vault, key, field = Vault(Keyring.generate()), kind.key(b"mine"), b"field"
    sealed = vault.seal(b"content", kind.binding(key, field))
    assert vault.open(sealed, kind.binding(key, field)) == b"content"
    elsewhere = [(kind.key(b"other"), field), (key, b"other"), (key, b""), (key + field, b""), (key[:-1], b"efield")]
    places = [kind.binding(*place) for place in elsewhere]
    places += [other.binding(other.key(b"mine"), field) for other in SEALED if _label(other) != _label(kind)]
    for place in places:
        with pytest.raises(BadInput):
            vault.open(sealed, place)


def _label(kind: SealedKind[object]) -> str:
    """Return whose seals a kind opens: STOP copies the record `trust` of a phone to `gone` of the same phone."""
    return kind.seal_label or kind.name
