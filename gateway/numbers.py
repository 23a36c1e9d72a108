"""A phone number: E.164, canonical, and shown to nobody by accident."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Final, Generic, TypeVar

import phonenumbers

from gateway.errors import BadInput

_E164: Final = re.compile(r"[+ ]?([1-9][0-9]{6,14})")
_TYPED: Final = re.compile(r"\+?[0-9 ().\-/]+")
_TYPED_DIGITS: Final = range(6, 18)
"""digits of a number as people type it, with 00 in front too"""
_REDACTED: Final = "<number>"
_EXAMPLE_ABROAD: Final = "+44 7400 123456"
T = TypeVar("T")


@cache
def example_number(region: str) -> str:
    """Return a made-up mobile number as people of the region (ISO 3166, two letters) write it.

    For a region that has none it is one of another country, with its country code.
    """
    found = phonenumbers.example_number_for_type(region, phonenumbers.PhoneNumberType.MOBILE)
    return phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.NATIONAL) if found else _EXAMPLE_ABROAD


class Number:
    """An MSISDN in E.164. Its text, format and `repr` are redacted, so that no log or traceback reveals it.

    Only `e164`, for the provider, and `to_int`, for the module that encrypts, reveal it.
    `PrefixMap` finds what applies to a number without showing the number.
    """

    __slots__ = ("_digits",)
    _digits: int

    def __init__(self, digits: int) -> None:
        object.__setattr__(self, "_digits", digits)

    @classmethod
    def parse(cls, text: str) -> "Number":
        """Return a number that a network wrote: `+` and 7 to 15 ASCII digits (ITU-T E.164).

        Form-decoding turns an unescaped `+` into a blank, and some callbacks leave it out; both forms are accepted.
        Raises BadInput, without the value, for anything else, such as a sender's name, a short code or a line end.
        """
        match = _E164.fullmatch(text)
        if match is None:
            raise BadInput("not a phone number in international form; right is + and 7 to 15 digits")
        return cls(int(match[1]))

    @classmethod
    def parse_typed(cls, text: str, region: str = "KE") -> "Number":
        """Return a number that a person typed (`0712 345 678`), read as dialled in `region` (ISO 3166, two letters).

        phonenumbers accepts letters, extensions, `tel:` and digits of other scripts, so this method refuses them first.
        Raises BadInput, without the value.
        """
        bare = text.strip()
        if _TYPED.fullmatch(bare) is None:
            raise BadInput(f"a phone number has digits only, perhaps a + in front, as {example_number(region)}")
        if sum(map(str.isdigit, bare)) not in _TYPED_DIGITS:
            raise BadInput(f"a phone number has 7 to 15 digits, as {example_number(region)}")
        abroad = re.sub(r"^0{2,3}", "+", bare)
        try:
            found = phonenumbers.parse(abroad, region)
        except phonenumbers.NumberParseException:
            raise BadInput(
                f"not a phone number; write it with its country code, or as {example_number(region)}"
            ) from None
        if not (_has_possible_length(found) if abroad.startswith("+") else phonenumbers.is_valid_number(found)):
            raise BadInput(f"no phone in {region} has such a number; check it, or add its country code")
        return cls.parse(phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164))

    @classmethod
    def from_int(cls, digits: int) -> "Number":
        """Return the number from which `to_int` made this integer. Raises BadInput when it cannot be one."""
        if not 10**6 <= digits < 10**15:
            raise BadInput("not a phone number: right is 7 to 15 digits that do not begin with 0")
        return cls(digits)

    def to_int(self) -> int:
        """Return country code and subscriber as one integer under 10**15. In 8 bytes its length reveals no country."""
        return self._digits

    @property
    def e164(self) -> str:
        """Return the canonical form, `+` and digits, for the provider only."""
        return f"+{self._digits}"

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("a Number cannot be changed")

    def __delattr__(self, name: str) -> None:
        raise AttributeError("a Number cannot be changed")

    def __eq__(self, other: object) -> bool:
        return self._digits == other._digits if isinstance(other, Number) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._digits)

    def __repr__(self) -> str:
        return _REDACTED

    def __format__(self, spec: str) -> str:
        return format(_REDACTED, spec)

    def __reduce__(self) -> str | tuple[object, ...]:
        # A number that was pickled, or copied by dataclasses.asdict, would be readable in a job or a log.
        raise TypeError("a Number is not pickled: keep its token")


class PrefixMap(Generic[T]):
    """Values by number prefix (`+25471`): the longest matching prefix decides."""

    def __init__(self, table: Mapping[str, T], default: T) -> None:
        self._table = dict(table)
        self._default = default
        self._lengths = sorted({len(prefix) for prefix in table}, reverse=True)

    def lookup(self, number: Number) -> T:
        """Return the value for a number. Called for each recipient, so it needs one look-up for each prefix length."""
        spelt = number.e164 if self._lengths else ""
        for length in self._lengths:
            if (found := self._table.get(spelt[:length])) is not None:
                return found
        return self._default

    def values(self) -> list[T]:
        """Return every value, the default first."""
        return [self._default, *self._table.values()]


def _has_possible_length(found: phonenumbers.PhoneNumber) -> bool:
    """Whether the length is right for the country. The library's number ranges may be older than a new range."""
    return phonenumbers.is_possible_number_with_reason(found) == phonenumbers.ValidationResult.IS_POSSIBLE
