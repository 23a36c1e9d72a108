"""Codes that people type: short while few are in use, and never a search without an end (fault row 60)."""

import pytest

from gateway.errors import NoFreeCode
from gateway.model.codes import CODES_PER_USED_CODE, LONGEST_CODE, MAX_DRAWS, code_length, draw_code, is_code


@pytest.mark.parametrize(("used", "length"), [(0, 4), (89, 4), (90, 5), (899, 5), (900, 6), (8999, 6), (9000, 7)])
def test_a_code_is_as_long_as_the_number_of_used_codes_asks(used: int, length: int) -> None:
    assert code_length(used) == length
    assert len(draw_code(used)) == length


@pytest.mark.parametrize("used", [0, 89, 90, 5_000, 89_999])
def test_a_hundred_codes_exist_for_each_used_one(used: int) -> None:
    assert 9 * 10 ** (code_length(used) - 1) >= CODES_PER_USED_CODE * (used + 1)


def test_somebody_who_uses_up_every_code_gets_a_refusal_and_no_endless_search() -> None:
    drawn: list[str] = []

    def is_used(code: str) -> bool:
        drawn.append(code)
        return True

    with pytest.raises(NoFreeCode):
        draw_code(10**9, is_used)
    assert len(drawn) == MAX_DRAWS and all(len(code) == LONGEST_CODE for code in drawn)


def test_a_used_code_is_not_drawn_again() -> None:
    drawn: set[str] = set()
    for _code in range(500):
        drawn.add(draw_code(len(drawn), drawn.__contains__))
    assert len(drawn) == 500


@pytest.mark.parametrize("text", ["", "123", "12345678", "12a4", "١٢٣٤", "1234 "])
def test_other_texts_are_no_codes(text: str) -> None:
    assert not is_code(text)
