"""Of how many phones a network says what it says of one: of many, it speaks of our account and not of their owners."""

import msgspec

MIN_PHONES, MIN_PERCENT = 3, 20
"""From so many phones on, and from so large a share, a statement about single phones is a fault of the account."""
WINDOW_S = 3600
"""Statements are counted over this time, or twice that at most."""


def is_account_fault(said: int, asked: int) -> bool:
    """Whether what a network said of `said` phones, of `asked` that it was asked to text, concerns the account."""
    return said >= MIN_PHONES and said * 100 >= asked * MIN_PERCENT


class RefusalCounts(msgspec.Struct, frozen=True):
    """Of how many phones a network spoke within the window, each counted once."""

    asked: int
    """phones with a definite answer of any kind"""
    opted_out: int
    dead: int

    @property
    def opt_outs_are_fault(self) -> bool:
        return is_account_fault(self.opted_out, self.asked)

    @property
    def most_opted_out(self) -> bool:
        """Whether the network takes hardly anything, so that a text waits for the account to be mended."""
        return 2 * self.opted_out >= self.asked

    @property
    def dead_are_fault(self) -> bool:
        return is_account_fault(self.dead, self.asked)

    @property
    def level(self) -> float:
        """Return how near the larger count is to a fault; 1 where it is one."""
        share = max(self.opted_out, self.dead) * 100 / max(1, self.asked * MIN_PERCENT)
        return min(share, max(self.opted_out, self.dead) / MIN_PHONES)
