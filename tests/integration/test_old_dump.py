"""An adversary with today's keyring and a copy of Redis from before the last rotation: it opens nothing."""

import re
from pathlib import Path

import pytest

import gateway
from gateway.crypto.keyring import KEYRING_FILE, open_keyring
from gateway.crypto.secrets import derive_tags, hash_secret, phone_tag
from gateway.crypto.vault import Keyring, Purpose, Vault
from gateway.errors import BadInput
from gateway.model.subscription import Subscription
from gateway.store.records import KINDS, kind_of
from gateway.store.records.kind import SealedKind
from tests.harness.cast import NUMBERS, number
from tests.harness.steps_lively import OWN_PIN, fill
from tests.harness.town import Town

ROOT = Path(gateway.__file__).parent.parent


@pytest.fixture
def lively(town: Town) -> Town:
    return fill(town)


@pytest.fixture
def dump(lively: Town) -> list[tuple[bytes, bytes, bytes]]:
    """Return everything in Redis as key, field and value."""
    found = []
    call = lively.store.connection.execute
    for key in call("KEYS", "*"):
        kind = call("TYPE", key)
        if kind == b"string":
            found.append((key, b"", call("GET", key)))
        elif kind == b"hash":
            found += [(key, field, value) for field, value in call("HGETALL", key).items()]
    return found


def test_after_a_rotation_todays_keyring_opens_nothing_of_yesterdays_dump(
    lively: Town, dump: list[tuple[bytes, bytes, bytes]]
) -> None:
    """The keyring is stolen after the rotation, the dump before it: no seal, no token, no tag, no PIN fits."""
    old = current_keyring(lively)
    new = old.successor()
    vault = Vault(new)
    everything = b"\0".join(part for row in dump for part in row)
    assert any(opens(lively.store.vault, *row) for row in dump), "the search itself works"
    assert not any(opens(vault, *row) for row in dump)
    assert names(lively.store.vault, everything), "the search itself works"
    assert names(vault, everything) == []
    shared = {getattr(old, name) for name in Keyring.__struct_fields__} & {
        getattr(new, name) for name in Keyring.__struct_fields__
    }
    assert shared == {old.places, None}, "only the key of the areas' ids stays"


def opens(vault: Vault, key: bytes, field: bytes, value: bytes) -> bool:
    kind = kind_of(key)
    if not isinstance(kind, SealedKind) or not kind.is_sealed:
        return False
    try:
        kind.open(vault, value, key, field)
    except BadInput:
        return False
    return True


def names(vault: Vault, everything: bytes) -> list[str]:
    """Return what this key computes from a known number and finds in the dump: tokens, tags, the PIN's hash."""
    labels = {kind.tag_label for kind in KINDS.values() if kind.tag_label}
    found = []
    for name in NUMBERS:
        phone = number(name)
        traces = [*derive_tags(vault, phone), *(phone_tag(vault, phone, label) for label in labels)]
        traces += [vault.token(phone, purpose) for purpose in Purpose]
        traces += [hash_secret(vault, phone, "own", OWN_PIN), vault.digest("message", b"1")]
        found += [name for trace in traces if trace in everything]
    return found


def test_a_pin_that_survived_the_rotation_is_not_in_yesterdays_dump_under_todays_key(lively: Town) -> None:
    """The PIN in an unsealed subscription: 10,000 codes of each number could be tried against the old dump."""
    vault = lively.store.vault
    raw = lively.store.read_turn(number("Amina")).own_pin_hash
    new = Vault(current_keyring(lively).successor())
    assert new.rotate_digest(raw, vault) == hash_secret(new, number("Amina"), "own", OWN_PIN), "it survives"
    assert raw not in {hash_secret(new, number("Amina"), "own", f"{pin:04d}") for pin in range(10_000)}
    assert Subscription("en", 1, 1, pin_hash=raw).pack().count(raw) == 1


def current_keyring(town: Town) -> Keyring:
    settings = town.store.settings
    return open_keyring(settings.key, settings.data_dir / KEYRING_FILE)


def test_a_digest_of_one_use_is_a_digest_of_no_other(lively: Town) -> None:
    """Two uses of one hash would let a field that I choose stand for a record that I may not touch."""
    vault, data = lively.store.vault, b"\0\0\0;4321"
    uses = [
        "tag:care", "tag:trust", "tag:session", "secret:own", "secret:duress", "secret:pin", "invitation", "message",
        "inbound text", "heard text", "unknown word",
        "missed call", "session id", "input", "client:own", "client:shared", "tombstone", "reference",
        "role", "counted", "refused", "refused text", "desk recovery code",
        "name:ref", "name:calls", "name:visitors", "table:staff", "table:enrolled",
        "damaged",
    ]  # fmt: skip
    assert len({vault.digest(use, data) for use in uses}) == len(uses)
    in_code = {
        match
        for room in ("gateway", "jobs")
        for path in (ROOT / room).rglob("*.py")
        for match in re.findall(r"\.digest\(f?\"([a-z :]+)", path.read_text())
    }
    assert {use.split(":")[0] for use in in_code} <= {use.split(":")[0] for use in uses}
