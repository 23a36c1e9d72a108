"""A client's number or plate, as keyed hashes and nothing else.

Two keys: our own; and, for lists exchanged with other organisations, one that they have too. What came from them
lies under our hash of theirs, so that a stolen Redis and the shared key alone tell nothing.
"""

import base64
import binascii
import re
import unicodedata
from hashlib import blake2b
from pathlib import Path

from gateway.crypto.vault import TAG_BYTES, Vault
from gateway.errors import BadInput
from gateway.model.client_report import LookupKeys
from gateway.numbers import Number

SHARED_BYTES = 16
KEY_BYTES = 32
MIN_PLATE_CHARS, MAX_PLATE_CHARS = 4, 10
"""letters and digits of a plate"""
CONFUSABLE_CHARS = str.maketrans(
    "OQDILBSZGUАВЕКМНОРСТУХ",
    "000118526VA8EKMH0PCTYX",
)
"""letters and digits that are taken for each other at night, and Cyrillic letters that look like Latin ones"""
PLATE_ALPHABET = "0123456789ACEFHJKMNPRTVWXY"
"""what is left of letters and digits"""
_ALPHANUMERIC = re.compile(r"[^\W_]+")


class ClientHasher:
    """`region`: where numbers are typed as in; `list_key`: empty where no list is shared."""

    def __init__(self, vault: Vault, region: str, list_key: bytes = b""):
        self._vault, self._region, self._key = vault, region, list_key

    @property
    def list_key_name(self) -> str:
        """Of the key shared with others; empty where there is none."""
        return list_key_name(self._key) if self._key else ""

    def lookup_keys(self, typed: str) -> LookupKeys | None:
        """A number or a plate, whichever it is; None where it is neither."""
        if any(c.isalpha() for c in typed):
            return self.plate_lookup_keys(typed)
        mistyped = typed.strip()[:1] in ("0", "+")  # a number that is none: no plate begins so
        return self.phone_lookup_keys(typed) or (None if mistyped else self.plate_lookup_keys(typed))

    def phone_lookup_keys(self, typed: str) -> LookupKeys | None:
        try:
            number = Number.parse_typed(typed, self._region)
        except BadInput:
            return None
        return self._build_lookup_keys(typed.strip(), False, b"phone:" + number.to_int().to_bytes(8, "big"), ())

    def plate_lookup_keys(self, typed: str) -> LookupKeys | None:
        tidy = "".join(_ALPHANUMERIC.findall(unicodedata.normalize("NFKC", typed).upper()))
        if not (MIN_PLATE_CHARS <= len(tidy) <= MAX_PLATE_CHARS and any(c.isdigit() for c in tidy)):
            return None
        folded = tidy.translate(CONFUSABLE_CHARS)
        return self._build_lookup_keys(tidy, True, _plate_bytes(folded), similar_plates(folded))

    def hash_imported(self, shared: bytes) -> bytes:
        """The mark of what another organisation's list says about this hash."""
        return self._vault.digest(b"client:shared:" + shared, TAG_BYTES)

    def _build_lookup_keys(self, text: str, is_plate: bool, plain: bytes, similar: tuple[str, ...]) -> LookupKeys:
        around = tuple(mark for each in similar for mark in self._hashes(_plate_bytes(each)))
        return LookupKeys(text, is_plate, self._hashes(plain), around, self._shared_hash(plain) if self._key else b"")

    def _hashes(self, plain: bytes) -> tuple[bytes, ...]:
        own = self._vault.digest(b"client:own:" + plain, TAG_BYTES)
        return (own, self.hash_imported(self._shared_hash(plain))) if self._key else (own,)

    def _shared_hash(self, plain: bytes) -> bytes:
        return blake2b(plain, key=self._key, digest_size=SHARED_BYTES).digest()


def similar_plates(plate: str) -> tuple[str, ...]:
    """All plates with one letter or digit other, more or less; as many for every plate of a length, or nearly."""
    cuts = [(plate[:i], plate[i:]) for i in range(len(plate) + 1)]
    other = [a + c + b[1:] for a, b in cuts if b for c in PLATE_ALPHABET]
    less = [a + b[1:] for a, b in cuts if b]
    more = [a + c + b for a, b in cuts for c in PLATE_ALPHABET]
    return tuple(dict.fromkeys(each for each in (*other, *less, *more) if each != plate))


def _plate_bytes(folded: str) -> bytes:
    return b"plate:" + folded.encode()


def read_list_key(path: Path | None) -> bytes:
    """The key of the shared list; nothing where none is set. Raises BadInput, without the key."""
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
    """Tells one list key from another, and nothing of it."""
    return blake2b(b"name", key=key, digest_size=4).hexdigest()
