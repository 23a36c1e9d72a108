"""Which status code each number of a call is answered with."""

from collections.abc import Collection
from random import Random

from gateway.simulator.config import is_number
from gateway.simulator.faults import Faults
from gateway.simulator.statuses import LAST_ACCEPTED, SENT


def decide_codes(numbers: list[str], faults: Faults, opted_out: Collection[str], random: Random) -> list[int]:
    """One code a number, in the call's order; spends the balance where there is one."""
    codes = [SENT if is_number(number) else 403 for number in numbers]
    if faults.refuse or faults.refuse_share or opted_out:
        wishes = (code_for(number, faults, opted_out, random) for number in numbers)
        codes = [code if code != SENT else wished for code, wished in zip(codes, wishes, strict=True)]
    return codes if faults.balance is None else charge(codes, faults)


def code_for(number: str, faults: Faults, opted_out: Collection[str], random: Random) -> int:
    """The code the faults hold for one number, else Sent."""
    if number in faults.refuse:
        return faults.refuse[number]
    if number in opted_out:
        return 406
    drawn = random.random()
    for code, share in faults.refuse_share.items():
        drawn -= share
        if drawn < 0:
            return int(code)
    return SENT


def charge(codes: list[int], faults: Faults) -> list[int]:
    """Take each accepted message from the balance; the rest of the call meets an empty account."""
    left = faults.balance or 0
    answers = []
    for code in codes:
        if code <= LAST_ACCEPTED:
            code, left = (code, left - 1) if left else (405, 0)
        answers.append(code)
    faults.balance = left
    return answers
