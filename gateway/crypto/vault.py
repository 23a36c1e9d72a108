"""The vault: the one module that encrypts and decrypts.

A number becomes a *token* by AES-SIV under a random data key. The encryption is deterministic, so the token can be the
key of the number's records. The purpose is the associated data, so tokens of two purposes cannot be linked without the
key. Hashes would protect nothing, because all numbers of a country can be tried in minutes.
"""

import base64
import binascii
import os
import secrets
from enum import StrEnum
from hashlib import blake2b

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, AESSIV

from gateway.errors import BadInput
from gateway.numbers import Number

TOKEN_BYTES = 24
TAG_BYTES = 12
_NONCE_BYTES = 12


class Purpose(StrEnum):
    """The purpose of a token. Tokens of two purposes cannot be joined, so each kind of record has its own."""

    SUBSCRIBER = "subscriber"
    REPORT = "report"
    REFERRAL = "referral"
    STAFF = "staff"
    SAFETY = "safety"
    CONTACT = "contact"
    MEMBER = "member"
    REFERENCE = "reference"
    """The reference of a text at a network."""


class Keyring(msgspec.Struct, frozen=True, omit_defaults=True):
    """The data keys of one version, as the keyring file stores them (wrapped)."""

    version: int
    tokens: bytes
    records: bytes
    digests: bytes
    places: bytes
    layers: tuple[bytes, ...] = ()
    """One key for each rotation. A digest cannot be reversed, so a rotation hashes it again with the new key."""
    next: "Keyring | None" = None
    """The version to which a running rotation re-encrypts."""

    @classmethod
    def generate(cls) -> "Keyring":
        records, digests, places = (secrets.token_bytes(32) for _ in range(3))
        return cls(1, AESSIV.generate_key(512), records, digests, places)

    def successor(self) -> "Keyring":
        """Return the next version: new keys for tokens and records, one more digest layer, the same key for areas."""
        fresh = Keyring.generate()
        layers = (*self.layers, fresh.digests)
        return Keyring(self.version + 1, fresh.tokens, fresh.records, self.digests, self.places, layers)


class Vault:
    """Turns numbers into tokens and content into sealed bytes, and back."""

    def __init__(self, keyring: Keyring):
        self.version = keyring.version
        self._siv = AESSIV(keyring.tokens)
        self._gcm = AESGCM(keyring.records)
        self._digests = keyring.digests
        self._layers = keyring.layers
        self._areas_key = keyring.places
        self._associated_data = {p: [f"{p}:{keyring.version}".encode()] for p in Purpose}

    def token(self, number: Number, purpose: Purpose) -> bytes:
        """Return the token of this number for this purpose (24 bytes)."""
        return self._siv.encrypt(number.to_int().to_bytes(8, "big"), self._associated_data[purpose])

    def tags(self, number: Number, count: int) -> list[bytes]:
        """Return `count` tags of this number (12 bytes each, at most five), from which the number cannot be read.

        They are parts of one keyed hash. They cost less than tokens, and no tag reveals another.
        """
        data = b"tags:" + number.to_int().to_bytes(8, "big")
        parts = blake2b(data, key=self._digests, digest_size=TAG_BYTES * count).digest()
        return [self._apply_layers(parts[i : i + TAG_BYTES]) for i in range(0, len(parts), TAG_BYTES)]

    def number(self, token: bytes, purpose: Purpose) -> Number:
        """Return the number of a token. Raises BadInput for a token of another purpose or key."""
        try:
            plain = self._siv.decrypt(token, self._associated_data[purpose])
        except (InvalidTag, ValueError):
            raise BadInput(f"a token that is none of purpose {purpose}") from None
        return Number.from_int(int.from_bytes(plain, "big"))

    def seal(self, plain: bytes, record_kind: str) -> bytes:
        """Encrypt a record. `record_kind` must be the same to open it. No two seals are equal."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._gcm.encrypt(nonce, plain, record_kind.encode())

    def open(self, sealed: bytes, record_kind: str) -> bytes:
        """Return the sealed content. Raises BadInput for bytes that were not sealed as this kind with this key."""
        try:
            return self._gcm.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], record_kind.encode())
        except (InvalidTag, ValueError):
            raise BadInput(f"a sealed {record_kind} that this key does not open") from None

    def digest(self, data: bytes, size: int = 8) -> bytes:
        """Return a keyed hash: equal for equal data, and meaningless without the key."""
        return self._apply_layers(blake2b(data, key=self._digests, digest_size=size).digest())

    @property
    def key_id(self) -> str:
        """An id that distinguishes these keys from other keys and reveals nothing about them."""
        return f"{self.version}.{self.digest(b'name', 4).hex()}"

    def _apply_layers(self, digest: bytes) -> bytes:
        for layer in self._layers:
            digest = blake2b(digest, key=layer, digest_size=len(digest)).digest()
        return digest

    def rotate_digest(self, digest: bytes) -> bytes:
        """Return this version's digest (or tag) for a digest of the previous version. The hashed data is not needed."""
        return blake2b(digest, key=self._layers[-1], digest_size=len(digest)).digest()

    def area_digest(self, data: bytes) -> bytes:
        """Return a keyed hash under a key that a rotation does not change, because area ids must not change."""
        return blake2b(data, key=self._areas_key, digest_size=16).digest()


def new_key() -> str:
    """Return a value for MWAVULI_KEY: 32 random bytes in URL-safe base64."""
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


def wrap(keyring: Keyring, key: str) -> bytes:
    """Return the keyring as it may be stored on a disk. Raises BadInput for a malformed MWAVULI_KEY."""
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + _wrapping_cipher(key).encrypt(nonce, msgspec.msgpack.encode(keyring), b"keyring")


def unwrap(wrapped: bytes, key: str) -> Keyring:
    """Return the keyring. Raises BadInput for a key that is malformed or of another keyring."""
    cipher = _wrapping_cipher(key)
    try:
        plain = cipher.decrypt(wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:], b"keyring")
    except (InvalidTag, ValueError):
        raise BadInput("MWAVULI_KEY does not open keyring: it is another deployment's, or damaged") from None
    return msgspec.msgpack.decode(plain, type=Keyring)


def _wrapping_cipher(key: str) -> AESGCM:
    try:
        raw = base64.b64decode(key, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != 32 or len(set(raw)) < 12:
        raise BadInput("MWAVULI_KEY is not 32 random bytes in base64: run `mwavuli keygen`")
    return AESGCM(raw)
