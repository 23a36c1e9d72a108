"""A phone number: E.164, canonical, and shown to nobody by accident."""

import re
from collections.abc import Mapping
from typing import Final, Generic, TypeVar

import phonenumbers

from gateway.errors import BadInput

_E164: Final = re.compile(r"[+ ]?([1-9][0-9]{6,14})")
_TYPED: Final = re.compile(r"\+?[0-9 ().\-/]{6,28}")
_REDACTED: Final = "<number>"
T = TypeVar("T")


class Number:
    """An MSISDN in E.164. Its text, format and `repr` tell nothing, so no log or traceback can give it away.

    Only `e164` and `to_int` reveal it: the one for the provider, the other for the module that encrypts.
    `Beginnings` tells whose a number is without showing it.
    """

    __slots__ = ("_digits",)
    _digits: int

    def __init__(self, digits: int) -> None:
        object.__setattr__(self, "_digits", digits)

    @classmethod
    def parse(cls, text: str) -> "Number":
        """A number as the network writes it: `+` and 7 to 15 ASCII digits (ITU-T E.164).

        Form-decoding turns an unescaped `+` into a blank, and some callbacks leave it out: both are read too.
        Raises BadInput, without the value, for anything else: a sender's name, a short code, a line end.
        """
        match = _E164.fullmatch(text)
        if match is None:
            raise BadInput("not a phone number in international form; right is + and 7 to 15 digits")
        return cls(int(match[1]))

    @classmethod
    def parse_typed(cls, text: str, region: str = "KE") -> "Number":
        """A number as people type it (`0712 345 678`), read as dialled in `region` (ISO 3166, two letters).

        phonenumbers would take letters, extensions, `tel:` and other scripts' digits: they are refused first.
        Raises BadInput, without the value.
        """
        bare = text.strip()
        if _TYPED.fullmatch(bare) is None:
            raise BadInput("a phone number has digits only, perhaps a + in front: +254 7.. or 07..")
        abroad = re.sub(r"^0{2,3}", "+", bare)
        try:
            found = phonenumbers.parse(abroad, region)
        except phonenumbers.NumberParseException:
            raise BadInput(f"not a phone number; write it with its country code, or as in {region}") from None
        if not (_has_possible_length(found) if abroad.startswith("+") else phonenumbers.is_valid_number(found)):
            raise BadInput(f"no phone in {region} has such a number; check it, or add its country code")
        return cls.parse(phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164))

    @classmethod
    def from_int(cls, digits: int) -> "Number":
        """The number that `to_int` was made from. Raises BadInput when it cannot be one."""
        if not 10**6 <= digits < 10**15:
            raise BadInput("not a phone number: right is 7 to 15 digits that do not begin with 0")
        return cls(digits)

    def to_int(self) -> int:
        """Country code and subscriber as one integer under 10**15; in 8 bytes its length tells no country."""
        return self._digits

    @property
    def e164(self) -> str:
        """The canonical spelling, `+` and digits: for the provider only."""
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
        # Pickled, or spread out by dataclasses.asdict, a number would lie in a job or a log in clear.
        raise TypeError("a Number is not pickled: keep its token")


class PrefixMap(Generic[T]):
    """What holds for all numbers that begin alike: the longest of these beginnings (`+25471`) wins."""

    def __init__(self, table: Mapping[str, T], default: T) -> None:
        self._table = dict(table)
        self._default = default
        self._lengths = sorted({len(prefix) for prefix in table}, reverse=True)

    def lookup(self, number: Number) -> T:
        """Looked up for each number of each call: no search, one look a length."""
        spelt = number.e164 if self._lengths else ""
        for length in self._lengths:
            if (found := self._table.get(spelt[:length])) is not None:
                return found
        return self._default

    def values(self) -> list[T]:
        """All there is to find."""
        return [self._default, *self._table.values()]


def _has_possible_length(found: phonenumbers.PhoneNumber) -> bool:
    """Whether the length is right for its country: the library's ranges grow old with the installation."""
    return phonenumbers.is_possible_number_with_reason(found) == phonenumbers.ValidationResult.IS_POSSIBLE
