"""Key rotation: everything works as before, no old token remains, and a crash in the middle changes nothing."""

import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from gateway.crypto.keyring import KEYRING_FILE, open_keyring, open_vault
from gateway.crypto.secrets import derive_tags
from gateway.crypto.vault import Keyring, Purpose, Vault
from gateway.deployment import open_deployment
from gateway.errors import BadInput, KeyLocked, StoreClosed
from gateway.model import intents
from gateway.model.alert import AlertKind, AlertTask
from gateway.model.broadcast import RecipientState as At
from gateway.model.feature import Feature
from gateway.model.referral import new_referral_code
from gateway.model.subscription import Subscription, week_number
from gateway.numbers import Number
from gateway.settings import Settings
from gateway.store import Connection, Store, access_state, keys, schema
from gateway.store.records import KINDS
from gateway.store.records.kind import Rotation
from gateway.store.records.subscribers import REFERRALS
from gateway.store.rotation import rules, run as rotation_run
from gateway.store.turn_secrets import TurnSecretChecks
from gateway.turns.delivery_reports import DeliveryReportHandler
from jobs import dispatch
from jobs.context import build_context
from jobs.notify import LANES
from tests.harness.cast import NUMBERS, number
from tests.harness.child import launch
from tests.harness.crashing import CrashingConnection, Dies
from tests.harness.leaks import Haystack
from tests.harness.reports import at_report
from tests.harness.served import OwnRedis
from tests.harness.stack import ROOT
from tests.harness.steps_sos import open_sos
from tests.harness.steps_turns import agreed_visit, do
from tests.harness.town import Town
from tests.harness.waiting import until

CROWD = [Number.from_int(254_711_300_000 + n) for n in range(700)]
EVERYBODY = [*map(number, NUMBERS), *CROWD]
OWN_PIN, STAFF_PIN, CODE = "0357", "8080", "482913"
TUNING = "proposal_audience = 5000\n[sending]\nchunk_size = 128\n[times]\nlease = 1\n"


@pytest.fixture
def own(tmp_path: Path) -> Iterator[OwnRedis]:
    redis = OwnRedis(tmp_path)
    yield redis
    redis.process.terminate()
    redis.process.wait()


@pytest.fixture
def environ(environ: dict[str, str], own: OwnRedis, tmp_path: Path) -> dict[str, str]:
    (tmp_path / "settings.toml").write_text(TUNING)
    changed = {"REDIS_URL": f"unix://{own.socket}", "MWAVULI_SETTINGS": str(tmp_path / "settings.toml")}
    return environ | changed | {"MWAVULI_STAFF_SMS": "true"}


@pytest.fixture
def story(town: Town, values: Settings) -> Town:
    """Store one record of every kind: people, a PIN, a report, a referral, codes, and a warning half sent."""
    subscribe_crowd(town.store)
    for name in ("Amina", "Bahati"):
        town[name].text_and_confirm("JOIN Soko Mwezi")
    town["Amina"].dial("1", "6", "4", OWN_PIN, OWN_PIN)
    town.give_codes("Sabra", [CODE])
    town["Chiku"].text("REPORT Taa Mbili 1 two cars")
    do(
        town,
        "Bahati",
        *agreed_visit(town, new_referral_code()),
    )
    do(town, "Bahati", intents.AddTonightArea(town.store.read_world().atlas.resolve("Kasri").id))
    town.turn_on(*Feature.all())
    do(
        town,
        "Amina",
        intents.RequestContact(NUMBERS["Dafina"], "Sister", "Aisha"),
        intents.SetDuressPin("1357"),
    )
    town.work()
    do(town, "Dafina", intents.AcceptContactRequests())
    do(town, "Amina", intents.RequestContact(NUMBERS["Chiku"], "Rose", "Aisha"), intents.ReportDetained())
    do(town, "Amina", intents.StartSafeCall(int(town.now()) + 7200, "Jamii Hotel"))
    do(town, "Bahati", intents.RaiseSos(), intents.AddSosDetails("by the port"))
    town.work()
    do(town, "Sabra", intents.SendAlert(AlertKind.RAID, where(town), "Bus stage", "", int(town.now()) + 3600))
    [item] = town.store.work_queue.claim("alerts", 1)
    dispatch.handle_item(town.context, item)
    town["Dafina"].text_and_confirm("JOIN Soko Mwezi")  # and the item of a late subscriber waits
    return town


