"""What is wrong where somebody calls for help, as far as the caller said it."""

from enum import StrEnum


class HelpKind(StrEnum):
    """The kinds of help that responders prepare for. A call may have several."""

    VIOLENCE = "violence"
    POLICE = "police"
    HELD = "held"
    """somebody does not let the caller go"""
    HEALTH = "health"
    """hurt, or ill"""
