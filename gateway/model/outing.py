"""A note left before meeting somebody, and the hour by which its writer is back."""

import msgspec

LAST = 2
"""reminders before her people are told"""
DONE = LAST + 1
"""the step after which nothing comes, unless she asks for more time"""
LONGEST_PART = 40
"""characters of each part of a note"""


class Outing(msgspec.Struct, frozen=True, array_like=True):
    """Ten thousand of these run at once: kept small. Times in Unix seconds."""

    until: int
    lang: str
    note: str
    """where, with whom, plate, other words; read by nobody while all is well"""
    step: int = 0
    """reminders so far; then DONE"""
    told: bool = False
    """her people have the note"""
    over: bool = False
    """it looks ended on her phone: somebody made her end it, and her people hear"""
    colleagues: bool = False
    """responders get it too, as a call for help"""
