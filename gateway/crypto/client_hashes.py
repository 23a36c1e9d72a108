"""Keyed hashes of a client's number or plate. They are stored instead of the number or plate."""

import re
import unicodedata

from gateway.crypto.vault import Vault
from gateway.errors import BadInput
from gateway.model.client_report import LookupKeys
from gateway.numbers import Number

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
    """`region` is the country of numbers without a prefix."""

    def __init__(self, vault: Vault, region: str):
        self._vault, self._region = vault, region

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
        return self._build_lookup_keys(typed.strip(), b"phone:" + number.to_int().to_bytes(8, "big"), ())

    def plate_lookup_keys(self, typed: str) -> LookupKeys | None:
        normalised = "".join(_ALPHANUMERIC.findall(unicodedata.normalize("NFKC", typed).upper()))
        if not (MIN_PLATE_CHARS <= len(normalised) <= MAX_PLATE_CHARS and any(c.isdigit() for c in normalised)):
            return None
        folded = normalised.translate(CONFUSABLE_CHARS)
        return self._build_lookup_keys(normalised, _plate_bytes(folded), similar_plates(folded))

    def _build_lookup_keys(self, text: str, plain: bytes, similar: tuple[str, ...]) -> LookupKeys:
        return LookupKeys(text, self._hash(plain), tuple(self._hash(_plate_bytes(near)) for near in similar))

    def _hash(self, plain: bytes) -> bytes:
        return self._vault.digest("client:own", plain)


def similar_plates(plate: str) -> tuple[str, ...]:
    """Return all plates that differ in one letter or digit. Plates of one length have nearly equally many."""
    cuts = [(plate[:i], plate[i:]) for i in range(len(plate) + 1)]
    other = [a + c + b[1:] for a, b in cuts if b for c in PLATE_ALPHABET]
    less = [a + b[1:] for a, b in cuts if b]
    more = [a + c + b for a, b in cuts for c in PLATE_ALPHABET]
    return tuple(dict.fromkeys(each for each in (*other, *less, *more) if each != plate))


def _plate_bytes(folded: str) -> bytes:
    return b"plate:" + folded.encode()
