"""What is right instead of a bad setting: its name, what is expected, and an example. Never the bad value."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any, Final

from pydantic import BaseModel

_EXAMPLES: Final[Mapping[str, tuple[str, str]]] = {
    "REDIS_URL": ("the address of Redis, with redis://, rediss:// or unix:// in front", "redis://127.0.0.1:6379/0"),
    "MWAVULI_REDIS_ACCEPTED": ("a version of Redis", "6.2.14"),
    "HOST": ("an address of this machine", "127.0.0.1"),
    "PORT": ("a whole number from 1 to 65535", "8000"),
    "MWAVULI_DATA_DIR": ("a folder", "/var/lib/mwavuli"),
    "MWAVULI_STATUS_HOST": ("an address of this machine", "127.0.0.1"),
    "MWAVULI_STATUS_PORT": ("a whole number from 1 to 65535", "8001"),
    "MWAVULI_STATUS_TOKEN": ("32 or more letters, digits, - or _", "the last line of `mwavuli keygen`, without ="),
    "MWAVULI_WEBHOOK_TOKEN": ("32 or more letters, digits, - or _", "the last line of `mwavuli keygen`, without ="),
    "MWAVULI_KEY": ("the key that `mwavuli keygen` prints", "its last line"),
    "MWAVULI_REGION": ("the two letters of a country", "KE"),
    "MWAVULI_TIMEZONE": ("the name of a time zone", "Africa/Nairobi"),
    "MWAVULI_LANGUAGES": ("codes of languages with commas between them", "en,sw"),
    "MWAVULI_NAME": ("a name of at most 20 letters", "Info line"),
    "MWAVULI_SERVICE_CODE": ("what people dial: digits and * between * and #", "*384*2024#"),
    "MWAVULI_HOTLINE": ("a phone number", "0711000099"),
    "MWAVULI_HOTLINE_HOURS": ("the hours of the phone", "Mon-Fri 08:00-17:00"),
    "MWAVULI_APPROVALS": ("how many people decide on a warning", "1, or 2"),
    "MWAVULI_STAFF_SMS": ("yes or no", "no"),
    "MWAVULI_CONTENT_DIR": ("a folder", "/etc/mwavuli/words"),
    "AT_USERNAME": ("the name of the account", "sandbox"),
    "AT_API_KEY": ("the key of the account", "the one on the provider's page"),
    "AT_SHORTCODE": ("the number that people text", "20240"),
    "AT_SENDER": ("a name of at most 11 letters", "Infoline"),
    "AT_KEYWORD": ("a word", "info"),
    "AT_API_URL": ("an address with http:// or https:// in front", "http://127.0.0.1:8765"),
    "KANNEL_PASSWORD": ("a password in one line", "the one in kannel.conf"),
    "sender": ("how the network has registered the sender", '"transactional", or "promotional"'),
    "prefixes": ("a list of how numbers begin, with + and the country code", '["+25471", "+25472"]'),
    "url": ("the address of Kannel's sendsms", '"http://127.0.0.1:13013/cgi-bin/sendsms"'),
    "username": ("the name of Kannel's sendsms-user, without blanks", '"mwavuli"'),
    "from": ("at most 15 letters or digits", '"20240"'),
    "reports": ("the address at which Kannel reaches our web process", '"http://127.0.0.1:8000"'),
    "service_code": ("what people dial: digits and * between * and #", '"*384*2024#"'),
    "hours": ("hours of the day, or of days of the week", '"08:00-18:00"'),
    "footer": ("a whole number of characters from 0 to 160", "30"),
    "validity": ("a whole number of minutes, 1 or more", "180"),
    "rate": ("0 for no limit, or segments a second, 1 or more", "20"),
    "reserve": ("a share from 0 to 1", "0.3"),
    "police": ("a phone number", '"999"'),
    "currency": ("the three capital letters of a currency", '"KES"'),
    "to": ("a price for each beginning of a number", '"+256" = 1.4'),
    "sos_number": ("a phone number with + and the country code", '"+254711000000"'),
    "safe_call_number": ("a phone number with + and the country code", '"+254711000000"'),
    "proxies": ("a list of addresses, alone or as networks", '["192.0.2.1", "198.51.100.0/24"]'),
    "addresses": ("a list of addresses for each provider", 'africastalking = ["192.0.2.0/24"]'),
    "networks": ("one table for each network", '[networks.NAME] and below it sender = "transactional"'),
    "ussd": ("one table for each network", '[ussd.NAME] and below it service_code = "*384*2024#"'),
    "kannel": ("a table", "[kannel], and below it url and username"),
    "africastalking": ("a table", "[sending.africastalking], and below it rate = 20"),
}
"""By the variable, or by the name in the settings file. A setting that is not here has a default of its own kind."""
_KINDS: Final = {bool: "true or false", int: "a whole number", float: "a number", str: "text in quotation marks"}
_LIMITS: Final = {"ge": "{:g} or more", "gt": "more than {:g}", "le": "at most {:g}", "lt": "less than {:g}"}


def describe_error(found: Mapping[str, Any], defaults: BaseModel) -> str:
    """Return the setting and what is right. `found`: one error of pydantic; `defaults`: the settings file's."""
    words, place = found.get("ctx", {}).get("error"), [str(part) for part in found["loc"]]
    if not place:  # several variables together, which our own message names
        return str(words)
    if place[0] != "tuning":
        return f"{place[0]}: {words or _expected(found, place, None)}"
    where = f" ({'.'.join(place[1:])})" if place[1:] else ""
    return f"MWAVULI_SETTINGS{where}: {words or _expected(found, place[1:], defaults)}"


def describe_toml_error(error: tomllib.TOMLDecodeError) -> str:
    """Return where a file is no TOML, and how a line of it is written."""
    at = re.search(r"\(at (line \d+|end of document)", str(error))
    where = f"{at[1].replace('document', 'the file')}: " if at else ""
    return f'{where}this is not TOML; a line is a name, = and a value (text in "quotation marks"), as in lease = 20'


def _expected(found: Mapping[str, Any], path: Sequence[str], defaults: Any) -> str:
    parent, default = None, defaults
    for part in path:
        parent, default = default, default.get(part) if isinstance(default, dict) else getattr(default, part, None)
    if found["type"] == "extra_forbidden":
        return _unknown(path[-1], parent)
    missing = "it is missing; " if found["type"] == "missing" else ""
    if known := next((_EXAMPLES[part] for part in reversed(path) if part in _EXAMPLES), None):
        return f"{missing}right is {known[0]}, as in {known[1]}"
    if isinstance(default, BaseModel):
        return f"right is a table: {', '.join(list(type(default).model_fields)[:3])} ... below [{path[-1]}]"
    example = (
        str(default).lower() if isinstance(default, bool) else f'"{default}"' if isinstance(default, str) else default
    )
    kind = float if found["type"].startswith("float") else type(default)
    return f"right is {_KINDS.get(kind, 'another value')}{_limit(found.get('ctx', {}))}, as in {example}"


def _unknown(name: str, parent: Any) -> str:
    names = list(type(parent).model_fields) if isinstance(parent, BaseModel) else []
    if near := get_close_matches(name, names, 1):
        return f"there is no such setting; did you mean {near[0]}?"
    listed = f"right is one of {', '.join(names)}" if names else "take it out"
    return f"there is no such setting; {listed}"


def _limit(context: Mapping[str, Any]) -> str:
    if "max_length" in context:
        return f" (at most {context['max_length']} letters)"
    return next((f" ({words.format(context[name])})" for name, words in _LIMITS.items() if name in context), "")
