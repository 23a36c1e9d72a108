"""An adversary with a copy of Redis, and with what a network or a seized phone shows: times, codes, later keys."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import gateway
from gateway.crypto.vault import Purpose
from gateway.model import intents
from gateway.model.feature import Feature
from gateway.model.referral import new_referral_code
from gateway.store import Connection, open_sos
from gateway.store.records import kind_of
from gateway.store.transaction import Transaction
from tests.harness.cast import number
from tests.harness.leaks import Haystack
from tests.harness.steps_contacts import add_contacts
from tests.harness.steps_lively import fill
from tests.harness.steps_turns import agreed_visit, area_id, do
from tests.harness.town import Town

ROOT = Path(gateway.__file__).parent.parent
STEPS = (86400, 3600, 300, 60, 10)


@pytest.fixture
def lively(town: Town) -> Town:
    return fill(town)


# Times: the network's list says who dialled at which second


def ends(connection: Connection) -> Iterator[tuple[bytes, float, int]]:
    """Yield each key that expires, when (Unix seconds), and its lifetime at most."""
    for key in connection.execute("KEYS", "*"):
        kind = kind_of(key)
        (seconds, micros), left_ms = connection.batch([("TIME",), ("PTTL", key)])
        if kind and left_ms > 0 and not kind.lifetime.is_exact:
            yield key, int(seconds) + int(micros) / 1e6 + left_ms / 1000, left_ms // 1000


def test_no_expiry_shows_the_second_of_a_dial(lively: Town) -> None:
    """`PTTL care:...` minus 400 days was the second at which its owner last dialled."""
    seen: set[str] = set()
    for key, end, left_s in ends(lively.store.connection):
        step = next(step for step in STEPS if left_s >= 5 * step)
        assert abs(end - round(end)) < 0.05 and round(end) % step == 0, (key[:12], end, step)
        seen.add(key.split(b":")[0].decode())
    assert seen >= {"ses", "open", "care", "trust", "sos", "often", "one", "seen", "ref", "mine", "visitors", "bc"}


@pytest.mark.parametrize(
    ("seconds", "step"), [(34560000, 86400), (604800, 86400), (86400, 3600), (1800, 300), (60, 10)]
)
def test_everybody_of_one_hour_or_day_shares_an_expiry(town: Town, seconds: int, step: int) -> None:
    transaction = Transaction()
    transaction.write("SET", "note:relative", 1, "EX", seconds)
    transaction.write("SET", "note:absolute", 1, "EXAT", int(town.now()) + seconds)
    transaction.write("SADD", "note:set", 1)
    transaction.write("EXPIRE", "note:set", seconds)
    assert town.store.commit(transaction)
    call = town.store.connection.execute
    ends = {key: round(town.store.connection.now() + call("PTTL", f"note:{key}") / 1000) for key in ("relative", "set")}
    assert {end % step for end in ends.values()} == {0}
    assert -2 <= call("TTL", "note:absolute") - seconds <= step, "what was promised until an hour is kept until then"
    assert -step - 2 <= call("TTL", "note:relative") - seconds <= 0


EXPIRING = {"EX", "PX", "EXAT", "PXAT", "EXPIRE", "PEXPIRE", "EXPIREAT", "PEXPIREAT", "SETEX", "PSETEX", "GETEX"}
OF_NO_CALLER = {
    "mark_failed_over", "record_scheduler_beat", "record_monitor_request", "save_balance", "reserve_balance_request",
    "read_end", "reencrypt_tokens", "_replace_key", "record_unrest",
}  # fmt: skip
"""Functions that expire records of the service itself, and those by which a rotation copies an end."""
SCRIPTS_OF_NO_CALLER = {"allow_request", "reserve_rate", "shift_due_times", "trip_breaker", "yield_lane"}


def test_nothing_expires_a_record_but_the_common_script() -> None:
    """A command that bypasses `expire.lua` would show a second again."""
    offenders = [
        f"{path.name}: {function.name}"
        for room in ("gateway", "jobs")
        for path in sorted((ROOT / room).rglob("*.py"))
        for function in ast.walk(ast.parse(path.read_text()))
        if isinstance(function, ast.FunctionDef) and function.name not in OF_NO_CALLER
        for call in ast.walk(function)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)
        if call.func.attr in ("execute", "batch", "execute_atomically", "set", "run_script")
        for word in ast.walk(call)
        if isinstance(word, ast.Constant) and word.value in EXPIRING
    ]
    scripts = {
        path.stem for path in (ROOT / "gateway/store/lua").iterdir()
        if re.search(r"'(P?EXPIRE(AT)?|P?X|EX|EXAT|P?SETEX)'", path.read_text())
    }  # fmt: skip
    assert offenders == []
    assert scripts - SCRIPTS_OF_NO_CALLER == {"expire", "commit"}


def test_no_distant_due_time_shows_the_second_of_a_dial(lively: Town) -> None:
    """A safe call, a question about a visit, a night's area: their work items waited with the second of the dial."""
    do(lively, "Bahati", intents.AddTonightArea(area_id(lively, "Kasri")))
    now, distant = lively.store.connection.now(), []
    for lane in ("alerts", "messages", "bulk"):
        for item, score in lively.store.connection.execute("ZRANGE", f"due:{lane}", 0, -1, "WITHSCORES"):
            if score / 1000 - now > 3600 and not item.startswith((b"scan-inactive", b"rewrite")):
                distant.append(item.split(b":")[0])
                assert score % 60000 == 0, item.split(b":")[0]
    assert {b"advance-safe-call", b"end-tonight"} <= set(distant)


