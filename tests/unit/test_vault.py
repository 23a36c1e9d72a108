"""The vault: tokens, seals, and the keyring file that MWAVULI_KEY opens."""

import base64
import threading
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from gateway.crypto.keyring import open_vault
from gateway.crypto.secrets import derive_tags, phone_tag
from gateway.crypto.vault import TOKEN_BYTES, Keyring, Purpose, Vault, new_key
from gateway.errors import BadInput, KeyLocked
from gateway.numbers import Number
from tests.harness.cast import number

AMINA = number("Amina")
VAULT = Vault(Keyring.generate())
numbers = st.integers(10**6, 10**15 - 1).map(Number.from_int)


@given(numbers, st.sampled_from(Purpose))
def test_a_token_gives_its_number_back_for_its_purpose_only(someone: Number, purpose: Purpose) -> None:
    token = VAULT.token(someone, purpose)
    assert len(token) == TOKEN_BYTES
    assert VAULT.token(someone, purpose) == token, "the token is the key of its records"
    assert VAULT.number(token, purpose) == someone
    for other in set(Purpose) - {purpose}:
        with pytest.raises(BadInput):
            VAULT.number(token, other)


def test_tokens_and_tags_of_one_number_have_nothing_in_common() -> None:
    tokens = [VAULT.token(AMINA, purpose) for purpose in Purpose]
    tags = [*derive_tags(VAULT, AMINA), *(phone_tag(VAULT, AMINA, label) for label in ("care", "trust", "look"))]
    pieces = [piece[i : i + 4] for piece in (*tokens, *tags) for i in range(len(piece) - 3)]
    assert len(pieces) == len(set(pieces))


def test_another_keyring_makes_other_tokens_and_opens_nothing() -> None:
    other = Vault(Keyring.generate())
    token, sealed = VAULT.token(AMINA, Purpose.REPORT), VAULT.seal(b"words", b"ses:1")
    assert other.token(AMINA, Purpose.REPORT) != token
    assert not set(derive_tags(other, AMINA)) & set(derive_tags(VAULT, AMINA))
    assert other.digest("secret:own", b"2468") != VAULT.digest("secret:own", b"2468")
    with pytest.raises(BadInput):
        other.number(token, Purpose.REPORT)
    with pytest.raises(BadInput):
        other.open(sealed, b"ses:1")


@pytest.mark.parametrize("token", [b"", b"x", b"x" * 15, b"x" * 24, b"x" * 100], ids=len)
def test_what_is_no_token_is_refused(token: bytes) -> None:
    with pytest.raises(BadInput):
        VAULT.number(token, Purpose.SUBSCRIBER)


@given(st.binary(max_size=200))
def test_a_seal_opens_to_what_was_sealed_and_never_looks_the_same(plain: bytes) -> None:
    one, two = VAULT.seal(plain, b"ses:1"), VAULT.seal(plain, b"ses:1")
    assert one != two
    assert VAULT.open(one, b"ses:1") == VAULT.open(two, b"ses:1") == plain


@pytest.mark.parametrize("spoil", [lambda s: s[:-1], lambda s: s[:5], lambda s: b"", lambda s: s[:-1] + b"\0"])
def test_a_spoilt_seal_is_refused(spoil: object) -> None:
    assert callable(spoil)
    with pytest.raises(BadInput):
        VAULT.open(spoil(VAULT.seal(b"words", b"ses:1")), b"ses:1")
    with pytest.raises(BadInput):
        VAULT.open(VAULT.seal(b"words", b"msg:1"), b"ses:1")


def test_the_first_start_makes_the_keyring_and_later_ones_read_it(tmp_path: Path) -> None:
    key, keyring = new_key(), tmp_path / "deep" / "keyring"
    first = open_vault(key, keyring)
    assert keyring.stat().st_mode & 0o777 == 0o600
    assert open_vault(key, keyring).token(AMINA, Purpose.STAFF) == first.token(AMINA, Purpose.STAFF)
    assert [path.name for path in keyring.parent.iterdir()] == ["keyring"], "no draft is left"


def test_processes_that_start_together_share_one_keyring(tmp_path: Path) -> None:
    key, tokens, start = new_key(), set(), threading.Barrier(8)

    def opens() -> None:
        start.wait()
        tokens.add(open_vault(key, tmp_path / "keyring").token(AMINA, Purpose.STAFF))

    threads = [threading.Thread(target=opens) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(tokens) == 1


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("2468", "mwavuli keygen"),
        ("A" * 43 + "=", "mwavuli keygen"),
        (base64.urlsafe_b64encode(b"short, but base64").decode(), "mwavuli keygen"),
        ("käy" * 20, "mwavuli keygen"),
        (new_key(), "another deployment's"),
    ],
    ids=["short", "all the same", "too few bytes", "not base64", "of another keyring"],
)
def test_a_wrong_key_says_what_would_be_right_and_not_the_key(key: str, words: str, tmp_path: Path) -> None:
    open_vault(new_key(), tmp_path / "keyring")
    with pytest.raises(BadInput, match=words) as caught:
        open_vault(key, tmp_path / "keyring")
    assert key not in str(caught.value)
    assert caught.value.__cause__ is None


def test_without_a_key_nothing_is_made(tmp_path: Path) -> None:
    with pytest.raises(KeyLocked, match="mwavuli keygen"):
        open_vault("", tmp_path / "keyring")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("content", [b"", b"x", b"x" * 400], ids=["empty", "cut short", "overwritten"])
def test_a_damaged_keyring_is_not_replaced(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "keyring").write_bytes(content)
    with pytest.raises(BadInput):
        open_vault(new_key(), tmp_path / "keyring")
    assert (tmp_path / "keyring").read_bytes() == content


def test_a_nonce_that_comes_twice_shows_no_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """With AES-GCM, two seals under one nonce would give away the difference of their contents."""
    monkeypatch.setattr("gateway.crypto.vault.os.urandom", lambda size: b"n" * size)
    words, other = b"Kibokohotel room nine", b"Kibokohotel room five"
    one, two = VAULT.seal(words, b"care:1"), VAULT.seal(other, b"care:1")
    difference = bytes(a ^ b for a, b in zip(words, other, strict=True))
    assert one[:12] == two[:12]
    assert bytes(a ^ b for a, b in zip(one[12:-16], two[12:-16], strict=True)) != difference
    assert one[12:23] != two[12:23], "not even the words that are alike"


def test_a_part_of_a_digest_is_refused_and_disturbs_no_other() -> None:
    before = VAULT.digest("tag:care", b"1")
    for part in (b"", before[:12], before + b"x"):
        with pytest.raises(BadInput):
            VAULT.rotate_digest(part, VAULT)
    assert VAULT.digest("tag:care", b"1") == before


def test_many_threads_share_one_vault() -> None:
    expected, wrong = VAULT.digest("tag:care", b"1"), list[bytes]()

    def compute() -> None:
        for n in range(3000):
            VAULT.digest("tag:care", b"%d" % n)
            found = VAULT.digest("tag:care", b"1")
            if found != expected or VAULT.rotate_digest(found, VAULT) != expected:
                wrong.append(found)

    threads = [threading.Thread(target=compute) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_a_rotation_changes_every_digest_and_loses_none() -> None:
    old = Keyring.generate()
    first, second, third = Vault(old), Vault(old.successor()), Vault(old.successor().successor())
    moved = second.rotate_digest(first.digest("secret:own", b"2468"), first)
    assert moved == second.digest("secret:own", b"2468") != first.digest("secret:own", b"2468")
    assert third.rotate_digest(moved, second) == third.digest("secret:own", b"2468")
