"""What a responder says about a call for help."""

from enum import StrEnum


class SosAnswer(StrEnum):
    """The answer of a responder."""

    COMING = "coming"
    FALSE_ALARM = "false"
    """it was not real"""
    DONE = "done"
    """the caller is all right"""
    GOES_ON = "goes-on"
    """it is not over, as this person said before"""
    THERE = "there"
    """this person has arrived"""
    CANNOT = "cannot"
    """this person does not come after all"""