def where(town: Town) -> str:
    return town.store.read_world().atlas.resolve("Soko Mwezi").id


def subscribe_crowd(store: Store) -> None:
    """Subscribe many people, so that a warning has many chunks."""
    area, week = store.read_world().atlas.resolve("Soko Mwezi").id, week_number(store.now())
    for person in CROWD:
        token = store.vault.token(person, Purpose.SUBSCRIBER)
        subscription = Subscription("en", consent_week=week, seen_week=week, areas=(area,))
        store.connection.batch(
            [
                ("HSET", keys.subscription_bucket(token), token, subscription.pack()),
                ("HSET", keys.area_subscribers(area, token), token, b""),
            ]
        )
    store.connection.execute("HINCRBY", "members", area, len(CROWD))


def picture(store: Store) -> dict[str, Any]:
    """Return every record of every person by number: the same before and after a rotation."""
    world, call = store.read_world(), store.connection.execute

    def who(token: bytes, purpose: Purpose = Purpose.SUBSCRIBER) -> str:
        return store.number(token, purpose).e164

    def hashes(pattern: str) -> dict[str, Any]:
        found = {key: call("HGETALL", key) for key in call("KEYS", pattern)}
        return {who(t): v for people in found.values() for t, v in people.items() if len(t) == 24}

    people = {n: msgspec.structs.replace(Subscription.unpack(v), pin_hash=b"") for n, v in hashes("sub:*").items()}
    tags = {n.e164: derive_tags(store.vault, n) for n in map(number, NUMBERS)}
    referrals = [REFERRALS.open(store.vault, call("GET", key), key) for key in call("KEYS", "ref:*")]
    due = {lane: Counter(i.split(b":")[0] for i in call("ZRANGE", f"due:{lane}", 0, -1)) for lane in LANES}
    passing = [key for kind in ("open:", "yes:", "mine:", "ref:", "one:") for key in call("KEYS", f"{kind}*")]
    return {
        "people": people,
        "members": {a.id: set(hashes(f"area:{a.id}:*")) for a in world.atlas},
        "staff": {
            who(t, Purpose.STAFF): (p.name, p.roles, len(p.code_hashes)) for t, p in world.roster.by_token.items()
        },
        "reporters": [[who(t, Purpose.REPORT) for t, _lang in r.reporters] for r in world.reports.values()],
        "visits": [(v.code, who(v.caller_token, Purpose.REFERRAL)) for v in referrals if v],
        "recipients": {n: v[:1] for n, v in hashes("bc:*.0:[0-9]*").items()},
        "windows": {n for n, t in tags.items() if call("EXISTS", keys.reply_window(t.reply_window))},
        "agreed": {n for n, t in tags.items() if call("EXISTS", keys.referral_consent(t.reply_window))},
        "codes": {n: set(store.read_turn(Number.parse(n)).referrals) for n in tags},
        "visitors": {REFERRALS.hashed(store.vault, v.code) for v in referrals}
        == set().union(*(call("SMEMBERS", key) for key in call("KEYS", "visitors:*"))),
        "safety": safety(store),
        "alerts": world.alerts,
        "questions": [(who(c.owner, Purpose.REPORT), c.lines) for c in world.conversations.values()],
        "areas": len(world.atlas),
        "due": due,
        "passing": Counter(call("TTL", key) > 0 for key in passing),
        "recipients pass": {call("TTL", key) > 0 for key in call("KEYS", "bc:*:[0-9]*")},
    }


