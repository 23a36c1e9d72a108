"""Numbers: which are accepted, which are refused, and that none is revealed."""

import copy
import dataclasses
import logging
import pickle
import traceback

import pytest
from hypothesis import given, strategies as st

from gateway.errors import BadInput
from gateway.numbers import Number

AMINA = "+254712345678"


@pytest.mark.parametrize(
    ("what", "text", "wanted"),
    [
        ("as it should be", AMINA, AMINA),
        ("a plus lost in form-decoding", " 254712345678", AMINA),
        ("no plus", "254712345678", AMINA),
        ("the shortest", "+1234567", "+1234567"),
        ("the longest", "+123456789012345", "+123456789012345"),
    ],
)
def test_parse(what: str, text: str, wanted: str) -> None:
    assert Number.parse(text).e164 == wanted, what


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("empty", ""),
        ("line end after it", AMINA + "\n"),
        ("blank after it", AMINA + " "),
        ("two pluses", "+" + AMINA),
        ("blank and plus", " " + AMINA),
        ("leading zero", "+0712345678"),
        ("as typed at home", "0712345678"),
        ("short code", "20880"),
        ("six digits", "+123456"),
        ("sixteen digits", "+1234567890123456"),
        ("Arabic digits", "+٢٥٤٧١٢٣٤٥٦٧٨"),
        ("full-width digits", "+２５４７１２３４５６７８"),
        ("full-width plus", "＋254712345678"),
        ("blanks inside", "+254 712 345 678"),
        ("sender's name", "SAFARICOM"),
        ("tel", "tel:+254712345678"),
        ("extension", AMINA + "x1"),
        ("two numbers", AMINA + "," + AMINA),
    ],
)
def test_parse_refuses(what: str, text: str) -> None:
    with pytest.raises(BadInput) as refused:
        Number.parse(text)
    assert not text or text not in str(refused.value), what


@pytest.mark.parametrize(
    ("text", "region", "wanted"),
    [
        ("0712 345 678", "KE", AMINA),
        ("0712-345-678", "KE", AMINA),
        ("(0712) 345.678", "KE", AMINA),
        ("712345678", "KE", AMINA),
        ("+254 712 345678", "UG", AMINA),
        ("00254712345678", "KE", AMINA),
        ("000254712345678", "KE", AMINA),
        (" 0712345678 ", "KE", AMINA),
        ("0712345678", "UG", "+256712345678"),
        ("\u202a0712\u00a0345\u202f678\u202c", "KE", AMINA),
        ("+254\u2011712\u2012345\u2013678", "KE", AMINA),
        ("+254\u2212712\u2014345\u2043678", "KE", AMINA),
        ("\u200e+254 712\u200b345\ufeff678\u00ad", "KE", AMINA),
        ("(+254) 712 345 678", "KE", AMINA),
        ("+254 (0) 712 345 678", "KE", AMINA),
        ("[0712] 345\u00b7678", "KE", AMINA),
        ("\uff08\uff10\uff17\uff11\uff12\uff09\uff13\uff14\uff15\uff16\uff17\uff18", "KE", AMINA),
        ("\uff0b254712345678", "KE", AMINA),
        ("tel:+254-712-345-678", "KE", AMINA),
        ("Tel: 0712345678", "KE", AMINA),
        ("\u2066tel:\u20690712345678", "KE", AMINA),
        ("+00254712345678", "KE", AMINA),
        ("00 254 712 345 678", "KE", AMINA),
        ("0712\t345\t678", "KE", AMINA),
        ("0712345678#", "KE", AMINA),
    ],
)
def test_typed(text: str, region: str, wanted: str) -> None:
    assert Number.parse_typed(text, region).e164 == wanted


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("letters", "0800 FLOWERS"),
        ("extension", "0712345678 ext 4"),
        ("extension by x", "0712345678x4"),
        ("tel with an extension", "tel:0712345678;ext=4"),
        ("two numbers", "0712345678 0712345679"),
        ("two numbers with a comma", "0712345678,0712345679"),
        ("a line end inside", "07123\n45678"),
        ("Arabic digits", "٠٧١٢٣٤٥٦٧٨"),
        ("too short", "0712345"),
        ("too long", "07123456789"),
        ("no such range here", "0012345678"),
        ("a plus inside", "0712+345678"),
        ("USSD code", "*384*2024#"),
        ("nothing", ""),
        ("only punctuation", "......"),
    ],
)
def test_typed_refuses(what: str, text: str) -> None:
    with pytest.raises(BadInput) as refused:
        Number.parse_typed(text)
    assert not text or text not in str(refused.value), what


@given(st.integers(10**6, 10**15 - 1))
def test_goes_through_eight_bytes(digits: int) -> None:
    number = Number.from_int(digits)
    assert Number.from_int(int.from_bytes(number.to_int().to_bytes(8))) == number == Number.parse(number.e164)


@pytest.mark.parametrize("digits", [-1, 0, 999_999, 10**15, 2**63])
def test_from_int_refuses(digits: int) -> None:
    with pytest.raises(BadInput):
        Number.from_int(digits)


def test_equal_numbers_are_one_key() -> None:
    assert len({Number.parse(AMINA), Number.parse_typed("0712345678")}) == 1
    assert Number.parse(AMINA) != AMINA


def test_shows_nothing(caplog: pytest.LogCaptureFixture) -> None:
    number = Number.parse(AMINA)
    logging.getLogger("test").error("%s %r %s", number, number, [number])
    shown = f"{number} {number!s} {number!r} {number:>20} {[number]}" + caplog.text
    assert "712345678" not in shown
    assert "<number>" in shown


def test_errors_hide_the_value_that_caused_them() -> None:
    try:
        Number.parse_typed("0712345678999")
    except BadInput as refused:
        assert "0712345678999" not in "".join(traceback.format_exception_only(refused))
        assert refused.__cause__ is None


def test_cannot_be_changed() -> None:
    number = Number.parse(AMINA)
    with pytest.raises(AttributeError):
        number._digits = 1
    with pytest.raises(AttributeError):
        del number._digits


@dataclasses.dataclass
class Holder:
    number: Number


def test_cannot_be_pickled_or_spread_into_a_dictionary() -> None:
    number = Number.parse(AMINA)
    for spill in (pickle.dumps, copy.deepcopy, lambda one: dataclasses.asdict(Holder(one))):
        with pytest.raises(TypeError):
            spill(number)
