"""The one module that encrypts and decrypts.

A number becomes a *token* under a random data key: AES-SIV, deterministic, so that the token can be the key of its
records, with the purpose as associated data, so that tokens of two purposes cannot be linked without the key.
Hashing would protect nothing: all numbers of a country are tried in minutes.
"""

import base64
import binascii
import os
import secrets
from enum import StrEnum
from hashlib import blake2b
from pathlib import Path

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, AESSIV

from gateway.errors import BadInput, Locked
from gateway.numbers import Number

TOKEN_BYTES = 24
TAG_BYTES = 12
_NONCE = 12


class Purpose(StrEnum):
    """Records of different kinds must not be joined, so each kind has tokens of its own."""

    SUBSCRIBER = "subscriber"
    REPORT = "report"
    REFERRAL = "referral"
    STAFF = "staff"


class Keyring(msgspec.Struct, frozen=True):
    """The data keys of one version, as they lie (wrapped) in the keyring file."""

    version: int
    tokens: bytes
    records: bytes
    digests: bytes
    places: bytes

    @classmethod
    def fresh(cls) -> "Keyring":
        return cls(1, AESSIV.generate_key(512), *(secrets.token_bytes(32) for _ in range(3)))


class Vault:
    """Turns numbers into tokens and words into sealed bytes, and back."""

    def __init__(self, keyring: Keyring):
        self._siv = AESSIV(keyring.tokens)
        self._gcm = AESGCM(keyring.records)
        self._digests = keyring.digests
        self._places = keyring.places
        self._about = {p: [f"{p}:{keyring.version}".encode()] for p in Purpose}

    def token(self, number: Number, purpose: Purpose) -> bytes:
        """24 bytes that stand for this number in records of this purpose."""
        return self._siv.encrypt(number.to_int().to_bytes(8, "big"), self._about[purpose])

    def tags(self, number: Number, count: int) -> list[bytes]:
        """So many tags of 12 bytes that stand for this number where nobody ever needs it back (at most five).

        Parts of one keyed hash: cheaper than tokens, and none tells anything of another.
        """
        parts = self.digest(b"tags:" + number.to_int().to_bytes(8, "big"), TAG_BYTES * count)
        return [parts[i : i + TAG_BYTES] for i in range(0, len(parts), TAG_BYTES)]

    def number(self, token: bytes, purpose: Purpose) -> Number:
        """The number behind a token. Raises BadInput for a token of another purpose or key."""
        try:
            plain = self._siv.decrypt(token, self._about[purpose])
        except (InvalidTag, ValueError):
            raise BadInput(f"a token that is none of purpose {purpose}") from None
        return Number.from_int(int.from_bytes(plain, "big"))

    def seal(self, plain: bytes, about: str) -> bytes:
        """Encrypt a record; `about` (its key's kind) must be the same to open it. Two seals never look alike."""
        nonce = os.urandom(_NONCE)
        return nonce + self._gcm.encrypt(nonce, plain, about.encode())

    def open(self, sealed: bytes, about: str) -> bytes:
        """Raises BadInput where the bytes are not what was sealed."""
        try:
            return self._gcm.decrypt(sealed[:_NONCE], sealed[_NONCE:], about.encode())
        except (InvalidTag, ValueError):
            raise BadInput(f"a sealed {about} that this key does not open") from None

    def digest(self, data: bytes, size: int = 8) -> bytes:
        """A keyed hash: equal for equal data, and meaningless without the key."""
        return blake2b(data, key=self._digests, digest_size=size).digest()

    def place_digest(self, data: bytes) -> bytes:
        """As `digest`, under a key that outlives rotation: area ids must stay what they are."""
        return blake2b(data, key=self._places, digest_size=16).digest()


def new_key() -> str:
    """A value for MWAVULI_KEY: 32 random bytes in URL-safe base64."""
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


def open_vault(key: str, keyring: Path) -> Vault:
    """Unwrap the keyring file with MWAVULI_KEY, making it at the first start.

    Raises Locked without a key, BadInput for a key that is malformed or of another keyring.
    """
    if not key:
        raise Locked("MWAVULI_KEY is not set: run `mwavuli keygen` and set the last line it prints")
    wrap = AESGCM(_wrapping_key(key))
    if not keyring.exists():
        _write_keyring(wrap, keyring)
    wrapped = keyring.read_bytes()
    try:
        plain = wrap.decrypt(wrapped[:_NONCE], wrapped[_NONCE:], b"keyring")
    except (InvalidTag, ValueError):
        raise BadInput(f"MWAVULI_KEY does not open {keyring.name}: it is another deployment's, or damaged") from None
    return Vault(msgspec.msgpack.decode(plain, type=Keyring))


def _wrapping_key(key: str) -> bytes:
    try:
        raw = base64.b64decode(key, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != 32 or len(set(raw)) < 12:
        raise BadInput("MWAVULI_KEY is not 32 random bytes in base64: run `mwavuli keygen`")
    return raw


def _write_keyring(wrap: AESGCM, path: Path) -> None:
    """Two processes may start at once: the first to link its file wins, and both read that one."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    nonce = os.urandom(_NONCE)
    sealed = nonce + wrap.encrypt(nonce, msgspec.msgpack.encode(Keyring.fresh()), b"keyring")
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(sealed)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        draft.unlink()
        _on_disk(path.parent)


def _on_disk(folder: Path) -> None:
    """A power cut after the first opt-in must not leave records whose key was never written."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