def safety(store: Store) -> dict[str, Any]:
    """Return the safety records by number."""
    found: dict[str, Any] = {}
    for person in map(number, NUMBERS):
        turn = store.read_turn(person)
        contacts = (
            [(store.number(c.token, Purpose.CONTACT).e164, c.active) for c in turn.safety_profile.contacts]
            if turn.safety_profile
            else []
        )
        trust = [
            (store.number(owner, Purpose.SAFETY).e164, yes)
            for owner, yes in store.safety_records.read_contact_requests(person)[1].owners
        ]
        call = (
            (
                turn.sos.code,
                turn.sos.details,
                store.safety_records.read_sos_by_code(turn.sos.code) == turn.sos,
                set(open_sos(store)) == {turn.sos_tag},
            )
            if turn.sos
            else None
        )
        duress = TurnSecretChecks(turn).is_duress_pin("1357")
        found[person.e164] = (
            contacts,
            trust,
            turn.safe_call,
            call,
            duress,
            turn.safety_profile.arrest_message if turn.safety_profile else "",
        )
    return found


def rotated(environ: dict[str, str], *arguments: str) -> str:
    """Run the command to its end, as an operator does."""
    done = subprocess.run(command(*arguments), env=os.environ | environ, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "gateway.cli", "rotate-key", *arguments]


def old_traces(vault: Vault) -> dict[str, bytes]:
    """Return everything by which the old key named a person."""
    tokens = {f"{p} {n.e164[-3:]}": vault.token(n, p) for n in EVERYBODY for p in Purpose}
    tags = {f"tag {i} {n.e164[-3:]}": tag for n in EVERYBODY for i, tag in enumerate(derive_tags(vault, n))}
    found = tokens | tags
    return found | {f"{name}, in hexadecimal": trace.hex().encode() for name, trace in found.items()}


def test_everything_works_under_the_new_key_and_the_old_one_names_nobody(
    story: Town, values: Settings, environ: dict[str, str], network_url: str, tmp_path: Path
) -> None:
    before, old, sent = picture(story.store), story.store.vault, taken(story)
    story.close()
    story.store.connection.execute("CONFIG", "SET", "aof-use-rdb-preamble", "no")  # so that the file can be read
    assert "version 2" in rotated(environ)
    context = build_context(open_deployment(values))
    assert picture(context.store) == before
    with pytest.raises(StoreClosed):
        story.store.read_turn(number("Amina"))
    hay = Haystack()
    hay.put_redis(context.store.connection.redis)
    hay.put_aof(tmp_path)
    everything = b"\0".join(piece for _where, piece in hay.pieces)
    assert old_traces(context.store.vault)["subscriber 001"] in everything, "the search itself works"
    assert [name for name, trace in old_traces(old).items() if trace in everything] == []
    lives_on(Town(context, network_url), sent)


def taken(town: Town) -> Counter[str]:
    found = town.network.get("/messages", params={"since": 0}).json()["messages"]
    return Counter(m["number"] for m in found if "Bus stage" in m["text"])


def lives_on(town: Town, sent: Counter[str]) -> None:
    """Assert that work which began before the rotation goes on."""
    read = town.store.read_turn
    assert TurnSecretChecks(read(number("Amina"))).is_own_pin(OWN_PIN)
    assert not TurnSecretChecks(read(number("Amina"))).is_own_pin("0358")
    assert TurnSecretChecks(read(number("Sabra"))).is_staff_pin(STAFF_PIN)
    assert TurnSecretChecks(read(number("Sabra"))).is_one_use_code(CODE)
    town.let_pass_lane("alerts", AlertTask.SEND_BROADCAST)
    town.work()
    both = sent + taken(town)
    assert set(both) == {p.e164 for p in (*CROWD, *map(number, ("Amina", "Bahati", "Dafina")))}
    assert max(both.values()) == 1, "nobody twice"
    [alert] = [a for a in town.store.read_world().alerts.values() if a.state == "reported"]
    town["Vera"].text_and_confirm(f"CONFIRM {CODE} {alert.number}")
    do(town, "Wema", intents.ConfirmReport(alert.number, "Gate", "", int(town.now()) + 600))
    assert any("Others know now" in text for text in town.inbox("Chiku"))
    [code] = read(number("Bahati")).referrals
    town["Nurse"].text_and_confirm(f"1 {code}")
    assert any("*384*2024#" in text for text in town.inbox("Bahati"))
    town["Bahati"].text("STOP")
    assert read(number("Bahati")).subscription is None
    do(town, "Bahati", intents.EndSos())  # while a call is open, words belong to it
    town["Bahati"].text_and_confirm("JOIN Soko Mwezi")
    assert read(number("Bahati")).subscription is not None
    town.close()


