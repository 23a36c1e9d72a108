"""The vault: the one module that encrypts and decrypts.

A number becomes a *token* by AES-SIV under a random data key. The encryption is deterministic, so the token can be the
key of the number's records. The purpose is the associated data, so tokens of two purposes cannot be linked without the
key. Hashes would protect nothing, because all numbers of a country can be tried in minutes.

A *digest* is an encrypted hash: one AES block under a key that a rotation replaces. The rotation decrypts the block and
encrypts it with the new key. So it needs neither the hashed data nor any key of an earlier version, and the keyring
never contains one.

Content is sealed by AES-GCM-SIV. A nonce that comes twice shows no more than that two contents are equal, so the random
nonces cannot run out.
"""

import base64
import binascii
import os
import secrets
from collections.abc import Iterable
from enum import StrEnum
from functools import cache
from hashlib import blake2b

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, AESGCMSIV, AESSIV

from gateway.errors import BadInput
from gateway.numbers import Number

TOKEN_BYTES = 24
DIGEST_BYTES = 16
_NONCE_BYTES = 12
_NAME_BLOCK_BYTES = 32


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
    next: "Keyring | None" = None
    """The version to which a running rotation re-encrypts."""

    @classmethod
    def generate(cls) -> "Keyring":
        records, digests, places = (secrets.token_bytes(32) for _ in range(3))
        return cls(1, AESSIV.generate_key(512), records, digests, places)

    def successor(self) -> "Keyring":
        """Return the next version: new keys for tokens, records and digests, and the same key for areas."""
        fresh = Keyring.generate()
        return Keyring(self.version + 1, fresh.tokens, fresh.records, fresh.digests, self.places)


class Vault:
    """Turns numbers into tokens and content into sealed bytes, and back."""

    def __init__(self, keyring: Keyring):
        self.version = keyring.version
        self._siv = AESSIV(keyring.tokens)
        self._sealing = AESGCMSIV(keyring.records)
        blocks = Cipher(algorithms.AES(_derive_key(keyring.digests, b"digests")), modes.ECB())  # noqa: S305  hashes
        self._encrypt_blocks, self._decrypt_blocks = blocks.encryptor().update, blocks.decryptor().update
        self._areas_key = _derive_key(keyring.places, b"areas")
        self._associated_data = {p: [f"{p}:{keyring.version}".encode()] for p in Purpose}
        self.key_id = f"{keyring.version}.{_derive_key(keyring.digests, b'key id')[:4].hex()}"
        """An id that distinguishes these keys from other keys and reveals nothing about them."""

    def token(self, number: Number, purpose: Purpose) -> bytes:
        """Return the token of this number for this purpose (24 bytes)."""
        return self._siv.encrypt(number.to_int().to_bytes(8, "big"), self._associated_data[purpose])

    def number(self, token: bytes, purpose: Purpose) -> Number:
        """Return the number of a token. Raises BadInput for a token of another purpose or key."""
        try:
            plain = self._siv.decrypt(token, self._associated_data[purpose])
        except (InvalidTag, ValueError):
            raise BadInput(f"a token that is none of purpose {purpose}") from None
        return Number.from_int(int.from_bytes(plain, "big"))

    def seal(self, plain: bytes, place: bytes) -> bytes:
        """Encrypt a record. `place` (its key and field) must be the same to open it. No two seals are equal."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._sealing.encrypt(nonce, plain, place)

    def open(self, sealed: bytes, place: bytes) -> bytes:
        """Return the sealed content. Raises BadInput for bytes that were not sealed for this place with this key."""
        try:
            return self._sealing.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], place)
        except (InvalidTag, ValueError):
            kind = place.partition(b":")[0].decode(errors="replace")
            raise BadInput(f"a sealed {kind} that this key does not open in this place") from None

    def seal_name(self, plain: bytes, use: str) -> bytes:
        """Encrypt what stands in a name: equal bytes for equal data of one use. Its length is that of whole blocks."""
        padded = plain + b"\x80"
        padded += bytes(-len(padded) % _NAME_BLOCK_BYTES)
        return self._siv.encrypt(padded, [f"name:{use}:{self.version}".encode()])

    def open_name(self, sealed: bytes, use: str) -> bytes:
        """Return the data in a name. Raises BadInput for bytes that were not sealed for this use with this key."""
        try:
            padded = self._siv.decrypt(sealed, [f"name:{use}:{self.version}".encode()])
        except (InvalidTag, ValueError):
            raise BadInput(f"a name of {use} that this key does not open") from None
        return padded.rstrip(b"\0")[:-1]

    def digest(self, use: str, data: bytes) -> bytes:
        """Return an encrypted hash (16 bytes): equal for equal data of one use, and meaningless without the key.

        `use` names what the digest is for, in at most 32 characters. Digests of two uses have nothing in common.
        """
        return self._encrypt_blocks(_hash(use, data))

    def digests(self, uses: Iterable[str], data: bytes) -> list[bytes]:
        """Return the digest of the same data for several uses; it costs less than one call for each."""
        blocks = self._encrypt_blocks(b"".join(_hash(use, data) for use in uses))
        return [blocks[i : i + DIGEST_BYTES] for i in range(0, len(blocks), DIGEST_BYTES)]

    def rotate_digest(self, digest: bytes, old: "Vault") -> bytes:
        """Return the digest of this version for a digest of the old version. The hashed data is not needed.

        Raises BadInput for a part of a digest, which no key decrypts.
        """
        if len(digest) != DIGEST_BYTES:
            raise BadInput("a part of a digest cannot be encrypted anew")
        return self._encrypt_blocks(old._decrypt_blocks(digest))

    def area_digest(self, data: bytes) -> bytes:
        """Return a keyed hash under a key that a rotation does not change, because area ids must not change."""
        return blake2b(data, key=self._areas_key, digest_size=16).digest()


def _hash(use: str, data: bytes) -> bytes:
    """Return the hash of one use; it never leaves this module unencrypted."""
    person, salt = _split_use(use)
    return blake2b(data, digest_size=DIGEST_BYTES, person=person, salt=salt).digest()


@cache
def _split_use(use: str) -> tuple[bytes, bytes]:
    return use.encode()[:16], use.encode()[16:]


def _derive_key(key: bytes, use: bytes) -> bytes:
    return blake2b(key=key, person=use, digest_size=32).digest()


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
