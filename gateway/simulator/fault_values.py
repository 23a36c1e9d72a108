"""Checks of values from JSON for the faults."""

from gateway.simulator.statuses import STATUSES


def is_non_negative(value: object) -> bool:
    """Whether it is a number and not negative."""
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0


def is_whole(value: object) -> bool:
    """Whether it is a whole number and not negative."""
    return is_non_negative(value) and isinstance(value, int)


def is_whole_or_none(value: object) -> bool:
    """Whether it is a count, or None for no limit."""
    return value is None or is_whole(value)


def is_share(value: object) -> bool:
    """Whether it is between 0 and 1."""
    return isinstance(value, int | float) and is_non_negative(value) and value <= 1


def is_flag(value: object) -> bool:
    """Whether it is true or false."""
    return isinstance(value, bool)


def is_http_error(value: object) -> bool:
    """Whether it is an HTTP error status, or None."""
    return value is None or (isinstance(value, int) and 400 <= value <= 599)


def is_code_by_number(value: object) -> bool:
    """Whether it maps numbers to status codes of the provider."""
    return isinstance(value, dict) and all(code in list(STATUSES) for code in value.values())


def is_share_by_code(value: object) -> bool:
    """Whether it maps status codes, as strings, to shares."""
    known = {str(code) for code in STATUSES}
    return isinstance(value, dict) and known.issuperset(value) and all(map(is_share, value.values()))


def is_report_mode(value: object) -> bool:
    """Whether it is a mode of delivery reports."""
    return value in ("normal", "off", "lost")


def is_string_list(value: object) -> bool:
    """Whether it is a list of strings."""
    return isinstance(value, list) and all(isinstance(item, str) for item in value)
