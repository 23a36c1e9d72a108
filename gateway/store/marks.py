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

from gateway.errors import BadInput
from gateway.model.client import Sought
from gateway.numbers import Number
from gateway.vault import TAG_BYTES, Vault

SHARED_BYTES = 16
KEY_BYTES = 32
SHORTEST, LONGEST = 4, 10
"""letters and digits of a plate"""
CONFUSED = str.maketrans(
    "OQDILBSZGUАВЕКМНОРСТУХ",
    "000118526VA8EKMH0PCTYX",
)
"""letters and digits that are taken for each other at night, and Cyrillic letters that look like Latin ones"""
ALPHABET = "0123456789ACEFHJKMNPRTVWXY"
"""what is left of letters and digits"""
_NO_PLATE = re.compile(r"[^\W_]+")


class Marker:
    """`region`: where numbers are typed as in; `list_key`: empty where no list is shared."""

    def __init__(self, vault: Vault, region: str, list_key: bytes = b""):
        self._vault, self._region, self._key = vault, region, list_key

    @property
    def key_name(self) -> str:
        """Of the key shared with others; empty where there is none."""
        return name_of(self._key) if self._key else ""

    def sought(self, typed: str) -> Sought | None:
        """A number or a plate, whichever it is; None where it is neither."""
        if any(c.isalpha() for c in typed):
            return self.plate(typed)
        mistyped = typed.strip()[:1] in ("0", "+")  # a number that is none: no plate begins so
        return self.phone(typed) or (None if mistyped else self.plate(typed))

    def phone(self, typed: str) -> Sought | None:
        try:
            number = Number.typed(typed, self._region)
        except BadInput:
            return None
        return self._sought(typed.strip(), False, b"phone:" + number.to_int().to_bytes(8, "big"), ())

    def plate(self, typed: str) -> Sought | None:
        tidy = "".join(_NO_PLATE.findall(unicodedata.normalize("NFKC", typed).upper()))
        if not (SHORTEST <= len(tidy) <= LONGEST and any(c.isdigit() for c in tidy)):
            return None
        folded = tidy.translate(CONFUSED)
        return self._sought(tidy, True, _plate(folded), one_edit(folded))

    def imported(self, shared: bytes) -> bytes:
        """The mark of what another organisation's list says about this hash."""
        return self._vault.digest(b"client:shared:" + shared, TAG_BYTES)

    def _sought(self, text: str, plate: bool, plain: bytes, near: tuple[str, ...]) -> Sought:
        around = tuple(mark for each in near for mark in self._marks(_plate(each)))
        return Sought(text, plate, self._marks(plain), around, self._shared(plain) if self._key else b"")

    def _marks(self, plain: bytes) -> tuple[bytes, ...]:
        own = self._vault.digest(b"client:own:" + plain, TAG_BYTES)
        return (own, self.imported(self._shared(plain))) if self._key else (own,)

    def _shared(self, plain: bytes) -> bytes:
        return blake2b(plain, key=self._key, digest_size=SHARED_BYTES).digest()


def one_edit(plate: str) -> tuple[str, ...]:
    """All plates with one letter or digit other, more or less; as many for every plate of a length, or nearly."""
    cuts = [(plate[:i], plate[i:]) for i in range(len(plate) + 1)]
    other = [a + c + b[1:] for a, b in cuts if b for c in ALPHABET]
    less = [a + b[1:] for a, b in cuts if b]
    more = [a + c + b for a, b in cuts for c in ALPHABET]
    return tuple(dict.fromkeys(each for each in (*other, *less, *more) if each != plate))


def _plate(folded: str) -> bytes:
    return b"plate:" + folded.encode()


def read_key(path: Path | None) -> bytes:
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


def name_of(key: bytes) -> str:
    """Tells one list key from another, and nothing of it."""
    return blake2b(b"name", key=key, digest_size=4).hexdigest()
