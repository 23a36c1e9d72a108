"""Keyed hashes of a client's number or plate. They are stored instead of the number or plate.

There are two keys: our own, and one shared with other organisations for exchanged lists. Imported entries are stored
under our hash of the shared hash, so that a stolen copy of Redis and the shared key together reveal nothing.
"""

import base64
import binascii
import re
import unicodedata
from hashlib import blake2b
from pathlib import Path

from gateway.crypto.vault import Vault
from gateway.errors import BadInput
from gateway.model.client_report import LookupKeys
from gateway.numbers import Number

SHARED_BYTES = 16
KEY_BYTES = 32
MIN_PLATE_CHARS, MAX_PLATE_CHARS = 4, 10
"""Letters and digits of a plate."""
CONFUSABLE_CHARS = str.maketrans(
    "OQDILBSZGUАВЕКМНОРСТУХ",
    "000118526VA8EKMH0PCTYX",
)
"""Letters and digits that look alike at night, and Cyrillic letters that look like Latin ones."""
PLATE_ALPHABET = "0123456789ACEFHJKMNPRTVWXY"
"""Letters and digits after confusable ones are replaced."""
_ALPHANUMERIC = re.compile(r"[^\W_]+")


class ClientHasher:
    """`region` is the country of numbers without a prefix. `list_key` is empty where no list is shared."""

    def __init__(self, vault: Vault, region: str, list_key: bytes = b""):
        self._vault, self._region, self._key = vault, region, list_key

    @property
    def list_key_name(self) -> str:
        """The name of the shared key; empty without one."""
        return list_key_name(self._key) if self._key else ""

    def lookup_keys(self, typed: str) -> LookupKeys | None:
        """Return the hashes of a number or a plate; None for any other text."""
        if any(c.isalpha() for c in typed):
            return self.plate_lookup_keys(typed)
        is_mistyped = typed.strip()[:1] in ("0", "+")  # an invalid number: no plate begins like this
        return self.phone_lookup_keys(typed) or (None if is_mistyped else self.plate_lookup_keys(typed))

    def phone_lookup_keys(self, typed: str) -> LookupKeys | None:
        try:
            number = Number.parse_typed(typed, self._region)
        except BadInput:
            return None
        return self._build_lookup_keys(typed.strip(), False, b"phone:" + number.to_int().to_bytes(8, "big"), ())

    def plate_lookup_keys(self, typed: str) -> LookupKeys | None:
        normalised = "".join(_ALPHANUMERIC.findall(unicodedata.normalize("NFKC", typed).upper()))
        if not (MIN_PLATE_CHARS <= len(normalised) <= MAX_PLATE_CHARS and any(c.isdigit() for c in normalised)):
            return None
        folded = normalised.translate(CONFUSABLE_CHARS)
        return self._build_lookup_keys(normalised, True, _plate_bytes(folded), similar_plates(folded))

    def hash_imported(self, shared: bytes) -> bytes:
        """Return the digest under which an entry of another organisation's list is stored."""
        return self._vault.digest("client:shared", shared)

    def _build_lookup_keys(self, text: str, is_plate: bool, plain: bytes, similar: tuple[str, ...]) -> LookupKeys:
        similar_hashes = tuple(digest for near in similar for digest in self._hashes(_plate_bytes(near)))
        return LookupKeys(
            text, is_plate, self._hashes(plain), similar_hashes, self._shared_hash(plain) if self._key else b""
        )

    def _hashes(self, plain: bytes) -> tuple[bytes, ...]:
        own = self._vault.digest("client:own", plain)
        return (own, self.hash_imported(self._shared_hash(plain))) if self._key else (own,)

    def _shared_hash(self, plain: bytes) -> bytes:
        return blake2b(plain, key=self._key, person=b"list entry", digest_size=SHARED_BYTES).digest()


def similar_plates(plate: str) -> tuple[str, ...]:
    """Return all plates that differ in one letter or digit. Plates of one length have nearly equally many."""
    cuts = [(plate[:i], plate[i:]) for i in range(len(plate) + 1)]
    other = [a + c + b[1:] for a, b in cuts if b for c in PLATE_ALPHABET]
    less = [a + b[1:] for a, b in cuts if b]
    more = [a + c + b for a, b in cuts for c in PLATE_ALPHABET]
    return tuple(dict.fromkeys(each for each in (*other, *less, *more) if each != plate))


def _plate_bytes(folded: str) -> bytes:
    return b"plate:" + folded.encode()


def read_list_key(path: Path | None) -> bytes:
    """Return the key of the shared list; empty where none is set. Raises BadInput, whose text does not show the key."""
    if path is None:
        return b""
    try:
        raw = base64.b64decode(path.read_text(encoding="ascii").strip(), altchars=b"-_", validate=True)
    except OSError as error:
        raise BadInput(f"[clients] list_key: {path} cannot be read ({error.strerror})") from None
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != KEY_BYTES:
        raise BadInput(f"[clients] list_key: {path} holds no list key; `mwavuli clients key {path}` makes one")
    return raw


def list_key_name(key: bytes) -> str:
    """Return a name that distinguishes this key from other keys and reveals nothing about it."""
    return blake2b(key=key, person=b"list key name", digest_size=4).hexdigest()
