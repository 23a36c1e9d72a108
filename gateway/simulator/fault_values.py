"""Whether a value from JSON can be a fault's setting."""

from gateway.simulator.statuses import STATUSES


def is_non_negative(value: object) -> bool:
    """Not negative."""
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0


def is_whole(value: object) -> bool:
    """Not negative, no fraction."""
    return is_non_negative(value) and isinstance(value, int)


def is_whole_or_none(value: object) -> bool:
    """A count, or no limit."""
    return value is None or is_whole(value)


def is_share(value: object) -> bool:
    """Between nothing and all."""
    return isinstance(value, int | float) and is_non_negative(value) and value <= 1


def is_flag(value: object) -> bool:
    """True or false."""
    return isinstance(value, bool)


def is_http_error(value: object) -> bool:
    """A status that means failure, or none."""
    return value is None or (isinstance(value, int) and 400 <= value <= 599)


def is_code_by_number(value: object) -> bool:
    """Numbers, each with a status code the provider knows."""
    return isinstance(value, dict) and all(code in list(STATUSES) for code in value.values())


def is_share_by_code(value: object) -> bool:
    """Status codes, each with its share. JSON has only strings for names."""
    known = {str(code) for code in STATUSES}
    return isinstance(value, dict) and known.issuperset(value) and all(map(is_share, value.values()))


def is_report_mode(value: object) -> bool:
    """Whether reports are made, and posted."""
    return value in ("normal", "off", "lost")


def is_string_list(value: object) -> bool:
    """A list of texts."""
    return isinstance(value, list) and all(isinstance(item, str) for item in value)