def test_a_delivery_report_finds_a_message_that_left_under_the_old_key(
    story: Town, values: Settings, environ: dict[str, str]
) -> None:
    reached = next(iter(taken(story)))
    message = story.network.get(f"/phones/{reached}").json()["inbox"][-1]["id"]
    story.close()
    rotated(environ)
    context = build_context(open_deployment(values))
    DeliveryReportHandler(context.deployment).record_report(at_report(message, "Success", Number.parse(reached)))
    [broadcast] = context.store.world_cache.broadcasts.items.values()
    assert context.store.recipients.count_states(broadcast.id)[At.DELIVERED] == 1


@pytest.mark.parametrize("_again", range(2))
def test_a_rotation_killed_anywhere_and_run_again_ends_right(
    _again: int, story: Town, values: Settings, environ: dict[str, str], tmp_path: Path
) -> None:
    before = picture(story.store)
    story.close()
    seed = random.randrange(10**6)
    chance, connection = random.Random(seed), Connection(values.redis_url)
    print(f"seed {seed}")
    for _ in range(3):
        running = launch(command(), env=os.environ | environ, cwd=ROOT, stdout=subprocess.DEVNULL)
        until(
            lambda run=running: run.poll() is not None or access_state.read_state(connection).startswith("rot"),
            what="a shut door",
        )
        time.sleep(chance.uniform(0, 0.3))
        running.kill()
        running.wait()
        if not access_state.is_closed(access_state.read_state(connection)):  # it had ended but for its message
            break
        with pytest.raises((KeyLocked, StoreClosed)):
            build_context(open_deployment(values)).store.access_state.check()
    rotated(environ)
    assert picture(build_context(open_deployment(values)).store) == before
    assert [p.name for p in tmp_path.glob(".keyring*")] == []


def test_a_rotation_cut_off_at_any_command_goes_on_from_there(story: Town, values: Settings) -> None:
    """Each command in turn is the last one before a crash, some hundred times; no record is lost or converted twice."""
    before, old = picture(story.store), open_keyring(values.key, values.data_dir / KEYRING_FILE)
    story.close()
    new, deaths = old.successor(), 0
    connection = CrashingConnection(values.redis_url)
    for nth in [*range(1, 60), *range(60, 4000, 37)]:
        connection.left = nth
        try:
            rotation_run.reencrypt_all(connection, Vault(old), Vault(new), lambda n: None)
        except Dies:
            deaths += 1
        else:
            break
    assert deaths > 20
    connection.left = 0
    access_state.open_access(connection, Vault(new).key_id)
    (values.data_dir / KEYRING_FILE).unlink()
    store = Store(Connection(values.redis_url), Vault(new), values, story.store.world_cache._profile, lambda code: ())
    assert picture(store) == before


def test_every_kind_of_record_says_how_it_is_rotated() -> None:
    """Every declared kind of record says how it is rotated."""
    assert KINDS.keys() > {"sub", "bc", "due"}
    assert all(callable(rules.rule_of(kind)) for kind in KINDS.values())
    own = {name for name, kind in KINDS.items() if kind.rotation is Rotation.OWN}
    assert own == set(rules.OWN_RULES)


def test_a_new_wrapping_key_opens_the_same_keys(values: Settings, environ: dict[str, str], tmp_path: Path) -> None:
    before = open_vault(values.key, tmp_path / KEYRING_FILE).token(number("Amina"), Purpose.STAFF)
    schema.initialise_or_check(Connection(values.redis_url))
    fresh = rotated(environ, "--wrap-only").splitlines()[-1]
    with pytest.raises(BadInput):
        open_vault(values.key, tmp_path / KEYRING_FILE)
    assert open_vault(fresh, tmp_path / KEYRING_FILE).token(number("Amina"), Purpose.STAFF) == before


def test_a_keyring_from_before_rotations_opens() -> None:
    first = msgspec.to_builtins(Keyring.generate(), builtin_types=(bytes,))
    assert set(first) == {"version", "tokens", "records", "digests", "places"}
