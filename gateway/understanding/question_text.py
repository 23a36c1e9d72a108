"""How a question by text is written out, which its senders and the check of its labels share."""

from collections.abc import Sequence


def list_options(options: Sequence[tuple[str, str]]) -> str:
    """Return the choices of a question in one line. Each is an answer, a digit or a code, and its label."""
    return " ".join(f"{answer} {label}" for answer, label in options)
