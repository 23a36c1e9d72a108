"""The status code of each number of a call."""

from collections.abc import Collection
from random import Random

from gateway.simulator.config import is_number
from gateway.simulator.faults import Faults
from gateway.simulator.statuses import LAST_ACCEPTED, SENT


def decide_codes(numbers: list[str], faults: Faults, opted_out: Collection[str], random: Random) -> list[int]:
    """Return one code a number, in the order of the call, and reduce the balance where one is set."""
    codes = [SENT if is_number(number) else 403 for number in numbers]
    if faults.refuse or faults.refuse_share or opted_out:
        wishes = (code_for(number, faults, opted_out, random) for number in numbers)
        codes = [code if code != SENT else wished for code, wished in zip(codes, wishes, strict=True)]
    return codes if faults.balance is None else charge(codes, faults)


def code_for(number: str, faults: Faults, opted_out: Collection[str], random: Random) -> int:
    """Return the code that the faults set for one number, otherwise Sent."""
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
    """Reduce the balance by each accepted message; the numbers after an empty balance get 405."""
    left = faults.balance or 0
    answers = []
    for code in codes:
        if code <= LAST_ACCEPTED:
            code, left = (code, left - 1) if left else (405, 0)
        answers.append(code)
    faults.balance = left
    return answers