def test_an_unsealed_subscription_shows_no_second(lively: Town) -> None:
    do(lively, "Bahati", intents.AddTonightArea(area_id(lively, "Kasri")))
    token = lively.store.vault.token(number("Bahati"), Purpose.SUBSCRIBER)
    subscription = lively.store.read_subscription(token)
    assert subscription and subscription.tonight_until % 3600 == 0


# Calls for help: a dump of that hour, with the network's list, named who called


def test_the_list_of_open_calls_shows_neither_minute_nor_order_nor_whose_contacts(town: Town) -> None:
    """`ranks` had the minute of each call and whether the phone was known, and the name of the caller's contacts."""
    town.turn_on(*Feature.all())
    add_contacts(town)
    do(town, "Amina", intents.Subscribe(area_id(town)), intents.StartSafeCall(int(town.now()) + 7300, "Kibokohotel"))
    for name in ("Amina", "Bahati", "Chiku", "Dafina"):
        do(town, name, intents.RaiseSos())
        town.sleep(61)
    call = town.store.connection.execute
    members, scores = zip(*call("ZRANGE", "calls", 0, -1, "WITHSCORES"), strict=True)
    assert set(scores) == {0} and list(members) == sorted(members)
    listed = open_sos.OpenSosList(town.store.vault).sort(members)
    assert len({each.rank for _member, each in listed}) == 4, "the order of responders' lists is in the seals"
    assert {len(member) for member in members} == {16 + 12 + 24 + 16}, "no length tells a known phone"
    tags = {key.split(b":", 1)[1] for key in call("KEYS", "sos:*")}
    others = [key for key in call("KEYS", "*") if key.split(b":")[0] not in (b"sos", b"often", b"rank")]
    fields = [field for key in call("KEYS", "out:*") for field in call("HKEYS", key)]
    assert len(tags) == 4
    assert [name for name in (*others, *fields, *members) for tag in tags if tag in name] == []


# Codes: they lie in the inboxes of clinics and responders


def test_a_code_on_a_seized_phone_is_found_nowhere_in_the_dump(town: Town) -> None:
    """`ref:67710`, `calls` 3710, `visitors:D01` led from a nurse's phone to the visitor's other records."""
    town.turn_on(*Feature.all())
    code = new_referral_code()
    do(town, "Amina", *agreed_visit(town, code))
    hay = Haystack()
    hay.put_redis(town.store.connection.redis)  # before the work is done, with its work items
    town.work()
    do(town, "Amina", intents.RateReferral(code, "good"), intents.RaiseSos())
    sos = town.store.read_turn(number("Amina")).sos
    assert sos
    hay.put_redis(town.store.connection.redis)
    clear = [piece for _where, piece in hay.pieces]
    assert [piece for piece in clear if code.encode() in piece.split(b":") or piece == sos.code.encode()] == []
    assert {piece for piece in clear if b"D01" in piece.split(b":")} == set()
